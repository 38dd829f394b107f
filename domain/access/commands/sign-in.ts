/** Signing in with e-mail address and password. */
import { eq, getTableColumns } from 'drizzle-orm';
import type { Database } from '../../../db/database.ts';
import { UNKNOWN_ACCOUNT_HASH, verifyPassword } from '../../../db/passwords.ts';
import { users } from '../../../db/schema/index.ts';
import { findingOrganization } from '../../../db/transaction.ts';
import type { Origin } from '../actor.ts';
import { MAX_PASSWORD_LENGTH } from '../password-rules.ts';
import {
	attemptsBy,
	attemptsOn,
	countAttempts,
	forgiveAccount,
	forgiveOneAttempt,
	touchAttempts
} from './attempts.ts';
import { PASSWORD_ALLOWED } from './password-allowed.ts';
import { admit, type Admission } from './pending-sign-ins.ts';
import { tellOfRefusal } from './sign-in-trail.ts';

export interface Credentials {
	email: string;
	password: string;
	/** The visitor's network address, where there is one. */
	address?: string;
	/** The request's id, for the audit. */
	requestId?: string;
	/** Browser and system in words. */
	device?: string;
}

export type SignInAnswer =
	| Admission
	/** The same answer, after the same time, whether the account does not exist or the password is wrong. */
	| { outcome: 'wrong' }
	/** Too many wrong ones: even the right password is not looked at before then (epoch milliseconds). */
	| { outcome: 'locked'; until: number };

/** @param now epoch milliseconds */
export async function signIn(
	database: Database,
	{ email, password, address, requestId, device = '' }: Credentials,
	now: number = Date.now()
): Promise<SignInAnswer> {
	if (password.length > MAX_PASSWORD_LENGTH) return { outcome: 'wrong' };
	const name = email.trim().toLowerCase();
	const account = attemptsOn(name);
	const from = address === undefined ? null : attemptsBy(address);
	const origin: Origin = { address: address ?? null, requestId: requestId ?? null };
	const lockedUntil = await countAttempts(database, from ? [account, from] : [account], now);
	const [found] = await findingOrganization(database, (transaction) =>
		transaction
			.select({ ...getTableColumns(users), passwordAllowed: PASSWORD_ALLOWED })
			.from(users)
			.where(eq(users.email, name))
	);
	// Takes as long where there is no such account, and nothing to tell of.
	const refuse = async <A extends { outcome: 'wrong' } | { outcome: 'locked'; until: number }>(
		answer: A
	): Promise<A> => {
		if (found) await tellOfRefusal(database, found, { ...answer, step: 'password', origin });
		else await touchAttempts(database, account);
		return answer;
	};
	if (lockedUntil !== null) return refuse({ outcome: 'locked', until: lockedUntil });
	const matches = await verifyPassword(found?.passwordHash ?? UNKNOWN_ACCOUNT_HASH, password);
	if (!found?.active || !found.passwordAllowed || !matches) return refuse({ outcome: 'wrong' });
	await forgiveAccount(database, account);
	if (from) await forgiveOneAttempt(database, from);
	return admit(database, found, { device, origin }, now);
}
