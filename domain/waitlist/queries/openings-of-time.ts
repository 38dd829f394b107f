/** The opening that a chosen time belongs to. */
import { and, desc, eq, gte, isNull, lte, notExists, or, sql } from 'drizzle-orm';
import { waitlistOffers, waitlistOpenings } from '../../../db/schema/index.ts';
import type { Transaction } from '../../../db/transaction.ts';

/**
 * @param time epoch milliseconds
 * @returns the opening that holds the whole time, of which nothing is offered at the moment, and nothing was to this
 *   entry; `null`: none
 */
export async function openingOfTime(
	transaction: Transaction,
	organizationId: string,
	time: { clinicId: string; practitionerId: string; startsAt: number; endsAt: number },
	entryId: string
): Promise<string | null> {
	const [opening] = await transaction
		.select({ id: waitlistOpenings.id })
		.from(waitlistOpenings)
		.where(
			and(
				eq(waitlistOpenings.organizationId, organizationId),
				eq(waitlistOpenings.clinicId, time.clinicId),
				eq(waitlistOpenings.practitionerId, time.practitionerId),
				isNull(waitlistOpenings.endedAt),
				lte(waitlistOpenings.startsAt, new Date(time.startsAt)),
				gte(waitlistOpenings.endsAt, new Date(time.endsAt)),
				notExists(
					transaction
						.select({ one: sql`1` })
						.from(waitlistOffers)
						.where(
							and(
								eq(waitlistOffers.organizationId, organizationId),
								eq(waitlistOffers.openingId, waitlistOpenings.id),
								or(eq(waitlistOffers.entryId, entryId), isNull(waitlistOffers.endedAt))
							)
						)
				)
			)
		)
		.orderBy(desc(waitlistOpenings.madeAt))
		.limit(1);
	return opening?.id ?? null;
}
