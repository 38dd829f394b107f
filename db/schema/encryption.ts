/** Keys that data is encrypted with at rest, and documents that were uploaded. */
import { sql } from 'drizzle-orm';
import {
	boolean,
	check,
	foreignKey,
	index,
	integer,
	pgTable,
	primaryKey,
	text,
	timestamp,
	uuid
} from 'drizzle-orm/pg-core';
import { users } from './access.ts';
import { organizations } from './directory.ts';
import { appointments } from './scheduling.ts';

const instant = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' });

/** An organization's data keys, wrapped by a key that the operator holds. The highest version is in force. */
export const dataKeys = pgTable(
	'data_keys',
	{
		organizationId: uuid('organization_id')
			.notNull()
			.references(() => organizations.id),
		version: integer('version').notNull(),
		/** Name of the operator's key that wraps it. */
		wrappedBy: text('wrapped_by').notNull(),
		/** The data key, encrypted (db/encryption/sealing.ts). */
		wrapped: text('wrapped').notNull(),
		createdAt: instant('created_at').notNull().defaultNow()
	},
	(table) => [
		primaryKey({ columns: [table.organizationId, table.version] }),
		check('data_keys_version', sql`${table.version} >= 1`)
	]
);

/** Papers that belong to a visit: referrals, results. What is in them lies encrypted in the file store. */
export const documents = pgTable(
	'documents',
	{
		organizationId: uuid('organization_id').notNull(),
		id: uuid('id').notNull(),
		appointmentId: uuid('appointment_id').notNull(),
		/** The file's name, encrypted: people write patients' names in it. */
		sealedName: text('sealed_name').notNull(),
		/** As its first bytes say. */
		mediaType: text('media_type').notNull(),
		/** Of the file as it was uploaded. */
		byteCount: integer('byte_count').notNull(),
		/** SHA-256 of the file as it was uploaded, hex. */
		contentHash: text('content_hash').notNull(),
		/** The data key's version that the stored bytes are encrypted with. */
		keyVersion: integer('key_version').notNull(),
		uploadedBy: uuid('uploaded_by').notNull(),
		uploadedAt: instant('uploaded_at').notNull().defaultNow(),
		/** Taken away: the bytes are gone, the row stays for the history. */
		removed: boolean('removed').notNull().default(false)
	},
	(table) => [
		primaryKey({ columns: [table.organizationId, table.id] }),
		foreignKey({
			columns: [table.organizationId, table.appointmentId],
			foreignColumns: [appointments.organizationId, appointments.id]
		}),
		foreignKey({
			columns: [table.organizationId, table.uploadedBy],
			foreignColumns: [users.organizationId, users.id]
		}),
		foreignKey({
			columns: [table.organizationId, table.keyVersion],
			foreignColumns: [dataKeys.organizationId, dataKeys.version]
		}),
		check('documents_size', sql`${table.byteCount} between 1 and 10485760`),
		index('documents_appointment').on(table.organizationId, table.appointmentId)
	]
);

/**
 * Files that are being put into the store or taken out of it. One that still stands here after an hour was left behind
 * by a process that died, and is deleted.
 */
export const unsettledFiles = pgTable(
	'unsettled_files',
	{
		organizationId: uuid('organization_id')
			.notNull()
			.references(() => organizations.id),
		/** What its key in the store is made from; there may be no such document. */
		documentId: uuid('document_id').notNull(),
		since: instant('since').notNull().defaultNow()
	},
	(table) => [primaryKey({ columns: [table.organizationId, table.documentId] })]
);
