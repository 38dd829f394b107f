/** Looking through the audit: what can be asked for, and how an entry is told. */
import { z } from 'zod';
import { parseLocalDate } from '../availability/local-day.ts';
import type { AuditDetail, AuditKind } from './audit-entry.ts';

/** What the kinds are about, as people look for them. */
export const AUDIT_GROUPS = {
	looks: [
		...(['people-opened', 'visit-read', 'history-read', 'patients-searched'] as const),
		...(['day-history-read', 'note-opened'] as const),
		...(['document-read', 'tasks-read', 'audit-read', 'audit-exported'] as const),
		...(['patient-exported', 'messages-read', 'waitlist-read', 'offers-read'] as const)
	],
	refused: ['refused'],
	schedule: [
		...(['document-added', 'document-removed', 'task-done', 'task-reopened'] as const),
		...(['task-added', 'note-written'] as const),
		...(['waitlist-joined', 'waitlist-changed', 'waitlist-left', 'message-retried'] as const),
		...(['waitlist-offer-approved', 'waitlist-offer-skipped', 'waitlist-offered-by-hand'] as const),
		...(['message-held-back', 'patient-messages-changed', 'waitlist-imported'] as const),
		...(['draft-opened', 'draft-changed', 'draft-committed', 'draft-dropped'] as const),
		'delay-told'
	],
	'sign-in': [
		...(['signed-in', 'sign-in-failed', 'sign-in-locked', 'signed-out', 'device-ended'] as const),
		...(['password-changed', 'second-factor-on', 'second-factor-off'] as const),
		...(['recovery-code-used', 'recovery-codes-made', 'link-made', 'link-used'] as const)
	],
	administration: [
		...(['token-made', 'account-made', 'account-changed', 'account-closed'] as const),
		...(['account-opened', 'role-saved', 'role-removed', 'settings-changed'] as const),
		...(['message-rule-saved', 'message-rule-removed'] as const),
		...(['kiosk-made', 'kiosk-opened', 'kiosk-closed'] as const),
		...(['provider-changed', 'site-changed', 'keys-rotated', 'imported'] as const),
		...(['chain-continued', 'patient-changed', 'dependant-added', 'dependant-ended'] as const)
	]
} satisfies Record<string, readonly AuditKind[]>;
export type AuditGroup = keyof typeof AUDIT_GROUPS;

/** Changes to visits and blocks are events, and so are those to hours, rooms and services. */
export const EVENTS_OF_GROUP: Partial<Record<AuditGroup, 'schedule' | 'setup'>> = {
	schedule: 'schedule',
	administration: 'setup'
};

const localDate = z
	.string()
	.refine((text) => parseLocalDate(text) !== null, 'A day looks like 2026-11-23.');

/** What stands in the address of the page; a field that is empty asks for nothing. */
export const auditFilterSchema = z
	.strictObject({
		/** First and last day, in the zone of the organization's first clinic. */
		from: localDate.optional(),
		until: localDate.optional(),
		who: z.uuid('Choose somebody from the list.').optional(),
		group: z.enum(Object.keys(AUDIT_GROUPS) as AuditGroup[]).optional(),
		clinic: z.uuid('Choose a clinic from the list.').optional(),
		/** A visit, a block, an account, a patient. */
		subject: z.uuid('This is not the number of a visit, a patient or an account.').optional()
	})
	.refine(({ from, until }) => from === undefined || until === undefined || from <= until, {
		message: 'The last day is before the first one.',
		path: ['until']
	});
export type AuditFilter = z.infer<typeof auditFilterSchema>;

/** Where a page ends: microseconds, table, id. */
const CURSOR = /^(\d{1,17})-(events|audit_entries)-(\d{1,18})$/;

export interface AuditCursor {
	/** Microseconds since 1970, as text: they do not fit into a number for ever. */
	at: string;
	source: 'events' | 'audit_entries';
	id: string;
}

export const auditCursorSchema = z
	.string()
	.regex(CURSOR)
	.transform((text): AuditCursor => {
		const [, at, source, id] = CURSOR.exec(text)!;
		return { at: at!, source: source as AuditCursor['source'], id: id! };
	});

/** One row of either table. */
export interface AuditRow {
	source: 'events' | 'audit_entries';
	id: number;
	/** Names the row as the end of a page. */
	cursor: string;
	/** Epoch milliseconds. */
	at: number;
	/** `null`: a job, an import, the operator, or nobody who was signed in. */
	actorUserId: string | null;
	address: string | null;
	requestId: string | null;
	kind: string;
	subjectKind: string | null;
	subjectId: string | null;
	clinicId: string | null;
	/** Of a change to the schedule or the setup. Texts that people wrote are not shown: `true` stands for them. */
	before: Record<string, unknown> | null;
	after: Record<string, unknown> | null;
	/** Of everything else. */
	detail: AuditDetail | null;
	/** Its place in the chain; `null`: it is not sealed yet. */
	position: number | null;
}

export interface AuditPage {
	rows: AuditRow[];
	/** Of the next page; `null`: there is none. */
	next: string | null;
	/** What the ids in the rows are called; never a patient. */
	names: Record<string, string>;
}

/** How far the chain has come. */
export interface ChainState {
	/** The last row that is sealed, epoch ms of its sealing; `null`: none is. */
	sealedAt: number | null;
	position: number;
}
