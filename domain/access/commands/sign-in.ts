/** Signing in: wrong passwords are counted in the database, so that every server and every restart knows of them. */
import { eq, inArray, sql } from 'drizzle-orm';
import type { Database } from '../../../db/database.ts';
import { UNKNOWN_ACCOUNT_HASH, verifyPassword } from '../../../db/passwords.ts';
import { signInAttempts, users } from '../../../db/schema/index.ts';
import { secretHash } from '../../../db/sessions.ts';
import { findingOrganization } from '../../../db/transaction.ts';
import { ACCOUNT_RULE, ADDRESS_RULE, countAttempt } from '../lockout.ts';
import { openSession } from './devices.ts';

/** No password that anybody types is longer; argon2 is not made to work on megabytes. */
const MAX_PASSWORD_LENGTH = 256;

export interface Credentials {
	email: string;
	password: string;
	/** The visitor's network address, where there is one. */
	address?: string;
	/** Browser and system in words. */
	device?: string;
}

export type SignInAnswer =
	/** The session's secret for the cookie, and when it ends (epoch milliseconds). */
	| { outcome: 'signed-in'; token: string; expiresAt: number }
	/** The same answer, after the same time, whether the account does not exist or the password is wrong. */
	| { outcome: 'wrong' }
	/** Too many wrong ones: even the right password is not looked at before then (epoch milliseconds). */
	| { outcome: 'locked'; until: number };

/** @param now epoch milliseconds */
export async function signIn(
	database: Database,
	{ email, password, address, device = '' }: Credentials,
	now: number = Date.now()
): Promise<SignInAnswer> {
	if (password.length > MAX_PASSWORD_LENGTH) return { outcome: 'wrong' };
	const name = email.trim().toLowerCase();
	const account = { id: secretHash(`account:${name}`), rule: ACCOUNT_RULE };
	const from =
		address === undefined ? [] : [{ id: secretHash(`address:${address}`), rule: ADDRESS_RULE }];
	const lockedUntil = await count(database, [account, ...from], now);
	if (lockedUntil !== null) return { outcome: 'locked', until: lockedUntil };
	const [found] = await findingOrganization(database, (transaction) =>
		transaction.select().from(users).where(eq(users.email, name))
	);
	const matches = await verifyPassword(found?.passwordHash ?? UNKNOWN_ACCOUNT_HASH, password);
	if (!found || !matches) return { outcome: 'wrong' };
	await forgive(database, account.id, from[0]?.id ?? null);
	return { outcome: 'signed-in', ...(await openSession(database, found, device)) };
}

/** Counts the attempt as failed until it turns out not to be. @returns until when it is locked, or `null` */
function count(
	database: Database,
	counted: { id: string; rule: typeof ACCOUNT_RULE }[],
	now: number
): Promise<number | null> {
	const ids = counted.map(({ id }) => id);
	return findingOrganization(database, async (transaction) => {
		await transaction
			.insert(signInAttempts)
			// In one order, so that no two attempts wait for each other in a ring.
			.values(ids.toSorted().map((id) => ({ id, failures: 0, lastAt: new Date(now) })))
			.onConflictDoNothing();
		const rows = await transaction
			.select()
			.from(signInAttempts)
			.where(inArray(signInAttempts.id, ids))
			.orderBy(signInAttempts.id)
			.for('update');
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

/** The account is its owner's again; the address only gets this one attempt back. */
async function forgive(
	database: Database,
	accountId: string,
	addressId: string | null
): Promise<void> {
	// Two transactions: neither waits for the other row while it holds one.
	await findingOrganization(database, (transaction) =>
		transaction.delete(signInAttempts).where(eq(signInAttempts.id, accountId))
	);
	if (addressId === null) return;
	await findingOrganization(database, (transaction) =>
		transaction
			.update(signInAttempts)
			.set({ failures: sql`greatest(${signInAttempts.failures} - 1, 0)`, lockedUntil: null })
			.where(eq(signInAttempts.id, addressId))
	);
}
