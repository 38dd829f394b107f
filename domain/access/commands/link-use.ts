/** Following a link that is used once, and choosing a password with it. */
import { and, eq, gt, isNull, sql } from 'drizzle-orm';
import type { Database } from '../../../db/database.ts';
import { hashPassword } from '../../../db/passwords.ts';
import { accountLinks, organizations, users } from '../../../db/schema/index.ts';
import { secretHash } from '../../../db/sessions.ts';
import { findingOrganization, inOrganization, type Transaction } from '../../../db/transaction.ts';
import type { LinkFault, LinkInvitation, LinkPurpose } from '../account-link.ts';
import type { Origin } from '../actor.ts';
import { attemptsOn, forgiveAccount } from './attempts.ts';
import { audit } from './audit.ts';
import { endAllSessions } from './devices.ts';
import { dropPending } from './pending-sign-ins.ts';

export type LinkAnswer<T> = { ok: true; value: T } | { ok: false; fault: LinkFault };

/** Changes nothing. @param now epoch milliseconds. @returns what a link is for, or why it lets nobody in */
export async function readLink(
	database: Database,
	secret: string,
	now: number = Date.now()
): Promise<LinkAnswer<LinkInvitation>> {
	const found = await findLink(database, secret);
	if (!found) return { ok: false, fault: 'unknown' };
	return inOrganization(database, found.organizationId, async (transaction) => {
		const judged = await judge(transaction, found.id, now);
		if (!judged.ok) return judged;
		const { account, organizationName, link } = judged.value;
		const { email, name } = account;
		const expiresAt = link.expiresAt.getTime();
		return {
			ok: true,
			value: { purpose: link.purpose, email, name, organizationName, expiresAt }
		};
	});
}

/**
 * Chooses a password. Signs the account out everywhere, forgives the wrong passwords, and makes every other link of
 * the account worthless; whoever has a second factor is still asked for it.
 * @param input `next`: checked with `newPasswordSchema`
 * @param now epoch milliseconds
 */
export async function useLink(
	database: Database,
	{ secret, next, origin }: { secret: string; next: string; origin: Origin | null },
	now: number = Date.now()
): Promise<LinkAnswer<{ purpose: LinkPurpose }>> {
	// Before anything is worked out: hashing a password takes long.
	const readable = await readLink(database, secret, now);
	if (!readable.ok) return readable;
	const { id, organizationId } = (await findLink(database, secret))!;
	const passwordHash = await hashPassword(next);
	const answer = await inOrganization(database, organizationId, async (transaction) => {
		const judged = await judge(transaction, id, now, { lock: true });
		if (!judged.ok) return judged;
		const { account, link } = judged.value;
		const userId = account.id;
		const used = { usedAt: new Date(now) };
		await transaction.update(accountLinks).set(used).where(eq(accountLinks.id, id));
		await voidLinks(transaction, userId, now);
		await transaction
			.update(users)
			.set({ passwordHash })
			.where(and(eq(users.organizationId, organizationId), eq(users.id, userId)));
		await dropPending(transaction, userId);
		const owner = { organizationId, userId, sessionId: null, origin };
		const subject = { kind: 'user', id: userId };
		const detail = { purpose: link.purpose };
		await audit(transaction, owner, { kind: 'link-used', subject, detail });
		await audit(transaction, owner, { kind: 'password-changed', subject, detail: { by: 'link' } });
		await endAllSessions(transaction, owner, userId, 'password-changed');
		return { ok: true as const, value: { purpose: link.purpose, email: account.email } };
	});
	if (!answer.ok) return answer;
	await forgiveAccount(database, attemptsOn(answer.value.email));
	return { ok: true, value: { purpose: answer.value.purpose } };
}

/** The password was changed: links that were made before are over. */
export async function voidLinks(
	transaction: Transaction,
	userId: string,
	now: number
): Promise<void> {
	const at = new Date(now);
	await transaction
		.update(accountLinks)
		.set({ expiresAt: at })
		.where(
			and(
				...[eq(accountLinks.userId, userId), isNull(accountLinks.usedAt)],
				gt(accountLinks.expiresAt, at)
			)
		);
}

async function findLink(database: Database, secret: string) {
	const [found] = await findingOrganization(database, (transaction) =>
		transaction
			.select({ id: accountLinks.id, organizationId: accountLinks.organizationId })
			.from(accountLinks)
			.where(eq(accountLinks.id, secretHash(secret)))
	);
	return found;
}

interface Judged {
	link: typeof accountLinks.$inferSelect;
	account: typeof users.$inferSelect;
	organizationName: string;
}

/** @param lock keeps others from making or using a link of the account until this transaction ends */
async function judge(
	transaction: Transaction,
	id: string,
	now: number,
	{ lock = false } = {}
): Promise<LinkAnswer<Judged>> {
	const query = transaction
		.select({ account: users, organizationName: organizations.name })
		.from(accountLinks)
		.innerJoin(
			users,
			and(eq(users.organizationId, accountLinks.organizationId), eq(users.id, accountLinks.userId))
		)
		.innerJoin(organizations, eq(organizations.id, accountLinks.organizationId))
		.where(eq(accountLinks.id, id));
	const [found] = await (lock ? query.for('update', { of: users }) : query);
	if (!found) return { ok: false, fault: 'unknown' };
	// Read after the lock is held: the link may have been used in the meantime.
	const [link] = await transaction.select().from(accountLinks).where(eq(accountLinks.id, id));
	const newer = await transaction
		.select({ id: accountLinks.id })
		.from(accountLinks)
		.where(
			and(
				...[eq(accountLinks.userId, found.account.id), eq(accountLinks.purpose, link!.purpose)],
				// Compared there: instants lose their microseconds on the way here.
				sql`${accountLinks.madeAt} > (SELECT own.made_at FROM account_links own WHERE own.id = ${id})`
			)
		)
		.limit(1);
	const fault = faultOf(link!, newer.length > 0, found.account.active, now);
	return fault ? { ok: false, fault } : { ok: true, value: { ...found, link: link! } };
}

function faultOf(
	link: Judged['link'],
	isSuperseded: boolean,
	isActive: boolean,
	now: number
): LinkFault | null {
	if (!isActive) return 'closed';
	if (link.usedAt !== null) return 'used';
	if (isSuperseded) return 'superseded';
	return link.expiresAt.getTime() <= now ? 'expired' : null;
}
