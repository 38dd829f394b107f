/** Staff accounts, their roles, sessions and tokens. Secrets are stored as hashes only. */
import { sql } from 'drizzle-orm';
import {
	check,
	foreignKey,
	index,
	boolean,
	integer,
	jsonb,
	pgTable,
	primaryKey,
	text,
	timestamp,
	unique,
	uuid
} from 'drizzle-orm/pg-core';
import type { Grants } from '../../domain/access/permissions.ts';
import { API_SCOPES } from '../../domain/access/api-scope.ts';
import { clinics, organizations, patients, practitioners } from './directory.ts';

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
		/** argon2id; `null`: nobody can sign in by password (invited, or signs in through the organization's provider). */
		passwordHash: text('password_hash'),
		/** `false`: signs in no more; stays for the history. */
		active: boolean('active').notNull().default(true)
	},
	(table) => [
		primaryKey({ columns: [table.organizationId, table.id] }),
		unique('users_email').on(table.email),
		check('users_email_lower', sql`${table.email} = lower(${table.email})`)
	]
);

/** Roles that an organization made, beside those of domain/access/permissions.ts. */
export const roles = pgTable(
	'roles',
	{
		organizationId: uuid('organization_id')
			.notNull()
			.references(() => organizations.id),
		/** What assignments name it by; never one of a built-in role. */
		key: text('key').notNull(),
		name: text('name').notNull(),
		/** Permission → scope. */
		grants: jsonb('grants').$type<Grants>().notNull()
	},
	(table) => [
		primaryKey({ columns: [table.organizationId, table.key] }),
		check('roles_key', sql`${table.key} ~ '^own-[a-z0-9-]{1,60}$'`)
	]
);

export const roleAssignments = pgTable(
	'role_assignments',
	{
		organizationId: uuid('organization_id').notNull(),
		id: uuid('id').notNull(),
		userId: uuid('user_id').notNull(),
		/** A built-in role, or the key of one in `roles`. */
		role: text('role').notNull(),
		/** `null`: at every clinic of the organization. */
		clinicId: uuid('clinic_id'),
		practitionerId: uuid('practitioner_id'),
		patientId: uuid('patient_id'),
		/** Follows from what the organization's provider says, and goes when it no longer says so. */
		fromProvider: boolean('from_provider').notNull().default(false)
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
		foreignKey({
			columns: [table.organizationId, table.patientId],
			foreignColumns: [patients.organizationId, patients.id]
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

export const SESSION_END_REASONS = [
	'too-many-devices',
	'signed-out-elsewhere',
	'password-changed',
	'account-closed'
] as const;
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
			sql`${table.reason} in ('too-many-devices', 'signed-out-elsewhere', 'password-changed', 'account-closed')`
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
