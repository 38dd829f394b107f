/** Whoever found a screen unlocked is not its owner: what matters asks again. */
import { and, eq } from 'drizzle-orm';
import type { Database } from '../../../db/database.ts';
import { verifyPassword } from '../../../db/passwords.ts';
import { users } from '../../../db/schema/index.ts';
import { forActor } from '../../../db/transaction.ts';
import type { Actor } from '../actor.ts';
import { MAX_PASSWORD_LENGTH } from '../password-rules.ts';
import { readCode } from '../second-factor.ts';
import { attemptsOn, countAttempts, forgiveAccount } from './attempts.ts';
import { auditAlone } from './audit.ts';
import { takeCode } from './codes.ts';

export type ProofAnswer =
	| { outcome: 'proven' }
	| { outcome: 'wrong' }
	/** Something that is no code, where only a code will do. */
	| { outcome: 'code-needed' }
	/** Too many wrong ones (epoch milliseconds). */
	| { outcome: 'locked'; until: number };

/**
 * Asks the owner of an account with a second factor.
 * @param typed the password, a code from the app or a recovery code, whichever it is
 * @param now epoch milliseconds
 */
export async function proveOwner(
	database: Database,
	actor: Actor,
	typed: string,
	{ isPasswordEnough, now }: { isPasswordEnough: boolean; now: number }
): Promise<ProofAnswer> {
	const { kind } = readCode(typed);
	if (kind === 'none' && !isPasswordEnough) return { outcome: 'code-needed' };
	if (kind !== 'app' && isPasswordEnough) {
		const answer = await provePassword(database, actor, typed, now);
		// A recovery code could be somebody's password.
		if (answer.outcome !== 'wrong' || kind === 'none') return answer;
	}
	const answer = await takeCode(database, actor, typed, now);
	if (answer.outcome === 'right') return { outcome: 'proven' };
	await refused(database, actor, 'code');
	return answer;
}

/** Asks for the password alone; an account that has none cannot prove anything by it. */
export async function provePassword(
	database: Database,
	actor: Actor,
	typed: string,
	now: number
): Promise<ProofAnswer> {
	const { organizationId, userId } = actor;
	const [account] = await forActor(database, actor, (transaction) =>
		transaction
			.select({ email: users.email, passwordHash: users.passwordHash })
			.from(users)
			.where(and(eq(users.organizationId, organizationId), eq(users.id, userId)))
	);
	if (!account || typed.length > MAX_PASSWORD_LENGTH) return { outcome: 'wrong' };
	const attempts = attemptsOn(account.email);
	const until = await countAttempts(database, [attempts], now);
	if (until !== null) return { outcome: 'locked', until };
	const { passwordHash } = account;
	if (passwordHash === null || !(await verifyPassword(passwordHash, typed))) {
		await refused(database, actor, 'password');
		return { outcome: 'wrong' };
	}
	await forgiveAccount(database, attempts);
	return { outcome: 'proven' };
}

function refused(database: Database, actor: Actor, proof: 'password' | 'code'): Promise<void> {
	return auditAlone(database, actor, {
		kind: 'refused',
		subject: { kind: 'user', id: actor.userId },
		detail: { attempt: 'second-factor', proof }
	});
}
