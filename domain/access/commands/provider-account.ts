/** Which account somebody is whom the provider vouches for, and which roles follow from what it says. */
import { and, eq, inArray, sql } from 'drizzle-orm';
import type { Database } from '../../../db/database.ts';
import type { identityProviders } from '../../../db/schema/index.ts';
import { providerIdentities, roleAssignments, users } from '../../../db/schema/index.ts';
import { SQL_STATE, sqlStateOf } from '../../../db/sql-state.ts';
import { inOrganization, type Transaction } from '../../../db/transaction.ts';
import type { Origin } from '../actor.ts';
import { domainOf, isSamePlace, rolesByRules, type ProviderPerson } from '../provider-claims.ts';
import type { ProviderFailure } from '../provider-failure.ts';
import { audit } from './audit.ts';
import { readUsable } from './provider-guards.ts';

type Provider = typeof identityProviders.$inferSelect;
type Account = typeof users.$inferSelect;
interface Place {
	role: string;
	clinicId: string | null;
}

export type AccountAnswer =
	| { ok: true; account: Account }
	/** `userId`: whose account it would have been, where there is one. */
	| { ok: false; failure: ProviderFailure; userId: string | null };

/**
 * Finds the person's account, links one by its address, or makes one; then brings the roles that come from the
 * provider up to date. Those given by hand stay as they are. Whoever is left without any role is not let in.
 */
export async function accountOfPerson(
	database: Database,
	provider: Provider,
	person: ProviderPerson,
	origin: Origin
): Promise<AccountAnswer> {
	const settle = () =>
		inOrganization(database, provider.organizationId, (transaction) =>
			settleAccount(transaction, provider, person, origin)
		);
	try {
		return await settle();
	} catch (fault) {
		if (sqlStateOf(fault) !== SQL_STATE.uniqueViolation) throw fault;
	}
	// Somebody made this account a moment ago; or it is another organization's, which stays out of sight.
	try {
		return await settle();
	} catch (fault) {
		if (sqlStateOf(fault) !== SQL_STATE.uniqueViolation) throw fault;
		return { ok: false, failure: 'address-taken', userId: null };
	}
}

async function settleAccount(
	transaction: Transaction,
	provider: Provider,
	person: ProviderPerson,
	origin: Origin
): Promise<AccountAnswer> {
	const { organizationId } = provider;
	const wanted = await wantedRoles(transaction, provider, person);
	const linked = await linkedAccount(transaction, organizationId, person);
	if (linked) {
		if (!linked.active) return { ok: false, failure: 'account-closed', userId: linked.id };
		const left = await updateRoles(transaction, linked, wanted, origin);
		return left > 0
			? { ok: true, account: linked }
			: { ok: false, failure: 'no-role', userId: linked.id };
	}
	const doubt = doubtAbout(person, provider);
	if (doubt !== null) return { ok: false, failure: doubt, userId: null };
	const known = await accountByAddress(transaction, organizationId, person.email!);
	if (known && !known.active) return { ok: false, failure: 'account-closed', userId: known.id };
	const byHand = known ? await countByHand(transaction, known) : 0;
	if (wanted.length + byHand === 0)
		return { ok: false, failure: 'no-role', userId: known?.id ?? null };
	const account = known ?? (await makeAccount(transaction, organizationId, person, origin));
	const { issuer, subject } = person;
	await transaction
		.insert(providerIdentities)
		.values({ organizationId, issuer, subject, userId: account.id });
	if (known) {
		await audit(transaction, visitorOf(account, origin), {
			kind: 'account-changed',
			subject: { kind: 'user', id: account.id },
			detail: { how: 'provider', linked: subject.slice(0, 200) }
		});
	}
	await updateRoles(transaction, account, wanted, origin);
	return { ok: true, account };
}

/** Only of roles and clinics that are still there: a rule may be older than they. */
async function wantedRoles(
	transaction: Transaction,
	{ organizationId, roleRules }: Provider,
	{ values }: ProviderPerson
): Promise<Place[]> {
	const wanted = rolesByRules(roleRules, values);
	const usable = await readUsable(transaction, organizationId, wanted);
	return wanted.filter(
		({ role, clinicId }) =>
			usable.roles.has(role) && (clinicId === null || usable.clinics.has(clinicId))
	);
}

/** Two that sign in at once as the same person go one after the other. */
async function linkedAccount(
	transaction: Transaction,
	organizationId: string,
	{ issuer, subject }: ProviderPerson
): Promise<Account | undefined> {
	const name = JSON.stringify([organizationId, issuer, subject]);
	await transaction.execute(sql`SELECT pg_advisory_xact_lock(hashtextextended(${name}, 3))`);
	const [found] = await transaction
		.select({ account: users })
		.from(providerIdentities)
		.innerJoin(
			users,
			and(
				eq(users.organizationId, providerIdentities.organizationId),
				eq(users.id, providerIdentities.userId)
			)
		)
		.where(
			and(
				eq(providerIdentities.organizationId, organizationId),
				eq(providerIdentities.issuer, issuer),
				eq(providerIdentities.subject, subject)
			)
		);
	return found?.account;
}

/** A new person is known by the address alone: the provider has to answer for it, and it has to be the clinic's own. */
function doubtAbout(
	{ email, emailVerified }: ProviderPerson,
	{ domains }: Provider
): ProviderFailure | null {
	if (email === null) return 'no-email';
	if (!domains.includes(domainOf(email))) return 'foreign-domain';
	return emailVerified ? null : 'email-unverified';
}

async function accountByAddress(
	transaction: Transaction,
	organizationId: string,
	email: string
): Promise<Account | undefined> {
	const [found] = await transaction
		.select()
		.from(users)
		.where(and(eq(users.organizationId, organizationId), eq(users.email, email)));
	return found;
}

async function countByHand(transaction: Transaction, account: Account): Promise<number> {
	const { organizationId, id } = account;
	return transaction.$count(
		roleAssignments,
		and(
			eq(roleAssignments.organizationId, organizationId),
			eq(roleAssignments.userId, id),
			eq(roleAssignments.fromProvider, false)
		)
	);
}

async function makeAccount(
	transaction: Transaction,
	organizationId: string,
	{ email, name, subject }: ProviderPerson,
	origin: Origin
): Promise<Account> {
	const [made] = await transaction
		.insert(users)
		.values({ organizationId, id: crypto.randomUUID(), email: email!, name, passwordHash: null })
		.returning();
	await audit(transaction, visitorOf(made!, origin), {
		kind: 'account-made',
		subject: { kind: 'user', id: made!.id },
		detail: { how: 'provider', linked: subject.slice(0, 200) }
	});
	return made!;
}

/**
 * Takes away the provider's roles that it no longer speaks of and adds those that are new. One that stays keeps what
 * somebody has added to it by hand, such as which doctor the person is.
 * @returns how many roles the account has now, those given by hand among them
 */
async function updateRoles(
	transaction: Transaction,
	account: Account,
	wanted: readonly Place[],
	origin: Origin
): Promise<number> {
	const { organizationId, id: userId } = account;
	const present = await transaction
		.select()
		.from(roleAssignments)
		.where(
			and(eq(roleAssignments.organizationId, organizationId), eq(roleAssignments.userId, userId))
		)
		.for('update');
	const lost = present.filter(
		(one) => one.fromProvider && !wanted.some((other) => isSamePlace(one, other))
	);
	const added = wanted.filter((one) => !present.some((other) => isSamePlace(one, other)));
	if (lost.length > 0) {
		const ids = lost.map(({ id }) => id);
		await transaction
			.delete(roleAssignments)
			.where(
				and(eq(roleAssignments.organizationId, organizationId), inArray(roleAssignments.id, ids))
			);
	}
	if (added.length > 0) {
		// Somebody who is a doctor here by another role is the same doctor by this one.
		const practitionerId = present.find((one) => one.practitionerId)?.practitionerId ?? null;
		await transaction.insert(roleAssignments).values(
			added.map((place) => ({
				...{ organizationId, id: crypto.randomUUID(), userId, ...place },
				...{ practitionerId, fromProvider: true }
			}))
		);
	}
	if (lost.length + added.length > 0) {
		await audit(transaction, visitorOf(account, origin), {
			kind: 'account-changed',
			subject: { kind: 'user', id: userId },
			detail: { how: 'provider', rolesLost: lost.map(wordOf), rolesGiven: added.map(wordOf) }
		});
	}
	return present.length - lost.length + added.length;
}

const wordOf = ({ role, clinicId }: Place) => (clinicId === null ? role : `${role}/${clinicId}`);

function visitorOf({ organizationId, id }: Account, origin: Origin) {
	return { organizationId, userId: id, sessionId: null, origin };
}
