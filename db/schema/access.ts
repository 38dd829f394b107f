/** Staff accounts, their roles, sessions and tokens. Secrets are stored as hashes only. */
import { sql } from 'drizzle-orm';
import {
	check,
	foreignKey,
	index,
	integer,
	pgTable,
	primaryKey,
	text,
	timestamp,
	unique,
	uuid
} from 'drizzle-orm/pg-core';
import { ROLES } from '../../domain/access/actor.ts';
import { API_SCOPES } from '../../domain/access/api-scope.ts';
import { clinics, organizations, practitioners } from './directory.ts';

const instant = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' });

export const users = pgTable(
	'users',
	{
		organizationId: uuid('organization_id')
			.notNull()
			.references(() => organizations.id),
		id: uuid('id').notNull(),
		/** Lower case; signs in to exactly one organization. */
		email: text('email').notNull(),
		name: text('name').notNull(),
		/** argon2id */
		passwordHash: text('password_hash').notNull()
	},
	(table) => [
		primaryKey({ columns: [table.organizationId, table.id] }),
		unique('users_email').on(table.email),
		check('users_email_lower', sql`${table.email} = lower(${table.email})`)
	]
);

export const roleAssignments = pgTable(
	'role_assignments',
	{
		organizationId: uuid('organization_id').notNull(),
		id: uuid('id').notNull(),
		userId: uuid('user_id').notNull(),
		role: text('role', { enum: ROLES }).notNull(),
		/** `null`: at every clinic of the organization. */
		clinicId: uuid('clinic_id'),
		practitionerId: uuid('practitioner_id')
	},
	(table) => [
		primaryKey({ columns: [table.organizationId, table.id] }),
		foreignKey({
			columns: [table.organizationId, table.userId],
			foreignColumns: [users.organizationId, users.id]
		}),
		foreignKey({
			columns: [table.organizationId, table.clinicId],
			foreignColumns: [clinics.organizationId, clinics.id]
		}),
		foreignKey({
			columns: [table.organizationId, table.practitionerId],
			foreignColumns: [practitioners.organizationId, practitioners.id]
		}),
		index('role_assignments_user').on(table.organizationId, table.userId)
	]
);

export const sessions = pgTable(
	'sessions',
	{
		organizationId: uuid('organization_id').notNull(),
		/** SHA-256 of the session id in the cookie, hex. */
		id: text('id').primaryKey(),
		userId: uuid('user_id').notNull(),
		/** Without further use. No session lasts longer than its organization allows (`session_end`, migration 0012). */
		expiresAt: instant('expires_at').notNull(),
		createdAt: instant('created_at').notNull().defaultNow(),
		/** To within a few minutes. */
		lastUsedAt: instant('last_used_at').notNull().defaultNow(),
		/** Browser and system in words, for the list of one's devices. */
		device: text('device').notNull().default('')
	},
	(table) => [
		foreignKey({
			columns: [table.organizationId, table.userId],
			foreignColumns: [users.organizationId, users.id]
		}),
		check('sessions_device', sql`length(${table.device}) <= 100`),
		index('sessions_user').on(table.organizationId, table.userId)
	]
);

export const SESSION_END_REASONS = ['too-many-devices', 'signed-out-elsewhere'] as const;
export type SessionEndReason = (typeof SESSION_END_REASONS)[number];

/** Sessions that were ended from somewhere else, so that their devices can be told why. */
export const endedSessions = pgTable(
	'ended_sessions',
	{
		organizationId: uuid('organization_id').notNull(),
		/** The session's hash. */
		id: text('id').primaryKey(),
		userId: uuid('user_id').notNull(),
		reason: text('reason', { enum: SESSION_END_REASONS }).notNull(),
		endedAt: instant('ended_at').notNull().defaultNow()
	},
	(table) => [
		foreignKey({
			columns: [table.organizationId, table.userId],
			foreignColumns: [users.organizationId, users.id]
		}),
		check(
			'ended_sessions_reason',
			sql`${table.reason} in ('too-many-devices', 'signed-out-elsewhere')`
		)
	]
);

/**
 * Wrong passwords by account and by address. Belongs to no organization: most of what strangers type is nobody's
 * account. Holds no address in the clear.
 */
export const signInAttempts = pgTable('sign_in_attempts', {
	/** SHA-256 of what is counted, hex. */
	id: text('id').primaryKey(),
	failures: integer('failures').notNull(),
	lastAt: instant('last_at').notNull(),
	lockedUntil: instant('locked_until')
});

export const apiTokens = pgTable(
	'api_tokens',
	{
		organizationId: uuid('organization_id').notNull(),
		/** SHA-256 of the token, hex. */
		id: text('id').primaryKey(),
		userId: uuid('user_id').notNull(),
		scopes: text('scopes', { enum: API_SCOPES }).array().notNull(),
		expiresAt: instant('expires_at').notNull()
	},
	(table) => [
		foreignKey({
			columns: [table.organizationId, table.userId],
			foreignColumns: [users.organizationId, users.id]
		}),
		index('api_tokens_user').on(table.organizationId, table.userId)
	]
);
