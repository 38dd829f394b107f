/**
 * When a message is due. Whole days of an offset are days of the calendar at the clinic, so that what is sent two days
 * before a visit at nine is sent at nine, whatever happened to the clocks in between; the rest is minutes that pass.
 * Pure; instants are epoch milliseconds, minutes of a day are local and count from midnight.
 */
import type { RuleKind } from './message.ts';

/** Nothing leaves between these; equal: there are none. */
export interface QuietHours {
	quietFromMinute: number;
	quietUntilMinute: number;
}

export interface RuleTiming extends QuietHours {
	/** After the moment that the kind is about; negative: before. */
	offsetMinutes: number;
	/** Local time of the day that the offset leads to; `null`: at that very moment. */
	localMinute: number | null;
}

const DAY_MINUTES = 1_440;
const HOUR_MS = 3_600_000;
/** What is sent before quiet hours begin is sent so much before that it has left by then. */
const BEFORE_QUIET_MINUTES = 15;

/** Sent ahead of a visit, at a time that was known when it was booked. */
export const AHEAD: readonly RuleKind[] = ['reminder', 'same-day-reminder'];

/**
 * @param base what the offset counts from: the visit's start, or the change
 * @param startsAt of the visit; `null`: it does not matter when it begins
 * @param isAhead whether it may be sent earlier than the rule says, rather than not at all
 * @returns when it is due; `null`: there is no moment left at which it makes sense
 */
export function dueTime(
	timing: RuleTiming,
	{
		base,
		zone,
		startsAt,
		isAhead
	}: { base: number; zone: string; startsAt: number | null; isAhead: boolean }
): number | null {
	const wanted = atOffset(timing, base, zone);
	const allowed = afterQuiet(timing, wanted, zone);
	if (allowed === wanted || startsAt === null || allowed <= startsAt - HOUR_MS) return allowed;
	if (!isAhead) return wanted;
	const earlier = beforeQuiet(timing, wanted, zone);
	return earlier < startsAt ? earlier : null;
}

function atOffset({ offsetMinutes, localMinute }: RuleTiming, base: number, zone: string): number {
	const days = Math.trunc(offsetMinutes / DAY_MINUTES);
	const moment = zoned(base, zone)
		.add({ days })
		.add({ minutes: offsetMinutes % DAY_MINUTES });
	return (localMinute === null ? moment : moment.withPlainTime(timeOf(localMinute)))
		.epochMilliseconds;
}

/** @returns `at`, or when the quiet hours end in which it lies */
export function afterQuiet(timing: QuietHours, at: number, zone: string): number {
	const moment = zoned(at, zone);
	if (!isQuiet(timing, moment)) return at;
	const end = moment.withPlainTime(timeOf(timing.quietUntilMinute));
	return (end.epochMilliseconds > at ? end : end.add({ days: 1 })).epochMilliseconds;
}

/**
 * What becomes of a message that was due before and can be sent only now, which may be by night.
 * @param startsAt of its visit; `null`: it does not matter when it begins
 * @returns `now`, or when the quiet hours end; `null`: by then a reminder reminds of nothing
 */
export function sendingTime(
	quiet: QuietHours,
	{
		now,
		zone,
		startsAt,
		isAhead
	}: { now: number; zone: string; startsAt: number | null; isAhead: boolean }
): number | null {
	const later = afterQuiet(quiet, now, zone);
	if (later === now || startsAt === null || later <= startsAt - HOUR_MS) return later;
	return isAhead ? null : now;
}

function beforeQuiet(timing: RuleTiming, at: number, zone: string): number {
	const moment = zoned(at, zone);
	const begin = moment.withPlainTime(timeOf(timing.quietFromMinute));
	const last = begin.epochMilliseconds <= at ? begin : begin.subtract({ days: 1 });
	return last.subtract({ minutes: BEFORE_QUIET_MINUTES }).epochMilliseconds;
}

function isQuiet(
	{ quietFromMinute: from, quietUntilMinute: until }: QuietHours,
	moment: Temporal.ZonedDateTime
): boolean {
	const minute = moment.hour * 60 + moment.minute;
	return from <= until ? minute >= from && minute < until : minute >= from || minute < until;
}

const zoned = (at: number, zone: string) =>
	Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone);

const timeOf = (minute: number) => new Temporal.PlainTime(Math.floor(minute / 60), minute % 60);
