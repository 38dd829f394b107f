/** The report of the waitlist in plain words: what is counted, by what, and how much of it. */
import type { Channel } from '#domain/messaging/message.ts';
import type { Urgency } from '#domain/waitlist/entry.ts';
import {
	type GroupFigures,
	type Grouping,
	type ReportGroup,
	type ReportPeriod
} from '#domain/waitlist/report.ts';
import { CHANNEL_WORDS } from '#web/lib/messaging/message-words.ts';
import { URGENCY_WORDS } from './entry-words.ts';

/** Beside the group of all. */
export type NamedGrouping = Exclude<Grouping, 'all'>;

export const GROUPING_WORDS: Record<Grouping, string> = {
	all: 'All',
	urgency: 'By urgency',
	age: 'By how long ago they asked',
	clinic: 'By clinic',
	channel: 'By the way they are reached'
};

/** What is to be known of a grouping. */
export const GROUPING_NOTES: Record<NamedGrouping, string> = {
	urgency: '',
	age: 'Offers count by how long ago somebody had asked when the offer was made.',
	clinic: 'Whoever would come to several clinics counts at each of them.',
	channel:
		'Offers count by the way they arrived or were tried last; those who wait, by the first way to reach them today.'
};

const AGE_WORDS: Record<string, string> = {
	'0-7': 'Up to 7 days',
	'8-30': '8 to 30 days',
	'31-90': '31 to 90 days',
	'91+': 'More than 90 days'
};

/** @returns what a group is called; a clinic by its name */
export function groupWords(
	grouping: Grouping,
	key: string,
	clinicName: (id: string) => string | undefined
): string {
	switch (grouping) {
		case 'all':
			return 'All';
		case 'urgency':
			return URGENCY_WORDS[key as Urgency];
		case 'age':
			return AGE_WORDS[key] ?? key;
		case 'clinic':
			return clinicName(key) ?? 'A clinic';
		case 'channel':
			return key === 'none' ? 'No message' : CHANNEL_WORDS[key as Channel];
	}
}

/** What is counted of a group, in the order of the table. */
export const COUNTED = [
	'waiting',
	'offered',
	'accepted',
	'passed',
	'declined',
	'expired',
	'unreachable',
	'lost',
	'withdrawn',
	'open',
	'withheld'
] as const satisfies (keyof GroupFigures)[];
export type Counted = (typeof COUNTED)[number];

export const COUNTED_WORDS: Record<Counted, string> = {
	waiting: 'Waiting',
	offered: 'Offered a time',
	accepted: 'Got a time',
	passed: 'Not this one',
	declined: 'Off the list',
	expired: 'No answer',
	unreachable: 'Not reached',
	lost: 'Another was faster',
	withdrawn: 'Taken back',
	open: 'Still open',
	withheld: 'Never sent'
};

const hoursNumber = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 1 });
const giniNumber = new Intl.NumberFormat('en-GB', {
	...{ minimumFractionDigits: 2, maximumFractionDigits: 2 }
});

/** @returns `12.5 h` */
export function hoursWords(minutes: number): string {
	return `${hoursNumber.format(minutes / 60)} h`;
}

/** @returns `8 min`, `1 h 40 min`, `2 days 3 h`; a dash where there is none */
export function spanWords(minutes: number | null): string {
	if (minutes === null) return '–';
	const whole = Math.round(minutes);
	if (whole < 60) return `${whole} min`;
	const [days, hours, rest] = [Math.floor(whole / 1440), Math.floor(whole / 60) % 24, whole % 60];
	if (days > 0) return `${days} ${days === 1 ? 'day' : 'days'}${hours > 0 ? ` ${hours} h` : ''}`;
	return rest === 0 ? `${hours} h` : `${hours} h ${rest} min`;
}

/** @returns `12 days`, `0.5 days`; a dash where nobody is there */
export function daysWords(days: number | null): string {
	if (days === null) return '–';
	const said = hoursNumber.format(days);
	return `${said} ${said === '1' ? 'day' : 'days'}`;
}

/** @returns `0.17`; a dash where nobody is there */
export function giniWords(gini: number | null): string {
	return gini === null ? '–' : giniNumber.format(gini);
}

/** @returns `1 Jun – 30 Jun 2026` */
export function periodWords({ from, until }: ReportPeriod): string {
	const day = (text: string, year: boolean) =>
		Temporal.PlainDate.from(text).toLocaleString('en-GB', {
			...{ day: 'numeric', month: 'short', ...(year ? { year: 'numeric' } : {}) }
		});
	if (from === until) return day(until, true);
	return `${day(from, from.slice(0, 4) !== until.slice(0, 4))} – ${day(until, true)}`;
}

/** @returns the groups of a grouping with something in them, now or before */
export function groupsWithAny(groups: readonly ReportGroup[]): ReportGroup[] {
	return groups.filter(({ now, before }) =>
		COUNTED.some((what) => now[what] > 0 || before[what] > 0)
	);
}
