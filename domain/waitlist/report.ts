/** How times that became free were shared out: what is counted, for which days, and for whom to see. Pure. */
import { z } from 'zod';
import type { Actor } from '../access/actor.ts';
import { authorize } from '../access/authorize.ts';
import { parseLocalDate } from '../availability/local-day.ts';
import { CHANNELS } from '../messaging/message.ts';
import { URGENCIES } from './entry.ts';

/** By what those who wait are told apart; `all`: not at all. */
export const GROUPINGS = ['all', 'urgency', 'age', 'clinic', 'channel'] as const;
export type Grouping = (typeof GROUPINGS)[number];

/** How long ago somebody asked, in whole days; the last has no end. */
export const AGE_BANDS = [
	{ key: '0-7', untilDays: 7 },
	{ key: '8-30', untilDays: 30 },
	{ key: '31-90', untilDays: 90 },
	{ key: '91+', untilDays: Infinity }
] as const;

/** The keys of a grouping in their order; those of clinics are ids. */
export const GROUP_KEYS: Record<Exclude<Grouping, 'clinic'>, readonly string[]> = {
	all: ['all'],
	urgency: URGENCIES.toReversed(),
	age: AGE_BANDS.map(({ key }) => key),
	/** `none`: no message was needed, or there is no way. */
	channel: [...CHANNELS.toReversed(), 'none']
};

/** What became of offers that went out; those that are still open are none of these. */
export const REPORTED_ENDS = [
	'accepted',
	'passed',
	'declined',
	'expired',
	'unreachable',
	'lost',
	'withdrawn'
] as const;
export type ReportedEnd = (typeof REPORTED_ENDS)[number];

/** How long people waited, in days. */
export interface Waits {
	count: number;
	/** `null`: nobody is there. */
	medianDays: number | null;
	/** 0: everybody waited equally long; `null`: nobody is there. */
	gini: number | null;
}

export interface GroupFigures extends Record<ReportedEnd, number> {
	/** Entries that waited at some time of these days. */
	waiting: number;
	/** Offers that went out, and visits that staff booked from the list at once: all ends and those still open. */
	offered: number;
	/** Still to be answered. */
	open: number;
	/** Never went out: skipped, not approved in time, or the time was needed before. */
	withheld: number;
	/** From when the time became free until it was accepted, in minutes; `null`: none was. */
	medianMinutes: number | null;
	p90Minutes: number | null;
	/** Of those who got a time in these days. */
	got: Waits;
	/** Of those who still waited at their end. */
	still: Waits;
}

export interface ReportGroup {
	/** One of `GROUP_KEYS`, or a clinic's id. */
	key: string;
	now: GroupFigures;
	before: GroupFigures;
}

/** Times that became free. */
export interface OpeningFigures {
	count: number;
	filled: number;
	freedMinutes: number;
	/** Of visits that took them. */
	filledMinutes: number;
}

export interface ReportDay extends Omit<OpeningFigures, 'count' | 'filled'> {
	/** Local date; of a week, its first day. */
	date: string;
}

export interface WaitlistReport {
	period: ReportPeriod;
	/** The same number of days just before. */
	before: ReportPeriod;
	groups: Record<Grouping, ReportGroup[]>;
	openings: { now: OpeningFigures; before: OpeningFigures };
	/** By the clinics that were asked for. */
	openingsByClinic: { clinicId: string; now: OpeningFigures; before: OpeningFigures }[];
	/** Every day, or every week of a long period, also without any. */
	days: ReportDay[];
	/** How many days each of `days` stands for. */
	dayStep: 1 | 7;
}

export const MAX_REPORT_DAYS = 366;
export const DEFAULT_REPORT_DAYS = 30;
/** Longer ones are told by weeks. */
const MAX_SINGLE_DAYS = 62;

/** Local dates; both count. */
export interface ReportPeriod {
	from: string;
	until: string;
}

const date = z
	.string()
	.refine((text) => parseLocalDate(text) !== null, 'A day looks like 2026-11-23.');

/**
 * What stands in the address of the report; a field that is empty asks for nothing.
 * @param today local date, `YYYY-MM-DD`: later days have no figures yet
 */
export function reportWishSchema(today: string) {
	return z
		.strictObject({
			from: date.optional(),
			until: date.optional(),
			clinic: z.uuid('Choose a clinic from the list.').optional()
		})
		.transform(({ clinic, ...asked }) => {
			const until = asked.until ?? today;
			const from =
				asked.from ??
				Temporal.PlainDate.from(until)
					.subtract({ days: DEFAULT_REPORT_DAYS - 1 })
					.toString();
			return { from, until, clinicId: clinic };
		})
		.refine(({ from, until }) => from <= until, {
			message: 'The last day is before the first one.',
			path: ['until']
		})
		.refine(({ until }) => until <= today, {
			message: 'The last day is still to come. Choose today or a day before.',
			path: ['until']
		})
		.refine((period) => daysOf(period) <= MAX_REPORT_DAYS, {
			message: `A report holds ${MAX_REPORT_DAYS} days at most. Ask for less, twice.`,
			path: ['from']
		});
}

/** @returns how many days a period has */
export function daysOf({ from, until }: ReportPeriod): number {
	return Temporal.PlainDate.from(from).until(until, { largestUnit: 'days' }).days + 1;
}

/** @returns the same number of days just before */
export function periodBefore(period: ReportPeriod): ReportPeriod {
	const days = daysOf(period);
	const back = (text: string) => Temporal.PlainDate.from(text).subtract({ days }).toString();
	return { from: back(period.from), until: back(period.until) };
}

/** @returns days of one column of the chart */
export function dayStepOf(period: ReportPeriod): 1 | 7 {
	return daysOf(period) > MAX_SINGLE_DAYS ? 7 : 1;
}

/** @returns whose figures somebody may see: of these clinics, or `'all'`; `null`: none */
export function reportScope(actor: Actor): 'all' | string[] | null {
	const { organizationId, roles } = actor;
	const may = (clinicId: string | null) =>
		authorize(actor, 'waitlist.report', { organizationId, clinicId, practitionerId: null });
	if (may(null)) return 'all';
	const clinicIds = roles.flatMap(({ clinicId }) =>
		clinicId !== null && may(clinicId) ? [clinicId] : []
	);
	return clinicIds.length === 0 ? null : [...new Set(clinicIds)];
}

export const NO_FIGURES: GroupFigures = {
	...{ waiting: 0, offered: 0, open: 0, withheld: 0, accepted: 0, passed: 0, declined: 0 },
	...{ expired: 0, unreachable: 0, lost: 0, withdrawn: 0, medianMinutes: null, p90Minutes: null },
	got: { count: 0, medianDays: null, gini: null },
	still: { count: 0, medianDays: null, gini: null }
};

export const NO_OPENINGS: OpeningFigures = {
	...{ count: 0, filled: 0, freedMinutes: 0, filledMinutes: 0 }
};

/** @returns whether nothing at all happened, in these days and in those before */
export function isEmptyReport({ groups, openings }: WaitlistReport): boolean {
	const [all] = groups.all;
	const counted = [all?.now, all?.before].flatMap((one) => (one ? [one.waiting, one.offered] : []));
	return [...counted, openings.now.count, openings.before.count].every((count) => count === 0);
}
