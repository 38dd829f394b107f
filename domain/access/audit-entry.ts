/** What stands in the audit beside the events of the schedule. */

export const AUDIT_KINDS = [
	// Looks at patients' records.
	'people-opened',
	'visit-read',
	'history-read',
	'day-history-read',
	'patients-searched',
	'document-read',
	'note-opened',
	'tasks-read',
	'messages-read',
	'waitlist-read',
	'offers-read',
	'audit-read',
	'audit-exported',
	// Attempts that were refused.
	'refused',
	// Signing in.
	'signed-in',
	'sign-in-failed',
	'sign-in-locked',
	'signed-out',
	'device-ended',
	'password-changed',
	'second-factor-on',
	'second-factor-off',
	'recovery-code-used',
	'recovery-codes-made',
	'link-made',
	'link-used',
	'token-made',
	// Changes to accounts, rules and settings.
	'account-made',
	'account-changed',
	'account-closed',
	'account-opened',
	'role-saved',
	'role-removed',
	'settings-changed',
	'provider-changed',
	'site-changed',
	'task-added',
	'task-done',
	'task-reopened',
	'kiosk-made',
	'kiosk-opened',
	'kiosk-closed',
	'note-written',
	'document-added',
	'document-removed',
	'patient-changed',
	'patient-exported',
	'dependant-added',
	'dependant-ended',
	'message-rule-saved',
	'message-rule-removed',
	'message-retried',
	'message-held-back',
	'delay-told',
	'patient-messages-changed',
	'keys-rotated',
	'imported',
	'waitlist-joined',
	'waitlist-changed',
	'waitlist-left',
	'waitlist-offer-approved',
	'waitlist-offer-skipped',
	'waitlist-offered-by-hand',
	'waitlist-imported',
	'draft-opened',
	'draft-changed',
	'draft-committed',
	'draft-dropped',
	// The chain goes on after the database was moved to another server.
	'chain-continued'
] as const;
export type AuditKind = (typeof AUDIT_KINDS)[number];

export const CHAIN_CONTINUED = 'chain-continued' satisfies AuditKind;

/** Codes, ids and numbers; never what names a patient, never a secret. */
export type AuditDetail = Record<string, string | number | boolean | null | readonly string[]>;

export interface AuditEntry {
	kind: AuditKind;
	/** What `id` is: a table's name in the singular. */
	subject?: { kind: string; id: string };
	clinicId?: string | null;
	detail?: AuditDetail;
}
