/** What the cells of a list mean: dates, times, weekdays, urgency, notice. English and Polish. Pure. */
import { foldText } from '../../directory/patient-search.ts';
import type { Urgency } from '../entry.ts';

/** How 03/04/2026 is meant. Dates with dots have the day first, those that begin with the year are never in doubt. */
export const DATE_ORDERS = ['day-first', 'month-first'] as const;
export type DateOrder = (typeof DATE_ORDERS)[number];

/** A time of day behind it is passed over. */
const YEAR_FIRST = /^(\d{4})[-./](\d{1,2})[-./](\d{1,2})(?:[ T]\d{1,2}:\d{2}[:.\dZ]{0,12})?$/;
const DAY_FIRST = /^(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})(?: ?r\.?)?$/;
const IN_DOUBT = /^(\d{1,2})([/-])(\d{1,2})\2(\d{4})$/;

/** @returns `YYYY-MM-DD`, or `null` for what is no day of the calendar */
export function dateFrom(text: string, order: DateOrder): string | null {
	const yearFirst = YEAR_FIRST.exec(text);
	if (yearFirst) return day(yearFirst[1]!, yearFirst[2]!, yearFirst[3]!);
	const dotted = DAY_FIRST.exec(text);
	if (dotted) return day(dotted[3]!, dotted[2]!, dotted[1]!);
	const [, first, , second, year] = IN_DOUBT.exec(text) ?? [];
	if (year === undefined) return null;
	return order === 'day-first' ? day(year, second!, first!) : day(year, first!, second!);
}

/** @returns which orders a date may be read in; both for what does not depend on it, and for what is none */
export function ordersOf(text: string): readonly DateOrder[] {
	if (!IN_DOUBT.test(text)) return DATE_ORDERS;
	const fitting = DATE_ORDERS.filter((order) => dateFrom(text, order) !== null);
	return fitting.length === 0 ? DATE_ORDERS : fitting;
}

/** @returns whether the two orders give two days */
export function isInDoubt(text: string): boolean {
	const [one, other] = DATE_ORDERS.map((order) => dateFrom(text, order));
	return one !== other && one !== null && other !== null;
}

function day(year: string, month: string, dayOfMonth: string): string | null {
	const text = `${year}-${month.padStart(2, '0')}-${dayOfMonth.padStart(2, '0')}`;
	try {
		return Temporal.PlainDate.from(text).toString();
	} catch {
		return null;
	}
}

const TIME = /^(\d{1,2})(?:[:.](\d{2})(?::\d{2})?)? ?([ap])?\.?m?\.?$/;

/** @returns minutes after midnight, 0 to 1440, or `null`; `8`, `8:30`, `8.30` and `2 pm` are times */
export function minuteFrom(text: string): number | null {
	const [, hourText, minuteText = '0', half] = TIME.exec(text.toLowerCase().trim()) ?? [];
	if (hourText === undefined) return null;
	const [hour, minute] = [Number(hourText), Number(minuteText)];
	if (minute > 59 || (half && (hour < 1 || hour > 12))) return null;
	const ofDay = half ? (hour % 12) + (half === 'p' ? 12 : 0) : hour;
	const minutes = ofDay * 60 + minute;
	return minutes <= 1_440 ? minutes : null;
}

/** Longer words begin with these; Monday is 1. */
const WEEKDAY_STARTS: readonly (readonly [string, number])[] = [
	...(['mon', 'pon', 'pn', 'mo'] as const).map((start) => [start, 1] as const),
	...(['tue', 'wt', 'tu'] as const).map((start) => [start, 2] as const),
	...(['wed', 'sro', 'sr', 'we'] as const).map((start) => [start, 3] as const),
	...(['thu', 'czw', 'cz', 'th'] as const).map((start) => [start, 4] as const),
	...(['fri', 'pia', 'pt', 'pi', 'fr'] as const).map((start) => [start, 5] as const),
	...(['sat', 'sob', 'sb', 'so', 'sa'] as const).map((start) => [start, 6] as const),
	...(['sun', 'nie', 'nd', 'ni', 'su'] as const).map((start) => [start, 7] as const)
];
const WEEKDAY_NAMES: readonly (readonly string[])[] = [
	['monday', 'poniedzialek', 'poniedzialki'],
	['tuesday', 'wtorek', 'wtorki'],
	['wednesday', 'sroda', 'srody'],
	['thursday', 'czwartek', 'czwartki'],
	['friday', 'piatek', 'piatki'],
	['saturday', 'sobota', 'soboty'],
	['sunday', 'niedziela', 'niedziele']
];
const SEVERAL: Record<string, readonly number[]> = {
	...{ any: [1, 2, 3, 4, 5, 6, 7], all: [1, 2, 3, 4, 5, 6, 7], dowolne: [1, 2, 3, 4, 5, 6, 7] },
	...{ weekdays: [1, 2, 3, 4, 5], 'working days': [1, 2, 3, 4, 5], robocze: [1, 2, 3, 4, 5] },
	...{ 'dni robocze': [1, 2, 3, 4, 5], weekend: [6, 7], weekends: [6, 7] }
};

/** @returns the days, Monday is 1, sorted; `null` for a word that is none. `Mon-Wed, Fri`, `pn, śr` and `1-5` are days. */
export function weekdaysFrom(text: string): number[] | null {
	const folded = foldText(text);
	if (SEVERAL[folded]) return [...SEVERAL[folded]];
	const days = new Set<number>();
	for (const part of folded.split(/[,;/+&\n]|\band\b|\bi\b|(?<![-–] ?)\s(?! ?[-–])/)) {
		if (part.trim() === '') continue;
		const ends = part.split(/[-–]/).map((word) => weekdayFrom(word.trim()));
		if (ends.length > 2 || ends.includes(null)) return null;
		const [first, last = first] = ends as number[];
		for (let one = first!; ; one = (one % 7) + 1) {
			days.add(one);
			if (one === last) break;
		}
	}
	return days.size === 0 ? null : [...days].sort();
}

function weekdayFrom(word: string): number | null {
	if (/^[1-7]$/.test(word)) return Number(word);
	const bare = word.replace(/\.$/, '').replace(/s$/, '');
	if (bare.length < 2) return null;
	const named = WEEKDAY_NAMES.findIndex((names) =>
		names.some((name) => name === word || (bare.length >= 2 && name.startsWith(bare)))
	);
	const short = WEEKDAY_STARTS.find(([start]) => start === bare)?.[1];
	return short ?? (named === -1 ? null : named + 1);
}

const URGENCY_WORDS: Record<string, Urgency> = {
	...{ routine: 'routine', normal: 'routine', low: 'routine', planned: 'routine' },
	...{ stabilny: 'routine', planowy: 'routine', planowe: 'routine', zwykly: 'routine' },
	...{ rutynowy: 'routine', niska: 'routine', niski: 'routine', zwykla: 'routine' },
	...{ soon: 'soon', medium: 'soon', wkrotce: 'soon', srednia: 'soon', sredni: 'soon' },
	...{ urgent: 'urgent', high: 'urgent', pilny: 'urgent', pilne: 'urgent', pilna: 'urgent' },
	...{ cito: 'urgent', wysoka: 'urgent', wysoki: 'urgent' }
};

export function urgencyFrom(text: string): Urgency | null {
	const word = foldText(text);
	return Object.hasOwn(URGENCY_WORDS, word) ? URGENCY_WORDS[word]! : null;
}

const NOTICE = /^(\d{1,4}(?:[.,]\d)?) ?([a-z]+)\.?$/;
const UNIT_MINUTES: readonly (readonly [RegExp, number])[] = [
	[/^(m|min|mins|minute|minutes|minut|minuta|minuty)$/, 1],
	[/^(h|hr|hrs|hour|hours|g|godz|godzin|godzina|godziny)$/, 60],
	[/^(d|day|days|dzien|dni|doba)$/, 1_440],
	[/^(w|week|weeks|tydzien|tygodnie|tyg)$/, 10_080]
];

/** @returns minutes, or `null` for what says no unit: 2 may be hours or days */
export function noticeFrom(text: string): number | null {
	const folded = foldText(text);
	if (/^(none|no|brak|0)$/.test(folded)) return 0;
	const [, count, unit] = NOTICE.exec(folded) ?? [];
	const minutes = UNIT_MINUTES.find(([words]) => words.test(unit ?? ''))?.[1];
	if (count === undefined || minutes === undefined) return null;
	return Math.round(Number(count.replace(',', '.')) * minutes);
}
