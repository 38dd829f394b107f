/** The accounts that somebody may see, and what may be done with them. */
import { and, asc, eq, gt, isNotNull, max, sql } from 'drizzle-orm';
import type { Database } from '../../../db/database.ts';
import {
	clinics,
	practitioners,
	providerIdentities,
	secondFactors,
	sessions,
	users
} from '../../../db/schema/index.ts';
import { forActor, type Transaction } from '../../../db/transaction.ts';
import { accept, refuse, type Result } from '../../scheduling/refusals.ts';
import type { Actor, RoleAssignment } from '../actor.ts';
import { authorize } from '../authorize.ts';
import { mayManage } from '../manage-account.ts';
import { ROLE_WORDS } from '../role-words.ts';
import {
	needsPractitioner,
	type RoleChoice,
	type SignInWay,
	type StaffAccount,
	type StaffDirectory
} from '../staff.ts';
import { readAssignments, readOwnRoles } from './account-roles.ts';
import { isOutsider, STAFF_ROLES } from '../permissions.ts';

/** @returns the accounts of everybody who works where the actor may see the staff, by name */
export async function readStaff(database: Database, actor: Actor): Promise<Result<StaffDirectory>> {
	const { organizationId } = actor;
	const reads = (clinicId: string | null) =>
		authorize(actor, 'staff.read', { organizationId, clinicId, practitionerId: null });
	return forActor(database, actor, async (transaction) => {
		const places = await transaction
			.select({ id: clinics.id, name: clinics.name })
			.from(clinics)
			.where(eq(clinics.organizationId, organizationId))
			.orderBy(asc(clinics.name));
		if (!reads(null) && !places.some(({ id }) => reads(id))) return refuse('not-allowed');
		const doctors = await transaction
			.select({ id: practitioners.id, name: practitioners.name })
			.from(practitioners)
			.where(eq(practitioners.organizationId, organizationId))
			.orderBy(asc(practitioners.name));
		const assignments = Map.groupBy(
			await readAssignments(transaction, organizationId),
			({ userId }) => userId
		);
		const facts = await signInFacts(transaction, organizationId);
		const rows = await transaction
			.select()
			.from(users)
			.where(eq(users.organizationId, organizationId))
			.orderBy(asc(users.name), asc(users.email));
		const accounts = rows.flatMap((row): StaffAccount[] => {
			const all = assignments.get(row.id) ?? [];
			const staffRoles = all.filter(({ role }) => !isOutsider(role));
			if (all.length > 0 && staffRoles.length === 0) return [];
			// Whoever works everywhere works here as well.
			const isSeen = staffRoles.some(({ clinicId }) => clinicId === null || reads(clinicId));
			if (!isSeen && !reads(null)) return [];
			const { id, name, email, active, passwordHash } = row;
			const signIn: SignInWay =
				passwordHash !== null ? 'password' : facts.provider.has(id) ? 'provider' : 'invited';
			return [
				{
					...{ id, name, email, active, signIn },
					roles: staffRoles.map(({ id: _, userId: __, ...role }) => role),
					secondFactor: facts.secondFactor.has(id),
					lastUsedAt: facts.lastUsedAt.get(id) ?? null,
					isSelf: id === actor.userId,
					manageable: mayManage(actor, organizationId, all)
				}
			];
		});
		const choices = await roleChoices(transaction, actor, places);
		return accept({ accounts, clinics: places, practitioners: doctors, choices });
	});
}

async function signInFacts(transaction: Transaction, organizationId: string) {
	const identities = await transaction
		.selectDistinct({ id: providerIdentities.userId })
		.from(providerIdentities)
		.where(eq(providerIdentities.organizationId, organizationId));
	const factors = await transaction
		.select({ id: secondFactors.userId })
		.from(secondFactors)
		.where(
			and(eq(secondFactors.organizationId, organizationId), isNotNull(secondFactors.confirmedAt))
		);
	const used = await transaction
		.select({ id: sessions.userId, at: max(sessions.lastUsedAt) })
		.from(sessions)
		.where(and(eq(sessions.organizationId, organizationId), gt(sessions.expiresAt, sql`now()`)))
		.groupBy(sessions.userId);
	return {
		provider: new Set(identities.map(({ id }) => id)),
		secondFactor: new Set(factors.map(({ id }) => id)),
		lastUsedAt: new Map(used.map(({ id, at }) => [id, at!.getTime()]))
	};
}

async function roleChoices(
	transaction: Transaction,
	actor: Actor,
	places: readonly { id: string }[]
): Promise<RoleChoice[]> {
	const own = await readOwnRoles(transaction, actor.organizationId);
	const known: (Pick<RoleAssignment, 'role' | 'grants'> & { name: string })[] = [
		...STAFF_ROLES.map((role) => ({ role, name: ROLE_WORDS[role] })),
		...own.map(({ key, name, grants }) => ({ role: key, name, grants }))
	];
	return known.flatMap(({ name, ...role }) => {
		const clinicIds = [null, ...places.map(({ id }) => id)].filter((clinicId) =>
			mayManage(actor, actor.organizationId, [{ ...role, clinicId, practitionerId: null }])
		);
		const choice = { name, role: role.role, needsPractitioner: needsPractitioner(role), clinicIds };
		return clinicIds.length === 0 ? [] : [choice];
	});
}
