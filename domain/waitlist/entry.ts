/** A patient who waits for a time: what for, when it suits, since when. The schemas are the edge. Pure. */
import { z } from 'zod';
import { parseLocalDate } from '../availability/local-day.ts';

/** From the least urgent. */
export const URGENCIES = ['routine', 'soon', 'urgent'] as const;
export type Urgency = (typeof URGENCIES)[number];

/**
 * `waiting`: for a time; `booked`: got one; `withdrawn`: somebody took it back; `expired`: its last day went by.
 */
export const ENTRY_STATES = ['waiting', 'booked', 'withdrawn', 'expired'] as const;
export type EntryState = (typeof ENTRY_STATES)[number];

/** Who put it on the list. */
export const ENTRY_SOURCES = ['patient', 'reception', 'import'] as const;
export type EntrySource = (typeof ENTRY_SOURCES)[number];

/** Nobody waits for longer; whoever does asks again. */
export const MAX_WAIT_DAYS = 366;
export const MAX_ENTRY_NOTE = 500;
const MAX_PLACES = 50;
const DAY_MINUTES = 1_440;

/** What is wrong with a field; pages have words for it. */
export const ENTRY_FAULTS = [
	'not-a-date',
	'too-soon',
	'too-far',
	'wrong-order',
	'no-weekday',
	'too-long'
] as const;
export type EntryFault = (typeof ENTRY_FAULTS)[number];

const fault = (code: EntryFault) => ({ message: code });

const date = z.string().refine((text) => parseLocalDate(text) !== null, fault('not-a-date'));

/** Monday is 1, Sunday 7, as ISO 8601 counts them. */
export const WEEKDAYS = [1, 2, 3, 4, 5, 6, 7] as const;

/** Where, when and for what. */
export const WISH_FIELDS = {
	serviceId: z.uuid(),
	/** Any of them; none: at every clinic. */
	clinicIds: z.array(z.uuid()).max(MAX_PLACES).default([]),
	/** Any of them; none: every doctor. */
	practitionerIds: z.array(z.uuid()).max(MAX_PLACES).default([]),
	/** Local dates, `YYYY-MM-DD`; both count. */
	firstDate: date,
	lastDate: date,
	weekdays: z
		.array(z.int().min(1).max(7))
		.min(1, fault('no-weekday'))
		.max(7)
		.default([...WEEKDAYS]),
	/** The visit begins from then on and ends until then: minutes after midnight at the clinic. */
	fromMinute: z.int().min(0).max(DAY_MINUTES).default(0),
	untilMinute: z.int().min(0).max(DAY_MINUTES).default(DAY_MINUTES),
	/** How long before a time the patient has to know of it. */
	noticeMinutes: z
		.int()
		.min(0)
		.max(14 * DAY_MINUTES)
		.default(120),
	urgency: z.enum(URGENCIES).default('routine'),
	note: z
		.string()
		.trim()
		.max(MAX_ENTRY_NOTE, fault('too-long'))
		.refine((text) => !text.includes('\0') && text.isWellFormed(), fault('too-long'))
		.default('')
};
const wish = z.object(WISH_FIELDS);

/** @param today local date, `YYYY-MM-DD`: nobody waits for what went by */
export function entryWishSchema(today: string) {
	const last = Temporal.PlainDate.from(today).add({ days: MAX_WAIT_DAYS }).toString();
	return wish
		.refine(({ lastDate }) => lastDate >= today, { ...fault('too-soon'), path: ['lastDate'] })
		.refine(({ lastDate }) => lastDate <= last, { ...fault('too-far'), path: ['lastDate'] })
		.refine(({ firstDate, lastDate }) => firstDate <= lastDate, {
			...fault('wrong-order'),
			path: ['lastDate']
		})
		.refine(({ fromMinute, untilMinute }) => fromMinute < untilMinute, {
			...fault('wrong-order'),
			path: ['untilMinute']
		});
}
export type EntryWish = z.output<typeof wish>;

/** @returns the days as the bits of a number, Monday the lowest */
export function weekdayBits(weekdays: readonly number[]): number {
	return weekdays.reduce((bits, day) => bits | (1 << (day - 1)), 0);
}

/** @returns the days that the bits stand for */
export function weekdaysOf(bits: number): number[] {
	return WEEKDAYS.filter((day) => bits & (1 << (day - 1)));
}
