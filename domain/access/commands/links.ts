/** Making links that are used once: for administrators, and for whoever forgot the password. */
import { and, eq, sql } from 'drizzle-orm';
import type { Database } from '../../../db/database.ts';
import { accountLinks, users } from '../../../db/schema/index.ts';
import { newSecret, secretHash } from '../../../db/sessions.ts';
import {
	findingOrganization,
	forActor,
	inOrganization,
	type Transaction
} from '../../../db/transaction.ts';
import { accept, refuse, type Result } from '../../scheduling/refusals.ts';
import { LINK_MINUTES, linkPath, type LinkPurpose } from '../account-link.ts';
import type { Actor, Origin } from '../actor.ts';
import { mayManage } from '../manage-account.ts';
import { rolesOf } from '../queries/account-roles.ts';
import { countAttempts, resetsFor, resetsFrom } from './attempts.ts';
import { audit, type Author } from './audit.ts';

/** A link as it may be handed over: this once, since only its hash is stored. */
export interface AccountLink {
	/** Path and secret: `/account-link#…`. */
	path: string;
	/** Epoch milliseconds. */
	expiresAt: number;
}

/**
 * Makes a link with which somebody chooses a password. One of the same purpose that was made before is over.
 * @returns the link; `not-found`, `not-allowed` (`mayManage`), or `invalid` for an account that is closed
 */
export function makeAccountLink(
	database: Database,
	actor: Actor,
	{ userId, purpose }: { userId: string; purpose: LinkPurpose }
): Promise<Result<AccountLink>> {
	const { organizationId } = actor;
	return forActor(database, actor, async (transaction) => {
		const roles = await rolesOf(transaction, organizationId, userId);
		if (roles === null) return refuse('not-found', { field: 'userId' });
		if (!mayManage(actor, organizationId, roles)) return refuse('not-allowed');
		const link = await store(transaction, actor, { userId, purpose, now: Date.now() });
		return link ? accept(link) : refuse('invalid', { field: 'userId' });
	});
}

/** Sends a link to its account's owner. */
export type LinkMailer = (
	recipient: { organizationId: string; email: string; name: string; purpose: LinkPurpose },
	link: AccountLink
) => Promise<void>;

export type ResetAnswer =
	/** Whether there is such an account or not. `sending` never fails; nobody waits for it who asked. */
	| { outcome: 'taken'; sending: Promise<void> }
	/** Too many of them (epoch milliseconds). */
	| { outcome: 'locked'; until: number };

/**
 * Whoever forgot the password asks for a link by mail. The answer comes before anything is looked up, so that neither
 * it nor the time it takes says whether there is such an account.
 * @param asked `address`: the visitor's network address, where there is one
 * @param onFault told when the mail could not be sent
 * @param now epoch milliseconds
 */
export async function requestPasswordReset(
	database: Database,
	asked: { email: string; address?: string; requestId?: string },
	mailer: LinkMailer,
	onFault: (fault: unknown) => void = () => {},
	now: number = Date.now()
): Promise<ResetAnswer> {
	const email = asked.email.trim().toLowerCase();
	const counted = [resetsFor(email), ...(asked.address ? [resetsFrom(asked.address)] : [])];
	const until = await countAttempts(database, counted, now);
	if (until !== null) return { outcome: 'locked', until };
	const origin = { address: asked.address ?? null, requestId: asked.requestId ?? null };
	return {
		outcome: 'taken',
		sending: send(database, { email, origin }, mailer, now).catch(onFault)
	};
}

async function send(
	database: Database,
	{ email, origin }: { email: string; origin: Origin },
	mailer: LinkMailer,
	now: number
): Promise<void> {
	const [account] = await findingOrganization(database, (transaction) =>
		transaction.select().from(users).where(eq(users.email, email))
	);
	if (!account?.active) return;
	const { organizationId, id: userId, name } = account;
	const purpose = 'password-reset';
	const nobody = { organizationId, userId: null, sessionId: null, origin };
	const link = await inOrganization(database, organizationId, (transaction) =>
		store(transaction, nobody, { userId, purpose, now })
	);
	if (link) await mailer({ organizationId, email, name, purpose }, link);
}

/** @returns the new link; `null`: the account is closed */
async function store(
	transaction: Transaction,
	author: Author,
	{ userId, purpose, now }: { userId: string; purpose: LinkPurpose; now: number }
): Promise<AccountLink | null> {
	const { organizationId } = author;
	// Those who make or use a link of one account at once do it one after the other.
	const [account] = await transaction
		.select({ active: users.active })
		.from(users)
		.where(and(eq(users.organizationId, organizationId), eq(users.id, userId)))
		.for('no key update');
	if (!account?.active) return null;
	const secret = newSecret();
	const expiresAt = now + LINK_MINUTES[purpose] * 60_000;
	await transaction.insert(accountLinks).values({
		...{ organizationId, id: secretHash(secret), userId, purpose },
		...{ madeBy: author.userId, expiresAt: new Date(expiresAt) },
		// Not when the transaction began: that may be before the one that it waited for.
		madeAt: sql`clock_timestamp()`
	});
	await audit(transaction, author, {
		kind: 'link-made',
		subject: { kind: 'user', id: userId },
		detail: { purpose, expiresAt }
	});
	return { path: linkPath(secret), expiresAt };
}
