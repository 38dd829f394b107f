/** The one table of permission × role × scope, and the one function that reads it. Default deny. */
import type { Actor, Role } from './actor.ts';

export const PERMISSIONS = [
	'board.read',
	'people.read',
	'patient.search',
	'history.read',
	'appointment.book',
	'appointment.move',
	'appointment.set-status',
	'appointment.cancel',
	'appointment.remark',
	'appointment.override',
	'block.write',
	'hours.read',
	'hours.write',
	'service.write'
] as const;
export type Permission = (typeof PERMISSIONS)[number];

/**
 * `own`: what belongs to the practitioner that the person is; `clinic`: all of the clinics the role was given for
 * (an assignment without a clinic holds at every one of the organization).
 */
type Scope = 'own' | 'clinic';

const TABLE: Record<Permission, Partial<Record<Role, Scope>>> = {
	'board.read': {
		receptionist: 'clinic',
		doctor: 'clinic',
		administrator: 'clinic'
	},
	'people.read': {
		receptionist: 'clinic',
		doctor: 'own',
		administrator: 'clinic'
	},
	'patient.search': { receptionist: 'clinic', administrator: 'clinic' },
	'history.read': {
		receptionist: 'clinic',
		doctor: 'own',
		administrator: 'clinic'
	},
	'appointment.book': { receptionist: 'clinic', administrator: 'clinic' },
	'appointment.move': { receptionist: 'clinic', administrator: 'clinic' },
	'appointment.set-status': {
		receptionist: 'clinic',
		doctor: 'own',
		administrator: 'clinic'
	},
	'appointment.cancel': { receptionist: 'clinic', administrator: 'clinic' },
	'appointment.remark': {
		receptionist: 'clinic',
		doctor: 'own',
		administrator: 'clinic'
	},
	// Booking over others or outside hours: for those who answer for the day.
	'appointment.override': { doctor: 'own', administrator: 'clinic' },
	'block.write': {
		receptionist: 'clinic',
		doctor: 'own',
		administrator: 'clinic'
	},
	'hours.read': { receptionist: 'clinic', doctor: 'clinic', administrator: 'clinic' },
	'hours.write': { administrator: 'clinic' },
	'service.write': { administrator: 'clinic' }
};

/** What the permission is asked for. */
export interface Subject {
	organizationId: string;
	/** `null`: the organization as a whole (searching patients). Any assignment of a fitting role will do. */
	clinicId: string | null;
	/** Whose visit or time it is; `null` when it is nobody's or everybody's. */
	practitionerId: string | null;
}

/** @returns whether `actor` has `permission` over `subject`. */
export function authorize(actor: Actor, permission: Permission, subject: Subject): boolean {
	if (actor.organizationId !== subject.organizationId) return false;
	return actor.roles.some((assignment) => {
		const scope = TABLE[permission][assignment.role];
		if (scope === undefined) return false;
		const atClinic =
			assignment.clinicId === null ||
			subject.clinicId === null ||
			assignment.clinicId === subject.clinicId;
		if (!atClinic) return false;
		return (
			scope === 'clinic' ||
			(assignment.practitionerId !== null && assignment.practitionerId === subject.practitionerId)
		);
	});
}

/**
 * @returns whose visits `actor` may read with `permission` at a clinic: everybody's (`'all'`), those of the
 *   practitioners listed, or nobody's (an empty list). For queries and documents that hold many rows.
 */
export function readableScope(
	actor: Actor,
	permission: Permission,
	clinicId: string
): 'all' | string[] {
	const everybody = {
		organizationId: actor.organizationId,
		clinicId,
		practitionerId: null
	};
	if (authorize(actor, permission, everybody)) return 'all';
	return actor.roles
		.map((assignment) => assignment.practitionerId)
		.filter((own): own is string => own !== null)
		.filter((own) => authorize(actor, permission, { ...everybody, practitionerId: own }));
}
