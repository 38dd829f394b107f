/** Patients who wait for a time. */
import { sql } from 'drizzle-orm';
import {
	check,
	date,
	foreignKey,
	index,
	integer,
	pgTable,
	primaryKey,
	smallint,
	text,
	uniqueIndex,
	uuid
} from 'drizzle-orm/pg-core';
import { ENTRY_SOURCES, ENTRY_STATES, URGENCIES } from '../../domain/waitlist/entry.ts';
import { users } from './access.ts';
import { clinics, patients, practitioners } from './directory.ts';
import { instant } from './scheduling.ts';
import { services } from './services.ts';

export const waitlistEntries = pgTable(
	'waitlist_entries',
	{
		organizationId: uuid('organization_id').notNull(),
		id: uuid('id').notNull(),
		patientId: uuid('patient_id').notNull(),
		serviceId: uuid('service_id').notNull(),
		state: text('state', { enum: ENTRY_STATES }).notNull().default('waiting'),
		urgency: text('urgency', { enum: URGENCIES }).notNull(),
		/** Local dates at the clinic; both count. */
		firstDate: date('first_date').notNull(),
		lastDate: date('last_date').notNull(),
		/** Bits, Monday the lowest. */
		weekdays: smallint('weekdays').notNull(),
		/** Minutes after midnight at the clinic. */
		fromMinute: smallint('from_minute').notNull(),
		untilMinute: smallint('until_minute').notNull(),
		/** How long before a time the patient has to know of it. */
		noticeMinutes: integer('notice_minutes').notNull(),
		/** Sealed; `null`: none. */
		sealedNote: text('sealed_note'),
		source: text('source', { enum: ENTRY_SOURCES }).notNull(),
		madeBy: uuid('made_by').notNull(),
		/** What fairness counts from. */
		waitingSince: instant('waiting_since').notNull().defaultNow(),
		endedAt: instant('ended_at'),
		revision: integer('revision').notNull().default(1)
	},
	(table) => [
		primaryKey({ columns: [table.organizationId, table.id] }),
		foreignKey({
			columns: [table.organizationId, table.patientId],
			foreignColumns: [patients.organizationId, patients.id]
		}),
		foreignKey({
			columns: [table.organizationId, table.serviceId],
			foreignColumns: [services.organizationId, services.id]
		}),
		foreignKey({
			columns: [table.organizationId, table.madeBy],
			foreignColumns: [users.organizationId, users.id]
		}),
		check('waitlist_entries_dates', sql`${table.firstDate} <= ${table.lastDate}`),
		check('waitlist_entries_weekdays', sql`${table.weekdays} between 1 and 127`),
		check(
			'waitlist_entries_minutes',
			sql`${table.fromMinute} >= 0 and ${table.fromMinute} < ${table.untilMinute} and ${table.untilMinute} <= 1440`
		),
		check('waitlist_entries_notice', sql`${table.noticeMinutes} between 0 and 20160`),
		check('waitlist_entries_ended', sql`(${table.endedAt} is null) = (${table.state} = 'waiting')`),
		/** Nobody waits twice for one thing. */
		uniqueIndex('waitlist_entries_once')
			.on(table.organizationId, table.patientId, table.serviceId)
			.where(sql`${table.state} = 'waiting'`),
		index('waitlist_entries_patient').on(table.organizationId, table.patientId)
	]
);

/** Where an entry may be seen; no row: everywhere. */
export const waitlistClinics = pgTable(
	'waitlist_clinics',
	{
		organizationId: uuid('organization_id').notNull(),
		entryId: uuid('entry_id').notNull(),
		clinicId: uuid('clinic_id').notNull()
	},
	(table) => [
		primaryKey({ columns: [table.organizationId, table.entryId, table.clinicId] }),
		foreignKey({
			columns: [table.organizationId, table.entryId],
			foreignColumns: [waitlistEntries.organizationId, waitlistEntries.id]
		}),
		foreignKey({
			columns: [table.organizationId, table.clinicId],
			foreignColumns: [clinics.organizationId, clinics.id]
		})
	]
);

/** Whom an entry is for; no row: every doctor. */
export const waitlistPractitioners = pgTable(
	'waitlist_practitioners',
	{
		organizationId: uuid('organization_id').notNull(),
		entryId: uuid('entry_id').notNull(),
		practitionerId: uuid('practitioner_id').notNull()
	},
	(table) => [
		primaryKey({ columns: [table.organizationId, table.entryId, table.practitionerId] }),
		foreignKey({
			columns: [table.organizationId, table.entryId],
			foreignColumns: [waitlistEntries.organizationId, waitlistEntries.id]
		}),
		foreignKey({
			columns: [table.organizationId, table.practitionerId],
			foreignColumns: [practitioners.organizationId, practitioners.id]
		})
	]
);
