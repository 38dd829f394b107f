/** Repeat visits: one rule of RFC 5545, worked out on the clinic's clock, booked all together or not at all. */
import { RRuleTemporal } from 'rrule-temporal';
import { z } from 'zod';
import type { Part, PartOf } from './intents.ts';
import { MAX_PARTS } from './intents.ts';
import { MINUTE_MS } from './intervals.ts';
import { GRID_MINUTES } from './appointment.ts';
import { accept, refuse, type Result } from './refusals.ts';

/** As many as one transaction books. */
export const MAX_REPEATS = MAX_PARTS;
const MAX_RULE_LENGTH = 200;
/** Visits repeat on days; anything finer is another visit. */
const RULE =
	/^(RRULE:)?FREQ=(DAILY|WEEKLY|MONTHLY)(;(INTERVAL|COUNT|UNTIL|BYDAY|BYMONTHDAY|BYSETPOS|WKST)=[A-Z0-9,+-]+)*$/;

export const ruleSchema = z
	.string()
	.max(MAX_RULE_LENGTH)
	.regex(RULE, 'must be a daily, weekly or monthly RRULE (RFC 5545), such as FREQ=WEEKLY;COUNT=10')
	.refine(
		(rule) => /;(COUNT|UNTIL)=/.test(rule),
		'must say how often (COUNT) or until when (UNTIL)'
	);

/**
 * @param startsAt the first visit, epoch milliseconds; it counts as one of them
 * @param zone the clinic's: nine o'clock stays nine o'clock when clocks change
 * @returns every start, in order, or `invalid` for a rule that cannot be read, gives nothing or too much
 */
export function seriesStarts(startsAt: number, rule: string, zone: string): Result<number[]> {
	const invalid = refuse('invalid', { field: 'rule' });
	if (!ruleSchema.safeParse(rule).success) return invalid;
	const first = Temporal.Instant.fromEpochMilliseconds(startsAt).toZonedDateTimeISO(zone);
	const local = first.toPlainDateTime().toString({ smallestUnit: 'second' }).replace(/[-:]/g, '');
	try {
		const series = new RRuleTemporal({
			rruleString: `DTSTART;TZID=${zone}:${local}\nRRULE:${rule.replace(/^RRULE:/, '')}`
		});
		// One more than may be, to see that there are too many.
		const starts = series.all((_, place) => place <= MAX_REPEATS).map((at) => at.epochMilliseconds);
		const onGrid = starts.every((start) => start % (GRID_MINUTES * MINUTE_MS) === 0);
		const fits = starts.length > 0 && starts.length <= MAX_REPEATS;
		return fits && onGrid ? accept(starts) : invalid;
	} catch {
		return invalid;
	}
}

/** @returns a booking for each start, all of one series */
export function seriesParts(
	booking: PartOf<'book'>,
	starts: readonly number[],
	newId: () => string = () => crypto.randomUUID()
): Part[] {
	const seriesId = newId();
	return starts.map((startsAt, place) => ({
		...booking,
		appointmentId: place === 0 ? booking.appointmentId : newId(),
		changes: { ...booking.changes, startsAt, seriesId }
	}));
}

/** A visit of a series, as far as changing it together needs. */
export interface SeriesVisit {
	appointmentId: string;
	startsAt: number;
	revision: number;
}

/**
 * @param visits of the series; those that are over or cancelled are not in here
 * @returns the move of one visit, made to all: each goes as many days on and to the same time of day
 */
export function movedAlike(
	visits: readonly SeriesVisit[],
	move: { from: number; changes: PartOf<'move'>['changes'] },
	zone: string
): Part[] {
	const at = (instant: number) =>
		Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(zone);
	const { startsAt, ...place } = move.changes;
	const days =
		startsAt === undefined
			? 0
			: at(move.from).toPlainDate().until(at(startsAt).toPlainDate(), { largestUnit: 'days' }).days;
	return visits.map((visit) => {
		const time =
			startsAt === undefined ? at(visit.startsAt).toPlainTime() : at(startsAt).toPlainTime();
		const moved = at(visit.startsAt).toPlainDate().add({ days });
		const start = moved.toZonedDateTime({ timeZone: zone, plainTime: time }).epochMilliseconds;
		return {
			...{ kind: 'move', appointmentId: visit.appointmentId, basedOnRevision: visit.revision },
			changes: { ...place, startsAt: start }
		};
	});
}
