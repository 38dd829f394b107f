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

/** Whatever can be claimed. Practitioners, rooms and patients share their id with their row here. */
export const resources = pgTable(
	'resources',
	{
		organizationId: organizationId(),
		id: uuid('id').notNull(),
		kind: text('kind', {
			enum: ['practitioner', 'room', 'equipment', 'staff', 'patient']
		}).notNull(),
		/** Counts changes to the working hours: a placement judged against older ones is judged again. */
		hoursRevision: integer('hours_revision').notNull().default(1)
	},
	(table) => [
		primaryKey({ columns: [table.organizationId, table.id] }),
		check(
			'resources_kind',
			sql`${table.kind} in ('practitioner', 'room', 'equipment', 'staff', 'patient')`
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

export const services = pgTable(
	'services',
	{
		organizationId: organizationId(),
		id: uuid('id').notNull(),
		name: text('name').notNull(),
		durationMinutes: smallint('duration_minutes').notNull(),
		bufferBeforeMinutes: smallint('buffer_before_minutes').notNull().default(0),
		bufferAfterMinutes: smallint('buffer_after_minutes').notNull().default(0),
		/** Kind of room needed; `null`: any. */
		roomKind: text('room_kind'),
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
		serviceId: uuid('service_id').notNull()
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
		endMinute: smallint('end_minute').notNull(),
		validFrom: date('valid_from'),
		validTo: date('valid_to')
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
			sql`0 <= ${table.startMinute} and ${table.startMinute} < ${table.endMinute} and ${table.endMinute} <= 1440`
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
