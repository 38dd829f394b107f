/** Whom a free time suits, for whoever stands at the board: the best first, with names, and why. */
import type { Database } from '../../../db/database.ts';
import { forActor } from '../../../db/transaction.ts';
import type { Actor } from '../../access/actor.ts';
import { accept, refuse, type Result } from '../../scheduling/refusals.ts';
import type { RankedPeople } from '../panel.ts';
import { matchOpening } from './match.ts';
import { mayRead, waitingPeople } from './panel.ts';
import { readWaitlistSettings } from './settings.ts';

/** More than these nobody looks through. */
const MOST_RANKED = 20;

/**
 * @param time free now, all of it or a part; instants are epoch milliseconds
 * @returns at most twenty; `not-allowed`
 */
export async function rankedForTime(
	database: Database,
	actor: Actor,
	time: { clinicId: string; practitionerId: string; startsAt: number; endsAt: number },
	toldBefore: ReadonlySet<string>,
	now: number
): Promise<Result<RankedPeople>> {
	const { organizationId } = actor;
	const { clinicId } = time;
	if (!mayRead(actor, clinicId)) return refuse('not-allowed');
	const settings = await forActor(database, actor, (transaction) =>
		readWaitlistSettings(transaction, organizationId)
	);
	const matches = await matchOpening(
		database,
		organizationId,
		{ ...time, roomId: null },
		{ settings, now, limit: MOST_RANKED, exceptEntryIds: [] }
	);
	const entryIds = matches.map(({ entryId }) => entryId);
	const read = await waitingPeople(database, actor, { clinicId, entryIds }, toldBefore);
	if (!read.ok) return read;
	const people = new Map(read.value.map((person) => [person.id, person]));
	return accept({
		weights: settings.weights,
		ranked: matches.flatMap(({ entryId, score, time: own }) => {
			const person = people.get(entryId);
			return person ? [{ person, score, time: own }] : [];
		})
	});
}
