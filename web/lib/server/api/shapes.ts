/** What goes in and out over HTTP. Times are RFC 3339: any offset in, UTC out; inside they are epoch milliseconds. */
import { z } from 'zod';
import { parseLocalDate } from '#domain/availability/local-day.ts';
import {
	APPOINTMENT_SOURCES,
	APPOINTMENT_STATUSES,
	BLOCK_KINDS,
	MAX_DURATION_MINUTES,
	MIN_DURATION_MINUTES
} from '#domain/scheduling/appointment.ts';
import { CANCEL_REASONS, instantSchema, MAX_REMARK_LENGTH } from '#domain/scheduling/intents.ts';
import { MINUTE_MS } from '#domain/scheduling/intervals.ts';
import { REFUSAL_CODES } from '#domain/scheduling/refusals.ts';

/** Lower case, as everything is stored and answered. */
const id = z.uuid().toLowerCase();
const revision = z.int().min(1);

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

/** A time as it goes out. */
const timeOut = z.iso.datetime().describe('RFC 3339 in UTC.');

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
		endsAt: timeIn.optional().describe("Left out: the service's own length."),
		remark: text(MAX_REMARK_LENGTH).optional()
	})
	.superRefine(endsAfterItStarts);

export const move = z
	.strictObject({
		startsAt: timeIn.optional(),
		practitionerId: id.optional(),
		roomId: id.optional()
	})
	.refine((changes) => Object.keys(changes).length > 0, {
		message: 'must hold startsAt, practitionerId or roomId'
	});

export const resize = z
	.strictObject({ startsAt: timeIn, endsAt: timeIn })
	.superRefine(endsAfterItStarts);

export const statusChange = z.strictObject({
	status: z.enum(APPOINTMENT_STATUSES).exclude(['cancelled'])
});
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

/** The answer to every change: the same again when the request is repeated with its key. */
export const changed = z.object({ id, revision });

export const clinicList = z.object({
	clinics: z.array(z.object({ id, name: z.string(), zone: z.string().describe('IANA zone.') }))
});

const contact = {
	id,
	name: z.string().describe('Family name first.'),
	birthDate: z.iso.date().nullable(),
	phone: z.string().nullable(),
	email: z.string().nullable()
};

export const patientList = z.object({
	patients: z.array(z.object({ ...contact, newPatient: z.boolean() }))
});

export const slotPage = z.object({
	slots: z.array(
		z.object({
			...{ clinicId: id, practitionerId: id, practitionerName: z.string() },
			...{ roomId: id, roomName: z.string() },
			date: z.string().describe("The clinic's local date."),
			...{ startsAt: timeOut, endsAt: timeOut },
			steps: z
				.array(
					z.object({
						...{ serviceId: id, practitionerId: id, roomId: id },
						...{ startsAt: timeOut, endsAt: timeOut }
					})
				)
				.describe('One visit for each service, in the order of time.')
		})
	),
	next: z.string().nullable().describe('Ask with it as `after` for the next page; null: no more.'),
	whyNone: z
		.enum(REFUSAL_CODES)
		.nullable()
		.describe('When there is none at all: the rule that removed most.')
});

const named = z.object({ id, name: z.string() });
const visit = {
	id,
	startsAt: timeOut,
	endsAt: timeOut,
	status: z.enum(APPOINTMENT_STATUSES),
	newPatient: z.boolean(),
	source: z.enum(APPOINTMENT_SOURCES),
	revision
};
const visitor = z
	.object({ ...contact, remark: z.string() })
	.nullable()
	.describe('null where the caller may not read who it is.');

export const appointment = z.object({
	...visit,
	clinicId: id,
	cancelReason: z.string().nullable(),
	bookedAt: timeOut,
	practitioner: named,
	room: named,
	service: named,
	patient: visitor
});

export const block = z.object({
	id,
	clinicId: id,
	resourceId: id,
	startsAt: timeOut,
	endsAt: timeOut,
	kind: z.enum(BLOCK_KINDS),
	revision
});

const span = z.object({ from: timeOut, until: timeOut });
const hours = { working: z.array(span), breaks: z.array(span) };

export const board = z.object({
	clinic: z.object({ id, name: z.string(), zone: z.string() }),
	date: z.iso.date(),
	practitioners: z.array(
		z.object({ ...named.shape, specialty: z.string(), ...hours, serviceIds: z.array(id) })
	),
	rooms: z.array(z.object({ ...named.shape, kind: z.string(), ...hours })),
	services: z.array(
		z.object({
			...named.shape,
			durationMinutes: z.int(),
			bufferBeforeMinutes: z.int(),
			bufferAfterMinutes: z.int(),
			roomBufferBeforeMinutes: z.int(),
			roomBufferAfterMinutes: z.int(),
			equipmentKinds: z.array(z.string()),
			staffKinds: z.array(z.string()),
			referralNeeded: z.boolean(),
			roomKind: z.string().nullable()
		})
	),
	appointments: z.array(
		z.object({ ...visit, practitionerId: id, roomId: id, serviceId: id, patient: visitor })
	),
	blocks: z.array(block)
});

export const openApiDocument = z.looseObject({ openapi: z.string() });

/** Reasons that only this edge has; the others are the domain's refusals. */
export const EDGE_CODES = [
	'unauthenticated',
	'insufficient-scope',
	'foreign-origin',
	'malformed-request',
	'precondition-required',
	'method-not-allowed',
	'unsupported-media-type',
	'too-large',
	'too-many-requests',
	'internal'
] as const;

/** RFC 9457. */
export const problem = z.object({
	type: z.string().describe('Relative address ending in the code.'),
	title: z.string(),
	status: z.int(),
	detail: z.string(),
	code: z.enum([...REFUSAL_CODES, ...EDGE_CODES]),
	errors: z
		.array(z.object({ field: z.string(), message: z.string() }))
		.optional()
		.describe('Which field or header is wrong, and how.'),
	conflicts: z
		.array(
			z.object({
				resourceId: id,
				from: timeOut,
				until: timeOut,
				appointmentId: id.optional(),
				blockId: id.optional()
			})
		)
		.optional()
		.describe('What is in the way, most relevant first; buffers included.'),
	alternatives: z
		.array(z.object({ startsAt: timeOut, practitionerId: id, roomId: id }))
		.optional()
		.describe('The nearest times that worked at that moment.')
});
export type Problem = z.infer<typeof problem>;
