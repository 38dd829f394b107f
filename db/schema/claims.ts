/** What is taken of whom and when, and times that are kept for somebody. */
import { sql } from 'drizzle-orm';
import {
	bigint,
	boolean,
	check,
	customType,
	foreignKey,
	index,
	pgTable,
	primaryKey,
	smallint,
	text,
	uuid
} from 'drizzle-orm/pg-core';
import { clinics, practitioners, resources, rooms } from './directory.ts';
import { appointments, blocks, instant } from './scheduling.ts';
import { services } from './services.ts';

/** PostgreSQL's range of instants, in its text form: `["2026-…","2026-…")`. */
const tstzrange = customType<{ data: string }>({ dataType: () => 'tstzrange' });

/** A time kept for somebody for minutes. It ends by itself: whoever meets an expired one takes it away. */
export const holds = pgTable(
	'holds',
	{
		organizationId: uuid('organization_id').notNull(),
		id: uuid('id').notNull(),
		/** Whom it is kept for: a member of staff, or a visitor of the booking site. */
		owner: text('owner').notNull(),
		clinicId: uuid('clinic_id').notNull(),
		practitionerId: uuid('practitioner_id').notNull(),
		roomId: uuid('room_id').notNull(),
		serviceId: uuid('service_id').notNull(),
		startsAt: instant('starts_at').notNull(),
		endsAt: instant('ends_at').notNull(),
		expiresAt: instant('expires_at').notNull()
	},
	(table) => [
		primaryKey({ columns: [table.organizationId, table.id] }),
		foreignKey({
			columns: [table.organizationId, table.clinicId],
			foreignColumns: [clinics.organizationId, clinics.id]
		}),
		foreignKey({
			columns: [table.organizationId, table.practitionerId],
			foreignColumns: [practitioners.organizationId, practitioners.id]
		}),
		foreignKey({
			columns: [table.organizationId, table.roomId],
			foreignColumns: [rooms.organizationId, rooms.id]
		}),
		foreignKey({
			columns: [table.organizationId, table.serviceId],
			foreignColumns: [services.organizationId, services.id]
		}),
		check('holds_order', sql`${table.startsAt} < ${table.endsAt}`),
		check('holds_owner', sql`length(${table.owner}) between 1 and 100`),
		index('holds_owner_index').on(table.organizationId, table.owner)
	]
);

/**
 * One resource taken for one busy interval, buffers included. The exclusion constraint `claims_no_overlap`
 * (migration 0002) is what makes a double booking impossible.
 */
export const claims = pgTable(
	'claims',
	{
		organizationId: uuid('organization_id').notNull(),
		id: bigint('id', { mode: 'number' }).generatedAlwaysAsIdentity(),
		resourceId: uuid('resource_id').notNull(),
		busy: tstzrange('busy').notNull(),
		/**
		 * The range's bounds for look-ups: under row-level security `&&` cannot use an index, because PostgreSQL does
		 * not hold it to be leakproof; comparisons of instants can.
		 */
		startsAt: instant('starts_at')
			.notNull()
			.generatedAlwaysAs(sql`lower(busy)`),
		endsAt: instant('ends_at')
			.notNull()
			.generatedAlwaysAs(sql`upper(busy)`),
		appointmentId: uuid('appointment_id'),
		blockId: uuid('block_id'),
		holdId: uuid('hold_id'),
		/** A hold's claim takes nothing from here on. */
		expiresAt: instant('expires_at'),
		/**
		 * The group session that it is part of (`session_key` of migration 0010): claims of one session do not exclude
		 * each other, and each takes another place in it (constraint `claims_one_a_place`).
		 */
		sessionKey: bigint('session_key', { mode: 'bigint' }),
		place: smallint('place'),
		/** `false` only for an authorised override, a visit's or a block's over visits: such a claim may overlap. */
		exclusive: boolean('exclusive').notNull().default(true)
	},
	(table) => [
		primaryKey({ columns: [table.resourceId, table.startsAt, table.id] }),
		foreignKey({
			columns: [table.organizationId, table.resourceId],
			foreignColumns: [resources.organizationId, resources.id]
		}),
		foreignKey({
			columns: [table.organizationId, table.appointmentId],
			foreignColumns: [appointments.organizationId, appointments.id]
		}),
		foreignKey({
			columns: [table.organizationId, table.blockId],
			foreignColumns: [blocks.organizationId, blocks.id]
		}),
		foreignKey({
			columns: [table.organizationId, table.holdId],
			foreignColumns: [holds.organizationId, holds.id]
		}).onDelete('cascade'),
		check(
			'claims_owner',
			sql`num_nonnulls(${table.appointmentId}, ${table.blockId}, ${table.holdId}) = 1`
		),
		check('claims_expiry', sql`(${table.holdId} is null) = (${table.expiresAt} is null)`),
		check('claims_session', sql`(${table.sessionKey} is null) = (${table.place} is null)`),
		check('claims_session_key', sql`${table.sessionKey} < 0`),
		check('claims_place', sql`${table.place} between 1 and 50`),
		check(
			'claims_length',
			sql`upper(${table.busy}) > lower(${table.busy}) and upper(${table.busy}) - lower(${table.busy}) <= interval '14 hours'`
		),
		index('claims_appointment').on(table.appointmentId),
		index('claims_block')
			.on(table.blockId)
			.where(sql`${table.blockId} is not null`),
		index('claims_session')
			.on(table.resourceId, table.startsAt)
			.where(sql`${table.place} is not null`),
		index('claims_hold')
			.on(table.holdId)
			.where(sql`${table.holdId} is not null`)
	]
);
