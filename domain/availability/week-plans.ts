/**
 * Weekly hours as people write them down: a plan for some weeks, and on each weekday the stretches that are worked.
 * Between plans and rules nothing is lost but the order.
 */
import type { WorkingHoursRule } from './working-hours.ts';

/** Minutes after midnight; over 1440: on the next day. */
export type Stretch = [startMinute: number, endMinute: number];

export interface WeekPlan {
	/** First and last local date; `null`: no limit. */
	validFrom: string | null;
	validTo: string | null;
	/** 1: every week. */
	everyWeeks: number;
	/** A date in a week in which it holds. */
	weekOf: string | null;
	/** Monday first; what is worked, by time. */
	days: Stretch[][];
}

/** A shorter gap between two stretches is a break: the day goes on after it. */
const LONGEST_BREAK = 120;
const WEEKDAYS = 7;

export const emptyPlan = (): WeekPlan => ({
	...{ validFrom: null, validTo: null, everyWeeks: 1, weekOf: null },
	days: Array.from({ length: WEEKDAYS }, () => [])
});

/** @returns the plans that the rules come from, the one without a first day first */
export function plansFrom(rules: readonly WorkingHoursRule[]): WeekPlan[] {
	const groups = Map.groupBy(rules, ({ validFrom, validTo, everyWeeks, weekOf }) =>
		JSON.stringify([validFrom, validTo, everyWeeks, everyWeeks === 1 ? null : weekOf])
	);
	const plans = [...groups.values()].map((group): WeekPlan => {
		const { validFrom, validTo, everyWeeks, weekOf } = group[0]!;
		const days = Array.from({ length: WEEKDAYS }, (_, day) =>
			stretchesOf(group.filter(({ weekday }) => weekday === day + 1))
		);
		return { validFrom, validTo, everyWeeks, weekOf: everyWeeks === 1 ? null : weekOf, days };
	});
	return plans.sort((a, b) => ((a.validFrom ?? '') < (b.validFrom ?? '') ? -1 : 1));
}

/** @returns the rules of several plans */
export function rulesFrom(plans: readonly WeekPlan[]): WorkingHoursRule[] {
	return plans.flatMap(({ days, ...when }) =>
		days.flatMap((stretches, day) => {
			const rule = (kind: 'work' | 'break', [startMinute, endMinute]: Stretch) => ({
				...{ ...when, kind, weekday: day + 1, startMinute, endMinute }
			});
			return joined(stretches).flatMap(({ whole, breaks }) => [
				rule('work', whole),
				...breaks.map((pause) => rule('break', pause))
			]);
		})
	);
}

function stretchesOf(rules: readonly WorkingHoursRule[]): Stretch[] {
	const of = (kind: 'work' | 'break') =>
		rules
			.filter((rule) => rule.kind === kind)
			.map(({ startMinute, endMinute }): Stretch => [startMinute, endMinute])
			.sort(([a], [b]) => a - b);
	const breaks = of('break');
	return of('work').flatMap(([start, end]) => {
		const parts: Stretch[] = [];
		let from = start;
		for (const [pause, back] of breaks) {
			if (back <= from || pause >= end) continue;
			if (pause > from) parts.push([from, pause]);
			from = back;
		}
		if (from < end) parts.push([from, end]);
		return parts;
	});
}

function joined(stretches: readonly Stretch[]): { whole: Stretch; breaks: Stretch[] }[] {
	const days: { whole: Stretch; breaks: Stretch[] }[] = [];
	for (const [start, end] of stretches.toSorted(([a], [b]) => a - b)) {
		const last = days.at(-1);
		const gap = last ? start - last.whole[1] : Infinity;
		if (last && gap <= LONGEST_BREAK) {
			if (gap > 0) last.breaks.push([last.whole[1], start]);
			last.whole[1] = Math.max(last.whole[1], end);
		} else days.push({ whole: [start, end], breaks: [] });
	}
	return days;
}

const CLOCK = String.raw`(\d{1,2})(?:[:.](\d{2}))?`;
const STRETCH = new RegExp(String.raw`^\s*${CLOCK}\s*(?:-|–|to)\s*${CLOCK}\s*$`);

/**
 * @param text as typed: `8-12, 13:00–17:00`; an end that is not later than its start is on the next day
 * @returns the stretches by time, or `null` for what cannot be read
 */
export function parseStretches(text: string): Stretch[] | null {
	const parts = text.split(/[,;]/).filter((part) => part.trim() !== '');
	const stretches = parts.map(parseStretch);
	if (stretches.includes(null)) return null;
	const sorted = (stretches as Stretch[]).sort(([a], [b]) => a - b);
	const overlap = sorted.some(([start], i) => i > 0 && start < sorted[i - 1]![1]);
	return overlap ? null : sorted;
}

function parseStretch(text: string): Stretch | null {
	const found = STRETCH.exec(text);
	if (!found) return null;
	const minute = (hours: string, minutes = '0') => Number(hours) * 60 + Number(minutes);
	const start = minute(found[1]!, found[2]);
	const end = minute(found[3]!, found[4]);
	const onGrid = [start, end].every((at) => at % 5 === 0 && at <= 1_440);
	const tooManyMinutes = Number(found[2] ?? 0) > 59 || Number(found[4] ?? 0) > 59;
	if (!onGrid || tooManyMinutes || start === 1_440) return null;
	return [start, end > start ? end : end + 1_440];
}

/** @returns `08:00–12:00, 13:00–17:00` */
export function stretchWords(stretches: readonly Stretch[]): string {
	return stretches.map(([start, end]) => `${clockWords(start)}–${clockWords(end)}`).join(', ');
}

/** @returns `08:00`; what is over midnight as the clock shows it, midnight at the end of a day as `24:00` */
export function clockWords(minute: number): string {
	const two = (number: number) => String(number).padStart(2, '0');
	const shown = minute > 1_440 ? minute - 1_440 : minute;
	return `${two(Math.floor(shown / 60))}:${two(shown % 60)}`;
}
