/** Papers that belong to a visit: which are taken, what they are called, and what is said when one is not. Pure. */

/** Of a single file. */
export const MAX_DOCUMENT_BYTES = 10 * 1024 * 1024;
/** Of one visit. */
export const MAX_DOCUMENTS = 20;
const MAX_NAME_LENGTH = 120;

/** What may be uploaded, and how such a file's name ends. The first ending is put where none fits. */
export const DOCUMENT_KINDS = {
	'application/pdf': ['pdf'],
	'image/jpeg': ['jpg', 'jpeg'],
	'image/png': ['png']
} as const;
export type DocumentKind = keyof typeof DOCUMENT_KINDS;

export function isDocumentKind(mediaType: string | undefined): mediaType is DocumentKind {
	return mediaType !== undefined && Object.hasOwn(DOCUMENT_KINDS, mediaType);
}

/** A paper in the list of a visit. */
export interface DocumentSummary {
	id: string;
	name: string;
	mediaType: DocumentKind;
	byteCount: number;
	/** Epoch milliseconds. */
	uploadedAt: number;
	uploadedBy: string;
}

/** One that was taken away, and by whom. */
export interface RemovedDocument {
	id: string;
	name: string;
	/** Epoch milliseconds. */
	removedAt: number;
	removedBy: string | null;
}

export interface DocumentList {
	documents: DocumentSummary[];
	removed: RemovedDocument[];
	/** Whether the reader may add and take away. */
	mayWrite: boolean;
}

export const DOCUMENT_FAULTS = [
	'not-found',
	'not-allowed',
	'empty',
	'too-large',
	'wrong-kind',
	'too-many',
	'not-stored',
	'not-readable'
] as const;
/** Why a paper was not taken, given or removed. Then nothing was changed. */
export type DocumentFault = (typeof DOCUMENT_FAULTS)[number];

export type DocumentResult<T> = { ok: true; value: T } | { ok: false; fault: DocumentFault };

export const DOCUMENT_WORDS: Record<DocumentFault, string> = {
	'not-found': 'This document is not there any more. Somebody may have removed it.',
	'not-allowed': 'You do not have permission to add or remove documents here.',
	empty: 'This file is empty. Nothing was stored.',
	'too-large': 'This file is larger than 10 MB. Please upload a smaller one; nothing was stored.',
	'wrong-kind': 'Only PDF, JPEG and PNG files can be uploaded. Nothing was stored.',
	'too-many': `A visit holds at most ${MAX_DOCUMENTS} documents. Please remove one first; nothing was stored.`,
	'not-stored': 'The document could not be stored at the moment. Please try again in a minute.',
	'not-readable': 'The document cannot be read at the moment. Please try again in a minute.'
};

/** Path, control characters, and those that turn the direction of writing: `gpj.exe` would read `exe.jpg`. */
// eslint-disable-next-line no-control-regex
const NOT_IN_A_NAME = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069"*:<>?|]/g;

/**
 * @param given what the browser calls the file
 * @param mediaType what its first bytes say that it is
 * @returns a name that can be shown and saved, whose ending agrees with what it is
 */
export function documentName(given: string, mediaType: DocumentKind): string {
	const endings: readonly string[] = DOCUMENT_KINDS[mediaType];
	const base = given
		.toWellFormed()
		.normalize('NFC')
		.split(/[\\/]/)
		.at(-1)!
		.replace(NOT_IN_A_NAME, '')
		.replace(/^[.\s]+|[.\s]+$/g, '');
	const [, stem = base, ending = ''] = /^(.+)\.([A-Za-z0-9]{1,5})$/.exec(base) ?? [];
	const fits = endings.includes(ending.toLowerCase());
	const shortened = [...(stem || 'document')].slice(0, MAX_NAME_LENGTH).join('').trimEnd();
	return `${shortened}.${fits ? ending.toLowerCase() : endings[0]}`;
}
