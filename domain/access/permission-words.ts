/** What the permissions and how far they reach are called on screens, and which reaches make sense for each. */
import type { Permission, Scope } from './permissions.ts';

export interface PermissionWords {
	/** What somebody may do, after 'may': `see the board`. */
	words: string;
	group: PermissionGroup;
	/** Narrowest first. */
	scopes: readonly Scope[];
}

export const PERMISSION_GROUPS = [
	'The day',
	'Patients',
	'Visits',
	'Set-up',
	'Organization'
] as const;
export type PermissionGroup = (typeof PERMISSION_GROUPS)[number];

const ALL: readonly Scope[] = ['own', 'clinic', 'organization'];
const PLACES: readonly Scope[] = ['clinic', 'organization'];
/** What is a patient's own. */
const OWN: readonly Scope[] = ['own'];
/** A patient's own, or everybody's. */
const OWN_OR_ALL: readonly Scope[] = ['own', 'organization'];
/** What belongs to no clinic. */
const EVERYWHERE: readonly Scope[] = ['organization'];

export const PERMISSION_WORDS: Record<Permission, PermissionWords> = {
	'board.read': { words: 'see the board', group: 'The day', scopes: PLACES },
	'block.write': { words: 'block time and give it back', group: 'The day', scopes: ALL },
	'handover.read': {
		words: 'read the handover notes of a day',
		...{ group: 'The day', scopes: PLACES }
	},
	'handover.write': {
		words: 'write handover notes',
		...{ group: 'The day', scopes: PLACES }
	},
	'people.read': {
		words: 'see who the patients are, and notes',
		...{ group: 'Patients', scopes: ALL }
	},
	'people.read-masked': {
		words: 'see initials, birth year and last digits of the phone',
		...{ group: 'Patients', scopes: PLACES }
	},
	'patient.search': { words: 'search all patients', group: 'Patients', scopes: EVERYWHERE },
	'patient.write': {
		words: 'change how a patient is reached, and for whom they act',
		...{ group: 'Patients', scopes: OWN }
	},
	'patient.export': {
		words: 'download all that is kept of a patient',
		...{ group: 'Patients', scopes: OWN }
	},
	'document.read': { words: 'read papers of a visit', group: 'Patients', scopes: ALL },
	'document.write': { words: 'add and remove papers of a visit', group: 'Patients', scopes: ALL },
	'message.read': {
		words: 'see messages to patients, and what became of them',
		...{ group: 'Patients', scopes: PLACES }
	},
	'message.write': {
		words: 'send messages again, and stop those to a patient',
		...{ group: 'Patients', scopes: PLACES }
	},
	'appointment.read': { words: 'look at visits', group: 'Visits', scopes: ALL },
	'slot.search': { words: 'look for free times', group: 'Visits', scopes: PLACES },
	'appointment.book': { words: 'book visits', group: 'Visits', scopes: ALL },
	'appointment.move': { words: 'move visits', group: 'Visits', scopes: ALL },
	'appointment.set-status': { words: 'say where a visit stands', group: 'Visits', scopes: ALL },
	'appointment.confirm': {
		words: 'say that a patient will come',
		...{ group: 'Visits', scopes: ALL }
	},
	'appointment.check-in': {
		words: 'say that they are here, by themselves',
		...{ group: 'Visits', scopes: ALL }
	},
	'appointment.cancel': { words: 'cancel visits', group: 'Visits', scopes: ALL },
	'appointment.remark': { words: 'change notes', group: 'Visits', scopes: ALL },
	'appointment.override': { words: 'set rules aside, with a reason', group: 'Visits', scopes: ALL },
	'history.read': { words: 'read what happened to a visit', group: 'Visits', scopes: ALL },
	'waitlist.read': { words: 'see who waits for a time', group: 'Visits', scopes: OWN_OR_ALL },
	'waitlist.write': { words: 'change the waitlist', group: 'Visits', scopes: OWN_OR_ALL },
	'waitlist.offer': {
		words: 'offer free times to those who wait, and let offers go out',
		...{ group: 'Visits', scopes: PLACES }
	},
	'waitlist.report': {
		words: 'see the figures of the waitlist',
		...{ group: 'Visits', scopes: PLACES }
	},
	'waitlist-rule.write': {
		words: 'decide who on the waitlist is asked first',
		...{ group: 'Organization', scopes: EVERYWHERE }
	},
	'hours.read': { words: 'see hours, rooms and devices', group: 'Set-up', scopes: PLACES },
	'hours.write': { words: 'change hours, rooms and devices', group: 'Set-up', scopes: ALL },
	'service.read': { words: 'see the services', group: 'Set-up', scopes: EVERYWHERE },
	'service.write': { words: 'change the services', group: 'Set-up', scopes: EVERYWHERE },
	'kiosk.write': { words: 'set up kiosks', group: 'Set-up', scopes: PLACES },
	'message-rule.write': {
		words: 'decide which messages patients are sent',
		...{ group: 'Organization', scopes: PLACES }
	},
	'staff.read': { words: 'see accounts and roles', group: 'Organization', scopes: PLACES },
	'staff.write': { words: 'manage accounts', group: 'Organization', scopes: PLACES },
	'role.write': { words: 'make and change roles', group: 'Organization', scopes: EVERYWHERE },
	'settings.read': { words: 'see the settings', group: 'Organization', scopes: EVERYWHERE },
	'settings.write': { words: 'change the settings', group: 'Organization', scopes: EVERYWHERE },
	'site.write': {
		words: 'change the public site',
		...{ group: 'Organization', scopes: EVERYWHERE }
	},
	'task.read': { words: 'see the tasks', group: 'The day', scopes: PLACES },
	'task.write': { words: 'mark tasks as done', group: 'The day', scopes: PLACES },
	'audit.read': {
		words: 'search and export the audit',
		...{ group: 'Organization', scopes: EVERYWHERE }
	}
};

export const SCOPE_WORDS: Record<Scope, string> = {
	own: 'Own',
	clinic: 'At the clinic',
	organization: 'Everywhere'
};

/** The same in a sentence. */
export const SCOPE_MEANINGS: Record<Scope, string> = {
	own: 'what belongs to the doctor (or patient) that the person is',
	clinic: 'all of the clinics that the role is given for',
	organization: 'at every clinic of the organization'
};
