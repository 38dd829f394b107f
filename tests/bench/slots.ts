/** (e) The search for free times, beside the bare query that fetches the busy ranges of the whole window. */
import pg from 'pg';
import { searchSlots } from '#domain/availability/queries/slots.ts';
import { slotSearchSchema } from '#domain/availability/slot-search.ts';
import { clinicFactory, type Clinic } from '../factories/clinic-factory.ts';
import { freshDatabase } from '../support/test-postgres.ts';
import { median, ms, type Figure } from './measure.ts';

const FROM = '2027-01-04';
const OPENS = '2027-01-04T08:00Z';
/** Places of a quarter of an hour between 08:00 and 17:00. */
const PLACES = 36;
const BOOKED = 0.6;
const NOW = Date.UTC(2027, 0, 1);

/**
 * Fills the doctors' days at random, without going through the command path: a million bookings would take a quarter
 * of an hour. The constraint is taken off and built again over what was filled in, so it holds at the end.
 */
async function fillDays(owner: pg.Client, clinic: Clinic, days: number): Promise<void> {
	await owner.query('ALTER TABLE claims DROP CONSTRAINT claims_no_overlap');
	// No visit stands behind these claims: nobody looks at them here.
	await owner.query("SET session_replication_role = 'replica'");
	await owner.query(
		`INSERT INTO claims (organization_id, resource_id, busy, appointment_id)
			SELECT $1, doctor, tstzrange(start, start + interval '15 minutes'), gen_random_uuid()
			FROM unnest($2::uuid[]) AS doctor, generate_series(0, $3::int - 1) AS day,
				generate_series(0, $4::int - 1) AS place,
				LATERAL (SELECT $5::timestamptz + day * interval '1 day' + place * interval '15 minutes' AS start) AS time
			WHERE random() < $6`,
		[clinic.organizationId, clinic.practitionerIds, days, PLACES, OPENS, BOOKED]
	);
	await owner.query("SET session_replication_role = 'origin'");
	await owner.query(`ALTER TABLE claims ADD CONSTRAINT claims_no_overlap
		EXCLUDE USING gist (resource_id WITH =, busy WITH &&) WHERE (exclusive) DEFERRABLE INITIALLY IMMEDIATE`);
	await owner.query('ANALYZE claims');
}

async function medianOf(times: number, work: () => Promise<unknown>): Promise<number> {
	const taken: number[] = [];
	for (let i = 0; i < times + 2; i++) {
		const began = performance.now();
		await work();
		if (i >= 2) taken.push(performance.now() - began);
	}
	return median(taken);
}

async function benchSize(doctors: number, days: number, rounds: number): Promise<Figure[]> {
	const fresh = await freshDatabase();
	const owner = new pg.Client(fresh.ownerUrl);
	await owner.connect();
	try {
		const clinic = await clinicFactory(fresh.database, {
			...{ practitioners: doctors, rooms: 20, patients: 1 }
		});
		await fillDays(owner, clinic, days);
		const search = async (change: object) => {
			const asked = slotSearchSchema.parse({
				...{ clinicIds: [clinic.clinicId], serviceIds: [clinic.serviceId], from: FROM, days },
				...change
			});
			const found = await searchSlots(fresh.database, clinic.receptionist, asked, NOW);
			if (!found.ok) throw new Error(found.refusal.code);
			return found.value.slots.length;
		};
		const bare = await medianOf(rounds, () =>
			owner.query({
				name: 'bare',
				rowMode: 'array',
				text: `SELECT resource_id, starts_at, ends_at FROM claims WHERE resource_id = ANY ($1)
					AND starts_at < $2::timestamptz + $3::int * interval '1 day' AND ends_at > $2::timestamptz`,
				values: [clinic.practitionerIds, OPENS, days]
			})
		);
		const page = await medianOf(rounds, () => search({ limit: 20 }));
		// Six hours in one piece are free nowhere: every day has to be looked at.
		const nothing = await medianOf(rounds, () => search({ durationMinutes: 360 }));
		const size = `${doctors} doctors × ${days} days, ${BOOKED * 100} % booked`;
		const limit = `${ms(bare)} to fetch the busy ranges of all days`;
		return [
			{
				what: `(e) first 20 free times, ${size}`,
				...{ measured: ms(page), limit, ratio: page / bare, aim: 'none set', met: true }
			},
			{
				what: `(e) nothing free on any day, ${size}`,
				...{ measured: ms(nothing), limit, ratio: nothing / bare, aim: 'none set', met: true }
			}
		];
	} finally {
		await owner.end();
		await fresh.drop();
	}
}

export async function benchSlots({ sample }: { sample: boolean }): Promise<Figure[]> {
	if (sample) return benchSize(20, 7, 3);
	return [...(await benchSize(50, 14, 11)), ...(await benchSize(500, 90, 5))];
}
