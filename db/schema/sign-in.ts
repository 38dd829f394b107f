/** Ways to sign in beside the password: second factors, links that are used once, an organization's own provider. */
import { sql } from 'drizzle-orm';
import {
	bigint,
	boolean,
	check,
	foreignKey,
	index,
	jsonb,
	pgTable,
	primaryKey,
	text,
	timestamp,
	uuid
} from 'drizzle-orm/pg-core';
import type { RoleRule } from '../../domain/access/identity-provider.ts';
import { LINK_PURPOSES } from '../../domain/access/account-link.ts';
import { users } from './access.ts';
import { organizations } from './directory.ts';

const instant = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' });

const organization = () =>
	uuid('organization_id')
		.notNull()
		.references(() => organizations.id);

/** Codes from an authenticator app (RFC 6238). */
export const secondFactors = pgTable(
	'second_factors',
	{
		organizationId: uuid('organization_id').notNull(),
		userId: uuid('user_id').notNull(),
		/** The shared secret, encrypted. */
		sealedSecret: text('sealed_secret').notNull(),
		/** When a first code was right; `null`: being set up, and not asked for. */
		confirmedAt: instant('confirmed_at'),
		/** The time step of the last code that was taken: none is taken twice. */
		lastStep: bigint('last_step', { mode: 'number' }).notNull().default(0)
	},
	(table) => [
		primaryKey({ columns: [table.organizationId, table.userId] }),
		foreignKey({
			columns: [table.organizationId, table.userId],
			foreignColumns: [users.organizationId, users.id]
		})
	]
);

/** For whoever lost the device: each signs in once. */
export const recoveryCodes = pgTable(
	'recovery_codes',
	{
		organizationId: uuid('organization_id').notNull(),
		userId: uuid('user_id').notNull(),
		/** SHA-256 of the code, hex. */
		id: text('id').notNull(),
		usedAt: instant('used_at')
	},
	(table) => [
		primaryKey({ columns: [table.organizationId, table.userId, table.id] }),
		foreignKey({
			columns: [table.organizationId, table.userId],
			foreignColumns: [users.organizationId, users.id]
		})
	]
);

/** The password was right, the second factor is still to come. */
export const pendingSignIns = pgTable(
	'pending_sign_ins',
	{
		organizationId: uuid('organization_id').notNull(),
		/** SHA-256 of the secret in the cookie, hex. */
		id: text('id').primaryKey(),
		userId: uuid('user_id').notNull(),
		expiresAt: instant('expires_at').notNull()
	},
	(table) => [
		foreignKey({
			columns: [table.organizationId, table.userId],
			foreignColumns: [users.organizationId, users.id]
		})
	]
);

/** Links that let somebody in once: to take up an invitation, or to choose a new password. */
export const accountLinks = pgTable(
	'account_links',
	{
		organizationId: uuid('organization_id').notNull(),
		/** SHA-256 of the link's secret, hex. */
		id: text('id').primaryKey(),
		userId: uuid('user_id').notNull(),
		purpose: text('purpose', { enum: LINK_PURPOSES }).notNull(),
		/** Who made it; `null`: whoever forgot the password. */
		madeBy: uuid('made_by'),
		madeAt: instant('made_at').notNull().defaultNow(),
		expiresAt: instant('expires_at').notNull(),
		/** A link is used once; what was used stays so that its second use can be told from a forgery. */
		usedAt: instant('used_at')
	},
	(table) => [
		foreignKey({
			columns: [table.organizationId, table.userId],
			foreignColumns: [users.organizationId, users.id]
		}),
		foreignKey({
			columns: [table.organizationId, table.madeBy],
			foreignColumns: [users.organizationId, users.id]
		}),
		check('account_links_purpose', sql`${table.purpose} in ('invitation', 'password-reset')`),
		index('account_links_user').on(table.organizationId, table.userId)
	]
);

/** An organization's own OpenID Connect provider. */
export const identityProviders = pgTable('identity_providers', {
	organizationId: organization().primaryKey(),
	/** What its button says. */
	label: text('label').notNull(),
	/** Its address; discovery is below it. */
	issuer: text('issuer').notNull(),
	clientId: text('client_id').notNull(),
	/** Encrypted. */
	sealedClientSecret: text('sealed_client_secret').notNull(),
	/** E-mail domains whose people are sent there, lower case. */
	domains: text('domains').array().notNull().default([]),
	/** The claim that says what somebody is. */
	roleClaim: text('role_claim').notNull(),
	/** From the claim's values to roles; who fits none gets no account. */
	roleRules: jsonb('role_rules').$type<RoleRule[]>().notNull().default([]),
	/** Whether people of these domains may still sign in by password. */
	passwordsAllowed: boolean('passwords_allowed').notNull().default(true),
	enabled: boolean('enabled').notNull().default(false)
});

/** Which account a person at a provider is. */
export const providerIdentities = pgTable(
	'provider_identities',
	{
		organizationId: organization(),
		issuer: text('issuer').notNull(),
		/** The provider's own name for the person (`sub`). */
		subject: text('subject').notNull(),
		userId: uuid('user_id').notNull()
	},
	(table) => [
		primaryKey({ columns: [table.organizationId, table.issuer, table.subject] }),
		foreignKey({
			columns: [table.organizationId, table.userId],
			foreignColumns: [users.organizationId, users.id]
		})
	]
);

/** Somebody was sent to the provider and has not come back yet. */
export const providerFlows = pgTable(
	'provider_flows',
	{
		organizationId: organization(),
		/** SHA-256 of `state`, hex. */
		id: text('id').primaryKey(),
		/** SHA-256 of the secret in the browser's cookie, hex: only the browser that left may come back. */
		browserHash: text('browser_hash').notNull(),
		nonce: text('nonce').notNull(),
		/** PKCE's verifier, encrypted. */
		sealedVerifier: text('sealed_verifier').notNull(),
		/** Where to go afterwards: a path of ours. */
		next: text('next').notNull(),
		expiresAt: instant('expires_at').notNull()
	},
	(table) => [index('provider_flows_expiry').on(table.expiresAt)]
);
