/** An organization's public site. */
import { sql } from 'drizzle-orm';
import { boolean, check, jsonb, pgTable, smallint, text, uuid } from 'drizzle-orm/pg-core';
import type { SiteLanguage, SiteTexts } from '../../domain/site/site.ts';
import { organizations } from './directory.ts';

export const sites = pgTable(
	'sites',
	{
		organizationId: uuid('organization_id')
			.primaryKey()
			.references(() => organizations.id),
		/** Names the organization in addresses. */
		slug: text('slug').notNull().unique(),
		/** `false`: nobody sees it. */
		published: boolean('published').notNull().default(false),
		/** Colour of its pages; degrees. */
		hue: smallint('hue').notNull().default(215),
		texts: jsonb('texts').$type<Partial<Record<SiteLanguage, SiteTexts>>>().notNull().default({})
	},
	(table) => [
		check('sites_slug', sql`${table.slug} ~ '^[a-z0-9][a-z0-9-]{0,58}[a-z0-9]$'`),
		check('sites_hue', sql`${table.hue} between 0 and 359`)
	]
);
