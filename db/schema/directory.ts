/** Organizations, clinics, everything that can be claimed, and patients. */
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
import { RESOURCE_KINDS } from '../../domain/availability/resource-kinds.ts';
import { CONTACT_CHANNELS } from '../../domain/messaging/message.ts';
import { SEXES } from '../../domain/scheduling/eligibility.ts';
import { SITE_LANGUAGES } from '../../domain/site/site.ts';
import type { WaitlistSettings } from '../../domain/waitlist/settings.ts';
import type { Translations } from '../../domain/site/translations.ts';
import type { AppointmentStatus } from '../../domain/scheduling/appointment.ts';

/** Settings that an organization chooses for itself. */
export interface OrganizationSettings {
	/** What its people call each status; a status without an entry keeps the product's word. */
	statusLabels?: Partial<Record<AppointmentStatus, string>>;
	/** How long people stay signed in, and on how many devices; the defaults are in `session_setting` (migration 0012). */
	sessions?: { idleMinutes?: number; maxHours?: number; devices?: number };
	/** Whether a password alone is enough. */
	secondFactor?: 'optional' | 'required';
	/** How long a device may show boards that it kept; the default is `OFFLINE_HOURS`. */
	offline?: { hours?: number };
	/** How long after a change patients are told of it; the default is `GRACE_MINUTES`. */
	messages?: { graceMinutes?: number };
	/** How times are offered to those who wait; the defaults are `WAITLIST_DEFAULTS`. */
	waitlist?: Partial<WaitlistSettings>;
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
export const organizationId = () =>
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
		/** Languages of the consultation: codes of ISO 639. */
		languages: text('languages').array().notNull().default([]),
		/** What patients read of this doctor. */
		about: text('about').notNull().default(''),
		/** The same in the languages beside the first. */
		translations: jsonb('translations').$type<Translations<'about'>>().notNull().default({}),
		/** Whether the public site shows this doctor. */
		listed: boolean('listed').notNull().default(true),
		/** What patients' searches look through (`fold_text`, migration 0021). */
		searchText: text('search_text')
			.notNull()
			.generatedAlwaysAs(sql`fold_text(name || ' ' || specialty)`),
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
		/** How the patient wants to be reached; `null`: has not said. */
		contactChannel: text('contact_channel', { enum: CONTACT_CHANNELS }),
		/** What messages are written in; `null`: has not said. */
		language: text('language', { enum: SITE_LANGUAGES }),
		/** Nobody is written to any more. */
		deceased: boolean('deceased').notNull().default(false),
		/** Staff said that nothing is to be sent. */
		messagesBlocked: boolean('messages_blocked').notNull().default(false),
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
		uniqueIndex('patients_import_key').on(table.organizationId, table.importKey),
		index('patients_birth_date').on(table.organizationId, table.birthDate)
	]
);
