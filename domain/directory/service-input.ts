/** What may be said about services, rooms, devices and staff: the schemas at the edge of the screens that change them. */
import { z } from 'zod';
import { BOOKABLE_BY, PATIENT_GROUPS, SEXES } from '../scheduling/eligibility.ts';
import { MAX_PLACES } from '../scheduling/group-sessions.ts';
import { durationSchema } from '../scheduling/intents.ts';
import {
	MAX_SERVICE_TEXT,
	OTHER_LANGUAGES,
	SERVICE_TEXTS,
	type ServiceText
} from '../site/translations.ts';

const id = z.uuid();
const text = (most: number) =>
	z
		.string()
		.trim()
		.max(most)
		.refine((typed) => !typed.includes('\0') && typed.isWellFormed(), {
			message: 'holds characters that cannot be stored'
		});
const name = text(MAX_SERVICE_TEXT.name).min(1, 'must not be empty');
const kind = text(100).min(1, 'must not be empty');
const buffer = z.number().int().min(0).max(60).multipleOf(5);
const age = z.number().int().min(0).max(130).nullable();
const minutes = z.number().int().min(0).max(43_200);

/** In another language; what is empty is told in the first. */
const serviceTexts = z.strictObject(
	Object.fromEntries(
		SERVICE_TEXTS.map((field) => [field, text(MAX_SERVICE_TEXT[field]).optional()])
	) as Record<ServiceText, z.ZodOptional<ReturnType<typeof text>>>
);

export const serviceSchema = z
	.strictObject({
		/** Left out: a new one. */
		id: id.optional(),
		name,
		durationMinutes: durationSchema,
		/** Patients at one time. */
		places: z.number().int().min(1).max(MAX_PLACES),
		bufferBeforeMinutes: buffer,
		bufferAfterMinutes: buffer,
		roomBufferBeforeMinutes: buffer,
		roomBufferAfterMinutes: buffer,
		roomKind: kind.nullable(),
		equipmentKinds: z.array(kind).max(5),
		staffKinds: z.array(kind).max(5),
		hue: z.number().int().min(0).max(359),
		minAgeYears: age,
		maxAgeYears: age,
		sex: z.enum(SEXES).nullable(),
		patients: z.enum(PATIENT_GROUPS),
		referralNeeded: z.boolean(),
		bookableBy: z.enum(BOOKABLE_BY),
		bookAheadDays: z.number().int().min(1).max(730),
		bookNoticeMinutes: minutes,
		cancelNoticeMinutes: minutes,
		priceMinor: z.number().int().min(0).max(100_000_000).nullable(),
		description: text(MAX_SERVICE_TEXT.description),
		preparation: text(MAX_SERVICE_TEXT.preparation),
		translations: z.partialRecord(z.enum(OTHER_LANGUAGES), serviceTexts),
		/** Who offers it, and for how long where it differs. */
		offeredBy: z
			.array(z.strictObject({ practitionerId: id, durationMinutes: durationSchema.nullable() }))
			.max(1_000)
	})
	.refine(
		({ minAgeYears, maxAgeYears }) =>
			minAgeYears === null || maxAgeYears === null || minAgeYears <= maxAgeYears,
		{ path: ['maxAgeYears'], message: 'must not be less than the lowest age' }
	);
export type ServiceInput = z.infer<typeof serviceSchema>;

/** Every service, and all who could offer one. */
export interface ServiceSetup {
	services: (ServiceInput & { id: string })[];
	practitioners: { id: string; name: string; specialty: string }[];
}

export const newResourceSchema = z.strictObject({
	clinicId: id,
	type: z.enum(['room', 'equipment', 'staff']),
	name,
	kind
});
export type NewResource = z.infer<typeof newResourceSchema>;
