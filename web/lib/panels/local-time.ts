/** What people type for a time of day. */
import { instantAt } from '#domain/availability/local-day.ts';
import { GRID_MINUTES } from '#domain/scheduling/appointment.ts';

/**
 * @param text `9`, `930`, `9.30`, `09:30`, `9h30`
 * @returns the instant at which the clinic's clock shows it on `date`, on the nearest step of the grid; `null` for
 *   what is no time
 */
export function instantOfText(text: string, date: string, zone: string): number | null {
	const match = /^\s*(\d{1,2}?)\s*(?:[:.,h ]\s*)?(\d{2})?\s*$/.exec(text);
	if (!match) return null;
	const [hours, minutes] = [Number(match[1]), Number(match[2] ?? 0)];
	if (hours > 23 || minutes > 59) return null;
	const ofDay = Math.round((hours * 60 + minutes) / GRID_MINUTES) * GRID_MINUTES;
	return instantAt(date, ofDay, zone);
}
