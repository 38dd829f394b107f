/** Who may look after whose account: nobody hands out more than they may do themselves. */
import type { Actor, RoleAssignment } from './actor.ts';
import { BUILT_IN_ROLES, grantsOf, type Permission, type Scope } from './permissions.ts';

/** Whoever may see it all may see it masked. */
const COVERED_BY: Partial<Record<Permission, Permission>> = { 'people.read-masked': 'people.read' };

/**
 * @param roles of an account, those it has or those it is to have; a role that the organization made brings its
 *   `grants` along. An account without roles belongs to no clinic: it is for those who manage everybody.
 * @returns whether `actor` may manage it: `staff.write` reaches every one of the roles, and whatever a role allows,
 *   the actor may do as well, at the same places
 */
export function mayManage(
	actor: Actor,
	organizationId: string,
	roles: readonly RoleAssignment[]
): boolean {
	if (actor.organizationId !== organizationId) return false;
	if (roles.length === 0) return covers(actor, 'staff.write', 'organization', NOBODY);
	return roles.every((role) => {
		const isKnown =
			role.grants !== undefined || (BUILT_IN_ROLES as readonly string[]).includes(role.role);
		const reach = role.clinicId === null ? 'organization' : 'clinic';
		return (
			isKnown &&
			covers(actor, 'staff.write', reach, role) &&
			Object.entries(grantsOf(role)).every(([permission, scope]) =>
				covers(actor, permission as Permission, scope, role)
			)
		);
	});
}

const NOBODY: RoleAssignment = { role: '', clinicId: null, practitionerId: null };

/** @returns whether the actor may do everything that `permission` in `scope` allows whoever has the role `given` */
function covers(
	actor: Actor,
	permission: Permission,
	scope: Scope,
	given: RoleAssignment
): boolean {
	const enough = [permission, COVERED_BY[permission]].filter((one) => one !== undefined);
	return actor.roles.some((held) => {
		const grants = grantsOf(held);
		return enough.some(
			(one) => grants[one] !== undefined && isWider(grants[one], held, scope, given)
		);
	});
}

function isWider(heldScope: Scope, held: RoleAssignment, scope: Scope, given: RoleAssignment) {
	if (heldScope === 'organization') return true;
	if (scope === 'organization') return false;
	if (held.clinicId !== null && held.clinicId !== given.clinicId) return false;
	if (heldScope === 'clinic') return true;
	// Own things of the same person; a role of nobody in particular reaches nothing.
	return (
		scope === 'own' &&
		held.practitionerId === given.practitionerId &&
		(held.patientId ?? null) === (given.patientId ?? null)
	);
}
