/** Which time a change of hours adds: somebody may be waiting for it. Pure. */
import { GRID_MINUTES } from '../scheduling/appointment.ts';
import { intersect, MINUTE_MS, subtract, type Interval } from '../scheduling/intervals.ts';
import { dayInterval, localDateOf } from './local-day.ts';
import { workingDay, type ResourceHours } from './working-hours.ts';

/** What is later is not looked at: it fills by itself. */
export const OPENED_DAYS = 60;
/** A new day is many visits: each piece of it finds its own. */
const PIECE_MS = 60 * MINUTE_MS;
const GRID_MS = GRID_MINUTES * MINUTE_MS;

/** Hours of one resource, before a change and after it. */
export interface ChangedHours {
	before: ResourceHours;
	after: ResourceHours;
}

/**
 * @param changed of a doctor, or of the clinic
 * @param within of a doctor whose clinic it is: only where the doctor works; `null`: it is the doctor's own hours
 * @param now epoch milliseconds
 * @returns what was not worked before and is now, to come within sixty days, in pieces of an hour at most, by time
 */
export function openedTime(
	{ before, after }: ChangedHours,
	within: ResourceHours | null,
	zone: string,
	now: number
): Interval[] {
	const today = Temporal.PlainDate.from(localDateOf(now, zone));
	const toCome = { start: Math.ceil(now / GRID_MS) * GRID_MS, end: Number.MAX_SAFE_INTEGER };
	return Array.from({ length: OPENED_DAYS }, (_, offset) =>
		today.add({ days: offset }).toString()
	).flatMap((date) => {
		const worked = (hours: ResourceHours) => workingDay(hours, date, zone).working;
		const opened = subtract(worked(after), worked(before));
		if (opened.length === 0) return [];
		const own = within === null ? opened : intersect(opened, worked(within));
		// Hours that cross a midnight are those of two days.
		return intersect(own, [dayInterval(date, zone)]).flatMap((one) =>
			inPieces(intersect([one], [toCome]))
		);
	});
}

function inPieces(intervals: readonly Interval[]): Interval[] {
	return intervals.flatMap(({ start, end }) =>
		Array.from({ length: Math.ceil((end - start) / PIECE_MS) }, (_, i) => ({
			start: start + i * PIECE_MS,
			end: Math.min(start + (i + 1) * PIECE_MS, end)
		}))
	);
}
