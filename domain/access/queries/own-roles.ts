/** The organization's own roles, for the page that shows and changes them. */
import { and, count, countDistinct, eq } from 'drizzle-orm';
import type { Database } from '../../../db/database.ts';
import { roleAssignments, users } from '../../../db/schema/index.ts';
import { forActor } from '../../../db/transaction.ts';
import type { Actor } from '../actor.ts';
import { authorize } from '../authorize.ts';
import { mayManage } from '../manage-account.ts';
import type { OwnRole } from '../own-role.ts';
import { readOwnRoles } from './account-roles.ts';

/** @returns the roles, by name. The caller has seen to it that the actor may see them. */
export async function readRolesPage(database: Database, actor: Actor): Promise<OwnRole[]> {
	const { organizationId } = actor;
	const everywhere = { organizationId, clinicId: null, practitionerId: null };
	const mayWrite = authorize(actor, 'role.write', everywhere);
	return forActor(database, actor, async (transaction) => {
		const own = await readOwnRoles(transaction, organizationId);
		const counts = await transaction
			.select({ role: roleAssignments.role, accounts: countDistinct(roleAssignments.userId) })
			.from(roleAssignments)
			.where(eq(roleAssignments.organizationId, organizationId))
			.groupBy(roleAssignments.role);
		return own.map(({ key, name, grants }) => ({
			...{ key, name, grants },
			accounts: counts.find(({ role }) => role === key)?.accounts ?? 0,
			manageable:
				mayWrite &&
				mayManage(actor, organizationId, [
					{ role: key, clinicId: null, practitionerId: null, grants }
				])
		}));
	});
}

/** @returns the names of the accounts that have a role, closed ones too */
export function holdersOf(database: Database, actor: Actor, key: string): Promise<string[]> {
	const { organizationId } = actor;
	return forActor(database, actor, async (transaction) => {
		const rows = await transaction
			.select({ name: users.name, roles: count() })
			.from(roleAssignments)
			.innerJoin(
				users,
				and(
					eq(users.organizationId, roleAssignments.organizationId),
					eq(users.id, roleAssignments.userId)
				)
			)
			.where(and(eq(roleAssignments.organizationId, organizationId), eq(roleAssignments.role, key)))
			.groupBy(users.id, users.name)
			.orderBy(users.name);
		return rows.map(({ name }) => name);
	});
}
