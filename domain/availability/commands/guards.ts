/** What stands in the way of taking hours, rooms and devices away: the visits that are booked into them. */
import { and, eq, gt, isNotNull, sql } from 'drizzle-orm';
import { appointments, claims, type resources } from '../../../db/schema/index.ts';
import type { Transaction } from '../../../db/transaction.ts';
import { refuse, type Result } from '../../scheduling/refusals.ts';
import type { HeldVisit } from '../judge-hours-change.ts';

/** A list that is longer is worked through in parts. */
const MOST_LISTED = 200;

/** The resource and clinic whose hours change, checked and locked against bookings. */
export interface Place {
	clinicId: string;
	resourceId: string;
	kind: typeof resources.$inferSelect.kind;
	zone: string;
}

/** Undoes the transaction that found out. */
export class Refused extends Error {
	readonly refusal: Result<never>;

	constructor(refusal: Result<never>) {
		super('refused');
		this.refusal = refusal;
	}
}

export function hasBookings(resourceId: string, visits: readonly HeldVisit[]): Result<never> {
	return refuse('has-bookings', {
		obstacles: visits.slice(0, MOST_LISTED).map(({ start, end, appointmentId }) => ({
			...{ resourceId, from: start, until: end, appointmentId }
		}))
	});
}

/** The same lock that bookings take of this resource, and share of its clinic. */
export async function lockResource(transaction: Transaction, resourceId: string): Promise<void> {
	await transaction.execute(
		sql`SELECT pg_advisory_xact_lock(hashtextextended(${resourceId}::uuid::text, 0))`
	);
}

/** Visits that are not over and take the resource; every visit at the clinic, where it is the clinic's own hours. */
export async function visitsToCome(
	transaction: Transaction,
	organizationId: string,
	{ clinicId, resourceId, kind }: Place,
	now: number
): Promise<HeldVisit[]> {
	const rows = await transaction
		.selectDistinct({
			appointmentId: appointments.id,
			start: appointments.startsAt,
			end: appointments.endsAt
		})
		.from(claims)
		.innerJoin(
			appointments,
			and(
				eq(appointments.organizationId, claims.organizationId),
				eq(appointments.id, claims.appointmentId)
			)
		)
		.where(
			and(
				eq(claims.organizationId, organizationId),
				isNotNull(claims.appointmentId),
				kind === 'clinic' ? undefined : eq(claims.resourceId, resourceId),
				eq(appointments.clinicId, clinicId),
				gt(appointments.startsAt, new Date(now))
			)
		);
	return rows.map(({ appointmentId, start, end }) => ({
		...{ appointmentId, start: start.getTime(), end: end.getTime() }
	}));
}
