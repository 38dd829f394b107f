/** Documents that are kept in PostgreSQL: their names on the sync server, and how large they may become. Pure. */
import { parseLocalDate } from '../availability/local-day.ts';
import { CHANGES_MAP } from '../drafts/draft-document.ts';

export const KEPT_KINDS = ['handover', 'visit-note', 'draft'] as const;
export type KeptKind = (typeof KEPT_KINDS)[number];

export type KeptName =
	/** What a clinic's people tell each other of a day. */
	| { kind: 'handover'; clinicId: string; date: string }
	/** What they tell each other of a visit. */
	| { kind: 'visit-note'; appointmentId: string }
	| { kind: 'draft'; draftId: string };

/** A document's whole state, encoded. Less than a frame on the socket, so that it can be sent in one. */
export const MAX_KEPT_BYTES = 192 * 1024;

/** Name of the one shared type in a note: a `Y.XmlFragment`, as Tiptap has it. */
export const NOTE_FRAGMENT = 'note';

/** The shared types that a document of each kind may have; an update with any other is refused. */
export const KEPT_ROOTS: Record<KeptKind, readonly string[]> = {
	handover: [NOTE_FRAGMENT],
	'visit-note': [NOTE_FRAGMENT],
	draft: [CHANGES_MAP]
};

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const NOTES = 'notes';
const DRAFT = 'draft';
/** Stands in the name of a visit's note where the clinic would. */
const OF_A_VISIT = 'appointment';

/** The name of the document as sent over the socket. Inverse of `parseKeptName`. */
export function keptName(name: KeptName): string {
	switch (name.kind) {
		case 'handover':
			return `${NOTES}/${name.clinicId}/${name.date}`;
		case 'visit-note':
			return `${NOTES}/${OF_A_VISIT}/${name.appointmentId}`;
		case 'draft':
			return `${DRAFT}/${name.draftId}`;
	}
}

/** @returns the parts of a name that came from outside, or `null` when it names no document that is kept */
export function parseKeptName(text: string): KeptName | null {
	const parts = text.split('/');
	const [kind, first = '', second = ''] = parts;
	if (kind === DRAFT) {
		return parts.length === 2 && UUID.test(first) ? { kind, draftId: first } : null;
	}
	if (kind !== NOTES || parts.length !== 3) return null;
	if (first === OF_A_VISIT) {
		return UUID.test(second) ? { kind: 'visit-note', appointmentId: second } : null;
	}
	if (!UUID.test(first) || parseLocalDate(second) === null) return null;
	return { kind: 'handover', clinicId: first, date: second };
}

/** @returns whether a document is kept; the others are rebuilt, or the browser's own */
export function isKept<N extends { kind: string }>(
	name: N
): name is Extract<N, { kind: KeptKind }> {
	return (KEPT_KINDS as readonly string[]).includes(name.kind);
}
