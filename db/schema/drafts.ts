/** Drafts of a day: who tries what out. What is in a draft is a kept document of its own. */
import { sql } from 'drizzle-orm';
import { date, foreignKey, index, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import { DRAFT_STATES } from '../../domain/drafts/draft-summary.ts';
import { users } from './access.ts';
import { clinics, organizationId } from './directory.ts';
import { instant } from './scheduling.ts';

export const drafts = pgTable(
	'drafts',
	{
		organizationId: organizationId(),
		id: uuid('id').notNull(),
		clinicId: uuid('clinic_id').notNull(),
		/** The local day that is tried out. */
		date: date('date', { mode: 'string' }).notNull(),
		/** What somebody called it, sealed: it may say who is ill. */
		sealedTitle: text('sealed_title').notNull(),
		state: text('state', { enum: DRAFT_STATES }).notNull().default('open'),
		madeBy: uuid('made_by').notNull(),
		madeAt: instant('made_at').notNull().defaultNow(),
		/** Who carried it out or dropped it, and when. */
		endedBy: uuid('ended_by'),
		endedAt: instant('ended_at')
	},
	(table) => [
		primaryKey({ columns: [table.organizationId, table.id] }),
		foreignKey({
			columns: [table.organizationId, table.clinicId],
			foreignColumns: [clinics.organizationId, clinics.id]
		}),
		foreignKey({
			columns: [table.organizationId, table.madeBy],
			foreignColumns: [users.organizationId, users.id]
		}),
		foreignKey({
			columns: [table.organizationId, table.endedBy],
			foreignColumns: [users.organizationId, users.id]
		}),
		index('drafts_open')
			.on(table.organizationId, table.clinicId, table.date)
			.where(sql`${table.state} = 'open'`)
	]
);
