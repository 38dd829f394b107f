/** An entry of the audit in plain words: what happened, and who did it. */
import type { AuditDetail, AuditKind } from '#domain/access/audit-entry.ts';
import type { AuditRow } from '#domain/access/audit-search.ts';
import { historyWords } from '#web/lib/panels/history-words.ts';
import { refusedWords } from './refused-words.ts';

export interface AuditWordsContext {
	/** By id: staff, doctors, rooms, services, clinics; never a patient. */
	names: Readonly<Record<string, string>>;
	/** What the organization calls a status. */
	statusLabel(status: string): string | undefined;
	/** IANA zone of a clinic; of the first one where an entry belongs to none. */
	zoneOf(clinicId: string | null): string;
}

/** @returns one or two sentences about what happened */
export function auditWords(row: AuditRow, context: AuditWordsContext): string {
	if (row.source === 'audit_entries') {
		return entryWords(row.kind as AuditKind, row.detail ?? {}, row, context);
	}
	const after = row.after ?? {};
	if (row.subjectKind === 'setup') return setupWords(row, context);
	const words = historyWords(
		{ kind: row.kind, before: row.before, after },
		{
			nameOf: (id) => context.names[id],
			statusLabel: (status) => context.statusLabel(status),
			// No day is on screen: each is said.
			...{ zone: context.zoneOf(row.clinicId), date: '' }
		}
	);
	return row.subjectKind === 'block' ? words : `Visit: ${words}`;
}

/** @returns who did it; what nobody did by hand has a name too */
export function actorWords(row: AuditRow, { names }: AuditWordsContext): string {
	if (row.actorUserId !== null) return names[row.actorUserId] ?? 'An account that is gone';
	if (row.kind.startsWith('sign-in')) return 'Somebody who was not signed in';
	if (row.kind === 'import' || row.kind === 'imported') return 'An import';
	if (row.source === 'events' && row.kind === 'book') return 'A patient';
	return 'Dayboard itself';
}

const SETUP_WORDS: Record<string, string> = {
	hours: 'Weekly hours changed',
	exception: 'Days off or extra hours added',
	'exception-removed': 'Days off or extra hours removed',
	service: 'Service saved',
	removed: 'Taken off the board',
	room: 'Room added',
	equipment: 'Equipment added',
	staff: 'Staff added'
};

function setupWords(row: AuditRow, { names }: AuditWordsContext): string {
	const name = row.subjectId === null ? undefined : names[row.subjectId];
	const words = SETUP_WORDS[row.kind] ?? 'Setup changed';
	return name ? `${words}: ${name}` : words;
}

const KIND_WORDS: Record<AuditKind, string> = {
	'people-opened': 'Opened the patients of a day',
	'visit-read': 'Looked at a visit and its patient',
	'history-read': 'Read what happened to a visit',
	'day-history-read': 'Read what happened on a day',
	'patients-searched': 'Searched for patients',
	'document-read': 'Opened a document',
	'note-opened': 'Opened a shared note',
	'tasks-read': 'Looked at the tasks',
	'messages-read': 'Looked at messages to patients',
	'waitlist-read': 'Looked at who is on the waitlist',
	'offers-read': 'Looked at what patients on the waitlist were offered',
	'audit-read': 'Looked through the audit',
	'audit-exported': 'Exported the audit',
	refused: 'Refused',
	'signed-in': 'Signed in',
	'sign-in-failed': 'Wrong password or code',
	'sign-in-locked': 'Sign-in locked after too many attempts',
	'signed-out': 'Signed out',
	'device-ended': 'Signed a device out',
	'password-changed': 'Changed the password',
	'second-factor-on': 'Turned the second factor on',
	'second-factor-off': 'Turned the second factor off',
	'recovery-code-used': 'Signed in with a recovery code',
	'recovery-codes-made': 'Made new recovery codes',
	'link-made': 'Sent a link to an account',
	'link-used': 'Used a link',
	'token-made': 'Made a token for another program',
	'account-made': 'Made an account',
	'account-changed': 'Changed an account',
	'account-closed': 'Closed an account',
	'account-opened': 'Opened an account again',
	'role-saved': 'Saved a role',
	'role-removed': 'Removed a role',
	'settings-changed': 'Changed the settings',
	'provider-changed': 'Changed single sign-on',
	'site-changed': 'Changed the public site',
	'task-added': 'Asked reception about a change that could not be made',
	'task-done': 'Marked a task as done',
	'task-reopened': 'Opened a task again',
	'kiosk-made': 'Made a link that opens a kiosk',
	'kiosk-opened': 'Opened a kiosk',
	'kiosk-closed': 'Closed a kiosk',
	'note-written': 'Wrote in a shared note',
	'document-added': 'Added a document to a visit',
	'document-removed': 'Removed a document from a visit',
	'patient-changed': 'Changed how a patient is reached',
	'patient-exported': 'Downloaded all that is kept of a patient',
	'dependant-added': 'A patient acts for a child now',
	'dependant-ended': 'A patient acts for a child no longer',
	'message-rule-saved': 'Saved a rule of messages',
	'message-rule-removed': 'Removed a rule of messages',
	'message-retried': 'Sent a message again',
	'message-held-back': 'Kept a message from being sent',
	'delay-told': 'Had patients told that the doctor runs late',
	'patient-messages-changed': 'Changed whether a patient is written to',
	'keys-rotated': 'Changed the keys of the encryption',
	imported: 'Imported a file',
	'waitlist-joined': 'Put somebody on the waitlist',
	'waitlist-changed': 'Changed what somebody waits for',
	'waitlist-left': 'Took somebody off the waitlist',
	'waitlist-offer-approved': 'Let an offer of a free time go out',
	'waitlist-offer-skipped': 'Took an offer of a free time back',
	'waitlist-offered-by-hand': 'Offered a free time to somebody on the waitlist',
	'waitlist-imported': 'Put people of a list on the waitlist',
	'draft-opened': 'Opened a draft of a day',
	'draft-changed': 'Changed a draft of a day',
	'draft-committed': 'Carried out a draft of a day',
	'draft-dropped': 'Dropped a draft of a day',
	'chain-continued': 'The database was moved to another server'
};

function entryWords(
	kind: AuditKind,
	detail: AuditDetail,
	row: AuditRow,
	{ names }: AuditWordsContext
): string {
	const words = KIND_WORDS[kind] ?? kind;
	const clinic = row.clinicId === null ? undefined : names[row.clinicId];
	switch (kind) {
		case 'day-history-read':
		case 'people-opened': {
			const day = typeof detail.date === 'string' ? dayWords(detail.date) : 'a day';
			const doctor = names[String(detail.view)];
			return [
				kind === 'people-opened' ? `Opened the patients of ${day}` : `Read what happened on ${day}`,
				...(clinic ? [` at ${clinic}`] : []),
				...(doctor ? [`, ${doctor} only`] : [])
			].join('');
		}
		case 'patients-searched':
			return `${words}: ${Number(detail.found ?? 0) === 1 ? '1 was' : `${Number(detail.found ?? 0)} were`} shown`;
		case 'waitlist-imported':
			return `${words}: ${Number(detail.added ?? 0)} more`;
		case 'draft-opened':
		case 'draft-committed':
		case 'draft-dropped': {
			const day = typeof detail.date === 'string' ? `: ${dayWords(detail.date)}` : '';
			const { changes } = detail;
			const many = typeof changes === 'number' ? `, ${changes} changes` : '';
			return `${words}${day}${clinic ? ` at ${clinic}` : ''}${changes === 1 ? ', 1 change' : many}`;
		}
		case 'refused':
			return `Refused: ${refusedWords(detail)}`;
		default: {
			// Whom or what it was about, where that has a name.
			const about = row.subjectId === null ? undefined : names[row.subjectId];
			return about && row.subjectId !== row.actorUserId ? `${words}: ${about}` : words;
		}
	}
}

/** @returns `Mon 4 Jan 2027` */
function dayWords(date: string): string {
	return Temporal.PlainDate.from(date).toLocaleString('en-GB', {
		...{ weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' }
	});
}
