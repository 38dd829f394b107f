/** The one function that says who may do what. Everything that a person, a socket, a job or an export does asks it. */
import type { Actor, RoleAssignment } from './actor.ts';
import { grantsOf, type Permission, type Scope } from './permissions.ts';

/** What the permission is asked for. */
export interface Subject {
	organizationId: string;
	/** `null`: what belongs to no clinic, or to all of them: services, settings, searching patients. */
	clinicId: string | null;
	/** Whose visit or time it is; `null` when it is nobody's or everybody's. */
	practitionerId: string | null;
	/** Whom it is about. */
	patientId?: string | null;
}

/** @returns whether `actor` has `permission` over `subject`. */
export function authorize(
	actor: Pick<Actor, 'organizationId' | 'roles'>,
	permission: Permission,
	subject: Subject
): boolean {
	if (actor.organizationId !== subject.organizationId) return false;
	return actor.roles.some((assignment) => {
		const scope = grantsOf(assignment)[permission];
		return scope !== undefined && reaches(scope, assignment, subject);
	});
}

function reaches(scope: Scope, assignment: RoleAssignment, subject: Subject): boolean {
	if (scope === 'organization') return true;
	const { clinicId, practitionerId, patientId = null } = assignment;
	if (clinicId !== null && clinicId !== subject.clinicId) return false;
	if (scope === 'clinic') return true;
	return (
		(practitionerId !== null && practitionerId === subject.practitionerId) ||
		(patientId !== null && patientId === subject.patientId)
	);
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
