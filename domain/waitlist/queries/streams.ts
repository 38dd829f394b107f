/** Reads those who wait in the order of the table that is kept for it (migration 0032). */
import { sql } from 'drizzle-orm';
import { ANY_PLACE } from '../../../db/schema/index.ts';
import type { Transaction } from '../../../db/transaction.ts';
import { MINUTE_MS } from '../../scheduling/intervals.ts';
import { URGENCIES } from '../entry.ts';
import type { PossibleTime } from '../possible-times.ts';
import type { Candidate, StreamPage } from '../streams.ts';

/** @returns the services for which somebody waits who would come to that clinic */
export async function servicesWaitedFor(
	transaction: Transaction,
	organizationId: string,
	clinicId: string
): Promise<string[]> {
	const { rows } = await transaction.execute<{ id: string }>(sql`
		select s.id from services s where s.organization_id = ${organizationId} and exists (
			select 1 from waitlist_keys k where k.organization_id = ${organizationId} and k.service_id = s.id
				and k.clinic_key in (${clinicId}, ${ANY_PLACE}))`);
	return rows.map(({ id }) => id);
}

/** What no time goes beyond: whoever cannot come within it is passed over while reading. */
export interface TimeBounds {
	firstDate: string;
	lastDate: string;
	/** Bits, Monday the lowest. */
	weekdays: number;
	lastStartMinute: number;
	firstEndMinute: number;
	mostNoticeMinutes: number;
}

/** @param times at least one */
export function boundsOf(times: readonly PossibleTime[], now: number): TimeBounds {
	const dates = [...new Set(times.map(({ date }) => date))].sort();
	const lastStart = Math.max(...times.map(({ startsAt }) => startsAt));
	return {
		...{ firstDate: dates[0]!, lastDate: dates.at(-1)! },
		weekdays: times.reduce((bits, { weekday }) => bits | (1 << (weekday - 1)), 0),
		lastStartMinute: Math.max(...times.map(({ startMinute }) => startMinute)),
		firstEndMinute: Math.min(...times.map(({ endMinute }) => endMinute)),
		mostNoticeMinutes: Math.floor((lastStart - now) / MINUTE_MS)
	};
}

/** @returns the statement that reads the pages: for each what is left of those who could come within the bounds */
export function pagesStatement(
	organizationId: string,
	pages: readonly StreamPage[],
	bounds: TimeBounds
) {
	const asked = pages.map(({ stream, after, take }, place) => ({
		...{ place, take, service: stream.serviceId, breadth: stream.breadth },
		clinic: stream.clinicId ?? ANY_PLACE,
		practitioner: stream.practitionerId ?? ANY_PLACE,
		urgency: URGENCIES.indexOf(stream.urgency),
		since: after === null ? '-infinity' : new Date(after.waitingSince).toISOString(),
		entry: after?.entryId ?? ANY_PLACE
	}));
	return sql`
		select s.place, json_build_object('entryId', k.entry_id, 'waitingSince', epoch_ms(k.waiting_since),
			'firstDate', k.first_date, 'lastDate', k.last_date, 'weekdays', k.weekdays, 'fromMinute', k.from_minute,
			'untilMinute', k.until_minute, 'noticeMinutes', k.notice_minutes) as candidate
		from jsonb_to_recordset(${JSON.stringify(asked)}::jsonb) as s (place int, take int, service uuid, clinic uuid,
				practitioner uuid, urgency smallint, breadth smallint, since timestamptz, entry uuid),
			lateral (
				select * from waitlist_keys k
				where k.organization_id = ${organizationId} and k.service_id = s.service and k.clinic_key = s.clinic
					and k.practitioner_key = s.practitioner and k.urgency = s.urgency and k.breadth = s.breadth
					and (k.waiting_since, k.entry_id) > (s.since, s.entry)
					and k.first_date <= ${bounds.lastDate}::date and k.last_date >= ${bounds.firstDate}::date
					and k.weekdays & ${bounds.weekdays}::smallint <> 0
					and k.from_minute <= ${bounds.lastStartMinute} and k.until_minute >= ${bounds.firstEndMinute}
					and k.notice_minutes <= ${bounds.mostNoticeMinutes}
				order by k.waiting_since, k.entry_id limit s.take) k
		order by s.place, k.waiting_since, k.entry_id`;
}

export async function readPages(
	transaction: Transaction,
	organizationId: string,
	pages: readonly StreamPage[],
	bounds: TimeBounds
): Promise<Candidate[][]> {
	const { rows } = await transaction.execute<{ place: number; candidate: Candidate }>(
		pagesStatement(organizationId, pages, bounds)
	);
	const found = pages.map((): Candidate[] => []);
	for (const { place, candidate } of rows) found[place]!.push(candidate);
	return found;
}
