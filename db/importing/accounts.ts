/** The organization of an import, and its accounts. */
import { and, eq, inArray } from 'drizzle-orm';
import type { RoleAssignment } from '../../domain/access/actor.ts';
import type { Database } from '../database.ts';
import { organizations, roleAssignments, users } from '../schema/index.ts';
import { findingOrganization, type Transaction } from '../transaction.ts';

export interface OrganizationRow {
	id: string;
	name: string;
}

/** @returns the organization that files call `key`, or `null`. */
export async function findOrganization(
	database: Database,
	key: string
): Promise<OrganizationRow | null> {
	const [found] = await findingOrganization(database, (transaction) =>
		transaction
			.select({ id: organizations.id, name: organizations.name })
			.from(organizations)
			.where(eq(organizations.importKey, key))
	);
	return found ?? null;
}

export async function insertOrganization(
	transaction: Transaction,
	row: OrganizationRow & { key: string }
): Promise<void> {
	await transaction
		.insert(organizations)
		.values({ id: row.id, name: row.name, importKey: row.key });
}

export async function renameOrganization(
	transaction: Transaction,
	{ id, name }: OrganizationRow
): Promise<void> {
	await transaction.update(organizations).set({ name }).where(eq(organizations.id, id));
}

export interface StoredAccount {
	id: string;
	organizationId: string;
	email: string;
	name: string;
}

/** @returns the accounts with these addresses, of whatever organization. */
export async function findAccounts(
	database: Database,
	emails: readonly string[]
): Promise<StoredAccount[]> {
	if (emails.length === 0) return [];
	return findingOrganization(database, (transaction) =>
		transaction
			.select({
				id: users.id,
				organizationId: users.organizationId,
				email: users.email,
				name: users.name
			})
			.from(users)
			.where(inArray(users.email, [...emails]))
	);
}

/** @returns the roles of every account of the organization. */
export async function readRoles(
	transaction: Transaction,
	organizationId: string
): Promise<Map<string, RoleAssignment[]>> {
	const rows = await transaction
		.select()
		.from(roleAssignments)
		.where(eq(roleAssignments.organizationId, organizationId));
	return Map.groupBy(rows, (row) => row.userId);
}

export interface AccountRow {
	id: string;
	email: string;
	name: string;
	/** `null`: an account that exists keeps its password. */
	passwordHash: string | null;
	roles: readonly RoleAssignment[];
}

/** Adds an account, or gives an existing one its name and roles. */
export async function storeAccount(
	transaction: Transaction,
	organizationId: string,
	{ id, email, name, passwordHash, roles }: AccountRow
): Promise<void> {
	if (passwordHash !== null) {
		await transaction.insert(users).values({ organizationId, id, email, name, passwordHash });
	} else {
		await transaction
			.update(users)
			.set({ name })
			.where(and(eq(users.organizationId, organizationId), eq(users.id, id)));
		await transaction
			.delete(roleAssignments)
			.where(
				and(eq(roleAssignments.organizationId, organizationId), eq(roleAssignments.userId, id))
			);
	}
	await transaction
		.insert(roleAssignments)
		.values(
			roles.map((role) => ({ ...role, organizationId, id: crypto.randomUUID(), userId: id }))
		);
}
