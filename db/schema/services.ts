/** What is offered, by whom, and what it asks for. */
import { sql } from 'drizzle-orm';
import {
	boolean,
	check,
	foreignKey,
	integer,
	jsonb,
	pgTable,
	primaryKey,
	smallint,
	text,
	uniqueIndex,
	uuid
} from 'drizzle-orm/pg-core';
import type { ServiceTranslations } from '../../domain/site/translations.ts';
import { BOOKABLE_BY, PATIENT_GROUPS, SEXES } from '../../domain/scheduling/eligibility.ts';
import { organizationId, practitioners } from './directory.ts';

export const services = pgTable(
	'services',
	{
		organizationId: organizationId(),
		id: uuid('id').notNull(),
		name: text('name').notNull(),
		durationMinutes: smallint('duration_minutes').notNull(),
		/** How many patients come at the same time; more than one: a group session. */
		places: smallint('places').notNull().default(1),
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
		/** What it is, for patients. */
		description: text('description').notNull().default(''),
		/** What a patient should know and do before the visit. */
		preparation: text('preparation').notNull().default(''),
		/** Name, description and preparation in the languages beside the first. */
		translations: jsonb('translations').$type<ServiceTranslations>().notNull().default({}),
		/** Degrees, 0 to 359. */
		hue: smallint('hue').notNull(),
		importKey: text('import_key').notNull()
	},
	(table) => [
		primaryKey({ columns: [table.organizationId, table.id] }),
		check('services_duration', sql`${table.durationMinutes} between 5 and 720`),
		check('services_places', sql`${table.places} between 1 and 50`),
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
