/** What somebody was refused, in plain words. */
import type { AuditDetail } from '#domain/access/audit-entry.ts';

const INTENT_WORDS: Record<string, string> = {
	book: 'booking a visit',
	move: 'moving a visit',
	resize: 'changing how long a visit takes',
	'set-status': 'setting a status',
	confirm: 'confirming a visit',
	'check-in': 'saying that a patient is here',
	cancel: 'cancelling a visit',
	remark: 'changing a note',
	block: 'blocking time',
	unblock: 'giving blocked time back',
	together: 'several changes at once',
	undo: 'undoing a change'
};

const DOCUMENT_WORDS: Record<string, string> = {
	board: 'opening a board',
	people: 'opening the patients of a day',
	desk: 'opening somebody else’s desk'
};

const CODE_WORDS: Record<string, string> = {
	'foreign-origin': 'a request that another website sent',
	'too-many': 'one more window, there were too many',
	'insufficient-scope': 'a request that the token does not allow',
	'some-refused': 'several changes at once'
};

/** @returns `booking a visit` */
export function refusedWords(detail: AuditDetail): string {
	const { more, intent, document, operation, route, code } = detail;
	if (typeof more === 'number') return `${more} more attempts within a minute`;
	const known =
		INTENT_WORDS[String(intent)] ?? DOCUMENT_WORDS[String(document)] ?? CODE_WORDS[String(code)];
	if (known) return known;
	if (typeof operation === 'string') return `‘${spaced(operation)}’ over the HTTP interface`;
	if (typeof route === 'string') return `the page ${route}`;
	return 'something';
}

/** @returns `read appointment` */
function spaced(name: string): string {
	return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
