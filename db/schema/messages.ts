/** Messages to patients: the rules, each message and what became of it, links in them, addresses that are closed. */
import { sql } from 'drizzle-orm';
import {
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
	unique,
	uniqueIndex,
	uuid
} from 'drizzle-orm/pg-core';
import {
	ATTEMPT_OUTCOMES,
	CHANNELS,
	CLOSED_REASONS,
	LINK_ACTIONS,
	MESSAGE_KINDS,
	MESSAGE_STATES,
	RULE_KINDS,
	SUPPRESSION_REASONS
} from '../../domain/messaging/message.ts';
import type { RuleTemplates } from '../../domain/messaging/template.ts';
import { clinics, organizationId, patients, practitioners } from './directory.ts';
import { appointments, instant } from './scheduling.ts';
import { services } from './services.ts';
import { waitlistOffers } from './waitlist-offers.ts';

/** What is sent, when and by which ways. Of several of one kind the one for the service and clinic wins. */
export const messageRules = pgTable(
	'message_rules',
	{
		organizationId: organizationId(),
		id: uuid('id').notNull(),
		kind: text('kind', { enum: RULE_KINDS }).notNull(),
		/** `null`: at every clinic, for every service. */
		clinicId: uuid('clinic_id'),
		serviceId: uuid('service_id'),
		enabled: boolean('enabled').notNull().default(true),
		/** After what the kind is about (the change, or the visit's start); negative: before. */
		offsetMinutes: integer('offset_minutes').notNull().default(0),
		/** Local time of the day that the offset leads to, minutes after midnight; `null`: at that very moment. */
		localMinute: smallint('local_minute'),
		/** Nothing leaves between these local times (minutes after midnight); equal: no quiet hours. */
		quietFromMinute: smallint('quiet_from_minute').notNull().default(1_260),
		quietUntilMinute: smallint('quiet_until_minute').notNull().default(480),
		/** The first that works. */
		channels: text('channels', { enum: CHANNELS }).array().notNull(),
		templates: jsonb('templates').$type<RuleTemplates>().notNull(),
		revision: integer('revision').notNull().default(1),
		/** Since when it holds no more; kept for what was sent by it. Of those that hold there is one of a kind for a clinic and a service (migration 0036). */
		retiredAt: instant('retired_at')
	},
	(table) => [
		primaryKey({ columns: [table.organizationId, table.id] }),
		foreignKey({
			columns: [table.organizationId, table.clinicId],
			foreignColumns: [clinics.organizationId, clinics.id]
		}),
		foreignKey({
			columns: [table.organizationId, table.serviceId],
			foreignColumns: [services.organizationId, services.id]
		}),
		check('message_rules_retired', sql`${table.retiredAt} is null or not ${table.enabled}`),
		check('message_rules_local', sql`${table.localMinute} between 0 and 1439`),
		check(
			'message_rules_quiet',
			sql`${table.quietFromMinute} between 0 and 1439 and ${table.quietUntilMinute} between 0 and 1439`
		),
		check('message_rules_offset', sql`abs(${table.offsetMinutes}) <= 525600`),
		check(
			'message_rules_channels',
			sql`cardinality(${table.channels}) between 1 and 3 and ${table.channels} <@ array['email', 'sms', 'push']`
		)
	]
);

export const messages = pgTable(
	'messages',
	{
		organizationId: organizationId(),
		id: uuid('id').notNull(),
		kind: text('kind', { enum: MESSAGE_KINDS }).notNull(),
		/** Why it is sent, so that it is planned once: kind, visit and what it was about. */
		cause: text('cause').notNull(),
		/** `null`: no rule says it, somebody waits for it. */
		ruleId: uuid('rule_id'),
		appointmentId: uuid('appointment_id'),
		/** Of the waitlist; `null`: it offers nothing. */
		offerId: uuid('offer_id'),
		/** `null`: it goes to somebody who is no patient. */
		patientId: uuid('patient_id'),
		clinicId: uuid('clinic_id'),
		language: text('language').notNull().default('en'),
		state: text('state', { enum: MESSAGE_STATES }).notNull().default('queued'),
		/** Why it was not sent, where it was not on purpose. */
		suppression: text('suppression', { enum: SUPPRESSION_REASONS }),
		/** In the order in which they are tried. */
		channels: text('channels', { enum: CHANNELS }).array().notNull(),
		/** The one that was tried last. */
		channel: text('channel', { enum: CHANNELS }),
		dueAt: instant('due_at').notNull(),
		/** The visit's start as the message will say it: one that was moved since makes it void. */
		aboutStart: instant('about_start'),
		/** The doctor whom it named when it was last about to be sent. */
		aboutPractitionerId: uuid('about_practitioner_id'),
		/** Where to and what, sealed, where no rule says it; emptied once it is settled. */
		sealedContent: text('sealed_content'),
		attempts: smallint('attempts').notNull().default(0),
		/** Until when a server has it in hand, while it is being sent. */
		claimedUntil: instant('claimed_until'),
		/** The number of that server (db/holding.ts); `null`: nobody that lives has it in hand. */
		claimedBy: integer('claimed_by'),
		/** Tries up to this number do not count any more: somebody asked for it to be sent again. */
		triesFrom: smallint('tries_from').notNull().default(0),
		madeAt: instant('made_at').notNull().defaultNow(),
		/** When it was sent, failed for good or was suppressed. */
		settledAt: instant('settled_at')
	},
	(table) => [
		primaryKey({ columns: [table.organizationId, table.id] }),
		foreignKey({
			columns: [table.organizationId, table.ruleId],
			foreignColumns: [messageRules.organizationId, messageRules.id]
		}),
		foreignKey({
			columns: [table.organizationId, table.appointmentId],
			foreignColumns: [appointments.organizationId, appointments.id]
		}),
		foreignKey({
			columns: [table.organizationId, table.offerId],
			foreignColumns: [waitlistOffers.organizationId, waitlistOffers.id]
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
			name: 'messages_about_practitioner',
			columns: [table.organizationId, table.aboutPractitionerId],
			foreignColumns: [practitioners.organizationId, practitioners.id]
		}),
		unique('messages_cause').on(table.organizationId, table.cause),
		index('messages_due')
			.on(table.organizationId, table.dueAt)
			.where(sql`${table.state} = 'queued'`),
		index('messages_due_directly')
			.on(table.organizationId, table.dueAt)
			.where(sql`${table.state} = 'queued' and ${table.ruleId} is null`),
		index('messages_in_hand')
			.on(table.organizationId, table.claimedUntil)
			.where(sql`${table.state} = 'sending'`),
		index('messages_appointment')
			.on(table.organizationId, table.appointmentId)
			.where(sql`${table.appointmentId} is not null`),
		index('messages_offer')
			.on(table.organizationId, table.offerId)
			.where(sql`${table.offerId} is not null`),
		index('messages_made').on(table.organizationId, table.madeAt),
		index('messages_log').on(table.organizationId, table.dueAt, table.id)
	]
);

/** Each try to send a message. */
export const messageAttempts = pgTable(
	'message_attempts',
	{
		organizationId: uuid('organization_id').notNull(),
		messageId: uuid('message_id').notNull(),
		/** From 1. */
		number: smallint('number').notNull(),
		channel: text('channel', { enum: CHANNELS }).notNull(),
		outcome: text('outcome', { enum: ATTEMPT_OUTCOMES }).notNull(),
		/** The provider's own name for it; what its later reports are about. */
		providerId: text('provider_id'),
		/** What the provider answered, without the address. */
		response: text('response').notNull().default(''),
		startedAt: instant('started_at').notNull().defaultNow(),
		/** When its last byte was given away, where nobody can be asked for it; `null`: it was not, or not noted yet. */
		handedOverAt: instant('handed_over_at'),
		endedAt: instant('ended_at')
	},
	(table) => [
		primaryKey({ columns: [table.organizationId, table.messageId, table.number] }),
		foreignKey({
			columns: [table.organizationId, table.messageId],
			foreignColumns: [messages.organizationId, messages.id]
		}),
		check('message_attempts_response', sql`length(${table.response}) <= 500`),
		uniqueIndex('message_attempts_provider')
			.on(table.organizationId, table.channel, table.providerId)
			.where(sql`${table.providerId} is not null`)
	]
);

/** Addresses that are not written to any more. */
export const closedAddresses = pgTable(
	'closed_addresses',
	{
		organizationId: organizationId(),
		channel: text('channel', { enum: CHANNELS }).notNull(),
		/** SHA-256 of the address as it is compared. */
		addressHash: text('address_hash').notNull(),
		reason: text('reason', { enum: CLOSED_REASONS }).notNull(),
		closedAt: instant('closed_at').notNull().defaultNow()
	},
	(table) => [primaryKey({ columns: [table.organizationId, table.channel, table.addressHash] })]
);

/** Links in messages: each does one thing, once, until it expires. What is signed is its id (docs/PROTOCOL.md). */
export const messageLinks = pgTable(
	'message_links',
	{
		organizationId: uuid('organization_id').notNull(),
		id: uuid('id').notNull(),
		action: text('action', { enum: LINK_ACTIONS }).notNull(),
		patientId: uuid('patient_id').notNull(),
		appointmentId: uuid('appointment_id'),
		/** Of the waitlist; `null`: it answers none. */
		offerId: uuid('offer_id'),
		messageId: uuid('message_id'),
		/** The visit's start when it was made. */
		aboutStart: instant('about_start'),
		madeAt: instant('made_at').notNull().defaultNow(),
		expiresAt: instant('expires_at').notNull(),
		/** What was used stays, so that a second use can be told from a forgery. */
		usedAt: instant('used_at')
	},
	(table) => [
		primaryKey({ columns: [table.organizationId, table.id] }),
		unique('message_links_id').on(table.id),
		foreignKey({
			columns: [table.organizationId, table.patientId],
			foreignColumns: [patients.organizationId, patients.id]
		}),
		foreignKey({
			columns: [table.organizationId, table.appointmentId],
			foreignColumns: [appointments.organizationId, appointments.id]
		}),
		foreignKey({
			columns: [table.organizationId, table.offerId],
			foreignColumns: [waitlistOffers.organizationId, waitlistOffers.id]
		}),
		foreignKey({
			columns: [table.organizationId, table.messageId],
			foreignColumns: [messages.organizationId, messages.id]
		})
	]
);

/** Browsers that a patient wants to be told in; a family's one telephone stands there once for each of them. */
export const pushSubscriptions = pgTable(
	'push_subscriptions',
	{
		organizationId: uuid('organization_id').notNull(),
		id: uuid('id').notNull(),
		patientId: uuid('patient_id').notNull(),
		/** SHA-256 of the push service's address for it. */
		endpointHash: text('endpoint_hash').notNull(),
		/** Address and keys, sealed. */
		sealedSubscription: text('sealed_subscription').notNull(),
		/** Browser and system in words. */
		device: text('device').notNull().default(''),
		madeAt: instant('made_at').notNull().defaultNow()
	},
	(table) => [
		primaryKey({ columns: [table.organizationId, table.id] }),
		foreignKey({
			columns: [table.organizationId, table.patientId],
			foreignColumns: [patients.organizationId, patients.id]
		}),
		unique('push_subscriptions_endpoint').on(
			table.organizationId,
			table.endpointHash,
			table.patientId
		),
		check('push_subscriptions_device', sql`length(${table.device}) <= 100`),
		index('push_subscriptions_patient').on(table.organizationId, table.patientId)
	]
);

/** What would have been sent, where no provider is set: for trying Dayboard out. */
export const outbox = pgTable(
	'outbox',
	{
		organizationId: uuid('organization_id').notNull(),
		id: uuid('id').notNull(),
		messageId: uuid('message_id').notNull(),
		channel: text('channel', { enum: CHANNELS }).notNull(),
		/** Address, subject and text, sealed. */
		sealedContent: text('sealed_content').notNull(),
		at: instant('at').notNull().defaultNow()
	},
	(table) => [
		primaryKey({ columns: [table.organizationId, table.id] }),
		foreignKey({
			columns: [table.organizationId, table.messageId],
			foreignColumns: [messages.organizationId, messages.id]
		}),
		index('outbox_at').on(table.organizationId, table.at)
	]
);
