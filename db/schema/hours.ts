/** When resources are there: weekly rules, and the days that are not as the rules say. */
import { sql } from 'drizzle-orm';
import {
	check,
	date,
	foreignKey,
	index,
	pgTable,
	primaryKey,
	smallint,
	text,
	uuid
} from 'drizzle-orm/pg-core';
import { EXCEPTION_KINDS, EXCEPTION_REASONS } from '../../domain/availability/exceptions.ts';
import { clinics, resources } from './directory.ts';

/** Weekly rules in the clinic's local time. */
export const workingHours = pgTable(
	'working_hours',
	{
		organizationId: uuid('organization_id').notNull(),
		id: uuid('id').notNull(),
		resourceId: uuid('resource_id').notNull(),
		clinicId: uuid('clinic_id').notNull(),
		kind: text('kind', { enum: ['work', 'break'] }).notNull(),
		/** ISO: Monday 1 to Sunday 7. */
		weekday: smallint('weekday').notNull(),
		/** Minutes after local midnight. */
		startMinute: smallint('start_minute').notNull(),
		/** Over 1440: until that time on the next day. */
		endMinute: smallint('end_minute').notNull(),
		validFrom: date('valid_from'),
		validTo: date('valid_to'),
		/** 1: every week; else only in weeks that lie a multiple of so many from the one that holds `weekOf`. */
		everyWeeks: smallint('every_weeks').notNull().default(1),
		weekOf: date('week_of')
	},
	(table) => [
		primaryKey({ columns: [table.organizationId, table.id] }),
		foreignKey({
			columns: [table.organizationId, table.resourceId],
			foreignColumns: [resources.organizationId, resources.id]
		}),
		foreignKey({
			columns: [table.organizationId, table.clinicId],
			foreignColumns: [clinics.organizationId, clinics.id]
		}),
		index('working_hours_resource').on(table.organizationId, table.resourceId),
		index('working_hours_clinic').on(table.organizationId, table.clinicId, table.weekday),
		check('working_hours_kind', sql`${table.kind} in ('work', 'break')`),
		check('working_hours_weekday', sql`${table.weekday} between 1 and 7`),
		check(
			'working_hours_minutes',
			sql`${table.startMinute} between 0 and 1439 and ${table.startMinute} < ${table.endMinute}
				and ${table.endMinute} <= ${table.startMinute} + 1440`
		),
		check(
			'working_hours_weeks',
			sql`${table.everyWeeks} between 1 and 8 and (${table.everyWeeks} = 1 or ${table.weekOf} is not null)`
		)
	]
);

/** Days that are not as the weekly rules say: holidays, leave, closures, extra sessions. Local wall-clock time. */
export const hoursExceptions = pgTable(
	'hours_exceptions',
	{
		organizationId: uuid('organization_id').notNull(),
		id: uuid('id').notNull(),
		resourceId: uuid('resource_id').notNull(),
		clinicId: uuid('clinic_id').notNull(),
		kind: text('kind', { enum: EXCEPTION_KINDS }).notNull(),
		reason: text('reason', { enum: EXCEPTION_REASONS }).notNull(),
		/** First and last local date, both inclusive. */
		firstDate: date('first_date').notNull(),
		lastDate: date('last_date').notNull(),
		/** Minutes after midnight on each of the days; 0 and 1440: the whole day. */
		startMinute: smallint('start_minute').notNull(),
		endMinute: smallint('end_minute').notNull(),
		note: text('note').notNull().default('')
	},
	(table) => [
		primaryKey({ columns: [table.organizationId, table.id] }),
		foreignKey({
			columns: [table.organizationId, table.resourceId],
			foreignColumns: [resources.organizationId, resources.id]
		}),
		foreignKey({
			columns: [table.organizationId, table.clinicId],
			foreignColumns: [clinics.organizationId, clinics.id]
		}),
		index('hours_exceptions_resource').on(table.organizationId, table.resourceId, table.lastDate),
		index('hours_exceptions_clinic').on(table.organizationId, table.clinicId, table.lastDate),
		check('hours_exceptions_kind', sql`${table.kind} in ('closed', 'extra')`),
		check(
			'hours_exceptions_reason',
			sql`${table.reason} in ('public-holiday', 'leave', 'training', 'closure', 'session', 'other')`
		),
		check(
			'hours_exceptions_dates',
			sql`${table.firstDate} <= ${table.lastDate} and ${table.lastDate} <= ${table.firstDate} + 366`
		),
		check(
			'hours_exceptions_minutes',
			sql`${table.startMinute} between 0 and 1439 and ${table.startMinute} < ${table.endMinute}
				and ${table.endMinute} <= ${table.startMinute} + 1440`
		)
	]
);
