/** What a patient who is here is told: the place in the queue, when it will be their turn, and where. */
import type { VisitBehindLink } from '#domain/booking/queries.ts';
import { readQueuePlace } from '#domain/booking/queries/queue-place.ts';
import { database } from './database.ts';

/** @returns `null` for whoever has not said that they are here */
export async function queueOf(
	{ organizationId }: { organizationId: string },
	visit: VisitBehindLink
) {
	const isInside = visit.status === 'checked-in';
	if (visit.status !== 'arrived' && !isInside) return null;
	const { appointmentId, startsAt, zone, roomName, referralMissing } = visit;
	const waiting = { organizationId, appointmentId, startsAt, zone };
	const place = await readQueuePlace(
		database(),
		{ ...waiting, clinicId: visit.clinic.id, practitionerId: visit.doctor.id },
		Date.now()
	);
	return { ...{ isInside, place, roomName, referralMissing, zone }, doctorName: visit.doctor.name };
}

export type ShownQueue = NonNullable<Awaited<ReturnType<typeof queueOf>>>;
