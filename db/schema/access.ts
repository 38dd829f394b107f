/** Staff accounts, their roles, sessions and tokens. Secrets are stored as hashes only. */
import { sql } from 'drizzle-orm';
import {
	check,
	foreignKey,
	index,
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
		expiresAt: instant('expires_at').notNull()
	},
	(table) => [
		foreignKey({
			columns: [table.organizationId, table.userId],
			foreignColumns: [users.organizationId, users.id]
		}),
		index('sessions_user').on(table.organizationId, table.userId)
	]
);

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
