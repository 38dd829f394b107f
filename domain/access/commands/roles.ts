/** Making, changing and removing the roles of an organization's own. */
import { and, eq, sql } from 'drizzle-orm';
import type { Database } from '../../../db/database.ts';
import { identityProviders, roleAssignments, roles } from '../../../db/schema/index.ts';
import { SQL_STATE, sqlStateOf } from '../../../db/sql-state.ts';
import { forActor, type Transaction } from '../../../db/transaction.ts';
import { accept, refuse, type Result } from '../../scheduling/refusals.ts';
import type { Actor } from '../actor.ts';
import { authorize } from '../authorize.ts';
import { mayManage } from '../manage-account.ts';
import { keyFromName, type OwnRoleInput } from '../own-role.ts';
import { PERMISSIONS, type Grants } from '../permissions.ts';
import { readOwnRoles } from '../queries/account-roles.ts';
import { keepAnAdministrator, refusable } from './administrators.ts';
import { audit } from './audit.ts';

/**
 * Makes a role, or changes one; whoever has it has what it allows from then on, and open boards follow.
 * @returns its key; `not-allowed` for whoever may not do what the role allows, before or after
 */
export function saveRole(
	database: Database,
	actor: Actor,
	{ key: known, name, grants }: OwnRoleInput
): Promise<Result<{ key: string }>> {
	const { organizationId } = actor;
	if (!mayWriteRole(actor, grants)) return Promise.resolve(refuse('not-allowed'));
	return refusable(() =>
		forActor(database, actor, async (transaction) => {
			await oneAfterAnother(transaction, organizationId);
			const own = await readOwnRoles(transaction, organizationId);
			const before = own.find(({ key }) => key === known);
			if (known !== undefined && !before) return refuse('not-found', { field: 'key' });
			if (before && !mayWriteRole(actor, before.grants)) return refuse('not-allowed');
			if (own.some((role) => role.key !== known && sameName(role.name, name))) {
				return refuse('invalid', { field: 'name' });
			}
			const key = known ?? keyFromName(name, new Set(own.map((role) => role.key)));
			await transaction
				.insert(roles)
				.values({ organizationId, key, name, grants })
				.onConflictDoUpdate({ target: [roles.organizationId, roles.key], set: { name, grants } });
			await keepAnAdministrator(transaction, organizationId);
			await audit(transaction, actor, {
				kind: 'role-saved',
				subject: { kind: 'role', id: key },
				detail: { isNew: before === undefined, changed: changedGrants(before?.grants, grants) }
			});
			return accept({ key });
		})
	);
}

/** Takes a role away that nobody has. */
export async function removeRole(
	database: Database,
	actor: Actor,
	key: string
): Promise<Result<null>> {
	const { organizationId } = actor;
	if (!mayWriteRole(actor, {})) return refuse('not-allowed');
	try {
		return await forActor(database, actor, async (transaction) => {
			await oneAfterAnother(transaction, organizationId);
			const own = await readOwnRoles(transaction, organizationId);
			const found = own.find((role) => role.key === key);
			if (!found) return refuse('not-found', { field: 'key' });
			if (!mayWriteRole(actor, found.grants)) return refuse('not-allowed');
			if (await isInUse(transaction, organizationId, key)) return refuse('role-in-use');
			await transaction
				.delete(roles)
				.where(and(eq(roles.organizationId, organizationId), eq(roles.key, key)));
			await audit(transaction, actor, { kind: 'role-removed', subject: { kind: 'role', id: key } });
			return accept(null);
		});
	} catch (fault) {
		// Somebody was given it at this moment (trigger `roles_in_use`).
		if (sqlStateOf(fault) === SQL_STATE.foreignKeyViolation) return refuse('role-in-use');
		throw fault;
	}
}

/** Nobody makes a role with which somebody could do more than they may themselves. */
function mayWriteRole(actor: Actor, grants: Grants): boolean {
	const { organizationId } = actor;
	const everywhere = { organizationId, clinicId: null, practitionerId: null };
	const role = { role: 'own-role', clinicId: null, practitionerId: null, grants };
	return authorize(actor, 'role.write', everywhere) && mayManage(actor, organizationId, [role]);
}

/** Somebody has it, or the organization's provider gives it. */
async function isInUse(
	transaction: Transaction,
	organizationId: string,
	key: string
): Promise<boolean> {
	const holders = await transaction
		.select({ id: roleAssignments.id })
		.from(roleAssignments)
		.where(and(eq(roleAssignments.organizationId, organizationId), eq(roleAssignments.role, key)))
		.limit(1);
	if (holders.length > 0) return true;
	const [provider] = await transaction
		.select({ rules: identityProviders.roleRules })
		.from(identityProviders)
		.where(eq(identityProviders.organizationId, organizationId));
	return provider?.rules.some(({ role }) => role === key) ?? false;
}

async function oneAfterAnother(transaction: Transaction, organizationId: string): Promise<void> {
	await transaction.execute(
		sql`SELECT pg_advisory_xact_lock(hashtextextended(${`roles/${organizationId}`}, 3))`
	);
}

const sameName = (a: string, b: string) => a.toLowerCase() === b.toLowerCase();

/** `people.read: own → clinic`; what was not allowed is `none`. */
function changedGrants(before: Grants = {}, after: Grants): string[] {
	return PERMISSIONS.filter((permission) => before[permission] !== after[permission]).map(
		(permission) =>
			`${permission}: ${before[permission] ?? 'none'} → ${after[permission] ?? 'none'}`
	);
}
