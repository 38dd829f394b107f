/** Whether somebody (more) is asked for a time that became free, and whom not. */
import { and, eq, inArray } from 'drizzle-orm';
import type { Database } from '../../../../db/database.ts';
import { waitlistOffers } from '../../../../db/schema/index.ts';
import { inOrganization, type Transaction } from '../../../../db/transaction.ts';
import { MINUTE_MS } from '../../../scheduling/intervals.ts';
import { LIVE_OFFER_STATES } from '../../offer.ts';
import { MIN_OPENING_MINUTES, type Opening } from '../../opening.ts';
import { readOfferRules, type OfferRules } from '../../queries/offer-rules.ts';
import { readWaitlistSettings } from '../../queries/settings.ts';
import type { WaitlistSettings } from '../../settings.ts';
import { giveBackWithin, offerHoldId } from '../offer-hold.ts';
import { lockOpening } from '../opening-lock.ts';
import { endOpening, freeOpening } from './opening-state.ts';

/** What a round goes by. */
export interface RoundGround {
	opening: Opening;
	/** Its number, from 1, and the hold that it will have. */
	number: number;
	holdId: string;
	settings: WaitlistSettings;
	rules: OfferRules;
	/** How many may still be asked for this time. */
	left: number;
	exceptEntryIds: string[];
}

/** @returns `null`: nobody is asked now; the opening is ended where nobody will be */
export function beginRound(
	database: Database,
	organizationId: string,
	openingId: string,
	now: number
): Promise<RoundGround | null> {
	return inOrganization(database, organizationId, async (transaction) => {
		await lockOpening(transaction, openingId);
		// Another server may have been here in between.
		const opening = await freeOpening(transaction, organizationId, openingId);
		if (!opening) return null;
		if (opening.endsAt - now < MIN_OPENING_MINUTES * MINUTE_MS) {
			await endOpening(transaction, organizationId, opening, 'gone');
			return null;
		}
		const settings = await readWaitlistSettings(transaction, organizationId);
		const asked = await askedSoFar(transaction, organizationId, openingId);
		const left = settings.mostOffers - asked.byEngine;
		// What staff made by hand was for one patient: nobody gave that time back.
		if (opening.cause === 'by-hand' || !settings.enabled || left <= 0) {
			await endOpening(transaction, organizationId, opening, 'exhausted');
			return null;
		}
		const rules = (await readOfferRules(transaction, organizationId, opening.clinicId, now))!;
		const number = opening.round + 1;
		const holdId = offerHoldId(openingId, number);
		// Should one be left of a round that was cut off: it would be in the way of whom the time suits.
		await giveBackWithin(transaction, organizationId, holdId);
		const { entryIds: exceptEntryIds } = asked;
		return { opening, number, holdId, settings, rules, left, exceptEntryIds };
	});
}

/** Who is not asked: whoever was offered this time already, or is offered another one at the moment. */
async function askedSoFar(
	transaction: Transaction,
	organizationId: string,
	openingId: string
): Promise<{ entryIds: string[]; byEngine: number }> {
	const own = eq(waitlistOffers.organizationId, organizationId);
	const before = await transaction
		.select({ entryId: waitlistOffers.entryId, way: waitlistOffers.way })
		.from(waitlistOffers)
		.where(and(own, eq(waitlistOffers.openingId, openingId)));
	const elsewhere = await transaction
		.select({ entryId: waitlistOffers.entryId })
		.from(waitlistOffers)
		.where(and(own, inArray(waitlistOffers.state, [...LIVE_OFFER_STATES])));
	const entryIds = [...new Set([...before, ...elsewhere].map(({ entryId }) => entryId))];
	return { entryIds, byEngine: before.filter(({ way }) => way === 'engine').length };
}
