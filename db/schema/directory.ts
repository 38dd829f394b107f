/** Organizations, clinics, everything that can be claimed, services and patients. */
import { sql } from 'drizzle-orm';
import {
	boolean,
	check,
	date,
	doublePrecision,
	foreignKey,
	index,
	integer,
	jsonb,
	pgTable,
	primaryKey,
	smallint,
	text,
	uniqueIndex,
	uuid
} from 'drizzle-orm/pg-core';
import { EXCEPTION_KINDS, EXCEPTION_REASONS } from '../../domain/availability/exceptions.ts';
import { RESOURCE_KINDS } from '../../domain/availability/resource-kinds.ts';
import { BOOKABLE_BY, PATIENT_GROUPS, SEXES } from '../../domain/scheduling/eligibility.ts';
import type { AppointmentStatus } from '../../domain/scheduling/appointment.ts';

/** Settings that an organization chooses for itself. */
export interface OrganizationSettings {
	/** What its people call each status; a status without an entry keeps the product's word. */
	statusLabels?: Partial<Record<AppointmentStatus, string>>;
}

export const organizations = pgTable('organizations', {
	id: uuid('id').primaryKey(),
	name: text('name').notNull(),
	/** Names the organization in an import file. */
	importKey: text('import_key').notNull().unique(),
	settings: jsonb('settings').$type<OrganizationSettings>().notNull().default({})
});

/**
 * Every other table carries this column in its keys, so that a foreign key cannot leave the organization. Only the
 * tables that nothing else ties to an organization refer to it directly.
 */
const organizationId = () =>
	uuid('organization_id')
		.notNull()
		.references(() => organizations.id);

export const clinics = pgTable(
	'clinics',
	{
		organizationId: organizationId(),
		id: uuid('id').notNull(),
		name: text('name').notNull(),
		/** IANA zone: all local rules of this clinic are worked out in it. */
		zone: text('zone').notNull(),
		address: text('address').notNull().default(''),
		phone: text('phone').notNull().default(''),
		latitude: doublePrecision('latitude'),
		longitude: doublePrecision('longitude'),
		importKey: text('import_key').notNull()
	},
	(table) => [
		primaryKey({ columns: [table.organizationId, table.id] }),
		uniqueIndex('clinics_import_key').on(table.organizationId, table.importKey)
	]
);

/**
 * Whatever can be claimed or has hours of its own. Clinics, practitioners, rooms, equipment, staff and patients share
 * their id with their row here.
 */
export const resources = pgTable(
	'resources',
	{
		organizationId: organizationId(),
		id: uuid('id').notNull(),
		kind: text('kind', {
			enum: RESOURCE_KINDS
		}).notNull(),
		/** Counts changes to the working hours: a placement judged against older ones is judged again. */
		hoursRevision: integer('hours_revision').notNull().default(1)
	},
	(table) => [
		primaryKey({ columns: [table.organizationId, table.id] }),
		check(
			'resources_kind',
			sql`${table.kind} in ('clinic', 'practitioner', 'room', 'equipment', 'staff', 'patient')`
		)
	]
);

export const practitioners = pgTable(
	'practitioners',
	{
		organizationId: uuid('organization_id').notNull(),
		id: uuid('id').notNull(),
		name: text('name').notNull(),
		specialty: text('specialty').notNull().default(''),
		/** How many visits a day may be booked over others or outside hours by override. */
		overridesADay: smallint('overrides_a_day').notNull().default(3),
		importKey: text('import_key').notNull()
	},
	(table) => [
		primaryKey({ columns: [table.organizationId, table.id] }),
		foreignKey({
			columns: [table.organizationId, table.id],
			foreignColumns: [resources.organizationId, resources.id]
		}),
		uniqueIndex('practitioners_import_key').on(table.organizationId, table.importKey)
	]
);

export const rooms = pgTable(
	'rooms',
	{
		organizationId: uuid('organization_id').notNull(),
		id: uuid('id').notNull(),
		clinicId: uuid('clinic_id').notNull(),
		name: text('name').notNull(),
		/** What the room is equipped for; a service may need one kind. */
		kind: text('kind').notNull(),
		/** Not offered any more; it stays for the history. */
		removed: boolean('removed').notNull().default(false),
		importKey: text('import_key').notNull()
	},
	(table) => [
		primaryKey({ columns: [table.organizationId, table.id] }),
		foreignKey({
			columns: [table.organizationId, table.id],
			foreignColumns: [resources.organizationId, resources.id]
		}),
		foreignKey({
			columns: [table.organizationId, table.clinicId],
			foreignColumns: [clinics.organizationId, clinics.id]
		}),
		index('rooms_clinic').on(table.organizationId, table.clinicId),
		uniqueIndex('rooms_import_key').on(table.organizationId, table.importKey)
	]
);

/** Devices that one visit at a time can use. */
export const equipment = pgTable(
	'equipment',
	{
		organizationId: uuid('organization_id').notNull(),
		id: uuid('id').notNull(),
		clinicId: uuid('clinic_id').notNull(),
		name: text('name').notNull(),
		/** What it is; a service may need one of a kind. */
		kind: text('kind').notNull(),
		/** Not offered any more; it stays for the history. */
		removed: boolean('removed').notNull().default(false),
		importKey: text('import_key').notNull()
	},
	(table) => [
		primaryKey({ columns: [table.organizationId, table.id] }),
		foreignKey({
			columns: [table.organizationId, table.id],
			foreignColumns: [resources.organizationId, resources.id]
		}),
		foreignKey({
			columns: [table.organizationId, table.clinicId],
			foreignColumns: [clinics.organizationId, clinics.id]
		}),
		index('equipment_clinic').on(table.organizationId, table.clinicId),
		uniqueIndex('equipment_import_key').on(table.organizationId, table.importKey)
	]
);

/** People beside the practitioner that a visit may need: nurses, assistants, interpreters. */
export const staffMembers = pgTable(
	'staff_members',
	{
		organizationId: uuid('organization_id').notNull(),
		id: uuid('id').notNull(),
		name: text('name').notNull(),
		/** What they do; a service may need one of a kind. */
		kind: text('kind').notNull(),
		/** Not offered any more; it stays for the history. */
		removed: boolean('removed').notNull().default(false),
		importKey: text('import_key').notNull()
	},
	(table) => [
		primaryKey({ columns: [table.organizationId, table.id] }),
		foreignKey({
			columns: [table.organizationId, table.id],
			foreignColumns: [resources.organizationId, resources.id]
		}),
		uniqueIndex('staff_members_import_key').on(table.organizationId, table.importKey)
	]
);

export const services = pgTable(
	'services',
	{
		organizationId: organizationId(),
		id: uuid('id').notNull(),
		name: text('name').notNull(),
		durationMinutes: smallint('duration_minutes').notNull(),
		bufferBeforeMinutes: smallint('buffer_before_minutes').notNull().default(0),
		bufferAfterMinutes: smallint('buffer_after_minutes').notNull().default(0),
		/** Before and after the visit in which the room is taken; the two above are the practitioner's. */
		roomBufferBeforeMinutes: smallint('room_buffer_before_minutes').notNull().default(0),
		roomBufferAfterMinutes: smallint('room_buffer_after_minutes').notNull().default(0),
		/** Kind of room needed; `null`: any. */
		roomKind: text('room_kind'),
		/** One of each kind of equipment and staff is needed; a kind named twice: two of it. */
		equipmentKinds: text('equipment_kinds').array().notNull().default([]),
		staffKinds: text('staff_kinds').array().notNull().default([]),
		/** Who it is for: age in whole years at the visit, both inclusive. */
		minAgeYears: smallint('min_age_years'),
		maxAgeYears: smallint('max_age_years'),
		sex: text('sex', { enum: SEXES }),
		patients: text('patients', { enum: PATIENT_GROUPS }).notNull().default('all'),
		referralNeeded: boolean('referral_needed').notNull().default(false),
		/** Who may book it; `staff`: it is not offered to the public. */
		bookableBy: text('bookable_by', { enum: BOOKABLE_BY }).notNull().default('public'),
		/** How far ahead, and until how long before, patients book by themselves; until when they cancel. */
		bookAheadDays: smallint('book_ahead_days').notNull().default(180),
		bookNoticeMinutes: integer('book_notice_minutes').notNull().default(60),
		cancelNoticeMinutes: integer('cancel_notice_minutes').notNull().default(1440),
		/** In the smallest unit of the organization's currency; `null`: not told. */
		priceMinor: integer('price_minor'),
		/** What a patient should know and do before the visit. */
		preparation: text('preparation').notNull().default(''),
		/** Degrees, 0 to 359. */
		hue: smallint('hue').notNull(),
		importKey: text('import_key').notNull()
	},
	(table) => [
		primaryKey({ columns: [table.organizationId, table.id] }),
		check('services_duration', sql`${table.durationMinutes} between 5 and 720`),
		check(
			'services_buffers',
			sql`${table.bufferBeforeMinutes} between 0 and 60 and ${table.bufferAfterMinutes} between 0 and 60`
		),
		check(
			'services_room_buffers',
			sql`${table.roomBufferBeforeMinutes} between 0 and 60 and ${table.roomBufferAfterMinutes} between 0 and 60`
		),
		check('services_ages', sql`${table.minAgeYears} >= 0 and ${table.maxAgeYears} <= 130`),
		check('services_sex', sql`${table.sex} in ('female', 'male')`),
		check('services_patients', sql`${table.patients} in ('all', 'new', 'established')`),
		check('services_bookable_by', sql`${table.bookableBy} in ('public', 'staff')`),
		check(
			'services_windows',
			sql`${table.bookAheadDays} between 1 and 730 and ${table.bookNoticeMinutes} between 0 and 43200
				and ${table.cancelNoticeMinutes} between 0 and 43200`
		),
		check('services_price', sql`${table.priceMinor} >= 0`),
		check('services_hue', sql`${table.hue} between 0 and 359`),
		uniqueIndex('services_import_key').on(table.organizationId, table.importKey)
	]
);

/** Which practitioner offers which service. */
export const practitionerServices = pgTable(
	'practitioner_services',
	{
		organizationId: uuid('organization_id').notNull(),
		practitionerId: uuid('practitioner_id').notNull(),
		serviceId: uuid('service_id').notNull(),
		/** `null`: as long as the service says. */
		durationMinutes: smallint('duration_minutes')
	},
	(table) => [
		primaryKey({
			columns: [table.organizationId, table.practitionerId, table.serviceId]
		}),
		foreignKey({
			columns: [table.organizationId, table.practitionerId],
			foreignColumns: [practitioners.organizationId, practitioners.id]
		}),
		foreignKey({
			columns: [table.organizationId, table.serviceId],
			foreignColumns: [services.organizationId, services.id]
		})
	]
);

/** Weekly rules in the clinic's local time. */
export const workingHours = pgTable(
	'working_hours',
	{
		organizationId: uuid('organization_id').notNull(),
		id: uuid('id').notNull(),
		resourceId: uuid('resource_id').notNull(),
		clinicId: uuid('clinic_id').notNull(),
		kind: text('kind', { enum: ['work', 'break'] }).notNull(),
		/** ISO: Monday 1 to Sunday 7. */
		weekday: smallint('weekday').notNull(),
		/** Minutes after local midnight. */
		startMinute: smallint('start_minute').notNull(),
		/** Over 1440: until that time on the next day. */
		endMinute: smallint('end_minute').notNull(),
		validFrom: date('valid_from'),
		validTo: date('valid_to'),
		/** 1: every week; else only in weeks that lie a multiple of so many from the one that holds `weekOf`. */
		everyWeeks: smallint('every_weeks').notNull().default(1),
		weekOf: date('week_of')
	},
	(table) => [
		primaryKey({ columns: [table.organizationId, table.id] }),
		foreignKey({
			columns: [table.organizationId, table.resourceId],
			foreignColumns: [resources.organizationId, resources.id]
		}),
		foreignKey({
			columns: [table.organizationId, table.clinicId],
			foreignColumns: [clinics.organizationId, clinics.id]
		}),
		index('working_hours_resource').on(table.organizationId, table.resourceId),
		index('working_hours_clinic').on(table.organizationId, table.clinicId, table.weekday),
		check('working_hours_kind', sql`${table.kind} in ('work', 'break')`),
		check('working_hours_weekday', sql`${table.weekday} between 1 and 7`),
		check(
			'working_hours_minutes',
			sql`${table.startMinute} between 0 and 1439 and ${table.startMinute} < ${table.endMinute}
				and ${table.endMinute} <= ${table.startMinute} + 1440`
		),
		check(
			'working_hours_weeks',
			sql`${table.everyWeeks} between 1 and 8 and (${table.everyWeeks} = 1 or ${table.weekOf} is not null)`
		)
	]
);

/** Days that are not as the weekly rules say: holidays, leave, closures, extra sessions. Local wall-clock time. */
export const hoursExceptions = pgTable(
	'hours_exceptions',
	{
		organizationId: uuid('organization_id').notNull(),
		id: uuid('id').notNull(),
		resourceId: uuid('resource_id').notNull(),
		clinicId: uuid('clinic_id').notNull(),
		kind: text('kind', { enum: EXCEPTION_KINDS }).notNull(),
		reason: text('reason', { enum: EXCEPTION_REASONS }).notNull(),
		/** First and last local date, both inclusive. */
		firstDate: date('first_date').notNull(),
		lastDate: date('last_date').notNull(),
		/** Minutes after midnight on each of the days; 0 and 1440: the whole day. */
		startMinute: smallint('start_minute').notNull(),
		endMinute: smallint('end_minute').notNull(),
		note: text('note').notNull().default('')
	},
	(table) => [
		primaryKey({ columns: [table.organizationId, table.id] }),
		foreignKey({
			columns: [table.organizationId, table.resourceId],
			foreignColumns: [resources.organizationId, resources.id]
		}),
		foreignKey({
			columns: [table.organizationId, table.clinicId],
			foreignColumns: [clinics.organizationId, clinics.id]
		}),
		index('hours_exceptions_resource').on(table.organizationId, table.resourceId, table.lastDate),
		index('hours_exceptions_clinic').on(table.organizationId, table.clinicId, table.lastDate),
		check('hours_exceptions_kind', sql`${table.kind} in ('closed', 'extra')`),
		check(
			'hours_exceptions_reason',
			sql`${table.reason} in ('public-holiday', 'leave', 'training', 'closure', 'session', 'other')`
		),
		check(
			'hours_exceptions_dates',
			sql`${table.firstDate} <= ${table.lastDate} and ${table.lastDate} <= ${table.firstDate} + 366`
		),
		check(
			'hours_exceptions_minutes',
			sql`${table.startMinute} between 0 and 1439 and ${table.startMinute} < ${table.endMinute}
				and ${table.endMinute} <= ${table.startMinute} + 1440`
		)
	]
);

export const patients = pgTable(
	'patients',
	{
		organizationId: uuid('organization_id').notNull(),
		id: uuid('id').notNull(),
		familyName: text('family_name').notNull(),
		givenName: text('given_name').notNull(),
		birthDate: date('birth_date'),
		phone: text('phone'),
		email: text('email'),
		sex: text('sex', { enum: SEXES }),
		/** Has had a visit here before: shown apart from new patients on the board. */
		established: boolean('established').notNull().default(false),
		/** What the search looks through: `searchTextOf` in domain/directory/patient-search.ts. */
		searchText: text('search_text').notNull(),
		importKey: text('import_key').notNull()
	},
	(table) => [
		primaryKey({ columns: [table.organizationId, table.id] }),
		foreignKey({
			columns: [table.organizationId, table.id],
			foreignColumns: [resources.organizationId, resources.id]
		}),
		uniqueIndex('patients_import_key').on(table.organizationId, table.importKey)
	]
);
