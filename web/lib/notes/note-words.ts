/** How a shared note fares, in plain words. */
import type { KeptStanding } from '#web/lib/sync/kept-document.ts';

/** @returns a few words for the foot of a note; nothing while it is opened */
export function standingWords(standing: KeptStanding, isReadOnly: boolean): string {
	if (isReadOnly && standing === 'saved') return 'You can read this note.';
	return {
		...{ opening: '', saved: 'Saved', saving: 'Saving…', refused: 'Not saved' },
		'not-saved': 'Not saved yet: the server cannot store it just now. Trying again…',
		'no-line': 'Not saved: no connection. It is sent as soon as there is one. Keep this page open.'
	}[standing];
}

/** @returns why a note is not to be had, or takes no more */
export function refusedWords(reason: string): string {
	switch (reason) {
		case 'forbidden':
		case 'read-only':
			return 'You do not have permission to open this note any longer.';
		case 'not-found':
			return 'This note is not there.';
		case 'unreadable':
			return 'This note cannot be read: what is stored was changed outside Dayboard. Please tell your administrator.';
		case 'too-large':
			return 'This note is full, and what was typed last was not taken. Copy it, and begin anew.';
		default:
			return 'Something in this note was not taken. Copy what you typed last, and load the page again.';
	}
}
