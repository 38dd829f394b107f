/** The end of a round: offers whose time is up, and holds that are kept for nobody any more. */
import { and, eq, inArray, lte, sql } from 'drizzle-orm';
import type { Database } from '../../../../db/database.ts';
import { waitlistOffers } from '../../../../db/schema/index.ts';
import { inOrganization } from '../../../../db/transaction.ts';
import { isLive, LIVE_OFFER_STATES } from '../../offer.ts';
import { readOpening } from '../../queries/opening.ts';
import { lockOpening } from '../opening-lock.ts';
import { waitUntil } from './opening-state.ts';

/** Somebody answers at this very moment: it is looked at again soon. */
const ANSWERING_MS = 1_000;

export interface SettledRound {
	/** Nobody is asked at the moment, and somebody may be. */
	isFree: boolean;
	/** Holds of rounds that are over. */
	heldInVain: string[];
}

/** Ends the offers whose time is up. A transaction of its own: nothing it locks is locked while a time is taken. */
export function settleRound(
	database: Database,
	organizationId: string,
	openingId: string,
	now: number
): Promise<SettledRound> {
	return inOrganization(database, organizationId, async (transaction) => {
		await lockOpening(transaction, openingId);
		const opening = await readOpening(transaction, organizationId, openingId);
		if (!opening) return { isFree: false, heldInVain: [] };
		const ofOpening = and(
			eq(waitlistOffers.organizationId, organizationId),
			eq(waitlistOffers.openingId, openingId)
		);
		const due = await transaction
			.select({ id: waitlistOffers.id })
			.from(waitlistOffers)
			.where(
				and(
					...[ofOpening, inArray(waitlistOffers.state, [...LIVE_OFFER_STATES])],
					lte(waitlistOffers.expiresAt, new Date(now))
				)
			)
			// One that is being answered is left to its answer.
			.for('update', { skipLocked: true });
		if (due.length > 0) {
			const ids = due.map(({ id }) => id);
			await transaction
				.update(waitlistOffers)
				.set({
					// One that reception has not let go out was never the patient's to answer.
					state: sql`CASE WHEN ${waitlistOffers.state} = 'proposed' THEN 'withdrawn' ELSE 'expired' END`,
					endedAt: new Date(now)
				})
				.where(and(ofOpening, inArray(waitlistOffers.id, ids)));
		}
		const offers = await transaction
			.select({
				...{ holdId: waitlistOffers.holdId, state: waitlistOffers.state },
				expiresAt: waitlistOffers.expiresAt
			})
			.from(waitlistOffers)
			.where(ofOpening);
		const live = offers.filter(({ state }) => isLive(state));
		const inUse = new Set(live.map(({ holdId }) => holdId));
		const heldInVain = [...new Set(offers.flatMap(({ holdId }) => holdId ?? []))].filter(
			(holdId) => !inUse.has(holdId)
		);
		const isOpen = opening.state === 'open' || opening.state === 'offered';
		if (isOpen && live.length > 0) {
			const first = Math.min(...live.map(({ expiresAt }) => expiresAt.getTime()));
			await waitUntil(transaction, organizationId, opening, Math.max(first, now + ANSWERING_MS));
		}
		return { isFree: isOpen && live.length === 0, heldInVain };
	});
}
