/** Wrong passwords, counted in the database: every server and every restart knows of them. */
import { eq, sql } from 'drizzle-orm';
import type { Database } from '../../../db/database.ts';
import { signInAttempts } from '../../../db/schema/index.ts';
import { secretHash } from '../../../db/sessions.ts';
import { findingOrganization } from '../../../db/transaction.ts';
import {
	ACCOUNT_RULE,
	ADDRESS_RULE,
	countAttempt,
	RESET_ACCOUNT_RULE,
	RESET_ADDRESS_RULE,
	type LockoutRule
} from '../lockout.ts';

/** What is counted: the attempts on an account, or those from an address. */
export interface Counted {
	/** Nothing that is counted stands in the clear. */
	id: string;
	rule: LockoutRule;
}

/** @param email as it signs in, whether there is such an account or not */
export function attemptsOn(email: string): Counted {
	return { id: secretHash(`account:${email.trim().toLowerCase()}`), rule: ACCOUNT_RULE };
}

/**
 * Codes of the second step have a count of their own: the right password, which whoever guesses at codes knows, must
 * not give back the tries.
 */
export function codesOf(userId: string): Counted {
	return { id: secretHash(`second-step:${userId}`), rule: ACCOUNT_RULE };
}

/** @param address a visitor's network address */
export function attemptsBy(address: string): Counted {
	return { id: secretHash(`address:${address}`), rule: ADDRESS_RULE };
}

/** Mails with a new link that were asked for, whether there is such an account or not. */
export function resetsFor(email: string): Counted {
	return { id: secretHash(`reset-account:${email}`), rule: RESET_ACCOUNT_RULE };
}

/** The same by a visitor's network address. */
export function resetsFrom(address: string): Counted {
	return { id: secretHash(`reset-address:${address}`), rule: RESET_ADDRESS_RULE };
}

/** Counts the attempt as failed until it turns out not to be. @returns until when it is locked, or `null` */
export function countAttempts(
	database: Database,
	counted: readonly Counted[],
	now: number
): Promise<number | null> {
	const ids = counted.map(({ id }) => id);
	return findingOrganization(database, async (transaction) => {
		const rows = await transaction
			.insert(signInAttempts)
			// In one order, so that no two attempts wait for each other in a ring.
			.values(ids.toSorted().map((id) => ({ id, failures: 0, lastAt: new Date(now) })))
			// Changes nothing, and holds the row until this attempt is counted.
			.onConflictDoUpdate({
				target: signInAttempts.id,
				set: { failures: sql`${signInAttempts.failures}` }
			})
			.returning();
		const next = counted.map(({ id, rule }) => {
			const { failures, lastAt, lockedUntil } = rows.find((row) => row.id === id)!;
			const known = {
				...{ failures, lastAt: lastAt.getTime() },
				lockedUntil: lockedUntil?.getTime() ?? null
			};
			return { id, counted: countAttempt(known, rule, now) };
		});
		const locks = next.flatMap((one) =>
			'lockedUntil' in one.counted ? [one.counted.lockedUntil] : []
		);
		if (locks.length > 0) return Math.max(...locks);
		for (const { id, counted: answer } of next) {
			if (!('attempts' in answer)) continue;
			const { failures, lastAt, lockedUntil } = answer.attempts;
			await transaction
				.update(signInAttempts)
				.set({
					...{ failures, lastAt: new Date(lastAt) },
					lockedUntil: lockedUntil === null ? null : new Date(lockedUntil)
				})
				.where(eq(signInAttempts.id, id));
		}
		return null;
	});
}

/** The right password was given: the account is its owner's again. */
export async function forgiveAccount(database: Database, { id }: Counted): Promise<void> {
	await findingOrganization(database, (transaction) =>
		transaction.delete(signInAttempts).where(eq(signInAttempts.id, id))
	);
}

/** Writes as much as an entry of the audit would, and changes nothing. */
export async function touchAttempts(database: Database, { id }: Counted): Promise<void> {
	await findingOrganization(database, (transaction) =>
		transaction
			.update(signInAttempts)
			.set({ failures: sql`${signInAttempts.failures}` })
			.where(eq(signInAttempts.id, id))
	);
}

/** An address only gets this one attempt back: somebody else there may still be guessing. */
export async function forgiveOneAttempt(database: Database, { id }: Counted): Promise<void> {
	await findingOrganization(database, (transaction) =>
		transaction
			.update(signInAttempts)
			.set({ failures: sql`greatest(${signInAttempts.failures} - 1, 0)`, lockedUntil: null })
			.where(eq(signInAttempts.id, id))
	);
}
