/** Which roles accounts have, with what the organization's own ones allow; for those who look after accounts. */
import { and, asc, eq, inArray, isNotNull, or } from 'drizzle-orm';
import type { Database } from '../../../db/database.ts';
import { providerIdentities, roleAssignments, roles, users } from '../../../db/schema/index.ts';
import { forActor, type Transaction } from '../../../db/transaction.ts';
import type { Actor, RoleAssignment } from '../actor.ts';
import type { Grants } from '../permissions.ts';

export interface StoredAssignment extends RoleAssignment {
	id: string;
	userId: string;
}

/** @returns assignments of all accounts of the organization, or of those named, in a lasting order */
export async function readAssignments(
	transaction: Transaction,
	organizationId: string,
	userIds?: readonly string[]
): Promise<StoredAssignment[]> {
	const rows = await transaction
		.select({
			...{ id: roleAssignments.id, userId: roleAssignments.userId, role: roleAssignments.role },
			...{ clinicId: roleAssignments.clinicId, practitionerId: roleAssignments.practitionerId },
			...{ patientId: roleAssignments.patientId, grants: roles.grants, roleName: roles.name }
		})
		.from(roleAssignments)
		.leftJoin(
			roles,
			and(
				eq(roles.organizationId, roleAssignments.organizationId),
				eq(roles.key, roleAssignments.role)
			)
		)
		.where(
			and(
				eq(roleAssignments.organizationId, organizationId),
				userIds === undefined ? undefined : inArray(roleAssignments.userId, [...userIds])
			)
		)
		.orderBy(asc(roleAssignments.id));
	return rows.map(({ grants, roleName, ...row }) => ({
		...row,
		...(grants === null ? {} : { grants }),
		...(roleName === null ? {} : { roleName })
	}));
}

/** @returns the organization's own roles, by name */
export async function readOwnRoles(
	transaction: Transaction,
	organizationId: string
): Promise<{ key: string; name: string; grants: Grants }[]> {
	return transaction
		.select({ key: roles.key, name: roles.name, grants: roles.grants })
		.from(roles)
		.where(eq(roles.organizationId, organizationId))
		.orderBy(asc(roles.name), asc(roles.key));
}

/** @returns the roles of everybody who can sign in, account by account */
export async function rolesInForce(
	transaction: Transaction,
	organizationId: string
): Promise<RoleAssignment[][]> {
	const accounts = await transaction
		.select({ id: users.id })
		.from(users)
		.leftJoin(
			providerIdentities,
			and(
				eq(providerIdentities.organizationId, users.organizationId),
				eq(providerIdentities.userId, users.id)
			)
		)
		.where(
			and(
				eq(users.organizationId, organizationId),
				eq(users.active, true),
				or(isNotNull(users.passwordHash), isNotNull(providerIdentities.userId))
			)
		);
	const canSignIn = new Set(accounts.map(({ id }) => id));
	const assignments = await readAssignments(transaction, organizationId);
	const byAccount = Map.groupBy(assignments, ({ userId }) => userId);
	return [...byAccount].filter(([id]) => canSignIn.has(id)).map(([, list]) => list);
}

/** @returns all roles of an account; `null`: no such account */
export async function rolesOf(
	transaction: Transaction,
	organizationId: string,
	userId: string
): Promise<RoleAssignment[] | null> {
	const [account] = await transaction
		.select({ id: users.id })
		.from(users)
		.where(and(eq(users.organizationId, organizationId), eq(users.id, userId)));
	return account ? readAssignments(transaction, organizationId, [userId]) : null;
}

/** @returns to whom a mail about an account goes; `null`: there is no such account */
export async function readRecipient(
	database: Database,
	actor: Actor,
	userId: string
): Promise<{ email: string; name: string } | null> {
	const [found] = await forActor(database, actor, (transaction) =>
		transaction
			.select({ email: users.email, name: users.name })
			.from(users)
			.where(and(eq(users.organizationId, actor.organizationId), eq(users.id, userId)))
	);
	return found ?? null;
}
