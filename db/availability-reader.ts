/** What a search for free times goes by, read in as few statements as it needs (migration 0015). */
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
	/** Local dates, `YYYY-MM-DD`, in order. */
	dates: readonly string[];
	/** Doctors times days for which to read what is taken; at least one day. */
	doctorDays: number;
	/** Whether rules are needed for all dates, or only for those for which is read what is taken. */
	allRules: boolean;
}

/** What is taken on some days. */
export interface ReadTaken {
	/** By resource: each stretch as two instants of eight bytes, base64; `takenSpans` reads it. */
	taken: Record<string, string>;
	/** What group sessions take beside that, patient by patient. */
	sessionClaims: (Interval & { resourceId: string; session: SessionPlace })[];
}

export interface ReadAvailability extends ReadTaken {
	/** For how many of the dates it says what is taken. */
	days: number;
	/** Monday 1 to Sunday 7: rules of other days were not read. */
	weekdays: number[];
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
}

export async function readAvailability(
	database: Database,
	organizationId: string,
	query: AvailabilityQuery
): Promise<ReadAvailability> {
	const { rows } = await poolOf(database).query<{ availability: ReadAvailability }>({
		name: 'read_availability',
		text: `SELECT read_availability($1, $2, $3, $4, $5, $6, $7, $8) AS availability`,
		values: [
			organizationId,
			query.clinicIds,
			query.serviceIds,
			query.practitionerIds,
			query.patientId,
			query.dates,
			query.doctorDays,
			query.allRules
		]
	});
	return rows[0]!.availability;
}

/** Reads what is taken on further days, for whoever knows the rest already. */
export async function readTaken(
	database: Database,
	organizationId: string,
	query: { resourceIds: readonly string[]; firstDate: string; lastDate: string }
): Promise<ReadTaken> {
	const { rows } = await poolOf(database).query<{ taken: ReadTaken }>({
		name: 'read_taken',
		text: 'SELECT read_taken($1, $2, $3, $4) AS taken',
		values: [organizationId, query.resourceIds, query.firstDate, query.lastDate]
	});
	return rows[0]!.taken;
}

/** PostgreSQL counts microseconds from here. */
const POSTGRES_EPOCH_MS = Date.UTC(2000, 0, 1);
const INSTANT_BYTES = 8;

/**
 * Stretches of one resource, sorted by their start.
 * @param bytes base64, as `ReadTaken` has them
 * @returns pairs of epoch milliseconds: where the first starts, where it ends, where the second starts …
 */
export function takenSpans(bytes: string): Float64Array {
	const buffer = Buffer.from(bytes, 'base64');
	const instants = new Float64Array(buffer.length / INSTANT_BYTES);
	for (let i = 0; i < instants.length; i++) {
		const at = i * INSTANT_BYTES;
		const microseconds = buffer.readInt32BE(at) * 2 ** 32 + buffer.readUInt32BE(at + 4);
		instants[i] = POSTGRES_EPOCH_MS + microseconds / 1_000;
	}
	return instants;
}
