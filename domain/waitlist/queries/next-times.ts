/** What else there is for whoever could not have an offered time. */
import { and, eq } from 'drizzle-orm';
import type { Database } from '../../../db/database.ts';
import { same } from '../../../db/same-key.ts';
import { practitioners, practitionerServices, services } from '../../../db/schema/index.ts';
import { forActor } from '../../../db/transaction.ts';
import type { Actor } from '../../access/actor.ts';
import { searchSlots } from '../../availability/queries/slots.ts';
import { slotSearchSchema } from '../../availability/slot-search.ts';
import { bookingWindow } from '../../scheduling/online-rules.ts';
import type { Alternative } from '../../scheduling/refusals.ts';

const SHOWN = 3;
/** Several doctors are free at the same time: that is one time. */
const ASKED = SHOWN * 6;
const DAYS = 21;
const STEP_MINUTES = 15;

/**
 * @param like the time that was offered
 * @returns the next free times for the same service at the same clinic that patients may book by themselves, the
 *   same doctor's where that doctor has as many; empty where there is none
 */
export async function nextTimesLike(
	database: Database,
	actor: Actor,
	like: { clinicId: string; serviceId: string; practitionerId: string },
	now: number
): Promise<Alternative[]> {
	const { organizationId } = actor;
	const rows = await forActor(database, actor, (transaction) =>
		transaction
			.select({ service: services, doctorId: practitionerServices.practitionerId })
			.from(services)
			.innerJoin(practitionerServices, same(services, services.id, serviceOfDoctor))
			.innerJoin(
				practitioners,
				same(practitionerServices, practitionerServices.practitionerId, practitioners)
			)
			.where(
				and(
					...[eq(services.organizationId, organizationId), eq(services.id, like.serviceId)],
					...[eq(services.bookableBy, 'public'), eq(practitioners.listed, true)]
				)
			)
	);
	const service = rows[0]?.service;
	if (!service) return [];
	const { from, until } = bookingWindow(service, now);
	const first = Temporal.Instant.fromEpochMilliseconds(from).toZonedDateTimeISO('UTC');
	const timesOf = async (practitionerIds: string[]): Promise<Alternative[]> => {
		const search = slotSearchSchema.parse({
			...{ clinicIds: [like.clinicId], serviceIds: [like.serviceId], practitionerIds },
			...{ from: first.toPlainDate().toString(), days: DAYS },
			...{ stepMinutes: STEP_MINUTES, limit: ASKED }
		});
		const found = await searchSlots(database, actor, search, from);
		if (!found.ok) return [];
		const each = new Map(found.value.slots.toReversed().map((slot) => [slot.startsAt, slot]));
		return [...each.values()]
			.toReversed()
			.filter(({ startsAt }) => startsAt <= until)
			.slice(0, SHOWN)
			.map(({ startsAt, practitionerId, roomId }) => ({ startsAt, practitionerId, roomId }));
	};
	const doctors = rows.map(({ doctorId }) => doctorId);
	const own = doctors.includes(like.practitionerId) ? await timesOf([like.practitionerId]) : [];
	return own.length >= SHOWN ? own : timesOf(doctors);
}

/** The table has no id of its own. */
const serviceOfDoctor = {
	organizationId: practitionerServices.organizationId,
	id: practitionerServices.serviceId
};
