/** Changing one's own password. */
import { and, eq } from 'drizzle-orm';
import type { Database } from '../../../db/database.ts';
import { hashPassword, UNKNOWN_ACCOUNT_HASH, verifyPassword } from '../../../db/passwords.ts';
import { users } from '../../../db/schema/index.ts';
import { forActor } from '../../../db/transaction.ts';
import type { Actor } from '../actor.ts';
import type { PasswordChange } from '../password-rules.ts';
import { attemptsOn, countAttempts, forgiveAccount } from './attempts.ts';
import { audit, auditAlone } from './audit.ts';
import { endOtherDevices } from './devices.ts';
import { voidLinks } from './link-use.ts';
import { dropPending } from './pending-sign-ins.ts';

export type PasswordAnswer =
	| { outcome: 'changed' }
	| { outcome: 'wrong' }
	/** Too many wrong ones (epoch milliseconds). */
	| { outcome: 'locked'; until: number };

/**
 * Whoever found a screen unlocked does not know the present password, and may not guess at it either. All other
 * devices are signed out: the password may have been changed because somebody else knows it.
 * @param now epoch milliseconds
 */
export async function changePassword(
	database: Database,
	actor: Actor,
	{ current, next }: PasswordChange,
	now: number = Date.now()
): Promise<PasswordAnswer> {
	const { organizationId, userId } = actor;
	const own = and(eq(users.organizationId, organizationId), eq(users.id, userId));
	const [account] = await forActor(database, actor, (transaction) =>
		transaction.select().from(users).where(own)
	);
	if (!account) return { outcome: 'wrong' };
	const attempts = attemptsOn(account.email);
	const until = await countAttempts(database, [attempts], now);
	const subject = { kind: 'user', id: userId };
	const refused = async <A extends PasswordAnswer>(answer: A): Promise<A> => {
		const detail = { attempt: 'password-change', code: answer.outcome };
		await auditAlone(database, actor, { kind: 'refused', subject, detail });
		return answer;
	};
	if (until !== null) return refused({ outcome: 'locked', until });
	const known = account.passwordHash ?? UNKNOWN_ACCOUNT_HASH;
	if (!(await verifyPassword(known, current))) return refused({ outcome: 'wrong' });
	const passwordHash = await hashPassword(next);
	await forActor(database, actor, async (transaction) => {
		await transaction.update(users).set({ passwordHash }).where(own);
		await dropPending(transaction, userId);
		await voidLinks(transaction, userId, now);
		const detail = { by: 'password' };
		await audit(transaction, actor, { kind: 'password-changed', subject, detail });
	});
	await forgiveAccount(database, attempts);
	await endOtherDevices(database, actor);
	return { outcome: 'changed' };
}
