/** What is said after a change was made or taken back. */
import { timeOf } from '#domain/scheduling/refusal-words.ts';
import type { Doing, UndoNote } from '#web/lib/board/undo.svelte.ts';

const MINUTE_MS = 60_000;

/** How long after a change patients are told, and the clinic's IANA zone. */
export interface NoteContext {
	graceMinutes: number;
	zone: string;
}

/** @returns until when nobody is told of a change, while that lies ahead: `Nothing is sent before 14:07.` */
export function heldWords(
	{ isTold, acceptedAt }: Pick<Doing, 'isTold' | 'acceptedAt'>,
	{ graceMinutes, zone }: NoteContext,
	now: number
): string {
	if (!isTold || acceptedAt === null) return '';
	const until = acceptedAt + graceMinutes * MINUTE_MS;
	if (until <= now) return '';
	return `Nothing is sent to patients before ${timeOf(until, { zone })}.`;
}

/** @returns `Undone: moved 10:00 → 11:00. No patient was told.` */
export function noteWords(note: UndoNote, context: NoteContext, now: number): string {
	switch (note.state) {
		case 'done':
		case 'redone': {
			const held = heldWords({ isTold: note.isTold, acceptedAt: note.at }, context, now);
			return [`Done: ${note.words}.`, held].filter(Boolean).join(' ');
		}
		case 'undone': {
			const isInTime =
				note.isTold &&
				note.since !== null &&
				note.at < note.since + context.graceMinutes * MINUTE_MS;
			return `Undone: ${note.words}.${isInTime ? ' No patient was told.' : ''}`;
		}
		case 'refused':
			return `Not undone: ${note.words}. ${note.why}`;
	}
}
