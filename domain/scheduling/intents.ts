/**
 * What somebody wants to be done: the input of every scheduling command, whoever asks.
 * The schemas are the edge: nothing that fails them reaches a rule or the database.
 */
import { z } from 'zod';
import { FIRST_YEAR, LAST_YEAR } from '../availability/local-day.ts';
import {
	APPOINTMENT_STATUSES,
	BLOCK_KINDS,
	GRID_MINUTES,
	MAX_DURATION_MINUTES,
	MIN_DURATION_MINUTES
} from './appointment.ts';
import { MINUTE_MS } from './intervals.ts';

const earliest = Date.UTC(FIRST_YEAR, 0, 1);
const latest = Date.UTC(LAST_YEAR + 1, 0, 1);

/** Epoch milliseconds on the grid of five minutes. */
export const instantSchema = z
	.number()
	.int()
	.min(earliest, `must not be before the year ${FIRST_YEAR}`)
	.max(latest, `must not be after the year ${LAST_YEAR}`)
	.refine((ms) => ms % (GRID_MINUTES * MINUTE_MS) === 0, {
		message: `must lie on a step of ${GRID_MINUTES} minutes`
	});

export const durationSchema = z
	.number()
	.int()
	.min(MIN_DURATION_MINUTES)
	.max(MAX_DURATION_MINUTES)
	.multipleOf(GRID_MINUTES);

export const revisionSchema = z.number().int().min(1).max(2_147_483_647);
const id = z.uuid();

const envelope = {
	/** The intent's id: the idempotency key. The same id is carried out at most once. */
	id: z.string().min(1).max(255),
	/** Epoch milliseconds on the author's clock. For ordering and display, never trusted. */
	madeAt: z.number().int().min(0).max(8.64e15)
};

export const MAX_REMARK_LENGTH = 2_000;

/** PostgreSQL stores neither NUL nor half a surrogate pair: such a text would be a fault for ever. */
const remarkSchema = z
	.string()
	.max(MAX_REMARK_LENGTH)
	.refine((text) => !text.includes('\0') && text.isWellFormed(), {
		message: 'holds characters that cannot be stored'
	});

/** Why rules are set aside: somebody reads it when the visit is asked about. */
const overrideReason = z
	.string()
	.trim()
	.min(3)
	.max(200)
	.refine((text) => !text.includes('\0') && text.isWellFormed(), {
		message: 'holds characters that cannot be stored'
	})
	.optional();

const bookPart = {
	kind: z.literal('book'),
	/** Chosen by the author, so that a pending card keeps its identity once it is booked. */
	appointmentId: id,
	changes: z.strictObject({
		clinicId: id,
		patientId: id,
		serviceId: id,
		practitionerId: id,
		roomId: id,
		startsAt: instantSchema,
		/** Left out: as long as the service takes with this practitioner. */
		durationMinutes: durationSchema.optional(),
		remark: remarkSchema.optional(),
		/** Somebody has seen the referral. */
		referralSeen: z.boolean().optional(),
		/** The patient is here without an appointment: the visit begins as arrived. */
		walkIn: z.boolean().optional(),
		/** Shared by repeat visits that are booked together. */
		seriesId: id.optional()
	}),
	override: overrideReason
};

/** More of one person's changes of one visit do not wait for their verdicts at once. */
export const MAX_AFTER = 50;

/** What every change of a visit that is there says. */
const visitPart = {
	appointmentId: id,
	/** The revision that its author saw. */
	basedOnRevision: revisionSchema,
	/** The author's own intents about the visit that were made before and whose effect they had not seen. */
	after: z.array(z.string().min(1).max(255)).min(1).max(MAX_AFTER).optional()
};

const movePart = {
	...visitPart,
	kind: z.literal('move'),
	/** Another time, practitioner or room, in one. At least one of them. */
	changes: z
		.strictObject({
			startsAt: instantSchema.optional(),
			practitionerId: id.optional(),
			roomId: id.optional()
		})
		.refine((changes) => Object.keys(changes).length > 0, {
			message: 'must change something'
		}),
	/** The doctor runs late: the patient is told when somebody says so, not by itself. */
	because: z.literal('running-late').optional(),
	override: overrideReason
};

const resizePart = {
	...visitPart,
	kind: z.literal('resize'),
	changes: z.strictObject({
		durationMinutes: durationSchema,
		startsAt: instantSchema.optional()
	}),
	override: overrideReason
};

const setStatusPart = {
	...visitPart,
	kind: z.literal('set-status'),
	changes: z.strictObject({
		status: z.enum(APPOINTMENT_STATUSES).exclude(['cancelled'])
	})
};

export const CANCEL_REASONS = [
	'patient-asked',
	'patient-ill',
	'patient-prevented',
	'not-needed',
	'clinic-asked',
	'booked-by-mistake',
	'other'
] as const;
export type CancelReason = (typeof CANCEL_REASONS)[number];

/** The patient says that they will come, or staff who were told; or takes it back. */
const confirmPart = {
	...visitPart,
	kind: z.literal('confirm'),
	changes: z.strictObject({ confirmed: z.boolean() })
};

/** Where patients say that they are here: on a clinic's screen, or by a link. */
export const CHECK_IN_WAYS = ['kiosk', 'link'] as const;
export type CheckInWay = (typeof CHECK_IN_WAYS)[number];

/** The patient says that they are here, which is a status that staff set as well. */
const checkInPart = {
	...visitPart,
	kind: z.literal('check-in'),
	changes: z.strictObject({ by: z.enum(CHECK_IN_WAYS) })
};

const cancelPart = {
	...visitPart,
	kind: z.literal('cancel'),
	changes: z.strictObject({ reason: z.enum(CANCEL_REASONS) })
};

const remarkPart = {
	...visitPart,
	kind: z.literal('remark'),
	changes: z.strictObject({ remark: remarkSchema })
};

const blockPart = {
	kind: z.literal('block'),
	blockId: id,
	changes: z.strictObject({
		clinicId: id,
		/** A practitioner, a room, equipment or staff. */
		resourceId: id,
		startsAt: instantSchema,
		durationMinutes: durationSchema,
		kind: z.enum(BLOCK_KINDS)
	}),
	/** Also where visits lie: they stay booked, and reception is asked to look at them. */
	overVisits: z.literal(true).optional()
};

const unblockPart = {
	kind: z.literal('unblock'),
	blockId: id,
	basedOnRevision: revisionSchema
};

/** One change as a part of several. */
const partSchema = z.discriminatedUnion('kind', [
	z.strictObject(bookPart),
	z.strictObject(movePart),
	z.strictObject(resizePart),
	z.strictObject(setStatusPart),
	z.strictObject(confirmPart),
	z.strictObject(checkInPart),
	z.strictObject(cancelPart),
	z.strictObject(remarkPart),
	z.strictObject(blockPart),
	z.strictObject(unblockPart)
]);

/** Nobody moves more at once: an afternoon of a doctor, or two years of weekly visits. */
export const MAX_PARTS = 104;

/** Several changes in one transaction: all of them, or none. */
const togetherPart = {
	kind: z.literal('together'),
	/** The draft that they were tried out in: it is carried out with them, and is so once. */
	draftId: id.optional(),
	parts: z
		.array(partSchema)
		.min(1)
		.max(MAX_PARTS)
		.refine((parts) => new Set(parts.map(subjectIdOf)).size === parts.length, {
			message: 'must name each visit and block once'
		})
};

/** Takes back what the author had carried out by an earlier intent, all of it or nothing; redo takes back an undo. */
const undoIntent = {
	kind: z.literal('undo'),
	/** The author's own intent. */
	intentId: z.string().min(1).max(255)
};

export const intentSchema = z.discriminatedUnion('kind', [
	z.strictObject({ ...envelope, ...bookPart }),
	z.strictObject({ ...envelope, ...movePart }),
	z.strictObject({ ...envelope, ...resizePart }),
	z.strictObject({ ...envelope, ...setStatusPart }),
	z.strictObject({ ...envelope, ...confirmPart }),
	z.strictObject({ ...envelope, ...checkInPart }),
	z.strictObject({ ...envelope, ...cancelPart }),
	z.strictObject({ ...envelope, ...remarkPart }),
	z.strictObject({ ...envelope, ...blockPart }),
	z.strictObject({ ...envelope, ...unblockPart }),
	z.strictObject({ ...envelope, ...togetherPart }),
	z.strictObject({ ...envelope, ...undoIntent })
]);

export type Intent = z.infer<typeof intentSchema>;
export type IntentOf<K extends Intent['kind']> = Extract<Intent, { kind: K }>;
/** One change by itself, with or without its envelope. */
export type Part = z.infer<typeof partSchema>;
export type PartOf<K extends Part['kind']> = Extract<Part, { kind: K }>;

/** @returns the id of the visit or block that a change is about */
export function subjectIdOf(part: { appointmentId: string } | { blockId: string }): string {
	return 'blockId' in part ? part.blockId : part.appointmentId;
}

/** @returns the changes that an intent asks for; none of an undo, which the server works out from the history */
export function partsOf(intent: Intent): readonly Part[] {
	switch (intent.kind) {
		case 'together':
			return intent.parts;
		case 'undo':
			return [];
		default:
			return [intent];
	}
}
