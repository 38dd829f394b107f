/** What somebody else may do: for those who look after accounts. */
import { and, asc, eq } from 'drizzle-orm';
import type { Database } from '../../../db/database.ts';
import { roleAssignments, roles, users } from '../../../db/schema/index.ts';
import { forActor, type Transaction } from '../../../db/transaction.ts';
import type { Actor, RoleAssignment } from '../actor.ts';

/** @returns all roles of an account, those that the organization made with what they allow; `null`: no such account */
export async function rolesOf(
	transaction: Transaction,
	organizationId: string,
	userId: string
): Promise<RoleAssignment[] | null> {
	const rows = await transaction
		.select({ assignment: roleAssignments, own: roles })
		.from(users)
		.leftJoin(
			roleAssignments,
			and(
				eq(roleAssignments.organizationId, users.organizationId),
				eq(roleAssignments.userId, users.id)
			)
		)
		.leftJoin(
			roles,
			and(eq(roles.organizationId, users.organizationId), eq(roles.key, roleAssignments.role))
		)
		.where(and(eq(users.organizationId, organizationId), eq(users.id, userId)))
		.orderBy(asc(roleAssignments.id));
	if (rows.length === 0) return null;
	return rows.flatMap(({ assignment, own }) => {
		if (assignment === null) return [];
		const { role, clinicId, practitionerId, patientId } = assignment;
		const made = own === null ? {} : { grants: own.grants, roleName: own.name };
		return [{ role, clinicId, practitionerId, patientId, ...made }];
	});
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
