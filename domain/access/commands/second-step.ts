/** The second step of signing in: a code, or the first code of a second factor that is being set up. */
import type { Database } from '../../../db/database.ts';
import { takeCode } from './codes.ts';
import { openSession } from './devices.ts';
import { findPending, takePending, type PendingSignIn, type Visitor } from './pending-sign-ins.ts';
import { confirmSecondFactor } from './second-factor.ts';
import { tellOfRefusal } from './sign-in-trail.ts';

export type StepAnswer =
	/** `recoveryCodes`: of a second factor that was set up just now, shown this once. */
	| { outcome: 'signed-in'; token: string; expiresAt: number; recoveryCodes: string[] | null }
	/** Also a code that has been taken already. */
	| { outcome: 'wrong' }
	/** Too many wrong ones (epoch milliseconds). */
	| { outcome: 'locked'; until: number }
	/** Begins again with the password: forged, over, or ended by another tab. */
	| { outcome: 'over' };

/**
 * Signs in with a code from the app or a recovery code.
 * @param token the secret of the second step's cookie
 * @param now epoch milliseconds
 */
export async function finishSignIn(
	database: Database,
	token: string,
	typed: string,
	visitor: Visitor,
	now: number = Date.now()
): Promise<StepAnswer> {
	const pending = await findPending(database, token, now);
	if (pending?.step !== 'code') return { outcome: 'over' };
	const answer = await takeCode(database, ownerOf(pending, visitor), typed, now);
	if (answer.outcome !== 'right') return refuseStep(database, pending, visitor, answer);
	return letIn(database, pending, visitor, { how: answer.kind, recoveryCodes: null });
}

/** Signs in with the first code of the second factor that the organization requires. */
export async function finishSetUp(
	database: Database,
	token: string,
	typed: string,
	visitor: Visitor,
	now: number = Date.now()
): Promise<StepAnswer> {
	const pending = await findPending(database, token, now);
	if (pending?.step !== 'set-up') return { outcome: 'over' };
	const answer = await confirmSecondFactor(database, ownerOf(pending, visitor), typed, now);
	if (answer.outcome === 'not-begun') return { outcome: 'over' };
	if (answer.outcome !== 'on') return refuseStep(database, pending, visitor, answer);
	const { recoveryCodes } = answer;
	return letIn(database, pending, visitor, { how: 'second-factor-set-up', recoveryCodes });
}

async function letIn(
	database: Database,
	pending: PendingSignIn,
	{ device, origin }: Visitor,
	{ how, recoveryCodes }: { how: string; recoveryCodes: string[] | null }
): Promise<StepAnswer> {
	if (!(await takePending(database, pending))) return { outcome: 'over' };
	const account = { organizationId: pending.organizationId, id: pending.userId };
	const session = await openSession(database, account, device, { how, origin });
	return { outcome: 'signed-in', ...session, recoveryCodes };
}

async function refuseStep<A extends { outcome: 'wrong' } | { outcome: 'locked'; until: number }>(
	database: Database,
	pending: PendingSignIn,
	{ origin }: Visitor,
	answer: A
): Promise<A> {
	const account = { organizationId: pending.organizationId, id: pending.userId };
	await tellOfRefusal(database, account, { ...answer, step: 'second-step', origin });
	return answer;
}

function ownerOf({ organizationId, userId }: PendingSignIn, { origin }: Visitor) {
	return { organizationId, userId, sessionId: null, origin };
}
