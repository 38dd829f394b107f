/** Reception lets an offer go out that waits for it. */
import { and, eq } from 'drizzle-orm';
import type { Database } from '../../../db/database.ts';
import { queueJobs } from '../../../db/jobs.ts';
import { waitlistOffers, waitlistOpenings } from '../../../db/schema/index.ts';
import { forActor } from '../../../db/transaction.ts';
import type { Actor } from '../../access/actor.ts';
import { audit } from '../../access/commands/audit.ts';
import { MINUTE_MS } from '../../scheduling/intervals.ts';
import { accept, refuse, type Result } from '../../scheduling/refusals.ts';
import { readWaitlistSettings } from '../queries/settings.ts';
import { mayGoOut, offerForStaff, offerIs } from './offer-for-staff.ts';
import { keepOfferedTimeWithin } from './offer-hold.ts';
import { lockOpening } from './opening-lock.ts';
import { announceOffers, queueOfferMessages } from './tell-offers.ts';

/**
 * Makes a proposed offer one that its patient is told of; the time to answer counts from now.
 * @returns `not-found`, `status-not-possible` where it is not proposed (any more), `too-late` within the notice that
 *   the patient needs, `quiet-hours`, or what is in the way of the time
 */
export async function approveOffer(
	database: Database,
	actor: Actor,
	offerId: string,
	now: number = Date.now()
): Promise<Result<{ id: string; expiresAt: number }>> {
	const { organizationId } = actor;
	const approved = await forActor<Result<{ id: string; expiresAt: number }>>(
		database,
		actor,
		async (transaction) => {
			const first = await offerForStaff(transaction, actor, offerId);
			if (!first.ok) return first;
			const { openingId } = first.value.offer;
			if (openingId !== null) await lockOpening(transaction, openingId);
			// As it is now that it is nobody else's turn.
			const found = await offerForStaff(transaction, actor, offerId);
			if (!found.ok) return found;
			const { offer, noticeMinutes } = found.value;
			if (offer.state !== 'proposed' || offer.expiresAt.getTime() <= now) {
				return refuse('status-not-possible', { field: 'id' });
			}
			const startsAt = offer.startsAt.getTime();
			const rule = await mayGoOut(transaction, { ...offer, startsAt, noticeMinutes }, now);
			if (!rule.ok) return rule;
			const { offerMinutes } = await readWaitlistSettings(transaction, organizationId);
			const expiresAt = Math.min(now + offerMinutes * MINUTE_MS, startsAt);
			const kept = await keepOfferedTimeWithin(
				transaction,
				organizationId,
				{ holdId: offer.holdId!, time: { ...offer, startsAt }, expiresAt },
				now
			);
			// Its room or doctor was taken off the board.
			if (!kept.ok && kept.refusal.code === 'not-found') {
				return refuse('status-not-possible', { field: 'id' });
			}
			if (!kept.ok) return kept;
			const [made] = await transaction
				.update(waitlistOffers)
				.set({ state: 'made', expiresAt: new Date(expiresAt), decidedBy: actor.userId })
				.where(and(offerIs(organizationId, offerId), eq(waitlistOffers.state, 'proposed')))
				.returning();
			// Its patient left the list at this moment.
			if (!made) return refuse('status-not-possible', { field: 'id' });
			await queueOfferMessages(transaction, organizationId, [made], rule.value, now);
			if (openingId !== null) {
				const nextAt = new Date(expiresAt);
				await transaction
					.update(waitlistOpenings)
					.set({ nextAt })
					.where(
						and(
							eq(waitlistOpenings.organizationId, organizationId),
							eq(waitlistOpenings.id, openingId)
						)
					);
				await queueJobs(transaction, 'advance-waitlist', [
					{ data: { organizationId, openingId }, key: openingId, startAfter: nextAt }
				]);
			}
			await audit(transaction, actor, {
				...{ kind: 'waitlist-offer-approved', clinicId: offer.clinicId },
				subject: { kind: 'waitlist-offer', id: offerId }
			});
			return accept({ id: offerId, expiresAt });
		}
	);
	if (approved.ok) await announceOffers(database, organizationId, { ids: [offerId] });
	return approved;
}
