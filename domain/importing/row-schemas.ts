/** What a row of each kind looks like; docs/IMPORT.md explains the fields. */
import { z } from 'zod';
import { BUILT_IN_ROLES } from '../access/permissions.ts';
import { needsPractitioner } from '../access/staff.ts';
import { parseLocalDate } from '../availability/local-day.ts';
import {
	APPOINTMENT_STATUSES,
	GRID_MINUTES,
	MAX_DURATION_MINUTES,
	MIN_DURATION_MINUTES
} from '../scheduling/appointment.ts';
import { CANCEL_REASONS, MAX_REMARK_LENGTH } from '../scheduling/intents.ts';
import type { ImportKind } from './kinds.ts';

/** Of one line of text: tabs and line breaks are mistakes, NUL cannot be stored. */
const CONTROL = /\p{Cc}/u;
const CONTROL_BUT_BREAKS = /[^\P{Cc}\n\r\t]/u;
const MINUTES_A_DAY = 1440;
const FIRST_BIRTH_YEAR = 1900;
const ON_GRID = `must lie on a step of ${GRID_MINUTES} minutes`;

const line = (max: number) =>
	z
		.string()
		.trim()
		.min(1, 'must not be empty')
		.max(max)
		.refine((text) => !CONTROL.test(text), 'contains characters that cannot be shown')
		.transform((text) => text.normalize('NFC'));

const key = line(100);

export const zoneSchema = line(60).refine(
	isZone,
	'is not a time zone; write it like Europe/London'
);

function isZone(text: string): boolean {
	if (!/^[A-Za-z][\w+-]*(\/[\w+-]+)*$/.test(text)) return false;
	try {
		return new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions().timeZone !== '';
	} catch {
		return false;
	}
}

/** A date on which something can be scheduled. */
const date = z
	.string()
	.trim()
	.refine(
		(text) => parseLocalDate(text) !== null,
		'is not a date between 2000 and 2100; write it like 2026-11-24'
	);

const birthDate = z
	.string()
	.trim()
	.regex(/^\d{4}-\d{2}-\d{2}$/, 'is not a date; write it like 1980-11-24')
	.refine(isRealDate, 'is not a day of the calendar')
	.refine(
		(text) => Number(text.slice(0, 4)) >= FIRST_BIRTH_YEAR,
		`must not be before ${FIRST_BIRTH_YEAR}`
	)
	.refine((text) => text <= Temporal.Now.plainDateISO().toString(), 'lies in the future');

function isRealDate(text: string): boolean {
	try {
		return Temporal.PlainDate.from(text, { overflow: 'reject' }) !== null;
	} catch {
		return false;
	}
}

const minutes = (low: number, high: number) =>
	z.number().int().min(low).max(high).multipleOf(GRID_MINUTES, ON_GRID);

/** `08:30` → minutes after midnight. */
const timeOfDay = z
	.string()
	.trim()
	.regex(/^\d{1,2}:[0-5]\d$/, 'is not a time of day; write it like 08:30')
	.transform((text) => Number(text.split(':')[0]) * 60 + Number(text.split(':')[1]))
	.refine((minute) => minute <= MINUTES_A_DAY, 'exceeds the 24 hours of a day')
	.refine((minute) => minute % GRID_MINUTES === 0, ON_GRID);

const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
const weekday = z.preprocess(
	(value) =>
		typeof value === 'string' && /^[a-z]+$/i.test(value)
			? WEEKDAYS.indexOf(value.slice(0, 3).toLowerCase()) + 1
			: value,
	z
		.number('must be a weekday: 1 (Monday) to 7 (Sunday), or its English name')
		.int()
		.min(1, 'must be a weekday: 1 (Monday) to 7 (Sunday), or its English name')
		.max(7, 'must be a weekday: 1 (Monday) to 7 (Sunday), or its English name')
);

/** Wall-clock time at the clinic, `2026-11-24T09:15`; whether it exists there is judged with the clinic's zone. */
const localTime = z
	.string()
	.trim()
	.regex(
		/^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:00)?$/,
		'is not a time; write it in the clinic’s own time like 2026-11-24T09:15'
	)
	.transform((text) => text.replace(' ', 'T').slice(0, 16))
	.refine(
		(text) => parseLocalDate(text.slice(0, 10)) !== null,
		'is not on a date between 2000 and 2100'
	)
	.refine((text) => Number(text.slice(11, 13)) < 24, 'exceeds the 24 hours of a day')
	.refine((text) => Number(text.slice(14)) < 60, 'has more than 59 minutes')
	.refine((text) => Number(text.slice(14)) % GRID_MINUTES === 0, ON_GRID);

export const emailSchema = z
	.string()
	.trim()
	.toLowerCase()
	.max(254)
	.regex(/^[^\s@]+@[^\s@]+\.[^\s@]+$/, 'is not an e-mail address');

export const organizationSchema = z.strictObject({ key, name: line(200) });

const clinic = z.strictObject({
	key,
	name: line(200),
	zone: zoneSchema,
	address: line(300).optional(),
	phone: line(40).optional(),
	latitude: z.number().min(-90).max(90).optional(),
	longitude: z.number().min(-180).max(180).optional()
});

const service = z.strictObject({
	key,
	name: line(200),
	durationMinutes: minutes(MIN_DURATION_MINUTES, MAX_DURATION_MINUTES),
	bufferBeforeMinutes: minutes(0, 60).default(0),
	bufferAfterMinutes: minutes(0, 60).default(0),
	roomBufferBeforeMinutes: minutes(0, 60).optional(),
	roomBufferAfterMinutes: minutes(0, 60).optional(),
	roomKind: line(100).optional(),
	hue: z.number().int().min(0).max(359).optional()
});

const practitioner = z.strictObject({
	key,
	name: line(200),
	specialty: line(200).optional(),
	services: z.array(key).max(500).optional()
});

const room = z.strictObject({ key, clinic: key, name: line(200), kind: line(100) });

const hours = z
	.strictObject({
		practitioner: key.optional(),
		room: key.optional(),
		clinic: key,
		kind: z.enum(['work', 'break']).default('work'),
		weekday,
		from: timeOfDay,
		to: timeOfDay,
		validFrom: date.optional(),
		validTo: date.optional()
	})
	.refine((row) => row.practitioner === undefined || row.room === undefined, {
		message: 'must name a practitioner or a room, not both; neither means the clinic itself'
	})
	.refine((row) => row.from < row.to, { path: ['to'], message: 'must be later than "from"' })
	.refine((row) => !row.validFrom || !row.validTo || row.validFrom <= row.validTo, {
		path: ['validTo'],
		message: 'must not be before "validFrom"'
	});

const patient = z.strictObject({
	key,
	familyName: line(200),
	givenName: line(200),
	birthDate: birthDate.optional(),
	phone: line(40).optional(),
	email: emailSchema.optional(),
	established: z.boolean().optional()
});

const appointment = z.strictObject({
	key,
	clinic: key,
	practitioner: key,
	room: key,
	service: key,
	patient: key,
	start: localTime,
	durationMinutes: minutes(MIN_DURATION_MINUTES, MAX_DURATION_MINUTES).optional(),
	status: z.enum(APPOINTMENT_STATUSES).default('booked'),
	cancelReason: z.enum(CANCEL_REASONS).optional(),
	remark: z
		.string()
		.trim()
		.max(MAX_REMARK_LENGTH)
		.refine((text) => !CONTROL_BUT_BREAKS.test(text), 'contains characters that cannot be shown')
		.optional()
});

const user = z
	.strictObject({
		email: emailSchema,
		name: line(200),
		role: z.enum(BUILT_IN_ROLES).exclude(['patient', 'visitor']),
		clinics: z.array(key).max(500).optional(),
		practitioner: key.optional()
	})
	.refine((row) => !needsPractitioner(row) || row.practitioner !== undefined, {
		path: ['practitioner'],
		message: 'is missing: it says which doctor this is'
	});

export const ROW_SCHEMAS = {
	clinics: clinic,
	services: service,
	practitioners: practitioner,
	rooms: room,
	workingHours: hours,
	patients: patient,
	appointments: appointment,
	users: user
} as const satisfies Record<ImportKind, z.ZodType>;

/** A checked row of a kind. */
export type RowOf<Kind extends ImportKind> = z.output<(typeof ROW_SCHEMAS)[Kind]>;

/** The fields of a kind, as headers of a CSV file. */
export const FIELDS: Record<ImportKind, readonly string[]> = Object.fromEntries(
	Object.entries(ROW_SCHEMAS).map(([kind, schema]) => [kind, Object.keys(schema.shape)])
) as unknown as Record<ImportKind, readonly string[]>;
