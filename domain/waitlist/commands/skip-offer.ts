/** Staff take an offer back: the next one is asked, or nobody more. */
import { and, eq, inArray, isNull, ne } from 'drizzle-orm';
import type { Database } from '../../../db/database.ts';
import { waitlistOffers, waitlistOpenings } from '../../../db/schema/index.ts';
import { forActor } from '../../../db/transaction.ts';
import type { Actor } from '../../access/actor.ts';
import { audit } from '../../access/commands/audit.ts';
import { accept, refuse, type Result } from '../../scheduling/refusals.ts';
import { LIVE_OFFER_STATES } from '../offer.ts';
import { offerForStaff, offerIs } from './offer-for-staff.ts';
import { giveBackOfferedTime } from './offer-hold.ts';
import { lockOpening } from './opening-lock.ts';
import { announceOffers } from './tell-offers.ts';

export interface OfferSkip {
	offerId: string;
	/** Why; somebody reads it. */
	reason: string;
	/** `next`: whoever is after them is asked; `stop`: nobody is, and the time is free. Left out: `next`. */
	then?: 'next' | 'stop';
}

/**
 * Ends an offer that holds, told already or not.
 * @returns `not-found`; `status-not-possible` where it does not hold any more
 */
export async function skipOffer(
	database: Database,
	actor: Actor,
	{ offerId, reason, then = 'next' }: OfferSkip,
	now: number = Date.now()
): Promise<Result<{ id: string }>> {
	const { organizationId } = actor;
	const endedAt = new Date(now);
	const live = inArray(waitlistOffers.state, [...LIVE_OFFER_STATES]);
	const skipped = await forActor<Result<string | null>>(database, actor, async (transaction) => {
		const found = await offerForStaff(transaction, actor, offerId);
		if (!found.ok) return found;
		const { openingId, holdId, clinicId } = found.value.offer;
		if (openingId !== null) await lockOpening(transaction, openingId);
		const [ended] = await transaction
			.update(waitlistOffers)
			.set({ state: 'skipped', endedAt, reason, decidedBy: actor.userId })
			.where(and(offerIs(organizationId, offerId), live))
			.returning({ id: waitlistOffers.id });
		if (!ended) return refuse('status-not-possible', { field: 'id' });
		await audit(transaction, actor, {
			...{ kind: 'waitlist-offer-skipped', clinicId },
			subject: { kind: 'waitlist-offer', id: offerId }
		});
		if (then === 'next' || openingId === null) return accept(null);
		const own = eq(waitlistOffers.organizationId, organizationId);
		await transaction
			.update(waitlistOffers)
			.set({ state: 'withdrawn', endedAt, decidedBy: actor.userId })
			.where(
				and(...[own, eq(waitlistOffers.openingId, openingId), ne(waitlistOffers.id, offerId)], live)
			);
		await transaction
			.update(waitlistOpenings)
			.set({ state: 'gone', endedAt, nextAt: null })
			.where(
				and(
					...[eq(waitlistOpenings.organizationId, organizationId)],
					...[eq(waitlistOpenings.id, openingId), isNull(waitlistOpenings.endedAt)]
				)
			);
		return accept(holdId);
	});
	if (!skipped.ok) return skipped;
	if (skipped.value !== null) await giveBackOfferedTime(database, organizationId, skipped.value);
	await announceOffers(database, organizationId, { ids: [offerId] });
	return accept({ id: offerId });
}
