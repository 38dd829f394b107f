/** What comes in over HTTP. Times are RFC 3339 with any offset; inside they are epoch milliseconds. */
import { z } from 'zod';
import { parseLocalDate } from '#domain/availability/local-day.ts';
import {
	APPOINTMENT_STATUSES,
	BLOCK_KINDS,
	MAX_DURATION_MINUTES,
	MIN_DURATION_MINUTES
} from '#domain/scheduling/appointment.ts';
import {
	CANCEL_REASONS,
	CHECK_IN_WAYS,
	instantSchema,
	MAX_PARTS,
	MAX_REMARK_LENGTH
} from '#domain/scheduling/intents.ts';
import { MINUTE_MS } from '#domain/scheduling/intervals.ts';
import { MAX_REPEATS, ruleSchema } from '#domain/scheduling/series.ts';
import { WISH_FIELDS } from '#domain/waitlist/entry.ts';
import { offerReasonSchema } from '#domain/waitlist/offer-input.ts';

/** Lower case, as everything is stored and answered. */
export const id = z.uuid().toLowerCase();
export const revision = z.int().min(1);

/** A time as it comes in; parsed to epoch milliseconds on the grid of five minutes. */
const timeIn = z.iso
	.datetime({ offset: true, error: 'must be a time with its offset, as in 2026-03-02T09:00:00Z' })
	.transform((text) => Date.parse(text))
	.pipe(instantSchema)
	.describe('RFC 3339 with offset, on a step of five minutes, in the years 2000 to 2100.');

/** PostgreSQL keeps neither NUL nor half a surrogate pair; nobody types them either. */
const text = (longest: number) =>
	z
		.string()
		.max(longest)
		.refine((typed) => !typed.includes('\0') && typed.isWellFormed(), {
			message: 'has a character that cannot be stored'
		});

interface Times {
	startsAt: number;
	endsAt?: number | undefined;
}

const endsAfterItStarts = ({ startsAt, endsAt }: Times, context: z.RefinementCtx): void => {
	if (endsAt === undefined) return;
	const minutes = (endsAt - startsAt) / MINUTE_MS;
	const message =
		minutes < MIN_DURATION_MINUTES
			? 'must be after startsAt'
			: minutes > MAX_DURATION_MINUTES
				? `must be at most ${MAX_DURATION_MINUTES / 60} hours after startsAt`
				: null;
	if (message !== null) context.addIssue({ code: 'custom', path: ['endsAt'], message });
};

/** Why rules are set aside, for those who may. */
const override = text(200)
	.trim()
	.min(3)
	.optional()
	.describe('Why the visit shall lie where the rules would not have it; for those who may.');

export const idParams = z.strictObject({ id });
export const boardParams = z.strictObject({
	id,
	date: z.iso
		.date({ error: 'must be a date, as in 2026-03-02', abort: true })
		.refine((text) => parseLocalDate(text) !== null, {
			message: 'must be a date in the years 2000 to 2100'
		})
		.describe("The clinic's local date.")
});
export const noParams = z.strictObject({});

export const patientSearch = z.strictObject({
	text: text(200)
		.min(1)
		.describe('Parts of the name, the birth date or the phone number; every word has to fit.'),
	limit: z.int().min(1).max(50).default(20)
});

export const booking = z
	.strictObject({
		clinicId: id,
		patientId: id,
		serviceId: id,
		practitionerId: id,
		roomId: id,
		startsAt: timeIn,
		endsAt: timeIn
			.optional()
			.describe('Left out: as long as the service takes with the practitioner.'),
		remark: text(MAX_REMARK_LENGTH).optional(),
		referralSeen: z.boolean().optional(),
		walkIn: z.boolean().optional().describe('The patient is there: the visit begins as arrived.'),
		override
	})
	.superRefine(endsAfterItStarts);

const moveChanges = {
	startsAt: timeIn.optional(),
	practitionerId: id.optional(),
	roomId: id.optional()
};
const MOVES_SOMETHING = 'must hold startsAt, practitionerId or roomId';

export const move = z
	.strictObject({ ...moveChanges, override })
	.refine(({ override: _, ...changes }) => Object.keys(changes).length > 0, {
		message: MOVES_SOMETHING
	});

/** Several visits moved in one transaction: all, or none. */
export const moves = z.strictObject({
	moves: z
		.array(
			z
				.strictObject({ id, revision, ...moveChanges })
				.refine(({ id: _, revision: __, ...changes }) => Object.keys(changes).length > 0, {
					message: MOVES_SOMETHING
				})
		)
		.min(1)
		.max(MAX_PARTS)
		.refine((list) => new Set(list.map((one) => one.id)).size === list.length, {
			message: 'must name each visit once'
		})
});

export const series = z
	.strictObject({
		...{ clinicId: id, patientId: id, serviceId: id, practitionerId: id, roomId: id },
		startsAt: timeIn.describe('Of the first visit; it counts as one of them.'),
		endsAt: timeIn.optional(),
		remark: text(MAX_REMARK_LENGTH).optional(),
		referralSeen: z.boolean().optional(),
		rule: ruleSchema.describe(
			`RFC 5545, daily, weekly or monthly, with COUNT or UNTIL; at most ${MAX_REPEATS} visits.`
		)
	})
	.superRefine(endsAfterItStarts);

export const hold = z
	.strictObject({
		...{ clinicId: id, serviceId: id, practitionerId: id, roomId: id },
		...{ startsAt: timeIn, endsAt: timeIn.optional() }
	})
	.superRefine(endsAfterItStarts);

export const resize = z
	.strictObject({ startsAt: timeIn, endsAt: timeIn, override })
	.superRefine(endsAfterItStarts);

export const statusChange = z.strictObject({
	status: z.enum(APPOINTMENT_STATUSES).exclude(['cancelled'])
});
export const confirmation = z.strictObject({
	confirmed: z.boolean().describe('false: takes it back.')
});
export const checkIn = z.strictObject({ by: z.enum(CHECK_IN_WAYS) });
export const cancellation = z.strictObject({ reason: z.enum(CANCEL_REASONS) });
export const remark = z.strictObject({ remark: text(MAX_REMARK_LENGTH) });

export const newBlock = z
	.strictObject({
		clinicId: id,
		resourceId: id.describe('A practitioner, or a room of the clinic.'),
		startsAt: timeIn,
		endsAt: timeIn,
		kind: z.enum(BLOCK_KINDS)
	})
	.superRefine(endsAfterItStarts);

/** What a patient waits for. */
export const waitlistWish = z
	.strictObject({ patientId: id, ...WISH_FIELDS })
	.refine(({ firstDate, lastDate }) => firstDate <= lastDate, {
		...{ message: 'must not be before firstDate', path: ['lastDate'] }
	})
	.refine(({ fromMinute, untilMinute }) => fromMinute < untilMinute, {
		...{ message: 'must be after fromMinute', path: ['untilMinute'] }
	});

/** A free time for somebody on the waitlist; as long as their service takes with the practitioner. */
export const offerByHand = z.strictObject({
	...{ entryId: id, clinicId: id, practitionerId: id, roomId: id, startsAt: timeIn },
	reason: offerReasonSchema.describe('Why this patient first.')
});
export const offerSkip = z.strictObject({
	reason: offerReasonSchema,
	then: z
		.enum(['next', 'stop'])
		.default('next')
		.describe('next: whoever is after them is asked; stop: nobody is, and the time is free.')
});
