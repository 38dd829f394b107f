/**
 * A clinic's calendar day: a local date in the clinic's IANA zone, turned into instants.
 * Days are 23 or 25 hours long when clocks change, so nothing here multiplies by 24.
 */
import type { Interval } from '../scheduling/intervals.ts';

/** Dates outside these years are typing errors, not visits. Inclusive. */
export const FIRST_YEAR = 2000;
export const LAST_YEAR = 2100;

const DAY_MINUTES = 1_440;

const ISO_DATE = /^\d{4}-\d{2}-\d{2}$/;

/**
 * @param text a local date as `YYYY-MM-DD`
 * @returns the date, or `null` when it is no real date or lies outside the years that can be scheduled
 */
export function parseLocalDate(text: string): Temporal.PlainDate | null {
	if (!ISO_DATE.test(text)) return null;
	try {
		const date = Temporal.PlainDate.from(text, { overflow: 'reject' });
		return date.year >= FIRST_YEAR && date.year <= LAST_YEAR ? date : null;
	} catch {
		return null;
	}
}

/**
 * @param date local date, `YYYY-MM-DD`
 * @param zone IANA zone of the clinic
 * @returns from the day's first instant to the next day's first instant
 */
export function dayInterval(date: string, zone: string): Interval {
	return { start: instantAt(date, 0, zone), end: instantAt(date, DAY_MINUTES, zone) };
}

/** @returns the local date, `YYYY-MM-DD`, of an instant (epoch milliseconds) in `zone`. */
export function localDateOf(instant: number, zone: string): string {
	return Temporal.Instant.fromEpochMilliseconds(instant)
		.toZonedDateTimeISO(zone)
		.toPlainDate()
		.toString();
}

/** @returns every local date, `YYYY-MM-DD`, that the interval touches in `zone`, in order. */
export function localDatesOf(interval: Interval, zone: string): string[] {
	const last = localDateOf(Math.max(interval.start, interval.end - 1), zone);
	const dates = [localDateOf(interval.start, zone)];
	while (dates.at(-1)! < last) {
		dates.push(Temporal.PlainDate.from(dates.at(-1)!).add({ days: 1 }).toString());
	}
	return dates;
}

/**
 * @param date local date, `YYYY-MM-DD`
 * @param minuteOfDay wall-clock minutes after midnight, 0 to 2880; over 1440: on the next day's clock
 * @returns the instant at which a clock on the clinic's wall shows that time; a time that the clocks jump over
 *   is moved on by the jump, one that happens twice means the first (Temporal's `compatible`)
 */
export function instantAt(date: string, minuteOfDay: number, zone: string): number {
	return remembered(`${date}/${minuteOfDay}/${zone}`, () => workOut(date, minuteOfDay, zone));
}

/** Time zones are the slow part of every look at a day, and the same few hours are asked for again and again. */
const known = new Map<string, number>();
const MOST_REMEMBERED = 20_000;

function remembered(key: string, make: () => number): number {
	const made = known.get(key) ?? make();
	if (known.size >= MOST_REMEMBERED) known.clear();
	known.set(key, made);
	return made;
}

function workOut(date: string, minuteOfDay: number, zone: string): number {
	const day = Temporal.PlainDate.from(date).add({ days: Math.floor(minuteOfDay / DAY_MINUTES) });
	if (minuteOfDay % DAY_MINUTES === 0) return day.toZonedDateTime(zone).epochMilliseconds;
	const time = Temporal.PlainTime.from({
		hour: Math.floor((minuteOfDay % DAY_MINUTES) / 60),
		minute: minuteOfDay % 60
	});
	return day.toZonedDateTime({ timeZone: zone, plainTime: time }).epochMilliseconds;
}

/** @returns the ISO weekday of a local date, Monday 1 to Sunday 7. */
export function weekdayOf(date: string): number {
	return Temporal.PlainDate.from(date).dayOfWeek;
}

/** @returns how many weeks the date's week lies from the other's, weeks beginning on Mondays; never negative. */
export function weeksBetween(date: string, other: string): number {
	const mondayOf = (text: string) => {
		const day = Temporal.PlainDate.from(text);
		return day.subtract({ days: day.dayOfWeek - 1 });
	};
	return Math.abs(mondayOf(date).until(mondayOf(other), { largestUnit: 'days' }).days) / 7;
}
