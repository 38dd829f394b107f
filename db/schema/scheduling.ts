/** Appointments, blocks, what happened to them, and the verdicts on intents. */
import { sql } from 'drizzle-orm';
import {
	bigint,
	boolean,
	check,
	foreignKey,
	index,
	integer,
	jsonb,
	pgTable,
	primaryKey,
	smallint,
	text,
	timestamp,
	uniqueIndex,
	uuid
} from 'drizzle-orm/pg-core';
import {
	APPOINTMENT_SOURCES,
	APPOINTMENT_STATUSES,
	BLOCK_KINDS,
	CONFIRMERS
} from '../../domain/scheduling/appointment.ts';
import { CHANGED_KINDS } from '../../domain/board/feed.ts';
import type { Verdict } from '../../domain/scheduling/verdict.ts';
import { users } from './access.ts';
import { transactionId } from './audit.ts';
import { clinics, patients, practitioners, resources, rooms } from './directory.ts';
import { services } from './services.ts';

export const instant = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' });

export const appointments = pgTable(
	'appointments',
	{
		organizationId: uuid('organization_id').notNull(),
		id: uuid('id').notNull(),
		clinicId: uuid('clinic_id').notNull(),
		practitionerId: uuid('practitioner_id').notNull(),
		roomId: uuid('room_id').notNull(),
		serviceId: uuid('service_id').notNull(),
		patientId: uuid('patient_id').notNull(),
		startsAt: instant('starts_at').notNull(),
		endsAt: instant('ends_at').notNull(),
		status: text('status', { enum: APPOINTMENT_STATUSES }).notNull(),
		cancelReason: text('cancel_reason'),
		/** The patient's first visit with the organization, as known when it was booked. */
		newPatient: boolean('new_patient').notNull(),
		source: text('source', { enum: APPOINTMENT_SOURCES }).notNull(),
		remark: text('remark').notNull().default(''),
		/** Equipment and staff that go with the visit. */
		supportIds: uuid('support_ids').array().notNull().default([]),
		/** Why it may lie where the rules would not have it; `null`: it keeps to the rules. */
		overrideReason: text('override_reason'),
		/** Repeat visits that were booked together. */
		seriesId: uuid('series_id'),
		/** Somebody has seen the referral that the service asks for. */
		referralSeen: boolean('referral_seen').notNull().default(false),
		/** Who cancelled it. */
		cancelledBy: uuid('cancelled_by'),
		/** Which place of a group session it takes, from 1; `null`: it is no group session, or takes no time. */
		place: smallint('place'),
		/** Came without an appointment. */
		walkIn: boolean('walk_in').notNull().default(false),
		/** When the patient came, went in and was done; what delays are worked out from. */
		arrivedAt: instant('arrived_at'),
		wentInAt: instant('went_in_at'),
		doneAt: instant('done_at'),
		/** Counts every change. The three below are its value when place and time, status or remark last changed. */
		revision: integer('revision').notNull().default(1),
		placementRevision: integer('placement_revision').notNull().default(1),
		statusRevision: integer('status_revision').notNull().default(1),
		remarkRevision: integer('remark_revision').notNull().default(1),
		/** When somebody said that the patient will come, and who; `null`: nobody has, or not of the time that it has now. */
		confirmedAt: instant('confirmed_at'),
		confirmedBy: text('confirmed_by', { enum: CONFIRMERS }),
		/** The value of `revision` when it was last confirmed or its time changed. */
		confirmationRevision: integer('confirmation_revision').notNull().default(1),
		bookedAt: instant('booked_at').notNull(),
		/** Set on imported rows: makes a repeated import find them again. */
		importKey: text('import_key')
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
		foreignKey({
			columns: [table.organizationId, table.patientId],
			foreignColumns: [patients.organizationId, patients.id]
		}),
		foreignKey({
			columns: [table.organizationId, table.cancelledBy],
			foreignColumns: [users.organizationId, users.id]
		}),
		check('appointments_order', sql`${table.startsAt} < ${table.endsAt}`),
		check('appointments_length', sql`${table.endsAt} - ${table.startsAt} <= interval '12 hours'`),
		check(
			'appointments_confirmed',
			sql`(${table.confirmedAt} is null) = (${table.confirmedBy} is null)
				and ${table.confirmedBy} in ('patient', 'staff')`
		),
		check('appointments_place', sql`${table.place} between 1 and 50`),
		check(
			'appointments_status',
			sql`${table.status} in ('pending', 'booked', 'arrived', 'checked-in', 'fulfilled', 'noshow', 'needs-review',
				'cancelled')`
		),
		index('appointments_day').on(table.organizationId, table.clinicId, table.startsAt),
		index('appointments_series')
			.on(table.organizationId, table.seriesId)
			.where(sql`${table.seriesId} is not null`),
		index('appointments_patient').on(table.organizationId, table.patientId, table.startsAt),
		uniqueIndex('appointments_import_key')
			.on(table.organizationId, table.importKey)
			.where(sql`${table.importKey} is not null`)
	]
);

export const blocks = pgTable(
	'blocks',
	{
		organizationId: uuid('organization_id').notNull(),
		id: uuid('id').notNull(),
		clinicId: uuid('clinic_id').notNull(),
		resourceId: uuid('resource_id').notNull(),
		startsAt: instant('starts_at').notNull(),
		endsAt: instant('ends_at').notNull(),
		kind: text('kind', { enum: BLOCK_KINDS }).notNull(),
		revision: integer('revision').notNull().default(1),
		/** A removed block stays for the history and claims nothing. */
		removed: boolean('removed').notNull().default(false),
		/** Taken though visits lie in it, which stay booked; `claims` that they share with it are not exclusive. */
		overVisits: boolean('over_visits').notNull().default(false)
	},
	(table) => [
		primaryKey({ columns: [table.organizationId, table.id] }),
		foreignKey({
			columns: [table.organizationId, table.clinicId],
			foreignColumns: [clinics.organizationId, clinics.id]
		}),
		foreignKey({
			columns: [table.organizationId, table.resourceId],
			foreignColumns: [resources.organizationId, resources.id]
		}),
		check('blocks_order', sql`${table.startsAt} < ${table.endsAt}`),
		check(
			'blocks_kind',
			sql`${table.kind} in ('break', 'meeting', 'leave', 'emergency', 'maintenance')`
		),
		index('blocks_day').on(table.organizationId, table.clinicId, table.startsAt),
		index('blocks_over')
			.on(table.organizationId, table.resourceId, table.startsAt)
			.where(sql`${table.overVisits}`)
	]
);

/** The answer to each intent, kept so that one that is delivered twice is carried out once. */
export const verdicts = pgTable(
	'verdicts',
	{
		organizationId: uuid('organization_id').notNull(),
		userId: uuid('user_id').notNull(),
		/** The intent's id, or the Idempotency-Key of an HTTP request. */
		intentId: text('intent_id').notNull(),
		/** SHA-256 of the intent: the same id for something else is refused. */
		intentHash: text('intent_hash').notNull(),
		verdict: jsonb('verdict').$type<Verdict>().notNull(),
		madeAt: instant('made_at').notNull().defaultNow()
	},
	(table) => [
		primaryKey({
			columns: [table.organizationId, table.userId, table.intentId]
		}),
		foreignKey({
			columns: [table.organizationId, table.userId],
			foreignColumns: [users.organizationId, users.id]
		})
	]
);

/** Append-only: one row per committed change. Audit trail, history of each appointment, the projector's feed. */
export const events = pgTable(
	'events',
	{
		organizationId: uuid('organization_id').notNull(),
		id: bigint('id', { mode: 'number' }).generatedAlwaysAsIdentity().primaryKey(),
		at: instant('at').notNull().defaultNow(),
		/** `null` for jobs and imports. */
		actorUserId: uuid('actor_user_id'),
		/** The intent or request that caused it. */
		requestId: text('request_id').notNull(),
		subjectKind: text('subject_kind', {
			enum: CHANGED_KINDS
		}).notNull(),
		subjectId: uuid('subject_id').notNull(),
		/** The kind of intent that was carried out: `book`, `move`, … */
		kind: text('kind').notNull(),
		clinicId: uuid('clinic_id').notNull(),
		/** Boards that show the change or showed it before: clinic and local date. */
		boards: jsonb('boards').$type<[clinicId: string, date: string][]>().notNull().default([]),
		/** The changed fields before and after; `before` is `null` for something new. */
		before: jsonb('before').$type<Record<string, unknown>>(),
		after: jsonb('after').$type<Record<string, unknown>>().notNull(),
		/** Where it came from; `null`: not known, or nobody's. Set for each transaction by whoever acts. */
		address: text('address').default(sql`nullif(current_setting('dayboard.address', true), '')`),
		/** The transaction that wrote it: the audit seals rows in this order (domain/access/commands/seal-audit.ts). */
		transactionId: transactionId()
	},
	(table) => [
		foreignKey({
			columns: [table.organizationId, table.actorUserId],
			foreignColumns: [users.organizationId, users.id]
		}),
		index('events_subject').on(table.organizationId, table.subjectId, table.id),
		index('events_across_days')
			.on(table.organizationId, table.clinicId, table.at)
			.where(sql`jsonb_array_length(${table.boards}) > 1`),
		index('events_to_seal').on(table.organizationId, table.transactionId, table.id)
	]
);
