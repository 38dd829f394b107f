/** Taking a code of the second step: from the app, or one of those for whoever lost it. Each is taken once. */
import { randomBytes } from 'node:crypto';
import { and, eq, isNotNull, isNull, lt, sql } from 'drizzle-orm';
import type { Database } from '../../../db/database.ts';
import { sealFor } from '../../../db/encryption/sealed-columns.ts';
import { unseal } from '../../../db/encryption/sealing.ts';
import { recoveryCodes, secondFactors } from '../../../db/schema/index.ts';
import { secretHash } from '../../../db/sessions.ts';
import { inOrganization, type Transaction } from '../../../db/transaction.ts';
import {
	grouped,
	readCode,
	RECOVERY_CODE_COUNT,
	RECOVERY_CODE_LENGTH,
	recoveryCodeFrom
} from '../second-factor.ts';
import { codesOf, countAttempts, forgiveAccount } from './attempts.ts';
import { audit, type Author } from './audit.ts';
import { stepOf } from './totp.ts';

export type CodeAnswer =
	| { outcome: 'right'; kind: 'code' | 'recovery-code' }
	/** Also a code that was right and has been taken already. */
	| { outcome: 'wrong' }
	/** Too many wrong ones: not looked at before then (epoch milliseconds). */
	| { outcome: 'locked'; until: number };

/** Whose code it is, and whom the audit names. */
export type Owner = Author & { userId: string };

/** What a factor's secret is sealed for. */
export function factorSeal({ organizationId, userId }: Owner) {
	return sealFor(organizationId, 'second_factors.sealed_secret', userId);
}

/**
 * Takes a code of an account whose second factor is confirmed. Counted as wrong before it is looked at, so that many
 * at once get no more tries than one after another.
 * @param now epoch milliseconds
 */
export async function takeCode(
	database: Database,
	owner: Owner,
	typed: string,
	now: number
): Promise<CodeAnswer> {
	const attempts = codesOf(owner.userId);
	const until = await countAttempts(database, [attempts], now);
	if (until !== null) return { outcome: 'locked', until };
	const read = readCode(typed);
	const taken =
		read.kind === 'app'
			? await takeAppCode(database, owner, read.code, now)
			: read.kind === 'recovery' && (await takeRecoveryCode(database, owner, read.code));
	if (!taken) return { outcome: 'wrong' };
	await forgiveAccount(database, attempts);
	return { outcome: 'right', kind: read.kind === 'app' ? 'code' : 'recovery-code' };
}

async function takeAppCode(
	database: Database,
	owner: Owner,
	code: string,
	now: number
): Promise<boolean> {
	const { organizationId, userId } = owner;
	const own = and(
		...[eq(secondFactors.organizationId, organizationId), eq(secondFactors.userId, userId)],
		isNotNull(secondFactors.confirmedAt)
	);
	const [factor] = await inOrganization(database, organizationId, (transaction) =>
		transaction.select().from(secondFactors).where(own)
	);
	if (!factor) return false;
	const secret = await unseal(database, factorSeal(owner), factor.sealedSecret);
	const step = stepOf(secret, code, now);
	if (step === null) return false;
	const taken = await inOrganization(database, organizationId, (transaction) =>
		transaction
			.update(secondFactors)
			.set({ lastStep: step })
			// Of two that come with one code at once, the second waits for the first and finds it taken.
			.where(and(own, lt(secondFactors.lastStep, step)))
			.returning({ userId: secondFactors.userId })
	);
	return taken.length === 1;
}

function takeRecoveryCode(database: Database, owner: Owner, code: string): Promise<boolean> {
	const { organizationId, userId } = owner;
	return inOrganization(database, organizationId, async (transaction) => {
		const taken = await transaction
			.update(recoveryCodes)
			.set({ usedAt: sql`now()` })
			.where(
				and(
					...[eq(recoveryCodes.organizationId, organizationId), eq(recoveryCodes.userId, userId)],
					...[eq(recoveryCodes.id, hashOf(userId, code)), isNull(recoveryCodes.usedAt)]
				)
			)
			.returning({ id: recoveryCodes.id });
		if (taken.length === 0) return false;
		await audit(transaction, owner, {
			kind: 'recovery-code-used',
			subject: { kind: 'user', id: userId }
		});
		return true;
	});
}

/** Makes an account's recovery codes anew; those before fit no more. @returns them as they are shown, this once */
export async function replaceRecoveryCodes(
	transaction: Transaction,
	owner: Owner
): Promise<string[]> {
	const { organizationId, userId } = owner;
	const codes = Array.from({ length: RECOVERY_CODE_COUNT }, () =>
		recoveryCodeFrom(randomBytes(RECOVERY_CODE_LENGTH))
	);
	await transaction.delete(recoveryCodes).where(eq(recoveryCodes.userId, userId));
	await transaction
		.insert(recoveryCodes)
		.values(codes.map((code) => ({ organizationId, userId, id: hashOf(userId, code) })));
	await audit(transaction, owner, {
		kind: 'recovery-codes-made',
		subject: { kind: 'user', id: userId },
		detail: { count: codes.length }
	});
	return codes.map(grouped);
}

const hashOf = (userId: string, code: string) => secretHash(`recovery:${userId}:${code}`);
