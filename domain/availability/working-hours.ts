/** Weekly working hours and breaks of a practitioner or a room, and what they mean on a given day. */
import { subtract, union, type Interval } from '../scheduling/intervals.ts';
import { instantAt } from './local-day.ts';

/** One weekly rule in the clinic's local time. */
export interface WorkingHoursRule {
	kind: 'work' | 'break';
	/** ISO weekday, Monday 1 to Sunday 7. */
	weekday: number;
	/** Minutes after local midnight, 0 to 1440; `endMinute` is not worked any more. */
	startMinute: number;
	endMinute: number;
	/** First and last local date on which the rule holds (`YYYY-MM-DD`, both inclusive); `null`: no limit. */
	validFrom: string | null;
	validTo: string | null;
}

/** What a resource's rules come to on one day. All lists are normal. */
export interface WorkingDay {
	/** Hours of presence with the breaks cut out: where a visit may lie. */
	working: Interval[];
	breaks: Interval[];
}

/**
 * @param rules of one resource at one clinic
 * @param date the clinic's local date, `YYYY-MM-DD`
 * @param zone the clinic's IANA zone
 */
export function workingDay(
	rules: readonly WorkingHoursRule[],
	date: string,
	zone: string
): WorkingDay {
	const weekday = Temporal.PlainDate.from(date).dayOfWeek;
	const present: Interval[] = [];
	const breaks: Interval[] = [];
	for (const rule of rules) {
		if (rule.weekday !== weekday) continue;
		if (rule.validFrom !== null && date < rule.validFrom) continue;
		if (rule.validTo !== null && date > rule.validTo) continue;
		const interval = {
			start: instantAt(date, rule.startMinute, zone),
			end: instantAt(date, rule.endMinute, zone)
		};
		(rule.kind === 'work' ? present : breaks).push(interval);
	}
	return { working: subtract(present, breaks), breaks: union(breaks) };
}
