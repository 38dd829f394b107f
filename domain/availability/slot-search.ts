/** What a search for free times may ask, forms and HTTP interface alike, and what it answers. */
import { z } from 'zod';
import { GRID_MINUTES } from '../scheduling/appointment.ts';
import { durationSchema } from '../scheduling/intents.ts';
import type { RefusalCode } from '../scheduling/refusals.ts';
import type { FreeSlot } from './free-slots.ts';
import { parseLocalDate } from './local-day.ts';

export const MAX_SEARCH_DAYS = 92;
export const MAX_SLOTS = 200;
export const MAX_SERVICES = 4;
const DAY_MINUTES = 1_440;

const minuteOfDay = z.number().int().min(0).max(DAY_MINUTES).multipleOf(GRID_MINUTES);
/** Past midnight too, for those who work at night. */
const untilMinute = z
	.number()
	.int()
	.min(0)
	.max(2 * DAY_MINUTES)
	.multipleOf(GRID_MINUTES);

const cursor = z
	.string()
	.regex(/^\d{4}-\d{2}-\d{2}\.\d{1,15}\.[0-9a-f-]{36}$/, 'is none that a search has given')
	.describe('What `next` of the page before said.');

/** Left out or unknown fields are told by name. */
export const slotSearchSchema = z
	.strictObject({
		clinicIds: z.array(z.uuid()).min(1).max(50),
		serviceIds: z
			.array(z.uuid())
			.min(1)
			.max(MAX_SERVICES)
			.refine((ids) => new Set(ids).size === ids.length, 'must name each service once')
			.describe('Several: one visit, back to back, in whatever order works.'),
		practitionerIds: z
			.array(z.uuid())
			.min(1)
			.max(500)
			.optional()
			.describe('Left out: everybody who offers the service.'),
		patientId: z.uuid().optional().describe('Whose other visits are not to be met.'),
		durationMinutes: durationSchema
			.optional()
			.describe('For a single service. Left out: as long as it takes with each practitioner.'),
		from: z
			.string()
			.refine((text) => parseLocalDate(text) !== null, 'must be a date such as 2026-11-23')
			.describe('First local date, at each clinic in its own zone.'),
		days: z.number().int().min(1).max(MAX_SEARCH_DAYS),
		weekdays: z
			.array(z.number().int().min(1).max(7))
			.min(1)
			.max(7)
			.optional()
			.describe('Monday is 1, Sunday 7. Left out: every day.'),
		hours: z
			.strictObject({ fromMinute: minuteOfDay, untilMinute: untilMinute })
			.refine(({ fromMinute, untilMinute }) => fromMinute < untilMinute, {
				message: 'must end after they begin',
				path: ['untilMinute']
			})
			.optional()
			.describe('Minutes after local midnight within which the visit begins and ends.'),
		stepMinutes: z
			.number()
			.int()
			.min(GRID_MINUTES)
			.max(120)
			.multipleOf(GRID_MINUTES)
			.default(GRID_MINUTES)
			.describe('Only starts on full steps after local midnight.'),
		limit: z.number().int().min(1).max(MAX_SLOTS).default(20),
		after: cursor.optional()
	})
	.refine(
		({ serviceIds, durationMinutes }) => durationMinutes === undefined || serviceIds.length === 1,
		{ message: 'can only be given for a single service', path: ['durationMinutes'] }
	)
	.transform(({ hours, stepMinutes, ...rest }) => ({
		...rest,
		wish: { hours: hours ?? { fromMinute: 0, untilMinute: 2 * DAY_MINUTES }, stepMinutes }
	}));

export type SlotSearch = z.output<typeof slotSearchSchema>;

/** What a search answers. */
export interface SlotPage {
	slots: (FreeSlot & { practitionerName: string; roomName: string })[];
	/** To ask for the next page with; `null`: there are no more in the days that were asked for. */
	next: string | null;
	/** When there is none at all: the rule that removed most. */
	whyNone: RefusalCode | null;
}
