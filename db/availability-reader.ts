/** What a search for free times goes by, read in one statement (migration 0006). */
import type { WorkingHoursRule } from '../domain/availability/working-hours.ts';
import type { ServiceNeeds } from '../domain/scheduling/placement.ts';
import type { Database } from './database.ts';

export interface AvailabilityQuery {
	clinicIds: string[];
	serviceId: string;
	/** `null`: everybody who offers the service. */
	practitionerIds: string[] | null;
	patientId: string | null;
	/** Epoch milliseconds: what is taken is read from here … */
	from: number;
	/** … to here. */
	until: number;
	/** Monday 1 to Sunday 7: rules of other days are not read. */
	weekdays: number[];
}

export interface ReadAvailability {
	service: (ServiceNeeds & { id: string; durationMinutes: number }) | null;
	clinics: { id: string; zone: string }[];
	/** Those who offer the service. */
	practitioners: { id: string; name: string }[];
	/** Those that suit the service, by name. */
	rooms: { id: string; name: string; clinicId: string }[];
	rules: (WorkingHoursRule & { resourceId: string; clinicId: string })[];
	/** By resource: epoch milliseconds. */
	taken: Record<string, [start: number, end: number][]>;
}

export async function readAvailability(
	database: Database,
	organizationId: string,
	query: AvailabilityQuery
): Promise<ReadAvailability> {
	const { rows } = await database.pool.query<{ availability: ReadAvailability }>({
		name: 'read_availability',
		text: `SELECT read_availability($1, $2, $3, $4, $5, to_timestamp($6::float8 / 1000),
			to_timestamp($7::float8 / 1000), $8) AS availability`,
		values: [
			organizationId,
			query.clinicIds,
			query.serviceId,
			query.practitionerIds,
			query.patientId,
			query.from,
			query.until,
			query.weekdays
		]
	});
	return rows[0]!.availability;
}
