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

const revision = z.number().int().min(1).max(2_147_483_647);
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

export const bookIntent = z.strictObject({
	...envelope,
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
		/** Left out: the service's own length. */
		durationMinutes: durationSchema.optional(),
		remark: remarkSchema.optional()
	})
});

/** Another time, practitioner or room, in one. At least one of them. */
export const moveIntent = z.strictObject({
	...envelope,
	kind: z.literal('move'),
	appointmentId: id,
	basedOnRevision: revision,
	changes: z
		.strictObject({
			startsAt: instantSchema.optional(),
			practitionerId: id.optional(),
			roomId: id.optional()
		})
		.refine((changes) => Object.keys(changes).length > 0, {
			message: 'must change something'
		})
});

export const resizeIntent = z.strictObject({
	...envelope,
	kind: z.literal('resize'),
	appointmentId: id,
	basedOnRevision: revision,
	changes: z.strictObject({
		durationMinutes: durationSchema,
		startsAt: instantSchema.optional()
	})
});

export const setStatusIntent = z.strictObject({
	...envelope,
	kind: z.literal('set-status'),
	appointmentId: id,
	basedOnRevision: revision,
	changes: z.strictObject({
		status: z.enum(APPOINTMENT_STATUSES).exclude(['cancelled'])
	})
});

export const CANCEL_REASONS = [
	'patient-asked',
	'clinic-asked',
	'booked-by-mistake',
	'other'
] as const;
export type CancelReason = (typeof CANCEL_REASONS)[number];

export const cancelIntent = z.strictObject({
	...envelope,
	kind: z.literal('cancel'),
	appointmentId: id,
	basedOnRevision: revision,
	changes: z.strictObject({ reason: z.enum(CANCEL_REASONS) })
});

export const remarkIntent = z.strictObject({
	...envelope,
	kind: z.literal('remark'),
	appointmentId: id,
	basedOnRevision: revision,
	changes: z.strictObject({ remark: remarkSchema })
});

export const blockIntent = z.strictObject({
	...envelope,
	kind: z.literal('block'),
	blockId: id,
	changes: z.strictObject({
		clinicId: id,
		/** A practitioner or a room. */
		resourceId: id,
		startsAt: instantSchema,
		durationMinutes: durationSchema,
		kind: z.enum(BLOCK_KINDS)
	})
});

export const unblockIntent = z.strictObject({
	...envelope,
	kind: z.literal('unblock'),
	blockId: id,
	basedOnRevision: revision
});

export const intentSchema = z.discriminatedUnion('kind', [
	bookIntent,
	moveIntent,
	resizeIntent,
	setStatusIntent,
	cancelIntent,
	remarkIntent,
	blockIntent,
	unblockIntent
]);

export type Intent = z.infer<typeof intentSchema>;
export type IntentOf<K extends Intent['kind']> = Extract<Intent, { kind: K }>;
