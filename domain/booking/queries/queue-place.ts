/** Where a patient who is here stands: the same reckoning as on the board and on the waiting room's screen. */
import { and, eq, gte, lt } from 'drizzle-orm';
import type { Database } from '../../../db/database.ts';
import { appointments } from '../../../db/schema/index.ts';
import { inOrganization } from '../../../db/transaction.ts';
import { dayInterval, localDateOf } from '../../availability/local-day.ts';
import { durationMinutesOf } from '../../scheduling/stored-appointment.ts';
import { queuesOf } from '../../scheduling/queue.ts';

export interface QueuePlace {
	/** From 1. */
	place: number;
	/** When the patient will probably go in (epoch milliseconds). */
	expectedAt: number;
	/** How much later than planned the doctor is, whole minutes. */
	delayMinutes: number;
}

export interface WaitingVisit {
	organizationId: string;
	appointmentId: string;
	clinicId: string;
	practitionerId: string;
	startsAt: number;
	zone: string;
}

/**
 * Reads for the server itself: whoever asks is the patient of the visit, or the kiosk that they stand at.
 * @returns the place, or `null` for a visit that waits for nobody
 */
export async function readQueuePlace(
	database: Database,
	visit: WaitingVisit,
	now: number
): Promise<QueuePlace | null> {
	const { organizationId, clinicId, practitionerId } = visit;
	const day = dayInterval(localDateOf(visit.startsAt, visit.zone), visit.zone);
	const rows = await inOrganization(database, organizationId, (transaction) =>
		transaction
			.select()
			.from(appointments)
			.where(
				and(
					eq(appointments.organizationId, organizationId),
					eq(appointments.clinicId, clinicId),
					eq(appointments.practitionerId, practitionerId),
					gte(appointments.startsAt, new Date(day.start)),
					lt(appointments.startsAt, new Date(day.end))
				)
			)
	);
	const queued = rows.map(({ id, status, startsAt, endsAt, arrivedAt, wentInAt }) => ({
		...{ id, practitionerId, status, startsAt: startsAt.getTime() },
		durationMinutes: durationMinutesOf({ startsAt: Number(startsAt), endsAt: Number(endsAt) }),
		arrivedAt: arrivedAt?.getTime() ?? null,
		wentInAt: wentInAt?.getTime() ?? null
	}));
	const [queue] = queuesOf(queued, now);
	const own = queue?.waiting.find(({ visit: { id } }) => id === visit.appointmentId);
	if (!queue || !own) return null;
	return { place: own.place, expectedAt: own.expectedAt, delayMinutes: queue.delayMinutes };
}
