/** An opening as it stands, within a transaction. */
import { and, eq } from 'drizzle-orm';
import { waitlistOpenings } from '../../../db/schema/index.ts';
import type { Transaction } from '../../../db/transaction.ts';
import type { Opening } from '../opening.ts';

/** @returns the opening, or `null` when there is none of this id */
export async function readOpening(
	transaction: Transaction,
	organizationId: string,
	openingId: string
): Promise<Opening | null> {
	const [row] = await transaction
		.select()
		.from(waitlistOpenings)
		.where(
			and(eq(waitlistOpenings.organizationId, organizationId), eq(waitlistOpenings.id, openingId))
		);
	if (!row) return null;
	const { id, clinicId, practitionerId, roomId, startsAt, endsAt, cause, state, round } = row;
	return {
		...{ id, clinicId, practitionerId, roomId, cause, state, round },
		...{ startsAt: startsAt.getTime(), endsAt: endsAt.getTime() }
	};
}
