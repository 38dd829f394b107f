/**
 * What the waitlist is looked through by (migration 0032 keeps it): a row for each clinic and doctor that an entry
 * that still waits names, in the order in which a freed time asks for them.
 */
import { sql } from 'drizzle-orm';
import {
	date,
	foreignKey,
	integer,
	pgTable,
	primaryKey,
	smallint,
	uuid
} from 'drizzle-orm/pg-core';
import { clinics, practitioners } from './directory.ts';
import { instant } from './scheduling.ts';
import { services } from './services.ts';
import { waitlistEntries } from './waitlist.ts';

/** Stands for every clinic, or every doctor. */
export const ANY_PLACE = '00000000-0000-0000-0000-000000000000';

export const waitlistKeys = pgTable(
	'waitlist_keys',
	{
		organizationId: uuid('organization_id').notNull(),
		entryId: uuid('entry_id').notNull(),
		serviceId: uuid('service_id').notNull(),
		/** `null`: at every clinic. */
		clinicId: uuid('clinic_id'),
		/** `null`: every doctor. */
		practitionerId: uuid('practitioner_id'),
		/** The same, so that an index can look for whoever takes any. */
		clinicKey: uuid('clinic_key')
			.notNull()
			.generatedAlwaysAs(sql`coalesce(clinic_id, '00000000-0000-0000-0000-000000000000')`),
		practitionerKey: uuid('practitioner_key')
			.notNull()
			.generatedAlwaysAs(sql`coalesce(practitioner_id, '00000000-0000-0000-0000-000000000000')`),
		/** Its place in `URGENCIES`. */
		urgency: smallint('urgency').notNull(),
		/** `breadthOf` in domain/waitlist/streams.ts. */
		breadth: smallint('breadth').notNull(),
		/** In full milliseconds, as the rules count. */
		waitingSince: instant('waiting_since').notNull(),
		firstDate: date('first_date').notNull(),
		lastDate: date('last_date').notNull(),
		weekdays: smallint('weekdays').notNull(),
		fromMinute: smallint('from_minute').notNull(),
		untilMinute: smallint('until_minute').notNull(),
		noticeMinutes: integer('notice_minutes').notNull()
	},
	(table) => [
		primaryKey({
			columns: [table.organizationId, table.entryId, table.clinicKey, table.practitionerKey]
		}),
		foreignKey({
			columns: [table.organizationId, table.entryId],
			foreignColumns: [waitlistEntries.organizationId, waitlistEntries.id]
		}),
		foreignKey({
			columns: [table.organizationId, table.serviceId],
			foreignColumns: [services.organizationId, services.id]
		}),
		foreignKey({
			columns: [table.organizationId, table.clinicId],
			foreignColumns: [clinics.organizationId, clinics.id]
		}),
		foreignKey({
			columns: [table.organizationId, table.practitionerId],
			foreignColumns: [practitioners.organizationId, practitioners.id]
		})
		// The index `waitlist_keys_order` carries what is filtered by (INCLUDE), which drizzle has no words for.
	]
);
