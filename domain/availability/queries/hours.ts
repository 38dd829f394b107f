/** The hours of resources at a clinic, as stored. */
import { and, eq, gte, inArray, lte } from 'drizzle-orm';
import { hoursExceptions, workingHours } from '../../../db/schema/index.ts';
import type { Transaction } from '../../../db/transaction.ts';
import type { StoredHours } from '../clinic-setup.ts';

export interface HoursQuery {
	organizationId: string;
	clinicId: string;
	/** Left out: of everything at the clinic. */
	resourceIds?: readonly string[];
	/** Local dates; exceptions that do not touch them are not read. */
	from: string;
	until: string;
}

/** All weekly rules, and the exceptions that touch the days. */
export async function selectHours(
	transaction: Transaction,
	{ organizationId, clinicId, resourceIds, from, until }: HoursQuery
): Promise<StoredHours> {
	const ids = resourceIds && [...resourceIds];
	const rules = await transaction
		.select()
		.from(workingHours)
		.where(
			and(
				eq(workingHours.organizationId, organizationId),
				eq(workingHours.clinicId, clinicId),
				ids && inArray(workingHours.resourceId, ids)
			)
		);
	const exceptions = await transaction
		.select()
		.from(hoursExceptions)
		.where(
			and(
				eq(hoursExceptions.organizationId, organizationId),
				eq(hoursExceptions.clinicId, clinicId),
				ids && inArray(hoursExceptions.resourceId, ids),
				gte(hoursExceptions.lastDate, from),
				lte(hoursExceptions.firstDate, until)
			)
		);
	const working = rules.filter(({ kind }) => kind === 'work');
	return {
		rules,
		exceptions,
		withHours: [...new Set(working.map(({ resourceId }) => resourceId))]
	};
}
