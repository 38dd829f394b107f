/** Reads the ground around time that became free, and works out what could be booked into it. */
import { and, eq, inArray, sql } from 'drizzle-orm';
import type { ReadAvailability } from '../../../db/availability-reader.ts';
import type { Database } from '../../../db/database.ts';
import {
	clinics,
	hoursExceptions,
	practitionerServices,
	workingHours
} from '../../../db/schema/index.ts';
import { inOrganization } from '../../../db/transaction.ts';
import { dayInterval, localDatesOf } from '../../availability/local-day.ts';
import { readDays } from '../../availability/queries/ground-reader.ts';
import { clinicsIn } from '../../availability/queries/searched-clinics.ts';
import type { SlotService } from '../../availability/slot-wish.ts';
import { MINUTE_MS } from '../../scheduling/intervals.ts';
import { byWaste, possibleTimes, type FreedTime, type PossibleTime } from '../possible-times.ts';

/** A service for which there are times. */
export interface ServiceTimes {
	service: ReadAvailability['services'][number];
	/** That which wastes least first; never empty. */
	times: PossibleTime[];
}

/** @returns what could be booked into the freed time, by service; of the given services alone */
export async function timesForOpening(
	database: Database,
	organizationId: string,
	freed: FreedTime,
	serviceIds: readonly string[],
	now: number
): Promise<ServiceTimes[]> {
	if (serviceIds.length === 0 || freed.endsAt <= now) return [];
	const place = await inOrganization(database, organizationId, async (transaction) => {
		const [clinic] = await transaction
			.select({ zone: clinics.zone })
			.from(clinics)
			.where(and(eq(clinics.organizationId, organizationId), eq(clinics.id, freed.clinicId)));
		const worksThere = (table: typeof workingHours | typeof hoursExceptions) =>
			sql`exists (select 1 from ${table} where ${table.organizationId} = ${organizationId}
				and ${table.resourceId} = ${practitionerServices.practitionerId}
				and ${table.clinicId} = ${freed.clinicId})`;
		const doctors = await transaction
			.selectDistinct({ id: practitionerServices.practitionerId })
			.from(practitionerServices)
			.where(
				and(
					eq(practitionerServices.organizationId, organizationId),
					inArray(practitionerServices.serviceId, [...serviceIds]),
					// Without a room to give nobody else has anything of it.
					freed.roomId === null && freed.practitionerId !== null
						? eq(practitionerServices.practitionerId, freed.practitionerId)
						: sql`(${worksThere(workingHours)} or ${worksThere(hoursExceptions)})`
				)
			);
		return { zone: clinic?.zone ?? null, practitionerIds: doctors.map(({ id }) => id) };
	});
	if (place.zone === null || place.practitionerIds.length === 0) return [];
	const around = { start: freed.startsAt - LONGEST_VISIT_MS, end: freed.endsAt };
	const dates = localDatesOf({ ...around, start: Math.max(around.start, now) }, place.zone);
	const found = new Map<string, ServiceTimes>();
	for await (const { read, dates: some, taken } of readDays(database, organizationId, {
		...{ clinicIds: [freed.clinicId], serviceIds: [...serviceIds], dates, patientId: null },
		practitionerIds: place.practitionerIds
	})) {
		const [clinic] = clinicsIn(read, null);
		if (!clinic) return [];
		for (const date of some) {
			const day = { ...clinic, date, taken: taken.around(dayInterval(date, clinic.zone)) };
			for (const service of read.services) {
				const times = possibleTimes(day, slotService(service), freed, now);
				if (times.length === 0) continue;
				const known = found.get(service.id)?.times ?? [];
				found.set(service.id, { service, times: [...known, ...times].sort(byWaste(freed)) });
			}
		}
	}
	return [...found.values()];
}

/** What a service may take at most (check `services_duration`). */
const LONGEST_VISIT_MS = 720 * MINUTE_MS;

export function slotService(service: ReadAvailability['services'][number]): SlotService {
	return { id: service.id, needs: service, minutesOf: new Map(Object.entries(service.minutesOf)) };
}
