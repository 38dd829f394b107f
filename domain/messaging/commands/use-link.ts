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
import { answerOffer } from '../../waitlist/commands/answer-offer.ts';
import type { AnswerWay, OfferAnswer } from '../../waitlist/offer.ts';
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
	| { action: 'accept-offer' | 'decline-offer'; answer: OfferAnswer; by: AnswerWay }
	| { action: 'unsubscribe' };

/**
 * Does it (whoever has an offer's link may give any of the answers), and marks the link as used afterwards: what was pressed twice at once is refused the second time by the
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
	const done = await change(database, patient, link, use, now);
	if (!done.ok) return done;
	await forActor(database, patient, (transaction) =>
		transaction
			.update(messageLinks)
			.set({ usedAt: new Date(now) })
			.where(mark)
	);
	return accept(null);
}

async function change(
	database: Database,
	patient: Actor,
	{ offerId }: MessageLink,
	use: Exclude<LinkUse, { action: 'unsubscribe' }>,
	now: number
): Promise<Result<unknown>> {
	switch (use.action) {
		case 'confirm':
			return resultOf(await confirmOwnVisit(database, patient, use.visit, now));
		case 'cancel':
			return resultOf(await cancelOwnVisit(database, patient, use.visit, use.reason, now));
		case 'reschedule':
			return resultOf(await moveOwnVisit(database, patient, use.visit, use.to, now));
		case 'check-in':
			return resultOf(await checkInVisit(database, patient, use.visit, 'link', now));
		case 'accept-offer':
		case 'decline-offer': {
			if (offerId === null) return refuse('not-found', { field: 'offerId' });
			const { answer, by } = use;
			return answerOffer(database, patient, { offerId, answer, by }, now);
		}
	}
}

function resultOf(verdict: Verdict): Result<null> {
	return verdict.outcome === 'refused' ? { ok: false, refusal: verdict.refusal } : accept(null);
}
