/**
 * (f) Whether bookings slow down as the tables grow: the whole command path with 100,000 and with 1,000,000 visits
 * stored, each beside the bare INSERT of the same three claims into the same tables.
 */
import pg from 'pg';
import { poolOf } from '#db/pool.ts';
import { carryOut } from '#domain/scheduling/commands.ts';
import { bookingOf } from '../factories/clinic-factory.ts';
import { freshDatabase, type FreshDatabase } from '../support/test-postgres.ts';
import { benchClinic, DOCTORS, OPENS, VISIT_MINUTES, type BenchClinic } from './bench-clinic.ts';
import { bareClaims } from './commits.ts';
import { median, rateOf, type Figure } from './measure.ts';

const CONNECTIONS = 12;
const PLACES_A_DAY = 27;
const DAY_MS = 86_400_000;

/** Visits of the years before, written past the command path: 540 a day. */
async function fill(owner: pg.Client, clinic: BenchClinic, visits: number): Promise<void> {
	const { rows } = await owner.query<{ count: number }>(
		'SELECT count(*)::int AS count FROM appointments'
	);
	const from = rows[0]!.count;
	await owner.query("SET session_replication_role = 'replica'");
	await owner.query(
		`WITH place AS (SELECT n, $3::timestamptz - make_interval(days => 1 + n / ${DOCTORS * PLACES_A_DAY})
				+ make_interval(mins => (n / ${DOCTORS}) % ${PLACES_A_DAY} * ${VISIT_MINUTES}) AS starts,
				n % ${DOCTORS} + 1 AS doctor
			FROM generate_series($6::int, $7::int - 1) AS n),
		visit AS (INSERT INTO appointments (organization_id, id, clinic_id, practitioner_id, room_id, service_id,
				patient_id, starts_at, ends_at, status, new_patient, source, booked_at)
			SELECT $1::uuid, gen_random_uuid(), $2::uuid, ($4::uuid[])[doctor], ($5::uuid[])[doctor], $8::uuid,
				($9::uuid[])[doctor], starts, starts + interval '${VISIT_MINUTES} minutes', 'fulfilled', false, 'import',
				starts FROM place RETURNING *)
		INSERT INTO claims (organization_id, resource_id, busy, appointment_id)
			SELECT organization_id, resource, tstzrange(starts_at, ends_at), id
			FROM visit, unnest(ARRAY[practitioner_id, room_id, patient_id]) AS resource`,
		[
			...[clinic.organizationId, clinic.clinicId, new Date(OPENS)],
			...[clinic.practitionerIds, clinic.roomIds, from, visits, clinic.serviceId],
			clinic.patientIds
		]
	);
	await owner.query("SET session_replication_role = 'origin'");
	await owner.query('ANALYZE appointments; ANALYZE claims; CHECKPOINT');
}

interface Measured {
	full: number;
	ratio: number;
}

/** Rounds of bookings and of bare claims in turn, so that a noisy machine troubles both. */
async function measure(
	fresh: FreshDatabase,
	owner: pg.Client,
	clinic: BenchClinic,
	{ count, rounds, firstDay }: { count: number; rounds: number; firstDay: number }
): Promise<Measured> {
	const days = Math.ceil(count / (DOCTORS * PLACES_A_DAY)) + 1;
	const full: number[] = [];
	const ratios: number[] = [];
	for (let round = 0; round < rounds; round++) {
		const place = (i: number) => {
			const turn = Math.floor(i / DOCTORS);
			const day = firstDay + round * days + Math.floor(turn / PLACES_A_DAY);
			const startsAt = OPENS + day * DAY_MS + (turn % PLACES_A_DAY) * VISIT_MINUTES * 60_000;
			return { practitioner: i % DOCTORS, room: i % DOCTORS, patient: i % DOCTORS, startsAt };
		};
		const booked: string[] = [];
		const rate = await rateOf(count, CONNECTIONS, async (i) => {
			const booking = bookingOf(clinic, place(i));
			booked[i] = booking.appointmentId;
			const now = OPENS - DAY_MS;
			const verdict = await carryOut(fresh.database, clinic.receptionist, booking, { now });
			if (verdict.outcome !== 'accepted') throw new Error(JSON.stringify(verdict));
		});
		// The same claims once more, now bare.
		await owner.query('DELETE FROM claims WHERE appointment_id = ANY ($1)', [booked]);
		const bare = await rateOf(count, CONNECTIONS, (i) =>
			poolOf(fresh.database).query(bareClaims(clinic, place(i), booked[i]!))
		);
		full.push(rate);
		ratios.push(rate / bare);
	}
	return { full: median(full), ratio: median(ratios) };
}

export async function benchGrowth({ sample }: { sample: boolean }): Promise<Figure[]> {
	const [small, large] = sample ? [2_000, 20_000] : [100_000, 1_000_000];
	const [count, rounds] = sample ? [300, 1] : [2_000, 5];
	const fresh = await freshDatabase({ max: CONNECTIONS });
	const owner = new pg.Client(fresh.ownerUrl);
	await owner.connect();
	try {
		const clinic = await benchClinic(fresh.database, false);
		await fill(owner, clinic, small);
		const few = await measure(fresh, owner, clinic, { count, rounds, firstDay: 0 });
		await fill(owner, clinic, large);
		const many = await measure(fresh, owner, clinic, { count, rounds, firstDay: 365 });
		const figure = (stored: number, { full, ratio }: Measured): Figure => ({
			what: `(f) bookings with ${stored.toLocaleString('en')} visits stored`,
			measured: `${Math.round(full)}/s`,
			limit: `${Math.round(full / ratio)}/s bare INSERTs of the same claims`,
			...{ ratio, aim: 'at least 0.6', met: ratio >= 0.6 }
		});
		const kept = many.full / few.full;
		return [
			figure(small, few),
			figure(large, many),
			{
				what: `(f) the same with ${large / small} times as many stored`,
				measured: `${Math.round(many.full)}/s`,
				limit: `${Math.round(few.full)}/s before`,
				...{ ratio: kept, aim: 'at least 0.85', met: kept >= 0.85 }
			}
		];
	} finally {
		await owner.end();
		await fresh.drop();
	}
}
