/** An organization's public site. */
import { sql } from 'drizzle-orm';
import {
	boolean,
	check,
	customType,
	foreignKey,
	index,
	integer,
	jsonb,
	pgTable,
	smallint,
	text,
	timestamp,
	uuid
} from 'drizzle-orm/pg-core';
import type { SiteLanguage, SiteLogo, SiteTexts, SpecialtyNames } from '../../domain/site/site.ts';
import { users } from './access.ts';
import { organizations } from './directory.ts';
import { appointments } from './scheduling.ts';

/** PostgreSQL's bytes. */
const bytea = customType<{ data: Buffer }>({ dataType: () => 'bytea' });

export const sites = pgTable(
	'sites',
	{
		organizationId: uuid('organization_id')
			.primaryKey()
			.references(() => organizations.id),
		/** The account that visits booked by strangers are made with; nobody signs in to it. */
		accountId: uuid('account_id').notNull(),
		/** Names the organization in addresses. */
		slug: text('slug').notNull().unique(),
		/** `false`: nobody sees it. */
		published: boolean('published').notNull().default(false),
		/** Colour of its pages; degrees. */
		hue: smallint('hue').notNull().default(215),
		texts: jsonb('texts')
			.$type<Partial<Record<SiteLanguage, Partial<SiteTexts>>>>()
			.notNull()
			.default({}),
		/** What each specialty is called in the languages beside the first. */
		specialties: jsonb('specialties').$type<SpecialtyNames>().notNull().default({}),
		/** Which picture stands in the head of its pages (`site_logos`); `null`: none. */
		logo: jsonb('logo').$type<SiteLogo>(),
		/** What services' prices are in (ISO 4217). */
		currency: text('currency').notNull().default('EUR'),
		/** Counts changes. */
		revision: integer('revision').notNull().default(1)
	},
	(table) => [
		foreignKey({
			columns: [table.organizationId, table.accountId],
			foreignColumns: [users.organizationId, users.id]
		}),
		check('sites_slug', sql`${table.slug} ~ '^[a-z0-9][a-z0-9-]{0,58}[a-z0-9]$'`),
		check('sites_currency', sql`${table.currency} ~ '^[A-Z]{3}$'`),
		check('sites_hue', sql`${table.hue} between 0 and 359`)
	]
);

/** The picture in the head of a site's pages. Apart from the site, which every page reads. */
export const siteLogos = pgTable(
	'site_logos',
	{
		organizationId: uuid('organization_id')
			.primaryKey()
			.references(() => sites.organizationId),
		mediaType: text('media_type').notNull(),
		picture: bytea('picture').notNull()
	},
	(table) => [check('site_logos_size', sql`octet_length(${table.picture}) between 1 and 204800`)]
);

/** Every address that a site has or has had (written by a trigger, migration 0024): nobody else gets it. */
export const siteAddresses = pgTable(
	'site_addresses',
	{
		organizationId: uuid('organization_id')
			.notNull()
			.references(() => sites.organizationId),
		slug: text('slug').primaryKey(),
		since: timestamp('since', { withTimezone: true, mode: 'date' }).notNull().defaultNow()
	},
	(table) => [index('site_addresses_organization').on(table.organizationId)]
);

/** Links with which whoever booked a visit comes back to it without signing in. */
export const visitLinks = pgTable(
	'visit_links',
	{
		organizationId: uuid('organization_id').notNull(),
		/** SHA-256 of the link's secret, hex. */
		id: text('id').primaryKey(),
		appointmentId: uuid('appointment_id').notNull(),
		madeAt: timestamp('made_at', { withTimezone: true, mode: 'date' }).notNull().defaultNow(),
		expiresAt: timestamp('expires_at', { withTimezone: true, mode: 'date' }).notNull()
	},
	(table) => [
		foreignKey({
			columns: [table.organizationId, table.appointmentId],
			foreignColumns: [appointments.organizationId, appointments.id]
		}),
		index('visit_links_appointment').on(table.organizationId, table.appointmentId)
	]
);
