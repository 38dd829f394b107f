/** What each role may do, and where: the one table. Default deny: what is not said here is refused. */

export const PERMISSIONS = [
	'board.read',
	'people.read',
	'people.read-masked',
	'patient.search',
	'patient.write',
	'patient.export',
	'history.read',
	'slot.search',
	'appointment.read',
	'appointment.book',
	'appointment.move',
	'appointment.set-status',
	'appointment.confirm',
	'appointment.check-in',
	'appointment.cancel',
	'appointment.remark',
	'appointment.override',
	'block.write',
	'handover.read',
	'handover.write',
	'document.read',
	'document.write',
	'waitlist.read',
	'waitlist.write',
	'waitlist.offer',
	'waitlist.report',
	'waitlist-rule.write',
	'message.read',
	'message.write',
	'message-rule.write',
	'hours.read',
	'hours.write',
	'service.read',
	'service.write',
	'kiosk.write',
	'staff.read',
	'staff.write',
	'role.write',
	'settings.read',
	'settings.write',
	'site.write',
	'task.read',
	'task.write',
	'audit.read'
] as const;
export type Permission = (typeof PERMISSIONS)[number];

/**
 * `own`: what belongs to the practitioner or patient that the person is; `clinic`: all of the clinics the role was
 * given for (an assignment without a clinic holds at every one); `organization`: everywhere, and what belongs to no
 * clinic.
 */
export const SCOPES = ['own', 'clinic', 'organization'] as const;
export type Scope = (typeof SCOPES)[number];

export type Grants = Partial<Record<Permission, Scope>>;

export const BUILT_IN_ROLES = [
	'receptionist',
	'doctor',
	'clinic-administrator',
	'operations-manager',
	'support',
	'organization-administrator',
	'system-administrator',
	'patient',
	'visitor',
	'kiosk'
] as const;
export type BuiltInRole = (typeof BUILT_IN_ROLES)[number];

/** Roles of those who come from outside: nobody is given one. */
const OUTSIDERS = ['patient', 'visitor', 'kiosk'] as const satisfies BuiltInRole[];
export type StaffRole = Exclude<BuiltInRole, (typeof OUTSIDERS)[number]>;

/** @returns whether a role is of somebody from outside, who is no staff */
export function isOutsider(role: string): boolean {
	return (OUTSIDERS as readonly string[]).includes(role);
}

/** The built-in roles that accounts can be given. */
export const STAFF_ROLES: readonly StaffRole[] = BUILT_IN_ROLES.filter(
	(role): role is StaffRole => !isOutsider(role)
);

export const ROLE_TABLE: Record<BuiltInRole, Grants> = {
	receptionist: {
		// Patients wait for a time, wherever it becomes free.
		'waitlist.read': 'organization',
		'waitlist.write': 'organization',
		'waitlist.offer': 'clinic',
		'board.read': 'clinic',
		'people.read': 'clinic',
		// A patient belongs to the whole organization and may come to any of its clinics.
		'patient.search': 'organization',
		'history.read': 'clinic',
		'slot.search': 'clinic',
		'appointment.read': 'clinic',
		'appointment.book': 'clinic',
		'appointment.move': 'clinic',
		'appointment.set-status': 'clinic',
		'appointment.confirm': 'clinic',
		'appointment.cancel': 'clinic',
		'appointment.remark': 'clinic',
		'block.write': 'clinic',
		'handover.read': 'clinic',
		'handover.write': 'clinic',
		'document.read': 'clinic',
		'document.write': 'clinic',
		'message.read': 'clinic',
		'message.write': 'clinic',
		'hours.read': 'clinic',
		'service.read': 'organization',
		'task.read': 'clinic',
		'task.write': 'clinic'
	},
	doctor: {
		'board.read': 'clinic',
		'people.read': 'own',
		'history.read': 'own',
		'slot.search': 'clinic',
		'appointment.read': 'clinic',
		// Longer, or later when the day runs late; to nobody else's time.
		'appointment.move': 'own',
		'appointment.set-status': 'own',
		'appointment.remark': 'own',
		// Booking over others or outside hours is for those who answer for the day.
		'appointment.override': 'own',
		'block.write': 'own',
		// What the clinic's people tell each other of a day is theirs together.
		'handover.read': 'clinic',
		'handover.write': 'clinic',
		'document.read': 'own',
		'document.write': 'own',
		'hours.read': 'clinic',
		'service.read': 'organization'
	},
	'clinic-administrator': {
		'waitlist.read': 'organization',
		'waitlist.write': 'organization',
		'waitlist.offer': 'clinic',
		'waitlist.report': 'clinic',
		'board.read': 'clinic',
		'people.read': 'clinic',
		'patient.search': 'organization',
		'history.read': 'clinic',
		'slot.search': 'clinic',
		'appointment.read': 'clinic',
		'appointment.book': 'clinic',
		'appointment.move': 'clinic',
		'appointment.set-status': 'clinic',
		'appointment.confirm': 'clinic',
		'appointment.cancel': 'clinic',
		'appointment.remark': 'clinic',
		'appointment.override': 'clinic',
		'block.write': 'clinic',
		'handover.read': 'clinic',
		'handover.write': 'clinic',
		'document.read': 'clinic',
		'document.write': 'clinic',
		'message.read': 'clinic',
		'message.write': 'clinic',
		'message-rule.write': 'clinic',
		'hours.read': 'clinic',
		'hours.write': 'clinic',
		'service.read': 'organization',
		'kiosk.write': 'clinic',
		'staff.read': 'clinic',
		'staff.write': 'clinic',
		'task.read': 'clinic',
		'task.write': 'clinic'
	},
	// Numbers and hours, nobody's name.
	'operations-manager': {
		'waitlist.report': 'organization',
		'board.read': 'organization',
		'slot.search': 'organization',
		'appointment.read': 'organization',
		'hours.read': 'organization',
		'service.read': 'organization'
	},
	// Finds a visit for a caller who gives birth year and last digits; reads neither names nor notes.
	support: {
		'board.read': 'organization',
		'people.read-masked': 'organization',
		'slot.search': 'organization',
		'appointment.read': 'organization',
		'hours.read': 'organization',
		'service.read': 'organization'
	},
	'organization-administrator': {
		'waitlist.read': 'organization',
		'waitlist.write': 'organization',
		'waitlist.offer': 'organization',
		'waitlist.report': 'organization',
		'waitlist-rule.write': 'organization',
		'board.read': 'organization',
		'people.read': 'organization',
		'patient.search': 'organization',
		'history.read': 'organization',
		'slot.search': 'organization',
		'appointment.read': 'organization',
		'appointment.book': 'organization',
		'appointment.move': 'organization',
		'appointment.set-status': 'organization',
		'appointment.confirm': 'organization',
		'appointment.cancel': 'organization',
		'appointment.remark': 'organization',
		'appointment.override': 'organization',
		'block.write': 'organization',
		'handover.read': 'organization',
		'handover.write': 'organization',
		'document.read': 'organization',
		'document.write': 'organization',
		'message.read': 'organization',
		'message.write': 'organization',
		'message-rule.write': 'organization',
		'hours.read': 'organization',
		'hours.write': 'organization',
		'service.read': 'organization',
		'service.write': 'organization',
		'kiosk.write': 'organization',
		'staff.read': 'organization',
		'staff.write': 'organization',
		'role.write': 'organization',
		'settings.read': 'organization',
		'settings.write': 'organization',
		'site.write': 'organization',
		'task.read': 'organization',
		'task.write': 'organization',
		'audit.read': 'organization'
	},
	// Keeps sign-in and the audit running, and has no business with patients.
	'system-administrator': {
		'staff.read': 'organization',
		'settings.read': 'organization',
		'settings.write': 'organization',
		'audit.read': 'organization'
	},
	patient: {
		'waitlist.read': 'own',
		'waitlist.write': 'own',
		'people.read': 'own',
		'patient.write': 'own',
		'patient.export': 'own',
		'slot.search': 'organization',
		'appointment.read': 'own',
		'appointment.book': 'own',
		'appointment.move': 'own',
		'appointment.cancel': 'own',
		'appointment.confirm': 'own',
		'appointment.check-in': 'own'
	},
	// A stranger on the public site, before it is known who it is. Only commands of domain/booking act as one.
	visitor: {
		'waitlist.write': 'organization',
		'slot.search': 'organization',
		'appointment.book': 'organization'
	},
	// A screen at a clinic's entrance, on which patients say that they are here. It tells nobody who comes.
	kiosk: {
		'appointment.check-in': 'clinic'
	}
};

/** @returns what an assignment's role may do; nothing for a role that nobody knows. */
export function grantsOf(assignment: { role: string; grants?: Grants }): Grants {
	if (assignment.grants) return assignment.grants;
	return Object.hasOwn(ROLE_TABLE, assignment.role)
		? ROLE_TABLE[assignment.role as BuiltInRole]
		: {};
}
