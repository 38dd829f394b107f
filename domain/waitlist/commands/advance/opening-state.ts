/** How an opening stands, and saying so. */
import { and, eq, gt, inArray, isNull, lt, sql } from 'drizzle-orm';
import type { Database } from '../../../../db/database.ts';
import { queueJobs } from '../../../../db/jobs.ts';
import { claims, waitlistOffers, waitlistOpenings } from '../../../../db/schema/index.ts';
import { inOrganization, type Transaction } from '../../../../db/transaction.ts';
import { LIVE_OFFER_STATES } from '../../offer.ts';
import type { Opening, OpeningState } from '../../opening.ts';
import { readOpening } from '../../queries/opening.ts';
import { lockOpening } from '../opening-lock.ts';

export const openingIs = (organizationId: string, id: string) =>
	and(
		...[eq(waitlistOpenings.organizationId, organizationId), eq(waitlistOpenings.id, id)],
		isNull(waitlistOpenings.endedAt)
	);

/** @returns the opening, if nobody is asked at the moment and somebody may be; call it under its lock */
export async function freeOpening(
	transaction: Transaction,
	organizationId: string,
	openingId: string
): Promise<Opening | null> {
	const opening = await readOpening(transaction, organizationId, openingId);
	if (opening?.state !== 'open' && opening?.state !== 'offered') return null;
	const live = await transaction
		.select({ id: waitlistOffers.id })
		.from(waitlistOffers)
		.where(
			and(
				eq(waitlistOffers.organizationId, organizationId),
				eq(waitlistOffers.openingId, openingId),
				inArray(waitlistOffers.state, [...LIVE_OFFER_STATES])
			)
		)
		.limit(1);
	return live.length > 0 ? null : opening;
}

/** Has the opening looked at again. @param at epoch milliseconds */
export async function waitUntil(
	transaction: Transaction,
	organizationId: string,
	{ id }: Opening,
	at: number
): Promise<void> {
	const nextAt = new Date(at);
	await transaction.update(waitlistOpenings).set({ nextAt }).where(openingIs(organizationId, id));
	await queueJobs(transaction, 'advance-waitlist', [
		{ data: { organizationId, openingId: id }, key: id, startAfter: nextAt }
	]);
}

export async function endOpening(
	transaction: Transaction,
	organizationId: string,
	{ id }: Opening,
	state: OpeningState
): Promise<void> {
	await transaction
		.update(waitlistOpenings)
		.set({ state, endedAt: sql`now()`, nextAt: null })
		.where(openingIs(organizationId, id));
}

/** Gives up a time that others took whenever it was tried. */
export async function endWhereTaken(
	database: Database,
	organizationId: string,
	{ id }: Opening
): Promise<void> {
	await inOrganization(database, organizationId, async (transaction) => {
		await lockOpening(transaction, id);
		const opening = await freeOpening(transaction, organizationId, id);
		if (opening) await endOpening(transaction, organizationId, opening, 'gone');
	});
}

/** No claim is longer (check `claims_length`): bounds the index from below. */
const LONGEST_CLAIM_MS = 14 * 3_600_000;

/** @returns whether somebody has the time by now: then it is gone, and not that nobody wanted it */
export async function isTaken(
	transaction: Transaction,
	organizationId: string,
	opening: Opening,
	now: number
): Promise<boolean> {
	return (await takenStatement(transaction, organizationId, opening, now)).length > 0;
}

/** What the claims of the time are looked for with; under row-level security no index serves `&&`. */
export function takenStatement(
	transaction: Transaction,
	organizationId: string,
	{ practitionerId, roomId, startsAt, endsAt }: Opening,
	now: number
) {
	const from = Math.max(startsAt, now);
	return transaction
		.select({ id: claims.resourceId })
		.from(claims)
		.where(
			and(
				eq(claims.organizationId, organizationId),
				eq(claims.resourceId, (practitionerId ?? roomId)!),
				isNull(claims.holdId),
				lt(claims.startsAt, new Date(endsAt)),
				gt(claims.startsAt, new Date(from - LONGEST_CLAIM_MS)),
				gt(claims.endsAt, new Date(from))
			)
		)
		.limit(1);
}
