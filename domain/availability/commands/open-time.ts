/** Time that a change of hours adds is looked at by the waitlist like any other that became free (migration 0030). */
import { eq, sql } from 'drizzle-orm';
import { practitioners, waitlistOpenings } from '../../../db/schema/index.ts';
import type { Transaction } from '../../../db/transaction.ts';
import { MINUTE_MS } from '../../scheduling/intervals.ts';
import { MIN_OPENING_MINUTES } from '../../waitlist/opening.ts';
import { FIRST_YEAR, LAST_YEAR } from '../local-day.ts';
import { openedTime, type ChangedHours } from '../opened-time.ts';
import { selectHours } from '../queries/hours.ts';
import { hoursOf, type ResourceHours } from '../working-hours.ts';
import type { Place } from './guards.ts';

/** Of one change, the nearest: five weeks of a new doctor's days. */
const MOST_OPENINGS = 200;

/** In the transaction of the change. @param now epoch milliseconds */
export async function openTime(
	transaction: Transaction,
	organizationId: string,
	place: Place,
	changed: ChangedHours,
	now: number
): Promise<void> {
	const { clinicId, zone } = place;
	if (place.kind !== 'practitioner' && place.kind !== 'clinic') return;
	if (!(await doesSomebodyWait(transaction, organizationId, clinicId))) return;
	const doctors: [string, ResourceHours | null][] =
		place.kind === 'practitioner'
			? [[place.resourceId, null]]
			: await doctorsOf(transaction, organizationId, clinicId);
	const openings = doctors
		.flatMap(([practitionerId, within]) =>
			openedTime(changed, within, zone, now).map((time) => ({ ...time, practitionerId }))
		)
		.filter(({ start, end }) => end - start >= MIN_OPENING_MINUTES * MINUTE_MS)
		.sort((a, b) => a.start - b.start)
		.slice(0, MOST_OPENINGS);
	if (openings.length === 0) return;
	await transaction.insert(waitlistOpenings).values(
		openings.map(({ start, end, practitionerId }) => ({
			...{
				organizationId,
				id: crypto.randomUUID(),
				clinicId,
				practitionerId,
				cause: 'opened' as const
			},
			...{ startsAt: new Date(start), endsAt: new Date(end) }
		}))
	);
}

async function doesSomebodyWait(
	transaction: Transaction,
	organizationId: string,
	clinicId: string
): Promise<boolean> {
	const { rows } = await transaction.execute(sql`
		select 1 from waitlist_keys where organization_id = ${organizationId}
			and (clinic_id = ${clinicId} or clinic_id is null) limit 1`);
	return rows.length > 0;
}

async function doctorsOf(
	transaction: Transaction,
	organizationId: string,
	clinicId: string
): Promise<[string, ResourceHours][]> {
	const doctors = await transaction
		.select({ id: practitioners.id })
		.from(practitioners)
		.where(eq(practitioners.organizationId, organizationId));
	const hours = await selectHours(transaction, {
		...{ organizationId, clinicId },
		...{ from: `${FIRST_YEAR}-01-01`, until: `${LAST_YEAR}-12-31` }
	});
	return doctors.map(({ id }) => [id, hoursOf(hours, id, 'practitioner')]);
}
