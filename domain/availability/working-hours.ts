/** When a resource is there at a clinic: weekly rules, and the days that are not as the rules say. */
import { intersect, subtract, union, type Interval } from '../scheduling/intervals.ts';
import type { ExceptionReason, HoursException } from './exceptions.ts';
import { isAlwaysThere, type ResourceKind } from './resource-kinds.ts';
import { dayInterval, instantAt, weekdayOf, weeksBetween } from './local-day.ts';

/** One weekly rule in the clinic's local time. */
export interface WorkingHoursRule {
	kind: 'work' | 'break';
	/** ISO weekday, Monday 1 to Sunday 7. */
	weekday: number;
	/** Minutes after local midnight, 0 to 1439. */
	startMinute: number;
	/** Not worked any more from here on; over 1440: until that time on the next day. */
	endMinute: number;
	/** First and last local date on which the rule holds (`YYYY-MM-DD`, both inclusive); `null`: no limit. */
	validFrom: string | null;
	validTo: string | null;
	/** 1: every week; else only in weeks that lie a multiple of so many from the one that holds `weekOf`. */
	everyWeeks: number;
	weekOf: string | null;
}

/** All that is known about when one resource is there at one clinic. */
export interface ResourceHours {
	rules: readonly WorkingHoursRule[];
	exceptions: readonly HoursException[];
	/** Without rules of its own it is always there (`isAlwaysThere`), unless an exception says otherwise. */
	always: boolean;
}

/** What was read about the hours of several resources at one clinic. */
export interface ReadHours {
	rules: readonly (WorkingHoursRule & { resourceId: string })[];
	exceptions: readonly (HoursException & { resourceId: string })[];
	withHours: readonly string[];
}

export function hoursOf(read: ReadHours, resourceId: string, kind: ResourceKind): ResourceHours {
	return {
		rules: read.rules.filter((rule) => rule.resourceId === resourceId),
		exceptions: read.exceptions.filter((one) => one.resourceId === resourceId),
		always: isAlwaysThere(kind) && !read.withHours.includes(resourceId)
	};
}

/** The same for many resources, grouped once. */
export function hoursByResource(
	read: ReadHours,
	resources: readonly { id: string; kind: ResourceKind }[]
): Map<string, ResourceHours> {
	const rules = Map.groupBy(read.rules, ({ resourceId }) => resourceId);
	const exceptions = Map.groupBy(read.exceptions, ({ resourceId }) => resourceId);
	const withHours = new Set(read.withHours);
	return new Map(
		resources.map(({ id, kind }) => [
			id,
			{
				rules: rules.get(id) ?? [],
				exceptions: exceptions.get(id) ?? [],
				always: isAlwaysThere(kind) && !withHours.has(id)
			}
		])
	);
}

/** A stretch that an exception takes out of the working time. */
export interface Away extends Interval {
	reason: ExceptionReason;
}

/** What a resource's hours come to on one day. All lists are normal but `away`. */
export interface WorkingDay {
	/** Hours of presence without breaks and days off: where a visit may lie. May reach into the days around. */
	working: Interval[];
	breaks: Interval[];
	away: Away[];
}

const DAY_MINUTES = 1_440;

/**
 * @param date the clinic's local date, `YYYY-MM-DD`
 * @param zone the clinic's IANA zone
 * @returns the stretches that touch the day; those that cross a midnight are whole
 */
export function workingDay(hours: ResourceHours, date: string, zone: string): WorkingDay {
	const { start, end } = dayInterval(date, zone);
	const parts = [begunOn(hours, date, zone)];
	if (hours.rules.some(isPastMidnight) || hours.exceptions.some(isPastMidnight)) {
		parts.push(begunOn({ ...hours, always: false }, dateAfter(date, -1), zone));
	}
	const reaching = [...parts[0]!.present, ...parts[0]!.extra];
	// Over midnight, or round the clock: a visit at the end lies in the hours of two days.
	if (reaching.some((stretch) => stretch.end >= end)) {
		parts.push(begunOn(hours, dateAfter(date, 1), zone));
	}
	const present = parts.flatMap((part) => part.present);
	const breaks = parts.flatMap((part) => part.breaks);
	const away = parts.flatMap((part) => part.away);
	const extra = parts.flatMap((part) => part.extra);
	const touching = <T extends Interval>(list: T[]) =>
		list.filter((stretch) => stretch.start < end && stretch.end > start);
	return {
		working: touching(union([...subtract(present, [...breaks, ...away]), ...extra])),
		breaks: touching(subtract(intersect(breaks, present), away)),
		away: touching(
			away.flatMap(({ reason, ...span }) =>
				subtract([span], extra).map((rest) => ({ ...rest, reason }))
			)
		)
	};
}

/** @returns the day of a resource as far as its clinic is open; when the clinic is closed, it is away. */
export function whileOpen(day: WorkingDay, clinic: WorkingDay): WorkingDay {
	return {
		working: intersect(day.working, clinic.working),
		breaks: intersect(day.breaks, clinic.working),
		away: [...day.away, ...clinic.away]
	};
}

/** Stretches that begin on one local date, as they are written down. */
interface Begun {
	present: Interval[];
	breaks: Interval[];
	away: Away[];
	extra: Interval[];
}

function begunOn(hours: ResourceHours, date: string, zone: string): Begun {
	const at = ({ startMinute, endMinute }: { startMinute: number; endMinute: number }) => ({
		start: instantAt(date, startMinute, zone),
		end: instantAt(date, endMinute, zone)
	});
	const weekday = weekdayOf(date);
	const rules = hours.rules.filter((rule) => rule.weekday === weekday && holdsOn(rule, date));
	const that = hours.exceptions.filter((one) => one.firstDate <= date && date <= one.lastDate);
	return {
		present: hours.always
			? [dayInterval(date, zone)]
			: rules.filter(({ kind }) => kind === 'work').map(at),
		breaks: rules.filter(({ kind }) => kind === 'break').map(at),
		away: that
			.filter(({ kind }) => kind === 'closed')
			.map((one) => ({ ...at(one), reason: one.reason })),
		extra: that.filter(({ kind }) => kind === 'extra').map(at)
	};
}

function holdsOn(rule: WorkingHoursRule, date: string): boolean {
	if (rule.validFrom !== null && date < rule.validFrom) return false;
	if (rule.validTo !== null && date > rule.validTo) return false;
	if (rule.everyWeeks === 1 || rule.weekOf === null) return true;
	return weeksBetween(rule.weekOf, date) % rule.everyWeeks === 0;
}

function isPastMidnight({ endMinute }: { endMinute: number }): boolean {
	return endMinute > DAY_MINUTES;
}

function dateAfter(date: string, days: number): string {
	return Temporal.PlainDate.from(date).add({ days }).toString();
}
