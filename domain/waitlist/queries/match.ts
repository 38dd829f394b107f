/** Who of those that wait a free time suits, the best first. */
import { inArray } from 'drizzle-orm';
import type { Database } from '../../../db/database.ts';
import { waitlistEntries } from '../../../db/schema/index.ts';
import { alongIndexes, inOrganization } from '../../../db/transaction.ts';
import { MINUTE_MS } from '../../scheduling/intervals.ts';
import type { Opening } from '../opening.ts';
import type { WaitlistSettings } from '../settings.ts';
import { bestOfStreams, type StreamSearch } from '../streams.ts';
import { matchOf, type Match } from '../suits.ts';
import { timesForOpening, type ServiceTimes } from './possible-times.ts';
import { boundsOf, readPages, servicesWaitedFor } from './streams.ts';
import { readWaiting } from './waiting-entries.ts';

export type { Match };

export interface MatchOptions {
	settings: WaitlistSettings;
	/** Epoch milliseconds. */
	now: number;
	/** How many at most. */
	limit: number;
	/** Who is not asked (again). */
	exceptEntryIds: readonly string[];
}

/**
 * @returns those whom something suits that could be booked into the opening as it is free now, the best first; each
 *   with the time that wastes least of it
 */
export async function matchOpening(
	database: Database,
	organizationId: string,
	opening: Pick<Opening, 'clinicId' | 'practitionerId' | 'roomId' | 'startsAt' | 'endsAt'>,
	{ settings, now, limit, exceptEntryIds }: MatchOptions
): Promise<Match[]> {
	const serviceIds = await inOrganization(database, organizationId, (transaction) =>
		servicesWaitedFor(transaction, organizationId, opening.clinicId)
	);
	const possible = await timesForOpening(database, organizationId, opening, serviceIds, now);
	return bestFor(database, organizationId, possible, {
		...{ weights: settings.weights, now, limit, exceptEntryIds, clinicId: opening.clinicId }
	});
}

async function bestFor(
	database: Database,
	organizationId: string,
	possible: readonly ServiceTimes[],
	search: Omit<StreamSearch, 'times'>
): Promise<Match[]> {
	if (possible.length === 0 || search.limit < 1) return [];
	const { now, weights } = search;
	const all = possible.flatMap(({ times }) => times);
	const bounds = boundsOf(all, now);
	const around = {
		start: Math.min(...all.map(({ startsAt }) => startsAt)),
		end: Math.max(...all.map((time) => time.startsAt + time.durationMinutes * MINUTE_MS))
	};
	const byService = new Map(possible.map((one) => [one.service.id, one]));
	const times = new Map(possible.map((one) => [one.service.id, one.times]));
	return alongIndexes(database, organizationId, (transaction) =>
		bestOfStreams(
			{ ...search, times },
			{
				read: (pages) => readPages(transaction, organizationId, pages, bounds),
				settle: async (ids) => {
					const which = inArray(waitlistEntries.id, [...ids]);
					const entries = await readWaiting(transaction, organizationId, which, around);
					return entries.flatMap((entry) => {
						const of = byService.get(entry.serviceId);
						return of ? (matchOf(entry, { ...of, now, weights }) ?? []) : [];
					});
				}
			}
		)
	);
}
