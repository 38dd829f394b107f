/** Times that are kept for patients of the waitlist, as rows for a board's documents. For the server itself. */
import { and, eq, gte, inArray, lt, type SQL } from 'drizzle-orm';
import type { Database } from '../../../db/database.ts';
import { same } from '../../../db/same-key.ts';
import { patients, waitlistOffers } from '../../../db/schema/index.ts';
import { inOrganization, type Transaction } from '../../../db/transaction.ts';
import { listName } from '../../directory/patient-search.ts';
import type { Interval } from '../../scheduling/intervals.ts';
import { LIVE_OFFER_STATES } from '../../waitlist/offer.ts';
import type { MaskedPersonRow, OfferedPersonRow, OfferRow } from '../documents.ts';
import { maskPerson } from '../masked-person.ts';

export interface LiveOffer {
	id: string;
	clinicId: string;
	row: OfferRow;
	person: OfferedPersonRow;
	masked: MaskedPersonRow;
}

/** @returns the offers that wait for an answer or for reception, of times that begin within the day */
export function offersOfDay(
	transaction: Transaction,
	{ organizationId, clinicId }: { organizationId: string; clinicId: string },
	day: Interval
): Promise<LiveOffer[]> {
	return liveOffers(transaction, organizationId, [
		eq(waitlistOffers.clinicId, clinicId),
		gte(waitlistOffers.startsAt, new Date(day.start)),
		lt(waitlistOffers.startsAt, new Date(day.end))
	]);
}

/**
 * Reads what was told to have changed, and the other offers of the same openings: the answer to one ends the others.
 * @returns every id that was looked at, and of these the ones that are live
 */
export async function readChangedOffers(
	database: Database,
	organizationId: string,
	offerIds: readonly string[]
): Promise<{ ids: string[]; live: Record<string, LiveOffer> }> {
	if (offerIds.length === 0) return { ids: [], live: {} };
	return inOrganization(database, organizationId, async (transaction) => {
		const own = eq(waitlistOffers.organizationId, organizationId);
		const openings = await transaction
			.selectDistinct({ openingId: waitlistOffers.openingId })
			.from(waitlistOffers)
			.where(and(own, inArray(waitlistOffers.id, [...offerIds])));
		const openingIds = openings.flatMap(({ openingId }) => openingId ?? []);
		const siblings =
			openingIds.length === 0
				? []
				: await transaction
						.select({ id: waitlistOffers.id })
						.from(waitlistOffers)
						.where(and(own, inArray(waitlistOffers.openingId, openingIds)));
		const ids = [...new Set([...offerIds, ...siblings.map(({ id }) => id)])];
		const live = await liveOffers(transaction, organizationId, [inArray(waitlistOffers.id, ids)]);
		return { ids, live: Object.fromEntries(live.map((offer) => [offer.id, offer])) };
	});
}

async function liveOffers(
	transaction: Transaction,
	organizationId: string,
	which: SQL[]
): Promise<LiveOffer[]> {
	const found = await transaction
		.select({ offer: waitlistOffers, patient: patients })
		.from(waitlistOffers)
		.innerJoin(patients, same(waitlistOffers, waitlistOffers.patientId, patients))
		.where(
			and(
				eq(waitlistOffers.organizationId, organizationId),
				inArray(waitlistOffers.state, [...LIVE_OFFER_STATES]),
				...which
			)
		);
	return found.map(({ offer, patient }) => ({
		...{ id: offer.id, clinicId: offer.clinicId },
		row: {
			startsAt: offer.startsAt.getTime(),
			durationMinutes: offer.durationMinutes,
			practitionerId: offer.practitionerId,
			roomId: offer.roomId,
			serviceId: offer.serviceId,
			state: offer.state as OfferRow['state'],
			expiresAt: offer.expiresAt.getTime(),
			openingId: offer.openingId
		},
		person: { patientId: patient.id, name: listName(patient) },
		masked: maskPerson(patient)
	}));
}
