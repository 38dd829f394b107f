/** Times that became free, who was considered for them, and whom they were offered to: kept, for fairness. */
import { sql } from 'drizzle-orm';
import {
	check,
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
import { ANSWER_WAYS, OFFER_STATES, OFFER_WAYS } from '../../domain/waitlist/offer.ts';
import { OPENING_CAUSES, OPENING_STATES } from '../../domain/waitlist/opening.ts';
import type { Score } from '../../domain/waitlist/score.ts';
import { users } from './access.ts';
import { clinics, patients, practitioners, rooms } from './directory.ts';
import { instant } from './scheduling.ts';
import { services } from './services.ts';
import { waitlistEntries } from './waitlist.ts';

export const waitlistOpenings = pgTable(
	'waitlist_openings',
	{
		organizationId: uuid('organization_id').notNull(),
		id: uuid('id').notNull(),
		clinicId: uuid('clinic_id').notNull(),
		/** `null`: a room's time alone. */
		practitionerId: uuid('practitioner_id'),
		/** `null`: no room was free with it. */
		roomId: uuid('room_id'),
		startsAt: instant('starts_at').notNull(),
		endsAt: instant('ends_at').notNull(),
		cause: text('cause', { enum: OPENING_CAUSES }).notNull(),
		state: text('state', { enum: OPENING_STATES }).notNull().default('open'),
		round: smallint('round').notNull().default(0),
		madeAt: instant('made_at').notNull().defaultNow(),
		/** When it is looked at again; `null`: not any more. */
		nextAt: instant('next_at').defaultNow(),
		endedAt: instant('ended_at')
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
		check('waitlist_openings_order', sql`${table.startsAt} < ${table.endsAt}`),
		check(
			'waitlist_openings_whose',
			sql`${table.practitionerId} is not null or ${table.roomId} is not null`
		),
		check(
			'waitlist_openings_ended',
			sql`(${table.endedAt} is null) = (${table.state} in ('open', 'offered'))`
		),
		index('waitlist_openings_next')
			.on(table.organizationId, table.nextAt)
			.where(sql`${table.nextAt} is not null`),
		index('waitlist_openings_made').on(table.organizationId, table.madeAt)
	]
);

/** Who was considered for an opening in a round, the best first. */
export const waitlistMatches = pgTable(
	'waitlist_matches',
	{
		organizationId: uuid('organization_id').notNull(),
		openingId: uuid('opening_id').notNull(),
		round: smallint('round').notNull(),
		/** From 1. */
		rank: smallint('rank').notNull(),
		entryId: uuid('entry_id').notNull(),
		total: doublePrecision('total').notNull(),
		parts: jsonb('parts').$type<Score['parts']>().notNull()
	},
	(table) => [
		primaryKey({ columns: [table.organizationId, table.openingId, table.round, table.rank] }),
		foreignKey({
			columns: [table.organizationId, table.openingId],
			foreignColumns: [waitlistOpenings.organizationId, waitlistOpenings.id]
		}),
		foreignKey({
			columns: [table.organizationId, table.entryId],
			foreignColumns: [waitlistEntries.organizationId, waitlistEntries.id]
		})
	]
);

export const waitlistOffers = pgTable(
	'waitlist_offers',
	{
		organizationId: uuid('organization_id').notNull(),
		/** Also the id of the visit that it becomes: it can become one only. */
		id: uuid('id').notNull(),
		/** `null`: booked directly, into time that nobody had given back. */
		openingId: uuid('opening_id'),
		entryId: uuid('entry_id').notNull(),
		patientId: uuid('patient_id').notNull(),
		round: smallint('round').notNull().default(0),
		state: text('state', { enum: OFFER_STATES }).notNull(),
		way: text('way', { enum: OFFER_WAYS }).notNull(),
		/** The time's hold, one for all offers of a round (`offerHoldOwner`); `null`: booked directly. */
		holdId: uuid('hold_id'),
		clinicId: uuid('clinic_id').notNull(),
		practitionerId: uuid('practitioner_id').notNull(),
		roomId: uuid('room_id').notNull(),
		serviceId: uuid('service_id').notNull(),
		startsAt: instant('starts_at').notNull(),
		durationMinutes: integer('duration_minutes').notNull(),
		/** Why this patient. */
		total: doublePrecision('total'),
		parts: jsonb('parts').$type<Score['parts']>(),
		madeAt: instant('made_at').notNull().defaultNow(),
		/** Until when an answer counts; of a proposed one, until when reception decides. */
		expiresAt: instant('expires_at').notNull(),
		/** Staff who made, approved or skipped it; `null`: the engine. */
		decidedBy: uuid('decided_by'),
		/** What they said why; empty: nothing. */
		reason: text('reason').notNull().default(''),
		answeredBy: text('answered_by', { enum: ANSWER_WAYS }),
		endedAt: instant('ended_at')
	},
	(table) => [
		primaryKey({ columns: [table.organizationId, table.id] }),
		foreignKey({
			columns: [table.organizationId, table.openingId],
			foreignColumns: [waitlistOpenings.organizationId, waitlistOpenings.id]
		}),
		foreignKey({
			columns: [table.organizationId, table.entryId],
			foreignColumns: [waitlistEntries.organizationId, waitlistEntries.id]
		}),
		foreignKey({
			columns: [table.organizationId, table.patientId],
			foreignColumns: [patients.organizationId, patients.id]
		}),
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
			columns: [table.organizationId, table.decidedBy],
			foreignColumns: [users.organizationId, users.id]
		}),
		check(
			'waitlist_offers_ended',
			sql`(${table.endedAt} is null) = (${table.state} in ('proposed', 'made'))`
		),
		check('waitlist_offers_reason', sql`length(${table.reason}) <= 200`),
		/** One opening is offered to somebody once. */
		uniqueIndex('waitlist_offers_once').on(table.organizationId, table.openingId, table.entryId),
		/** Nobody is offered two times at once. */
		uniqueIndex('waitlist_offers_one_live')
			.on(table.organizationId, table.entryId)
			.where(sql`${table.state} in ('proposed', 'made')`),
		index('waitlist_offers_expiring')
			.on(table.organizationId, table.expiresAt)
			.where(sql`${table.state} in ('proposed', 'made')`),
		/** How many were not answered in time. */
		index('waitlist_offers_missed')
			.on(table.organizationId, table.entryId)
			.where(sql`${table.state} = 'expired'`),
		index('waitlist_offers_patient').on(table.organizationId, table.patientId),
		index('waitlist_offers_day').on(table.organizationId, table.clinicId, table.startsAt),
		index('waitlist_offers_made').on(table.organizationId, table.madeAt)
	]
);
