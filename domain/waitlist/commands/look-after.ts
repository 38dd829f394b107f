/** What no job speaks of any more, and entries whose last day went by. */
import { and, asc, eq, inArray, lt, lte } from 'drizzle-orm';
import type { Database } from '../../../db/database.ts';
import { waitlistEntries, waitlistOpenings } from '../../../db/schema/index.ts';
import { inOrganization } from '../../../db/transaction.ts';
import { advanceOpening } from './advance.ts';

/** So long after its moment an opening is looked after by a job of its own, or by none. */
const OVERDUE_MS = 3_000;
/** In one turn. */
const MOST = 200;
/** Somewhere on Earth it is still the day before. */
const DAY_MS = 86_400_000;

/** Advances openings that are overdue, and ends what nobody can be offered any more. @param now epoch milliseconds */
export async function lookAfterWaitlist(
	database: Database,
	organizationId: string,
	now: number = Date.now()
): Promise<void> {
	const overdue = await inOrganization(database, organizationId, (transaction) =>
		transaction
			.select({ id: waitlistOpenings.id })
			.from(waitlistOpenings)
			.where(
				and(
					eq(waitlistOpenings.organizationId, organizationId),
					lte(waitlistOpenings.nextAt, new Date(now - OVERDUE_MS))
				)
			)
			.orderBy(asc(waitlistOpenings.nextAt))
			.limit(MOST)
	);
	const faults: unknown[] = [];
	// One that cannot be advanced keeps no other from it.
	for (const { id } of overdue) {
		await advanceOpening(database, organizationId, id, now).catch((fault: unknown) =>
			faults.push(fault)
		);
	}
	await expireEntries(database, organizationId, now);
	if (faults.length > 0) throw faults[0];
}

async function expireEntries(
	database: Database,
	organizationId: string,
	now: number
): Promise<void> {
	const yesterday = new Date(now - DAY_MS).toISOString().slice(0, 10);
	await inOrganization(database, organizationId, async (transaction) => {
		const own = eq(waitlistEntries.organizationId, organizationId);
		const past = await transaction
			.select({ id: waitlistEntries.id })
			.from(waitlistEntries)
			.where(
				and(own, eq(waitlistEntries.state, 'waiting'), lt(waitlistEntries.lastDate, yesterday))
			)
			.limit(MOST)
			.for('update', { skipLocked: true });
		if (past.length === 0) return;
		const ids = past.map(({ id }) => id);
		await transaction
			.update(waitlistEntries)
			.set({ state: 'expired', endedAt: new Date(now) })
			.where(and(own, inArray(waitlistEntries.id, ids)));
	});
}
