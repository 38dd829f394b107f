/** Where things lie on the board: pure arithmetic between instants and pixels. */
import { GRID_MINUTES } from '#domain/scheduling/appointment.ts';
import { MINUTE_MS, type Interval } from '#domain/scheduling/intervals.ts';

const GRID_MS = GRID_MINUTES * MINUTE_MS;
const HOUR_MS = 60 * MINUTE_MS;

/** @returns the instant on the grid that is nearest. */
export function snap(instant: number): number {
	return Math.round(instant / GRID_MS) * GRID_MS;
}

/** @returns the instant on the grid at or before. */
export function snapDown(instant: number): number {
	return Math.floor(instant / GRID_MS) * GRID_MS;
}

/**
 * The stretch of the day that is drawn: working hours with an hour on each side, and everything that lies outside.
 * @param day the whole day; nothing outside of it is drawn
 * @param working hours of everybody, may be empty
 * @param shown visits and blocks
 */
export function visibleRange(day: Interval, working: Interval[], shown: Interval[]): Interval {
	const fallback = { start: day.start + 8 * HOUR_MS, end: day.start + 18 * HOUR_MS };
	const hours = working.length > 0 ? working : [fallback];
	const start = Math.min(
		...hours.map((interval) => interval.start - HOUR_MS),
		...shown.map((interval) => interval.start)
	);
	const end = Math.max(
		...hours.map((interval) => interval.end + HOUR_MS),
		...shown.map((interval) => interval.end)
	);
	// Full hours after midnight: on days when clocks change they are still where the clock shows them.
	const down = day.start + Math.floor((start - day.start) / HOUR_MS) * HOUR_MS;
	const up = day.start + Math.ceil((end - day.start) / HOUR_MS) * HOUR_MS;
	return { start: Math.max(day.start, down), end: Math.min(day.end, up) };
}

export interface Lane {
	/** Place among those side by side, from 0, and how many there are. */
	lane: number;
	lanes: number;
}

/**
 * Puts what overlaps side by side.
 * @returns a lane for each interval, in the given order
 */
export function lanesOf(intervals: readonly Interval[]): Lane[] {
	const order = intervals
		.map((interval, index) => ({ ...interval, index }))
		.sort((a, b) => a.start - b.start || b.end - a.end);
	const result: Lane[] = intervals.map(() => ({ lane: 0, lanes: 1 }));
	let group: number[] = [];
	let ends: number[] = [];
	const close = () => {
		for (const index of group) result[index]!.lanes = ends.length;
		group = [];
		ends = [];
	};
	for (const { start, end, index } of order) {
		if (ends.length > 0 && ends.every((lastEnd) => lastEnd <= start)) close();
		const free = ends.findIndex((lastEnd) => lastEnd <= start);
		const lane = free === -1 ? ends.length : free;
		ends[lane] = end;
		group.push(index);
		result[index]!.lane = lane;
	}
	close();
	return result;
}

/** @returns every full hour in the range. */
export function hoursIn(range: Interval): number[] {
	const hours: number[] = [];
	for (let at = range.start; at < range.end; at += HOUR_MS) hours.push(at);
	return hours;
}
