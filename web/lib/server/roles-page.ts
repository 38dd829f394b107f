/** The page of roles: what each may do, and the organization's own ones. */
import { z } from 'zod';
import type { Actor } from '#domain/access/actor.ts';
import { authorize } from '#domain/access/authorize.ts';
import { removeRole, saveRole } from '#domain/access/commands/roles.ts';
import { mayManage } from '#domain/access/manage-account.ts';
import { ownRoleSchema, roleKey } from '#domain/access/own-role.ts';
import { PERMISSION_WORDS } from '#domain/access/permission-words.ts';
import { PERMISSIONS, type Permission, type Scope } from '#domain/access/permissions.ts';
import { holdersOf, readRolesPage } from '#domain/access/queries/own-roles.ts';
import { refuse, type Result } from '#domain/scheduling/refusals.ts';
import { database } from './database.ts';
import { organizationAction } from './organization-actions.ts';
import { organizationFrame } from './organization-frame.ts';

export async function rolesPage(actor: Actor) {
	const frame = await organizationFrame(actor, 'roles');
	const roles = await readRolesPage(database(), actor);
	return { frame, roles, canWrite: mayWrite(actor), givable: givable(actor) };
}

function mayWrite(actor: Actor): boolean {
	const { organizationId } = actor;
	return authorize(actor, 'role.write', { organizationId, clinicId: null, practitionerId: null });
}

/** How far whoever looks may let a role reach: nobody gives more than they have. */
function givable(actor: Actor): Record<Permission, Scope[]> {
	const scopesOf = (permission: Permission) =>
		PERMISSION_WORDS[permission].scopes.filter((scope) =>
			mayManage(actor, actor.organizationId, [
				{ role: 'own-role', clinicId: null, practitionerId: null, grants: { [permission]: scope } }
			])
		);
	return Object.fromEntries(
		PERMISSIONS.map((permission) => [permission, scopesOf(permission)])
	) as Record<Permission, Scope[]>;
}

export const ROLES_ACTIONS = {
	save: organizationAction(ownRoleSchema, saveRole, async ({ code, field }) => {
		if (code === 'invalid' && field === 'name') return 'Another role has this name already.';
		if (code !== 'not-allowed') return undefined;
		return 'You can only make roles, and allow only what you may do yourself.';
	}),
	remove: organizationAction(
		z.strictObject({ key: roleKey }),
		async (db, actor, { key }): Promise<Result<null>> => {
			const removed = await removeRole(db, actor, key);
			// Who has it is told below, by the key that was asked for.
			return removed.ok || removed.refusal.code !== 'role-in-use'
				? removed
				: refuse('role-in-use', { field: key });
		},
		async ({ code, field }, actor) =>
			code === 'role-in-use' && field ? holderWords(actor, field) : undefined
	)
};

const NAMED = 5;

async function holderWords(actor: Actor, key: string): Promise<string> {
	const names = await holdersOf(database(), actor, key);
	if (names.length === 0) {
		return 'Single sign-on still gives this role. Please take it out of the rules there first.';
	}
	const more = names.length - NAMED;
	const listed = [...names.slice(0, NAMED), ...(more > 0 ? [`${more} more`] : [])];
	const who = new Intl.ListFormat('en-GB').format(listed);
	return `${who} ${names.length === 1 ? 'has' : 'have'} this role. Please give them another one first.`;
}
