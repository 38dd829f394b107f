/** What may be said about hours: the schemas at the edge of every screen and interface that changes them. */
import { z } from 'zod';
import { GRID_MINUTES } from '../scheduling/appointment.ts';
import { EXCEPTION_KINDS, EXCEPTION_REASONS } from './exceptions.ts';
import { parseLocalDate } from './local-day.ts';

const DAY_MINUTES = 1_440;
export const MAX_RULES = 200;
const MAX_WEEKS = 8;
/** A closure for longer is a decision of its own each year. */
const MAX_EXCEPTION_DAYS = 366;

const id = z.uuid();
const date = z
	.string()
	.refine((text) => parseLocalDate(text) !== null, 'must be a date such as 2026-11-23');
const minute = (most: number) => z.number().int().min(0).max(most).multipleOf(GRID_MINUTES);

const span = {
	startMinute: minute(DAY_MINUTES - GRID_MINUTES),
	/** Over 1440: on the next day. */
	endMinute: minute(2 * DAY_MINUTES - GRID_MINUTES)
};

type Span = { startMinute: number; endMinute: number };
const endsLater = ({ startMinute, endMinute }: Span) => startMinute < endMinute;
const withinADay = ({ startMinute, endMinute }: Span) => endMinute - startMinute <= DAY_MINUTES;
const END = { path: ['endMinute'] };

const rule = z
	.strictObject({
		kind: z.enum(['work', 'break']),
		weekday: z.number().int().min(1).max(7),
		...span,
		validFrom: date.nullable(),
		validTo: date.nullable(),
		everyWeeks: z.number().int().min(1).max(MAX_WEEKS),
		weekOf: date.nullable()
	})
	.refine(endsLater, { ...END, message: 'must be later than the start' })
	.refine(withinADay, { ...END, message: 'must be within 24 hours of the start' })
	.refine(({ validFrom, validTo }) => !validFrom || !validTo || validFrom <= validTo, {
		...{ path: ['validTo'], message: 'must not be before the first day' }
	})
	.refine(({ everyWeeks, weekOf }) => everyWeeks === 1 || weekOf !== null, {
		...{ path: ['weekOf'], message: 'must say a week in which these hours hold' }
	});

/** All weekly hours of one resource at one clinic. */
export const weeklyHoursSchema = z.strictObject({
	clinicId: id,
	resourceId: id,
	rules: z.array(rule).max(MAX_RULES)
});
export type WeeklyHoursInput = z.infer<typeof weeklyHoursSchema>;

export const exceptionSchema = z
	.strictObject({
		clinicId: id,
		resourceId: id,
		kind: z.enum(EXCEPTION_KINDS),
		reason: z.enum(EXCEPTION_REASONS),
		firstDate: date,
		lastDate: date,
		...span,
		note: z
			.string()
			.trim()
			.max(200)
			.refine((text) => !text.includes('\0') && text.isWellFormed(), {
				message: 'holds characters that cannot be stored'
			})
			.default('')
	})
	.refine(endsLater, { ...END, message: 'must be later than the start' })
	.refine(withinADay, { ...END, message: 'must be within 24 hours of the start' })
	.refine(({ firstDate, lastDate }) => firstDate <= lastDate, {
		...{ path: ['lastDate'], message: 'must not be before the first day' }
	})
	.refine(
		({ firstDate, lastDate }) => {
			const [first, last] = [parseLocalDate(firstDate), parseLocalDate(lastDate)];
			return !first || !last || first.until(last).days < MAX_EXCEPTION_DAYS;
		},
		{ path: ['lastDate'], message: 'must be within a year of the first day' }
	);
export type ExceptionInput = z.infer<typeof exceptionSchema>;
