/** Setting up a second factor. */
import { and, eq, isNull, sql } from 'drizzle-orm';
import type { Database } from '../../../db/database.ts';
import { seal, unseal } from '../../../db/encryption/sealing.ts';
import { secondFactors, users } from '../../../db/schema/index.ts';
import { forActor, inOrganization } from '../../../db/transaction.ts';
import type { Actor } from '../actor.ts';
import { readFactor } from '../queries/second-factor.ts';
import { readCode, type FactorSecret } from '../second-factor.ts';
import { codesOf, countAttempts, forgiveAccount } from './attempts.ts';
import { audit } from './audit.ts';
import { factorSeal, replaceRecoveryCodes, type Owner } from './codes.ts';
import { provePassword, type ProofAnswer } from './prove-owner.ts';
import { newFactorSecret, secretForApp, stepOf } from './totp.ts';

export type ConfirmAnswer =
	/** The recovery codes, shown this once. */
	| { outcome: 'on'; recoveryCodes: string[] }
	| { outcome: 'wrong' }
	/** Begun anew elsewhere, ended, or confirmed already. */
	| { outcome: 'not-begun' }
	| { outcome: 'locked'; until: number };

/**
 * Makes a secret for an account without a second factor; it counts once a code of it was right. One that was begun
 * before is forgotten: somebody else may have seen it.
 * @returns `false` when the account has a second factor already
 */
export async function beginSecondFactor(database: Database, owner: Owner): Promise<boolean> {
	const { organizationId, userId } = owner;
	const sealedSecret = await seal(database, factorSeal(owner), newFactorSecret());
	const begun = await inOrganization(database, organizationId, (transaction) =>
		transaction
			.insert(secondFactors)
			.values({ organizationId, userId, sealedSecret })
			.onConflictDoUpdate({
				target: [secondFactors.organizationId, secondFactors.userId],
				set: { sealedSecret, lastStep: 0 },
				setWhere: isNull(secondFactors.confirmedAt)
			})
			.returning({ userId: secondFactors.userId })
	);
	return begun.length === 1;
}

/** The same for somebody who is signed in, and gives the password again if there is one. */
export async function beginOwnSecondFactor(
	database: Database,
	actor: Actor,
	password: string,
	now: number = Date.now()
): Promise<ProofAnswer> {
	const { hasPassword } = await readFactor(database, actor);
	const proof: ProofAnswer = hasPassword
		? await provePassword(database, actor, password, now)
		: { outcome: 'proven' };
	if (proof.outcome === 'proven') await beginSecondFactor(database, actor);
	return proof;
}

/** @returns the secret that is being set up, to scan and to type; `null`: none is, or it is confirmed already */
export async function secretBeingSetUp(
	database: Database,
	owner: Owner
): Promise<FactorSecret | null> {
	const found = await unconfirmed(database, owner);
	return found && secretForApp(found.secret, found.email);
}

/** A first right code turns it on. @param now epoch milliseconds */
export async function confirmSecondFactor(
	database: Database,
	owner: Owner,
	typed: string,
	now: number = Date.now()
): Promise<ConfirmAnswer> {
	const { organizationId, userId } = owner;
	const attempts = codesOf(userId);
	const until = await countAttempts(database, [attempts], now);
	if (until !== null) return { outcome: 'locked', until };
	const found = await unconfirmed(database, owner);
	if (!found) return { outcome: 'not-begun' };
	const read = readCode(typed);
	const step = read.kind === 'app' ? stepOf(found.secret, read.code, now) : null;
	if (step === null) return { outcome: 'wrong' };
	const codes = await inOrganization(database, organizationId, async (transaction) => {
		const confirmed = await transaction
			.update(secondFactors)
			.set({ confirmedAt: sql`now()`, lastStep: step })
			.where(
				and(
					...[eq(secondFactors.organizationId, organizationId), eq(secondFactors.userId, userId)],
					...[eq(secondFactors.sealedSecret, found.sealedSecret), isNull(secondFactors.confirmedAt)]
				)
			)
			.returning({ userId: secondFactors.userId });
		if (confirmed.length === 0) return null;
		await audit(transaction, owner, {
			kind: 'second-factor-on',
			subject: { kind: 'user', id: userId }
		});
		return replaceRecoveryCodes(transaction, owner);
	});
	if (codes === null) return { outcome: 'not-begun' };
	await forgiveAccount(database, attempts);
	return { outcome: 'on', recoveryCodes: codes };
}

/** Forgets what was begun and not confirmed. */
export async function abandonSecondFactor(database: Database, actor: Actor): Promise<void> {
	const { organizationId, userId } = actor;
	await forActor(database, actor, (transaction) =>
		transaction
			.delete(secondFactors)
			.where(
				and(
					...[eq(secondFactors.organizationId, organizationId), eq(secondFactors.userId, userId)],
					isNull(secondFactors.confirmedAt)
				)
			)
	);
}

async function unconfirmed(database: Database, owner: Owner) {
	const { organizationId, userId } = owner;
	const [found] = await inOrganization(database, organizationId, (transaction) =>
		transaction
			.select({ email: users.email, sealedSecret: secondFactors.sealedSecret })
			.from(secondFactors)
			.innerJoin(
				users,
				and(
					eq(users.organizationId, secondFactors.organizationId),
					eq(users.id, secondFactors.userId)
				)
			)
			.where(
				and(
					...[eq(secondFactors.organizationId, organizationId), eq(secondFactors.userId, userId)],
					isNull(secondFactors.confirmedAt)
				)
			)
	);
	if (!found) return null;
	return { ...found, secret: await unseal(database, factorSeal(owner), found.sealedSecret) };
}
