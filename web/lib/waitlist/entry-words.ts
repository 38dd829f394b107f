/** An entry of the waitlist in words. */
import { WEEKDAYS, type EntrySource, type Urgency } from '#domain/waitlist/entry.ts';
import type { Age, WaitingOrder, WaitingPerson } from '#domain/waitlist/panel.ts';

export const URGENCY_WORDS: Record<Urgency, string> = {
	urgent: 'Urgent',
	soon: 'Soon',
	routine: 'Routine'
};

export const AGE_WORDS: Record<Age, string> = {
	week: 'Under a week',
	month: '1 to 4 weeks',
	quarter: '1 to 3 months',
	longer: 'Over 3 months'
};

export const ORDER_WORDS: Record<WaitingOrder, string> = {
	urgency: 'Most urgent first',
	age: 'Longest waiting first'
};

export const ENTRY_SOURCE_WORDS: Record<EntrySource, string> = {
	patient: 'by the patient',
	reception: 'by reception',
	import: 'by import'
};

/** What is wrong with a field of the form. */
export const FAULT_WORDS: Readonly<Record<string, string>> = {
	'not-a-date': 'This is not a day. A day looks like 2026-11-23.',
	'too-soon': 'The last day is over.',
	'too-far': 'Nobody waits for longer than a year.',
	'wrong-order': 'The end comes before the beginning.',
	'no-weekday': 'Choose at least one day of the week.',
	'too-long': 'The note is too long.'
};

const DAY_NAMES = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
export const dayName = (day: number) => DAY_NAMES[day - 1]!;
const DAY_MINUTES = 1_440;

/** @returns `Mon to Fri`, `Mon, Wed`, `any day` */
export function weekdayWords(days: readonly number[]): string {
	if (days.length === WEEKDAYS.length) return 'any day';
	const [first, last] = [days[0]!, days.at(-1)!];
	const isRun = days.length > 2 && last - first === days.length - 1;
	return isRun ? `${dayName(first)} to ${dayName(last)}` : days.map(dayName).join(', ');
}

/** @param minute after midnight @returns `08:30`; `24:00` at the end of a day */
export function clockWords(minute: number): string {
	const pad = (value: number) => String(value).padStart(2, '0');
	return `${pad(Math.floor(minute / 60))}:${pad(minute % 60)}`;
}

/** @returns `from 08:00 to 12:00`, `until 12:00`, `at any hour` */
export function hoursWords(from: number, until: number): string {
	if (from <= 0 && until >= DAY_MINUTES) return 'at any hour';
	if (from <= 0) return `until ${clockWords(until)}`;
	if (until >= DAY_MINUTES) return `from ${clockWords(from)}`;
	return `from ${clockWords(from)} to ${clockWords(until)}`;
}

/** @returns `30 min`, `2 hours`, `1 day` */
export function noticeWords(minutes: number): string {
	if (minutes === 0) return 'at once';
	if (minutes < 60) return `${minutes} min`;
	const [count, unit] =
		minutes % DAY_MINUTES === 0 ? [minutes / DAY_MINUTES, 'day'] : [minutes / 60, 'hour'];
	const shown = Number.isInteger(count) ? count : count.toFixed(1);
	return `${shown} ${unit}${count === 1 ? '' : 's'}`;
}

/** What can be chosen in the form, in minutes. */
export const NOTICE_CHOICES = [0, 30, 60, 120, 240, 1_440, 2_880, 10_080] as const;

/** @returns `today`, `6 days`, `3 weeks`, `4 months`: how long somebody has waited */
export function waitedWords(since: number, now: number): string {
	const days = Math.floor((now - since) / 86_400_000);
	const words = (count: number, unit: string) => `${count} ${unit}${count === 1 ? '' : 's'}`;
	if (days < 1) return 'today';
	if (days < 14) return words(days, 'day');
	if (days < 91) return words(Math.floor(days / 7), 'week');
	return words(Math.floor(days / 30.44), 'month');
}

/** @returns `3 Nov`, with the year where it is not this one */
export function dateWords(date: string, today: string): string {
	const year = date.slice(0, 4) === today.slice(0, 4) ? {} : ({ year: 'numeric' } as const);
	const day = { day: 'numeric', month: 'short' } as const;
	return Temporal.PlainDate.from(date).toLocaleString('en-GB', { ...day, ...year });
}

/** @returns when it suits: `until 9 Jan, Mon to Fri, from 08:00 to 12:00` */
export function windowWords(entry: WaitingPerson, today: string): string {
	const { firstDate, lastDate, weekdays, fromMinute, untilMinute } = entry;
	const last = dateWords(lastDate, today);
	const dates =
		firstDate <= today
			? `until ${last}`
			: firstDate === lastDate
				? `on ${last}`
				: `${dateWords(firstDate, today)} to ${last}`;
	const days = firstDate === lastDate ? [] : [weekdayWords(weekdays)];
	return [dates, ...days, hoursWords(fromMinute, untilMinute)].join(', ');
}

/** @returns whom and where: `Dr Nowak or Dr Lis, at Fellside`; empty: everywhere with everybody */
export function placeWords({ doctors, clinics }: WaitingPerson): string {
	const any = (list: readonly { name: string }[]) => list.map(({ name }) => name).join(' or ');
	return [
		...(doctors.length > 0 ? [any(doctors)] : []),
		...(clinics.length > 0 ? [`at ${any(clinics)}`] : [])
	].join(', ');
}

/** @returns what became of earlier offers: `2 offers not answered, 1 declined`; empty: there were none */
export function earlierWords({ missed, passed }: WaitingPerson): string {
	const offers = (count: number) => `${count} ${count === 1 ? 'offer' : 'offers'}`;
	if (missed === 0) return passed === 0 ? '' : `${offers(passed)} turned down`;
	const first = `${offers(missed)} not answered`;
	return passed === 0 ? first : `${first}, ${passed} turned down`;
}

export const nameOf = ({ patient }: Pick<WaitingPerson, 'patient'>) => patient?.name ?? 'Somebody';
