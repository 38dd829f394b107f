/** Reads the days of a search in turn: the first statement nearly always has all that a page needs. */
import {
	readAvailability,
	readTaken,
	takenSpans,
	type AvailabilityQuery,
	type ReadAvailability,
	type ReadTaken
} from '../../../db/availability-reader.ts';
import type { Database } from '../../../db/database.ts';
import { MINUTE_MS, type Interval } from '../../scheduling/intervals.ts';
import type { Busy } from '../../scheduling/resource-situation.ts';
import { weekdayOf } from '../local-day.ts';

/**
 * Doctors times days that are read at a time; the last goes for all that follow. The first takes in whole searches of
 * most clinics and costs a large one little; where it does not fill the page, the days are full and many more are needed.
 */
const DOCTOR_DAYS = [200, 4_000, 8_000];
/** A visit at midnight still meets what is taken with buffers on the other side of it. */
const AROUND_MS = 3 * 60 * MINUTE_MS;
/** No claim is longer (check `claims_length`). */
const LONGEST_CLAIM_MS = 14 * 60 * MINUTE_MS;

/** Some days of the search, in order, and what they go by. */
export interface ReadDays {
	/** Names, rules and needs; the same for all days but for weekdays that were not asked for yet. */
	read: ReadAvailability;
	dates: readonly string[];
	taken: TakenTimes;
}

/** As many days as somebody asks for. */
export async function* readDays(
	database: Database,
	organizationId: string,
	query: Omit<AvailabilityQuery, 'doctorDays' | 'allRules'>
): AsyncGenerator<ReadDays> {
	let rest = query.dates;
	let known: ReadAvailability | null = null;
	for (let turn = 0; rest.length > 0; turn++) {
		const doctorDays = DOCTOR_DAYS[Math.min(turn, DOCTOR_DAYS.length - 1)]!;
		let taken: ReadTaken;
		let days: number;
		if (known !== null && hasRulesFor(known, rest)) {
			days = Math.max(1, Math.floor(doctorDays / known.practitioners.length));
			taken = await readTaken(database, organizationId, {
				resourceIds: resourceIdsOf(known, query.patientId),
				...{ firstDate: rest[0]!, lastDate: rest.slice(0, days).at(-1)! }
			});
		} else {
			const allRules = turn > 0;
			known = await readAvailability(database, organizationId, {
				...{ ...query, dates: rest, doctorDays, allRules }
			});
			({ days } = known);
			taken = known;
		}
		yield { read: known, dates: rest.slice(0, days), taken: new TakenTimes(taken) };
		rest = rest.slice(days);
	}
}

/** Rules of the day before may reach past midnight, and those of the day after go on from there. */
function hasRulesFor({ weekdays }: ReadAvailability, dates: readonly string[]): boolean {
	if (weekdays.length === 7) return true;
	return dates
		.map(weekdayOf)
		.flatMap((day) => [((day + 5) % 7) + 1, day, (day % 7) + 1])
		.every((day) => weekdays.includes(day));
}

function resourceIdsOf(read: ReadAvailability, patientId: string | null): string[] {
	const lists = [read.practitioners, read.rooms, read.support, read.clinics];
	const ids = lists.flatMap((list) => list.map(({ id }) => id));
	return patientId === null ? ids : [...ids, patientId];
}

/** What was read about several days, to be looked at one day at a time. */
export class TakenTimes {
	private readonly spans: ReadonlyMap<string, Float64Array>;
	private readonly inSessions: ReadonlyMap<string, Busy[]>;

	constructor({ taken, sessionClaims }: ReadTaken) {
		this.spans = new Map(Object.entries(taken).map(([id, bytes]) => [id, takenSpans(bytes)]));
		this.inSessions = Map.groupBy(sessionClaims, ({ resourceId }) => resourceId);
	}

	/** @returns what is taken around a day, by resource, sorted by start: a visit is judged by its neighbours only */
	around({ start, end }: Interval): Map<string, Busy[]> {
		const [from, until] = [start - AROUND_MS, end + AROUND_MS];
		const found = new Map<string, Busy[]>();
		for (const [id, spans] of this.spans) {
			const near = within(spans, from, until);
			if (near.length > 0) found.set(id, near);
		}
		for (const [id, sessions] of this.inSessions) {
			const near = sessions.filter((span) => span.end > from && span.start < until);
			if (near.length === 0) continue;
			const all = [...(found.get(id) ?? []), ...near];
			found.set(
				id,
				all.sort((a, b) => a.start - b.start)
			);
		}
		return found;
	}
}

function within(spans: Float64Array, from: number, until: number): Busy[] {
	const near: Busy[] = [];
	for (let i = firstAfter(spans, from - LONGEST_CLAIM_MS); i < spans.length; i += 2) {
		const start = spans[i]!;
		if (start >= until) break;
		if (spans[i + 1]! > from) near.push({ start, end: spans[i + 1]! });
	}
	return near;
}

/** @returns the place of the first start that is not before an instant */
function firstAfter(spans: Float64Array, instant: number): number {
	let [low, high] = [0, spans.length / 2];
	while (low < high) {
		const middle = (low + high) >> 1;
		if (spans[middle * 2]! < instant) low = middle + 1;
		else high = middle;
	}
	return low * 2;
}
