/** What a search for free times goes by, read in one statement (migration 0010). */
import type { HoursException } from '../domain/availability/exceptions.ts';
import type { WorkingHoursRule } from '../domain/availability/working-hours.ts';
import type { SessionPlace } from '../domain/scheduling/group-sessions.ts';
import type { Interval } from '../domain/scheduling/intervals.ts';
import type { ReadService } from '../domain/scheduling/situation.ts';
import type { Database } from './database.ts';
import { poolOf } from './pool.ts';

export interface AvailabilityQuery {
	clinicIds: string[];
	serviceIds: string[];
	/** `null`: everybody who offers one of the services. */
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
	/** `minutesOf`: how long it takes with each practitioner who offers it. */
	services: (ReadService & { minutesOf: Record<string, number> })[];
	clinics: { id: string; zone: string }[];
	/** Those who offer one of the services. */
	practitioners: { id: string; name: string }[];
	/** Those that suit one of the services, by name. */
	rooms: { id: string; name: string; clinicId: string; kind: string }[];
	/** `clinicId` is `null` for staff. */
	support: {
		id: string;
		kind: 'equipment' | 'staff';
		capability: string;
		clinicId: string | null;
	}[];
	rules: (WorkingHoursRule & { resourceId: string; clinicId: string })[];
	exceptions: (HoursException & { resourceId: string; clinicId: string })[];
	/** Clinics, rooms and support that have hours of their own. */
	withHours: string[];
	/** By resource: where each stretch starts, and in the same order where it ends (epoch milliseconds). */
	taken: Record<string, [starts: number[], ends: number[]]>;
	/** What group sessions take beside that, patient by patient. */
	sessionClaims: (Interval & { resourceId: string; session: SessionPlace })[];
}

export async function readAvailability(
	database: Database,
	organizationId: string,
	query: AvailabilityQuery
): Promise<ReadAvailability> {
	const { rows } = await poolOf(database).query<{ availability: ReadAvailability }>({
		name: 'read_availability',
		text: `SELECT read_availability($1, $2, $3, $4, $5, to_timestamp($6::float8 / 1000),
			to_timestamp($7::float8 / 1000), $8) AS availability`,
		values: [
			organizationId,
			query.clinicIds,
			query.serviceIds,
			query.practitionerIds,
			query.patientId,
			query.from,
			query.until,
			query.weekdays
		]
	});
	return rows[0]!.availability;
}
