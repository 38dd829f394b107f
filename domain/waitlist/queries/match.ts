/** Who of those that wait a free time suits, the best first. */
import { and, inArray, sql } from 'drizzle-orm';
import type { Database } from '../../../db/database.ts';
import { services, waitlistEntries } from '../../../db/schema/index.ts';
import { inOrganization } from '../../../db/transaction.ts';
import { MINUTE_MS } from '../../scheduling/intervals.ts';
import type { Opening } from '../opening.ts';
import { byRank } from '../score.ts';
import type { WaitlistSettings } from '../settings.ts';
import { matchOf, type Match } from '../suits.ts';
import { timesForOpening } from './possible-times.ts';
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
	const waitedFor = await inOrganization(database, organizationId, (transaction) =>
		transaction
			.selectDistinct({ id: services.id })
			.from(waitlistEntries)
			.innerJoin(
				services,
				sql`${services.organizationId} = ${organizationId} and ${services.id} = ${waitlistEntries.serviceId}`
			)
			.where(
				sql`${waitlistEntries.organizationId} = ${organizationId} and ${waitlistEntries.state} = 'waiting'`
			)
	);
	const possible = await timesForOpening(
		...([database, organizationId, opening] as const),
		waitedFor.map(({ id }) => id),
		now
	);
	if (possible.length === 0) return [];
	const times = possible.flatMap((one) => one.times);
	const around = {
		start: Math.min(...times.map(({ startsAt }) => startsAt)),
		end: Math.max(...times.map((time) => time.startsAt + time.durationMinutes * MINUTE_MS))
	};
	const entries = await inOrganization(database, organizationId, (transaction) =>
		readWaiting(
			transaction,
			organizationId,
			and(
				inArray(
					waitlistEntries.serviceId,
					possible.map(({ service }) => service.id)
				)
			),
			around
		)
	);
	const byService = new Map(possible.map((one) => [one.service.id, one]));
	return entries
		.filter(({ id }) => !exceptEntryIds.includes(id))
		.flatMap((entry) => {
			const { service, times } = byService.get(entry.serviceId)!;
			return matchOf(entry, { times, service, now, weights: settings.weights }) ?? [];
		})
		.sort(byRank)
		.slice(0, limit);
}
