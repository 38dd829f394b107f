/** What goes in (input-shapes.ts) and out over HTTP. Times go out as RFC 3339 in UTC. */
import { z } from 'zod';
import {
	APPOINTMENT_SOURCES,
	APPOINTMENT_STATUSES,
	BLOCK_KINDS,
	CONFIRMERS
} from '#domain/scheduling/appointment.ts';
import { REFUSAL_CODES } from '#domain/scheduling/refusals.ts';
import { ENTRY_STATES, URGENCIES } from '#domain/waitlist/entry.ts';
import { ANSWER_WAYS, OFFER_STATES, OFFER_WAYS } from '#domain/waitlist/offer.ts';
import { SCORE_PARTS } from '#domain/waitlist/score.ts';
import { id, revision } from './input-shapes.ts';

export * from './input-shapes.ts';

/** A time as it goes out. */
const timeOut = z.iso.datetime().describe('RFC 3339 in UTC.');

export const held = z.object({ id, startsAt: timeOut, endsAt: timeOut, expiresAt: timeOut });
export const released = z.object({ id });
export const approved = z.object({ id, expiresAt: timeOut });

export const waitlist = z.object({
	entries: z.array(
		z.object({
			...{ id, patientId: id, serviceId: id },
			clinicIds: z.array(id).describe('Any of them; none: at every clinic.'),
			practitionerIds: z.array(id).describe('Any of them; none: every doctor.'),
			state: z.enum(ENTRY_STATES),
			urgency: z.enum(URGENCIES),
			...{ firstDate: z.iso.date(), lastDate: z.iso.date() },
			weekdays: z.array(z.int()).describe('Monday is 1, Sunday 7.'),
			...{ fromMinute: z.int(), untilMinute: z.int(), noticeMinutes: z.int() },
			waitingSince: timeOut
		})
	)
});

export const offers = z.object({
	offers: z.array(
		z.object({
			...{ id, openingId: id.nullable(), entryId: id, patientId: id },
			...{ clinicId: id, practitionerId: id, roomId: id, serviceId: id },
			...{ startsAt: timeOut, endsAt: timeOut, madeAt: timeOut, expiresAt: timeOut },
			endedAt: timeOut.nullable().describe('null: it holds.'),
			state: z.enum(OFFER_STATES),
			way: z.enum(OFFER_WAYS),
			round: z.int(),
			reason: z.string().describe('What staff said why.'),
			answeredBy: z.enum(ANSWER_WAYS).nullable(),
			score: z
				.object({ total: z.number(), parts: z.record(z.enum(SCORE_PARTS), z.number()) })
				.nullable()
				.describe('Why this patient; null: staff chose.')
		})
	)
});

/** The answer to every change: the same again when the request is repeated with its key. */
export const changed = z.object({ id, revision });

/** The answer to several changes at once, in the order in which they were asked for. */
export const changedTogether = z.object({ changed: z.array(changed) });

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
			placesLeft: z
				.int()
				.nullable()
				.describe('For a group session: how many more can come. null: one patient at a time.'),
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
	place: z
		.int()
		.nullable()
		.describe('Which place of a group session it takes; null: it is none, or takes no time.'),
	source: z.enum(APPOINTMENT_SOURCES),
	confirmedAt: timeOut
		.nullable()
		.describe('When somebody said that the patient will come; null: nobody has.'),
	confirmedBy: z.enum(CONFIRMERS).nullable(),
	revision
};
/** For those who may find a visit and not know whose it is. */
const maskedVisitor = z.object({
	initials: z.string().describe('Given name first.'),
	birthYear: z.int().nullable(),
	phoneEnd: z.string().nullable().describe('The last three digits of the phone.')
});
const visitor = z
	.union([z.object({ ...contact, remark: z.string() }), maskedVisitor])
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
			places: z.int().describe('Patients at one time; more than one: a group session.'),
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

const alternativeList = z
	.array(z.object({ startsAt: timeOut, practitionerId: id, roomId: id }))
	.optional()
	.describe('The nearest times that worked at that moment.');

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
	alternatives: alternativeList,
	refused: z
		.array(
			z.object({
				...{ id, code: z.enum(REFUSAL_CODES), detail: z.string() },
				alternatives: alternativeList
			})
		)
		.optional()
		.describe('Which of several changes that were asked for together cannot be made, and why.')
});
export type Problem = z.infer<typeof problem>;
