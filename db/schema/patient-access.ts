/** Patients on the public site: signing in by a code, and for whom else they act. Secrets are stored as hashes only. */
import { sql } from 'drizzle-orm';
import {
	check,
	foreignKey,
	index,
	pgTable,
	primaryKey,
	smallint,
	text,
	unique,
	uuid
} from 'drizzle-orm/pg-core';
import { users } from './access.ts';
import { clinics, organizationId, patients } from './directory.ts';
import { instant } from './scheduling.ts';

export const patientSessions = pgTable(
	'patient_sessions',
	{
		organizationId: uuid('organization_id').notNull(),
		/** SHA-256 of the session id in the cookie, hex. */
		id: text('id').primaryKey(),
		patientId: uuid('patient_id').notNull(),
		/** SHA-256 of the contact that was proven: once it is not the patient's any more, the session is over. */
		contactHash: text('contact_hash').notNull().default(''),
		/** Without further use. */
		expiresAt: instant('expires_at').notNull(),
		createdAt: instant('created_at').notNull().defaultNow(),
		/** To within a few minutes. */
		lastUsedAt: instant('last_used_at').notNull().defaultNow(),
		/** Browser and system in words. */
		device: text('device').notNull().default('')
	},
	(table) => [
		foreignKey({
			columns: [table.organizationId, table.patientId],
			foreignColumns: [patients.organizationId, patients.id]
		}),
		check('patient_sessions_device', sql`length(${table.device}) <= 100`),
		index('patient_sessions_patient').on(table.organizationId, table.patientId)
	]
);

/** Codes that were sent, or would have been: nothing here tells whether a contact is anybody's. */
export const signInCodes = pgTable(
	'sign_in_codes',
	{
		organizationId: organizationId(),
		/** SHA-256 of the secret in the browser's cookie, hex: only the browser that asked may give the code. */
		id: text('id').primaryKey(),
		/** SHA-256 of the e-mail address or number, as it is compared. */
		contactHash: text('contact_hash').notNull(),
		/** SHA-256 of code and browser's secret; `null`: nobody has this contact, and no code fits. */
		codeHash: text('code_hash'),
		/** Wrong ones so far. */
		tries: smallint('tries').notNull().default(0),
		expiresAt: instant('expires_at').notNull(),
		/** When the right code was given; it is taken once. */
		usedAt: instant('used_at')
	},
	(table) => [
		index('sign_in_codes_contact').on(table.organizationId, table.contactHash),
		index('sign_in_codes_expiry').on(table.expiresAt)
	]
);

/** For whom a patient acts: children, as a rule. */
export const dependants = pgTable(
	'dependants',
	{
		organizationId: uuid('organization_id').notNull(),
		guardianId: uuid('guardian_id').notNull(),
		patientId: uuid('patient_id').notNull(),
		since: instant('since').notNull().defaultNow(),
		/** Set when they are not any more; the row stays for the history. */
		endedAt: instant('ended_at')
	},
	(table) => [
		primaryKey({ columns: [table.organizationId, table.guardianId, table.patientId] }),
		foreignKey({
			columns: [table.organizationId, table.guardianId],
			foreignColumns: [patients.organizationId, patients.id]
		}),
		foreignKey({
			columns: [table.organizationId, table.patientId],
			foreignColumns: [patients.organizationId, patients.id]
		}),
		check('dependants_other', sql`${table.guardianId} <> ${table.patientId}`),
		index('dependants_patient').on(table.organizationId, table.patientId)
	]
);

/** Screens at a clinic's entrance on which patients say that they are here. */
export const kiosks = pgTable(
	'kiosks',
	{
		organizationId: uuid('organization_id').notNull(),
		/** SHA-256 of the secret in the screen's cookie, hex. */
		id: text('id').primaryKey(),
		clinicId: uuid('clinic_id').notNull(),
		/** What is done on it is done by this account, which nobody signs in with; names it for good. */
		accountId: uuid('account_id').notNull(),
		/** What staff call it. */
		name: text('name').notNull(),
		madeBy: uuid('made_by').notNull(),
		madeAt: instant('made_at').notNull().defaultNow(),
		/** Until when the link works that opens it. */
		opensUntil: instant('opens_until').notNull().defaultNow(),
		/** When a screen took it; `null`: `id` is still of the link that opens it. */
		openedAt: instant('opened_at'),
		/** Set when it was closed. */
		endedAt: instant('ended_at')
	},
	(table) => [
		foreignKey({
			columns: [table.organizationId, table.clinicId],
			foreignColumns: [clinics.organizationId, clinics.id]
		}),
		foreignKey({
			columns: [table.organizationId, table.madeBy],
			foreignColumns: [users.organizationId, users.id]
		}),
		foreignKey({
			columns: [table.organizationId, table.accountId],
			foreignColumns: [users.organizationId, users.id]
		}),
		unique('kiosks_account').on(table.organizationId, table.accountId),
		check('kiosks_name', sql`length(${table.name}) between 1 and 80`),
		index('kiosks_clinic').on(table.organizationId, table.clinicId)
	]
);
