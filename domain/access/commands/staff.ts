/** Making, changing, closing and reopening the accounts of an organization's people. */
import { and, eq, inArray, isNull, sql } from 'drizzle-orm';
import type { Database } from '../../../db/database.ts';
import {
	accountLinks,
	pendingSignIns,
	practitioners,
	clinics,
	roleAssignments,
	users
} from '../../../db/schema/index.ts';
import { SQL_STATE, sqlStateOf } from '../../../db/sql-state.ts';
import { forActor, type Transaction } from '../../../db/transaction.ts';
import { accept, refuse, type Result } from '../../scheduling/refusals.ts';
import type { Actor, RoleAssignment } from '../actor.ts';
import { mayManage } from '../manage-account.ts';
import { BUILT_IN_ROLES } from '../permissions.ts';
import {
	needsPractitioner,
	type AccountChange,
	type NewAccount,
	type RoleInput
} from '../staff.ts';
import { readAssignments, readOwnRoles, type StoredAssignment } from '../queries/account-roles.ts';
import { keepAnAdministrator, refusable } from './administrators.ts';
import { audit } from './audit.ts';
import { endAllSessions } from './devices.ts';

/** Makes an account that nobody can sign in with yet: a link lets its owner in (`makeAccountLink`). */
export function addAccount(
	database: Database,
	actor: Actor,
	{ name, email, roles }: NewAccount
): Promise<Result<{ userId: string }>> {
	const { organizationId } = actor;
	return change(database, actor, async (transaction) => {
		const given = await knownRoles(transaction, organizationId, roles);
		if (!given.ok) return given;
		if (!mayManage(actor, organizationId, given.value)) {
			return refuse('not-allowed', { field: 'roles' });
		}
		const userId = crypto.randomUUID();
		await transaction
			.insert(users)
			.values({ organizationId, id: userId, email, name, passwordHash: null });
		await giveRoles(transaction, organizationId, userId, given.value);
		await audit(transaction, actor, {
			kind: 'account-made',
			subject: { kind: 'user', id: userId },
			detail: { roles: given.value.map(roleInAudit) }
		});
		return accept({ userId });
	});
}

/** Gives an account another name or other roles. Sessions whose roles change end at once. */
export function changeAccount(
	database: Database,
	actor: Actor,
	{ userId, name, roles }: AccountChange
): Promise<Result<null>> {
	const { organizationId } = actor;
	return change(database, actor, async (transaction) => {
		const found = await manageable(transaction, actor, userId);
		if (!found.ok) return found;
		const given = await knownRoles(transaction, organizationId, roles);
		if (!given.ok) return given;
		// What somebody is as a patient is nobody's to give here.
		const before = found.value.roles.filter(({ patientId }) => !patientId);
		const isKept = (one: RoleAssignment) => given.value.some((other) => sameRole(one, other));
		const taken = before.filter((one) => !isKept(one));
		const added = given.value.filter((one) => !before.some((other) => sameRole(one, other)));
		const after = [...found.value.roles.filter((one) => !taken.includes(one)), ...added];
		if (!mayManage(actor, organizationId, after)) {
			return refuse('not-allowed', { field: 'roles' });
		}
		if (taken.length > 0) {
			await transaction.delete(roleAssignments).where(
				and(
					eq(roleAssignments.organizationId, organizationId),
					inArray(
						roleAssignments.id,
						taken.map(({ id }) => id)
					)
				)
			);
		}
		await giveRoles(transaction, organizationId, userId, added);
		const isRenamed = name !== found.value.name;
		if (isRenamed) {
			await transaction.update(users).set({ name }).where(isAccount(organizationId, userId));
		}
		await keepAnAdministrator(transaction, organizationId);
		if (isRenamed || taken.length > 0 || added.length > 0) {
			await audit(transaction, actor, {
				kind: 'account-changed',
				subject: { kind: 'user', id: userId },
				detail: {
					renamed: isRenamed,
					given: added.map(roleInAudit),
					taken: taken.map(roleInAudit)
				}
			});
		}
		return accept(null);
	});
}

/** Closes an account: its devices are signed out at once, and nobody signs in with it until it is opened again. */
export function closeAccount(
	database: Database,
	actor: Actor,
	userId: string
): Promise<Result<null>> {
	const { organizationId } = actor;
	if (userId === actor.userId) return Promise.resolve(refuse('own-account', { field: 'userId' }));
	return change(database, actor, async (transaction) => {
		const found = await manageable(transaction, actor, userId);
		if (!found.ok) return found;
		if (!found.value.active) return accept(null);
		await transaction.update(users).set({ active: false }).where(isAccount(organizationId, userId));
		await keepAnAdministrator(transaction, organizationId);
		await endAllSessions(transaction, actor, userId, 'account-closed');
		const own = (table: typeof pendingSignIns | typeof accountLinks) =>
			and(eq(table.organizationId, organizationId), eq(table.userId, userId));
		await transaction.delete(pendingSignIns).where(own(pendingSignIns));
		await transaction
			.update(accountLinks)
			.set({ expiresAt: sql`least(${accountLinks.expiresAt}, now())` })
			.where(and(own(accountLinks), isNull(accountLinks.usedAt)));
		await audit(transaction, actor, {
			kind: 'account-closed',
			subject: { kind: 'user', id: userId }
		});
		return accept(null);
	});
}

export function reopenAccount(
	database: Database,
	actor: Actor,
	userId: string
): Promise<Result<null>> {
	const { organizationId } = actor;
	return change(database, actor, async (transaction) => {
		const found = await manageable(transaction, actor, userId);
		if (!found.ok) return found;
		if (found.value.active) return accept(null);
		await transaction.update(users).set({ active: true }).where(isAccount(organizationId, userId));
		await audit(transaction, actor, {
			kind: 'account-opened',
			subject: { kind: 'user', id: userId }
		});
		return accept(null);
	});
}

/** Signs somebody out everywhere. @returns of how many devices */
export function endDevicesOf(
	database: Database,
	actor: Actor,
	userId: string
): Promise<Result<{ devices: number }>> {
	return change(database, actor, async (transaction) => {
		const found = await manageable(transaction, actor, userId);
		if (!found.ok) return found;
		return accept({
			devices: await endAllSessions(transaction, actor, userId, 'signed-out-elsewhere')
		});
	});
}

/** A refusal undoes what was done before it. */
async function change<T>(
	database: Database,
	actor: Actor,
	work: (transaction: Transaction) => Promise<Result<T>>
): Promise<Result<T>> {
	try {
		return await refusable(() => forActor(database, actor, work));
	} catch (fault) {
		const state = sqlStateOf(fault);
		if (state === SQL_STATE.uniqueViolation) return refuse('email-taken', { field: 'email' });
		// A role that the organization made was removed meanwhile.
		if (state === SQL_STATE.foreignKeyViolation) return refuse('not-found', { field: 'roles' });
		throw fault;
	}
}

const isAccount = (organizationId: string, userId: string) =>
	and(eq(users.organizationId, organizationId), eq(users.id, userId));

interface ManagedAccount {
	name: string;
	active: boolean;
	roles: StoredAssignment[];
}

/** @returns an account that the actor may manage, locked until the change is over */
async function manageable(
	transaction: Transaction,
	actor: Actor,
	userId: string
): Promise<Result<ManagedAccount>> {
	const { organizationId } = actor;
	const [account] = await transaction
		.select({ name: users.name, active: users.active })
		.from(users)
		.where(isAccount(organizationId, userId))
		// Not the whole row: two who manage each other's accounts name each other in the audit.
		.for('no key update');
	if (!account) return refuse('not-found', { field: 'userId' });
	const roles = await readAssignments(transaction, organizationId, [userId]);
	if (!mayManage(actor, organizationId, roles)) return refuse('not-allowed');
	return accept({ ...account, roles });
}

/** @returns the roles with what they allow, or which of them names something that is not there */
async function knownRoles(
	transaction: Transaction,
	organizationId: string,
	wanted: readonly RoleInput[]
): Promise<Result<RoleAssignment[]>> {
	const own = new Map(
		(await readOwnRoles(transaction, organizationId)).map(({ key, grants }) => [key, grants])
	);
	const idsIn = async (table: typeof clinics | typeof practitioners) => {
		const rows = await transaction
			.select({ id: table.id })
			.from(table)
			.where(eq(table.organizationId, organizationId));
		return new Set(rows.map(({ id }) => id));
	};
	const [places, doctors] = [await idsIn(clinics), await idsIn(practitioners)];
	const known: RoleAssignment[] = [];
	for (const [place, { role, clinicId, practitionerId }] of wanted.entries()) {
		const at = (field: string) => ({ field: `roles.${place}.${field}` });
		const grants = own.get(role);
		if (!grants && !(BUILT_IN_ROLES as readonly string[]).includes(role)) {
			return refuse('not-found', at('role'));
		}
		if (clinicId !== null && !places.has(clinicId)) return refuse('not-found', at('clinicId'));
		const assignment = { role, clinicId, ...(grants ? { grants } : {}) };
		if (!needsPractitioner(assignment)) {
			known.push({ ...assignment, practitionerId: null });
			continue;
		}
		if (practitionerId === null) return refuse('invalid', at('practitionerId'));
		if (!doctors.has(practitionerId)) return refuse('not-found', at('practitionerId'));
		known.push({ ...assignment, practitionerId });
	}
	return accept(known);
}

async function giveRoles(
	transaction: Transaction,
	organizationId: string,
	userId: string,
	roles: readonly RoleAssignment[]
): Promise<void> {
	if (roles.length === 0) return;
	await transaction.insert(roleAssignments).values(
		roles.map(({ role, clinicId, practitionerId }) => ({
			...{ organizationId, id: crypto.randomUUID(), userId },
			...{ role, clinicId, practitionerId }
		}))
	);
}

function sameRole(a: RoleAssignment, b: RoleAssignment): boolean {
	return a.role === b.role && a.clinicId === b.clinicId && a.practitionerId === b.practitionerId;
}

/** `receptionist`, or `receptionist at <clinic id>`. */
function roleInAudit({ role, clinicId }: RoleAssignment): string {
	return clinicId === null ? role : `${role} at ${clinicId}`;
}
