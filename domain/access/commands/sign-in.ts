/** Signing in with e-mail address and password. */
import { eq, getTableColumns } from 'drizzle-orm';
import type { Database } from '../../../db/database.ts';
import { UNKNOWN_ACCOUNT_HASH, verifyPassword } from '../../../db/passwords.ts';
import { users } from '../../../db/schema/index.ts';
import { findingOrganization } from '../../../db/transaction.ts';
import { MAX_PASSWORD_LENGTH } from '../password-rules.ts';
import {
	attemptsBy,
	attemptsOn,
	countAttempts,
	forgiveAccount,
	forgiveOneAttempt
} from './attempts.ts';
import { openSession } from './devices.ts';
import { PASSWORD_ALLOWED } from './password-allowed.ts';

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
	const account = attemptsOn(name);
	const from = address === undefined ? null : attemptsBy(address);
	const lockedUntil = await countAttempts(database, from ? [account, from] : [account], now);
	if (lockedUntil !== null) return { outcome: 'locked', until: lockedUntil };
	const [found] = await findingOrganization(database, (transaction) =>
		transaction
			.select({ ...getTableColumns(users), passwordAllowed: PASSWORD_ALLOWED })
			.from(users)
			.where(eq(users.email, name))
	);
	const matches = await verifyPassword(found?.passwordHash ?? UNKNOWN_ACCOUNT_HASH, password);
	if (!found?.active || !found.passwordAllowed || !matches) return { outcome: 'wrong' };
	await forgiveAccount(database, account);
	if (from) await forgiveOneAttempt(database, from);
	return { outcome: 'signed-in', ...(await openSession(database, found, device)) };
}
