/** Who may look after whose account. Nobody hands out, or takes hold of, more than they may do themselves. */
import type { Actor, RoleAssignment } from './actor.ts';
import { BUILT_IN_ROLES, grantsOf, type Permission, type Scope } from './permissions.ts';

/** Whoever sees it all may also see it masked. */
const CONTAINED_IN: Partial<Record<Permission, Permission>> = {
	'people.read-masked': 'people.read'
};

/**
 * Whether `actor` may manage an account that has these roles, or give it these roles: `staff.write` has to reach each
 * of them, at its clinic or, for one without a clinic, in the whole organization; and each thing that the roles allow
 * has to be the actor's own to do, at the same places.
 * @param roles all of the account's; an account without any belongs to no clinic. A role that the organization made
 *   has to bring its `grants`: without them nobody knows what it would give away.
 */
export function mayManage(
	actor: Actor,
	organizationId: string,
	roles: readonly RoleAssignment[]
): boolean {
	if (actor.organizationId !== organizationId) return false;
	if (roles.length === 0) return holds(actor, 'staff.write', 'organization', NOWHERE);
	return roles.every((given) => {
		const reach = given.clinicId === null ? 'organization' : 'clinic';
		return (
			isKnown(given) &&
			holds(actor, 'staff.write', reach, given) &&
			Object.entries(grantsOf(given)).every(([permission, scope]) =>
				holds(actor, permission as Permission, scope, given)
			)
		);
	});
}

const NOWHERE: RoleAssignment = { role: '', clinicId: null, practitionerId: null };

function isKnown({ role, grants }: RoleAssignment): boolean {
	return grants !== undefined || (BUILT_IN_ROLES as readonly string[]).includes(role);
}

/** @returns whether the actor may do all that `permission` in `scope` allows whoever has the role `given` */
function holds(actor: Actor, permission: Permission, scope: Scope, given: RoleAssignment): boolean {
	const wider = CONTAINED_IN[permission];
	return actor.roles.some((held) => {
		const grants = grantsOf(held);
		return [permission, wider].some((one) => {
			const heldScope = one && grants[one];
			return heldScope !== undefined && contains(heldScope, held, scope, given);
		});
	});
}

function contains(
	heldScope: Scope,
	held: RoleAssignment,
	scope: Scope,
	given: RoleAssignment
): boolean {
	if (heldScope === 'organization') return true;
	if (scope === 'organization') return false;
	if (held.clinicId !== null && held.clinicId !== given.clinicId) return false;
	if (heldScope === 'clinic') return true;
	return scope === 'own' && isSamePerson(held, given);
}

/** Whose things they may touch is the same person's; roles of nobody in particular touch nothing. */
function isSamePerson(held: RoleAssignment, given: RoleAssignment): boolean {
	return (
		held.practitionerId === given.practitionerId &&
		(held.patientId ?? null) === (given.patientId ?? null)
	);
}
