/** Openings, matches and offers as the engine leaves them, made through the application's role: nothing is offered by making it. */
import type { Database } from '#db/database.ts';
import { waitlistMatches, waitlistOffers, waitlistOpenings } from '#db/schema/index.ts';
import { inOrganization } from '#db/transaction.ts';
import { isLive } from '#domain/waitlist/offer.ts';
import { scoreOf, DEFAULT_WEIGHTS, type Score } from '#domain/waitlist/score.ts';
import type { Clinic } from './clinic-factory.ts';

/** A score by the product's own weights. */
export const SOME_SCORE: Score = scoreOf(
	{
		...{ urgency: 'soon', waitedMinutes: 30 * 1440, fills: 1, namesDoctor: false },
		...{ namesClinic: true, weekShare: 0.5, missedOffers: 0 }
	},
	DEFAULT_WEIGHTS
);

/** @returns the id of a new opening of half an hour, of the first doctor in the first room; it is over: `exhausted` */
export async function openingFactory(
	database: Database,
	{ organizationId, clinicId, practitionerIds, roomIds }: Clinic,
	opening: Partial<typeof waitlistOpenings.$inferInsert> = {}
): Promise<string> {
	const id = crypto.randomUUID();
	const madeAt = opening.madeAt ?? new Date();
	const startsAt = opening.startsAt ?? new Date(madeAt.getTime() + 86_400_000);
	const state = opening.state ?? 'exhausted';
	const isOver = state !== 'open' && state !== 'offered';
	await inOrganization(database, organizationId, (transaction) =>
		transaction.insert(waitlistOpenings).values({
			...{ organizationId, id, clinicId, practitionerId: practitionerIds[0]! },
			...{ roomId: roomIds[0]!, cause: 'cancelled', madeAt, startsAt, round: 1 },
			...{ endsAt: new Date(startsAt.getTime() + 1_800_000), nextAt: null },
			...{ endedAt: isOver ? madeAt : null, ...opening, state }
		})
	);
	return id;
}

/** @returns the id of a new offer of a visit of the clinic's service; by the engine, made and ended at once */
export async function offerFactory(
	database: Database,
	{ organizationId, clinicId, practitionerIds, roomIds, patientIds, serviceId }: Clinic,
	{
		patient = 0,
		...offer
	}: Partial<typeof waitlistOffers.$inferInsert> & { entryId: string; patient?: number }
): Promise<string> {
	const id = crypto.randomUUID();
	const madeAt = offer.madeAt ?? new Date();
	const state = offer.state ?? 'expired';
	await inOrganization(database, organizationId, (transaction) =>
		transaction.insert(waitlistOffers).values({
			...{ organizationId, id, patientId: patientIds[patient]!, round: 1, way: 'engine' },
			...{ clinicId, practitionerId: practitionerIds[0]!, roomId: roomIds[0]!, serviceId },
			...{ startsAt: new Date(madeAt.getTime() + 86_400_000), durationMinutes: 20, ...SOME_SCORE },
			...{ madeAt, expiresAt: new Date(madeAt.getTime() + 1_200_000) },
			...{ endedAt: isLive(state) ? null : madeAt, ...offer, state }
		})
	);
	return id;
}

/** Considers entries for an opening, the best first. */
export async function matchFactory(
	database: Database,
	{ organizationId }: Clinic,
	openingId: string,
	entryIds: readonly string[],
	round = 1
): Promise<void> {
	await inOrganization(database, organizationId, (transaction) =>
		transaction.insert(waitlistMatches).values(
			entryIds.map((entryId, i) => ({
				...{ organizationId, openingId, round, rank: i + 1, entryId },
				...{ total: SOME_SCORE.total - i, parts: SOME_SCORE.parts }
			}))
		)
	);
}
