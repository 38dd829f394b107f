/** Which visits would lose their ground if hours changed. */
import { contains, type Interval } from '../scheduling/intervals.ts';
import { localDateOf } from './local-day.ts';
import { workingDay, type ResourceHours } from './working-hours.ts';

/** A visit as far as hours matter; instants are epoch milliseconds. */
export interface HeldVisit extends Interval {
	appointmentId: string;
}

/**
 * @param visits those to come that take the resource
 * @returns the visits that lie within the hours as they are and would not within those that are wanted, by time; a
 *   visit that lies outside already (by an override) is no reason
 */
export function visitsLeftOutside(
	visits: readonly HeldVisit[],
	before: ResourceHours,
	after: ResourceHours,
	zone: string
): HeldVisit[] {
	const days = new Map<string, { before: Interval[]; after: Interval[] }>();
	const dayOf = (visit: HeldVisit) => {
		const date = localDateOf(visit.start, zone);
		const known = days.get(date) ?? {
			before: workingDay(before, date, zone).working,
			after: workingDay(after, date, zone).working
		};
		days.set(date, known);
		return known;
	};
	return visits
		.filter((visit) => {
			const day = dayOf(visit);
			const fits = (working: Interval[]) => working.some((hours) => contains(hours, visit));
			return fits(day.before) && !fits(day.after);
		})
		.sort((a, b) => a.start - b.start);
}
