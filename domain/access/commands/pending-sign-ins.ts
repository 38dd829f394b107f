/** The password was right, and something is still to come: a code, or setting up a second factor. */
import { and, eq, gt, lt } from 'drizzle-orm';
import type { Database } from '../../../db/database.ts';
import { pendingSignIns, users } from '../../../db/schema/index.ts';
import { newSecret, secretHash } from '../../../db/sessions.ts';
import { findingOrganization, inOrganization, type Transaction } from '../../../db/transaction.ts';
import type { Origin } from '../actor.ts';
import { PENDING_MINUTES, type PendingStep } from '../pending-sign-in.ts';
import { readFactor } from '../queries/second-factor.ts';
import type { FactorSecret } from '../second-factor.ts';
import { openSession } from './devices.ts';
import { beginSecondFactor, secretBeingSetUp } from './second-factor.ts';

export type Admission =
	/** The session's secret for the cookie, and when it ends (epoch milliseconds). */
	| { outcome: 'signed-in'; token: string; expiresAt: number }
	/** The secret for the cookie of the second step, and when that is over (epoch milliseconds). No session yet. */
	| { outcome: 'second-step'; step: PendingStep; token: string; expiresAt: number };

/** What a visitor brings along beside secrets. */
export interface Visitor {
	/** Browser and system in words. */
	device: string;
	origin: Origin | null;
}

/**
 * Lets in whoever gave the right password: with a session, or as far as the second step where the account has a second
 * factor or its organization requires one.
 * @param now epoch milliseconds
 */
export async function admit(
	database: Database,
	account: { organizationId: string; id: string },
	{ device, origin }: Visitor,
	now: number
): Promise<Admission> {
	const { organizationId, id: userId } = account;
	const { factor, isRequired } = await readFactor(database, { organizationId, userId });
	if (factor.state !== 'on' && !isRequired) {
		const session = await openSession(database, account, device, { how: 'password', origin });
		return { outcome: 'signed-in', ...session };
	}
	const step = factor.state === 'on' ? 'code' : 'set-up';
	if (step === 'set-up') {
		await beginSecondFactor(database, { organizationId, userId, sessionId: null, origin });
	}
	const token = newSecret();
	const expiresAt = now + PENDING_MINUTES * 60_000;
	await inOrganization(database, organizationId, async (transaction) => {
		await transaction
			.delete(pendingSignIns)
			.where(and(eq(pendingSignIns.userId, userId), lt(pendingSignIns.expiresAt, new Date(now))));
		const id = secretHash(token);
		await transaction
			.insert(pendingSignIns)
			.values({ organizationId, id, userId, expiresAt: new Date(expiresAt) });
	});
	return { outcome: 'second-step', step, token, expiresAt };
}

/** Somebody who gave the right password. */
export interface PendingSignIn {
	/** The secret's hash. */
	id: string;
	organizationId: string;
	userId: string;
	step: PendingStep;
}

/**
 * @param token the secret of the second step's cookie
 * @param now epoch milliseconds
 * @returns whose second step it is; `null`: forged, over, or the account was closed
 */
export async function findPending(
	database: Database,
	token: string,
	now: number = Date.now()
): Promise<PendingSignIn | null> {
	const id = secretHash(token);
	const [found] = await findingOrganization(database, (transaction) =>
		transaction
			.select({ organizationId: pendingSignIns.organizationId, userId: pendingSignIns.userId })
			.from(pendingSignIns)
			.innerJoin(
				users,
				and(
					...[eq(users.organizationId, pendingSignIns.organizationId)],
					...[eq(users.id, pendingSignIns.userId), eq(users.active, true)]
				)
			)
			.where(and(eq(pendingSignIns.id, id), gt(pendingSignIns.expiresAt, new Date(now))))
	);
	if (!found) return null;
	const { factor } = await readFactor(database, found);
	return { id, ...found, step: factor.state === 'on' ? 'code' : 'set-up' };
}

/** @returns the secret that a pending sign-in has to set up; `null`: forged, over, or there is nothing to set up */
export async function pendingSetUp(
	database: Database,
	token: string,
	now: number = Date.now()
): Promise<FactorSecret | null> {
	const pending = await findPending(database, token, now);
	if (pending?.step !== 'set-up') return null;
	return secretBeingSetUp(database, { ...pending, sessionId: null, origin: null });
}

/** Ends one, for good. @returns `false` when it has been ended already */
export async function takePending(
	database: Database,
	{ organizationId, id }: PendingSignIn
): Promise<boolean> {
	const taken = await inOrganization(database, organizationId, (transaction) =>
		transaction
			.delete(pendingSignIns)
			.where(eq(pendingSignIns.id, id))
			.returning({ id: pendingSignIns.id })
	);
	return taken.length === 1;
}

/** Whoever gave the old password need not give a second step any more. */
export async function dropPending(transaction: Transaction, userId: string): Promise<void> {
	await transaction.delete(pendingSignIns).where(eq(pendingSignIns.userId, userId));
}
