/** Doing what a link in a message is for: as its patient, by the same commands as everybody, at most once. */
import { and, eq, isNull } from 'drizzle-orm';
import type { Database } from '../../../db/database.ts';
import { messageLinks } from '../../../db/schema/index.ts';
import { forActor } from '../../../db/transaction.ts';
import type { Actor } from '../../access/actor.ts';
import {
	cancelOwnVisit,
	checkInVisit,
	confirmOwnVisit,
	moveOwnVisit,
	type OwnVisit
} from '../../booking/commands.ts';
import type { CancelReason } from '../../scheduling/intents.ts';
import { accept, refuse, type Result } from '../../scheduling/refusals.ts';
import type { Verdict } from '../../scheduling/verdict.ts';
import type { MessageLink } from '../queries/links.ts';
import { optOut } from './opt-out.ts';

/** What whoever presses the button says with it. */
export type LinkUse =
	| { action: 'confirm' | 'check-in'; visit: OwnVisit }
	| { action: 'cancel'; visit: OwnVisit; reason: CancelReason }
	| {
			action: 'reschedule';
			visit: OwnVisit;
			to: { startsAt: number; practitionerId: string; roomId: string };
	  }
	| { action: 'unsubscribe' };

/**
 * Does it, and marks the link as used afterwards: what was pressed twice at once is refused the second time by the
 * visit itself, and nothing says 'used' of what was not done.
 * @param patient whom the link was made for
 */
export async function useLink(
	database: Database,
	patient: Actor,
	link: MessageLink,
	use: LinkUse,
	now: number = Date.now()
): Promise<Result<null>> {
	if (use.action !== link.action) return refuse('not-allowed');
	const { organizationId, id } = link;
	const mark = and(
		...[eq(messageLinks.organizationId, organizationId), eq(messageLinks.id, id)],
		isNull(messageLinks.usedAt)
	);
	if (use.action === 'unsubscribe') {
		await forActor(database, patient, async (transaction) => {
			await optOut(transaction, link);
			await transaction
				.update(messageLinks)
				.set({ usedAt: new Date(now) })
				.where(mark);
		});
		return accept(null);
	}
	const verdict = await change(database, patient, use, now);
	if (verdict.outcome === 'refused') return { ok: false, refusal: verdict.refusal };
	await forActor(database, patient, (transaction) =>
		transaction
			.update(messageLinks)
			.set({ usedAt: new Date(now) })
			.where(mark)
	);
	return accept(null);
}

function change(
	database: Database,
	patient: Actor,
	use: Exclude<LinkUse, { action: 'unsubscribe' }>,
	now: number
): Promise<Verdict> {
	switch (use.action) {
		case 'confirm':
			return confirmOwnVisit(database, patient, use.visit, now);
		case 'cancel':
			return cancelOwnVisit(database, patient, use.visit, use.reason, now);
		case 'reschedule':
			return moveOwnVisit(database, patient, use.visit, use.to, now);
		case 'check-in':
			return checkInVisit(database, patient, use.visit, 'link', now);
	}
}
