/** What is done with a second factor once it is there: new recovery codes, and taking it away. */
import { and, eq } from 'drizzle-orm';
import type { Database } from '../../../db/database.ts';
import { recoveryCodes, secondFactors } from '../../../db/schema/index.ts';
import { forActor, type Transaction } from '../../../db/transaction.ts';
import { accept, refuse, type Result } from '../../scheduling/refusals.ts';
import type { Actor } from '../actor.ts';
import { mayManage } from '../manage-account.ts';
import { rolesOf } from '../queries/account-roles.ts';
import { readFactor } from '../queries/second-factor.ts';
import { codesOf, forgiveAccount } from './attempts.ts';
import { audit, auditAlone } from './audit.ts';
import { replaceRecoveryCodes } from './codes.ts';
import { proveOwner, type ProofAnswer } from './prove-owner.ts';

/** @returns the new recovery codes, shown this once, or why not */
export async function makeRecoveryCodes(
	database: Database,
	actor: Actor,
	proof: string,
	now: number = Date.now()
): Promise<
	{ outcome: 'made'; recoveryCodes: string[] } | Exclude<ProofAnswer, { outcome: 'proven' }>
> {
	const { factor, isRequired } = await readFactor(database, actor);
	if (factor.state !== 'on') return { outcome: 'wrong' };
	const answer = await proveOwner(database, actor, proof, { isPasswordEnough: !isRequired, now });
	if (answer.outcome !== 'proven') return answer;
	const codes = await forActor(database, actor, (transaction) =>
		replaceRecoveryCodes(transaction, actor)
	);
	return { outcome: 'made', recoveryCodes: codes };
}

/** Where the organization requires a second factor only a code turns it off, and the next sign-in asks for a new one. */
export async function turnOffSecondFactor(
	database: Database,
	actor: Actor,
	proof: string,
	now: number = Date.now()
): Promise<ProofAnswer> {
	const { isRequired } = await readFactor(database, actor);
	const answer = await proveOwner(database, actor, proof, { isPasswordEnough: !isRequired, now });
	if (answer.outcome !== 'proven') return answer;
	await forActor(database, actor, (transaction) => removeFactor(transaction, actor, actor.userId));
	return answer;
}

/**
 * For somebody who lost both the app and the codes: an administrator who manages the account (`mayManage`) takes the
 * second factor away. Where the organization requires one, the next sign-in asks to set up a new one.
 */
export async function resetSecondFactor(
	database: Database,
	actor: Actor,
	{ userId }: { userId: string }
): Promise<Result<null>> {
	const { organizationId } = actor;
	const answer = await forActor(database, actor, async (transaction) => {
		const roles = await rolesOf(transaction, organizationId, userId);
		if (roles === null) return refuse('not-found', { field: 'userId' });
		// One's own is taken away with a proof (`turnOffSecondFactor`).
		const may = userId !== actor.userId && mayManage(actor, organizationId, roles);
		if (!may) return refuse('not-allowed');
		await removeFactor(transaction, actor, userId);
		return accept(null);
	});
	if (!answer.ok) {
		const subject = { kind: 'user', id: userId };
		const detail = { attempt: 'second-factor-off', code: answer.refusal.code };
		await auditAlone(database, actor, { kind: 'refused', subject, detail });
	} else await forgiveAccount(database, codesOf(userId));
	return answer;
}

async function removeFactor(transaction: Transaction, actor: Actor, userId: string): Promise<void> {
	const removed = await transaction
		.delete(secondFactors)
		.where(
			and(
				...[
					eq(secondFactors.organizationId, actor.organizationId),
					eq(secondFactors.userId, userId)
				]
			)
		)
		.returning({ confirmedAt: secondFactors.confirmedAt });
	await transaction.delete(recoveryCodes).where(eq(recoveryCodes.userId, userId));
	if (removed[0]?.confirmedAt) {
		await audit(transaction, actor, {
			kind: 'second-factor-off',
			subject: { kind: 'user', id: userId }
		});
	}
}
