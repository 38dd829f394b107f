/** Who did, saw or tried what; and the chain that shows whether a row was changed or taken away afterwards. */
import { sql } from 'drizzle-orm';
import {
	bigint,
	check,
	customType,
	foreignKey,
	index,
	jsonb,
	pgTable,
	primaryKey,
	text,
	timestamp,
	unique,
	uuid
} from 'drizzle-orm/pg-core';
import type { AuditDetail } from '../../domain/access/audit-entry.ts';
import { AUDIT_KINDS } from '../../domain/access/audit-entry.ts';
import { users } from './access.ts';
import { organizations } from './directory.ts';

const xid8 = customType<{ data: string }>({ dataType: () => 'xid8' });

/** The transaction that writes a row. Rows of transactions that are over can be put in one order for good. */
export const transactionId = () =>
	xid8('transaction_id')
		.notNull()
		.default(sql`pg_current_xact_id()`);

/**
 * Append-only: what is no change to a schedule (those are `events`): looks at patients' records, refused attempts,
 * signing in, and changes to accounts, hours and settings. Never a patient's name.
 */
export const auditEntries = pgTable(
	'audit_entries',
	{
		organizationId: uuid('organization_id')
			.notNull()
			.references(() => organizations.id),
		id: bigint('id', { mode: 'number' }).generatedAlwaysAsIdentity().primaryKey(),
		at: timestamp('at', { withTimezone: true, mode: 'date' }).notNull().defaultNow(),
		/** `null`: nobody who is signed in, a job, or the operator. */
		actorUserId: uuid('actor_user_id'),
		/** Hash of the session or token it came by. */
		sessionId: text('session_id'),
		/** Network address. */
		address: text('address'),
		requestId: text('request_id'),
		kind: text('kind', { enum: AUDIT_KINDS }).notNull(),
		/** What kind of thing `subject_id` is: a table's name in the singular. */
		subjectKind: text('subject_kind'),
		subjectId: text('subject_id'),
		clinicId: uuid('clinic_id'),
		/** Codes, ids and numbers. */
		detail: jsonb('detail').$type<AuditDetail>().notNull().default({}),
		transactionId: transactionId()
	},
	(table) => [
		foreignKey({
			columns: [table.organizationId, table.actorUserId],
			foreignColumns: [users.organizationId, users.id]
		}),
		index('audit_entries_time').on(table.organizationId, table.at),
		index('audit_entries_subject').on(table.organizationId, table.subjectId),
		index('audit_entries_to_seal').on(table.organizationId, table.transactionId, table.id)
	]
);

/** Append-only: every row of `events` and `audit_entries`, in one order, each bound to the one before it. */
export const auditChain = pgTable(
	'audit_chain',
	{
		organizationId: uuid('organization_id')
			.notNull()
			.references(() => organizations.id),
		/** From 1, without gaps. */
		position: bigint('position', { mode: 'number' }).notNull(),
		/** Which table the row is in. */
		source: text('source', { enum: ['events', 'audit_entries'] }).notNull(),
		rowId: bigint('row_id', { mode: 'number' }).notNull(),
		/** The row's own, to go on from. */
		transactionId: xid8('transaction_id').notNull(),
		/** SHA-256 of the row as it was sealed, hex. */
		rowHash: text('row_hash').notNull(),
		/** SHA-256 of the link before and this row's hash, hex. */
		link: text('link').notNull(),
		sealedAt: timestamp('sealed_at', { withTimezone: true, mode: 'date' }).notNull().defaultNow()
	},
	(table) => [
		primaryKey({ columns: [table.organizationId, table.position] }),
		unique('audit_chain_row').on(table.organizationId, table.source, table.rowId),
		check('audit_chain_source', sql`${table.source} in ('events', 'audit_entries')`)
	]
);
