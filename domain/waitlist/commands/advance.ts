/**
 * What happens next to a time that became free: those who did not answer are past, and the next are asked, as long as
 * it is worth it. Called by a job after whatever changes an opening or its offers; calling it too often does nothing.
 *
 * A round is made in three steps, and may be cut off between any of them: whether there is one to be made, the match
 * (nothing is written, and nothing is locked), and one transaction with the hold, the offers, their messages, the
 * opening's state and the job that looks at the answers. No step takes a connection while it holds one.
 */
import type { Database } from '../../../db/database.ts';
import { matchOpening } from '../queries/match.ts';
import { beginRound } from './advance/begin-round.ts';
import { makeRound } from './advance/make-round.ts';
import { endWhereTaken } from './advance/opening-state.ts';
import { settleRound } from './advance/settle-round.ts';
import { giveBackOfferedTime } from './offer-hold.ts';
import { announceOffers } from './tell-offers.ts';

/** At least as many are weighed, and kept as having been. */
const WEIGHED = 20;
/** Others may take the times that were matched, again and again. */
const MAX_ATTEMPTS = 8;

/** @param now epoch milliseconds */
export async function advanceOpening(
	database: Database,
	organizationId: string,
	openingId: string,
	now: number = Date.now()
): Promise<void> {
	const settled = await settleRound(database, organizationId, openingId, now);
	for (const holdId of settled.heldInVain) {
		await giveBackOfferedTime(database, organizationId, holdId);
	}
	if (settled.isFree) await askTheNext(database, organizationId, openingId, now);
	await announceOffers(database, organizationId, { openingId });
}

async function askTheNext(
	database: Database,
	organizationId: string,
	openingId: string,
	now: number
): Promise<void> {
	for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
		const round = await beginRound(database, organizationId, openingId, now);
		if (round === null) return;
		const { opening, settings, exceptEntryIds } = round;
		const matches = await matchOpening(database, organizationId, opening, {
			...{ settings, now, exceptEntryIds, limit: Math.max(WEIGHED, settings.batchSize) }
		});
		const came = await makeRound(database, organizationId, round, matches, now);
		if (came === 'done') return;
		if (came === 'taken' && attempt === MAX_ATTEMPTS) {
			await endWhereTaken(database, organizationId, round.opening);
		}
	}
}
