/** (a) Bookings a second through the whole command path, beside the bare INSERT of the same claims. */
import { carryOut } from '#domain/scheduling/commands.ts';
import pg from 'pg';
import { poolOf } from '#db/pool.ts';
import { bookingOf } from '../factories/clinic-factory.ts';
import { freshDatabase } from '../support/test-postgres.ts';
import { benchClinic, DOCTORS, OPENS, VISIT_MINUTES, type BenchClinic } from './bench-clinic.ts';
import { median, rateOf, type Figure } from './measure.ts';

const CONNECTIONS = 12;
const PLACES_A_DAY = 27;
const DAY_MS = 86_400_000;

/** One statement: the three claims of a visit, with the organization set as everywhere. */
const BARE = `WITH scope AS (SELECT set_config('dayboard.organization_id', $1::text, true))
	INSERT INTO claims (organization_id, resource_id, busy, appointment_id)
	SELECT $1::uuid, resource, tstzrange($3, $4), $5::uuid FROM scope, unnest($2::uuid[]) AS resource`;

export interface BenchPlace {
	practitioner: number;
	room: number;
	patient: number;
	startsAt: number;
}

/** The limit: the claims of one visit, and nothing else. */
export function bareClaims(
	clinic: BenchClinic,
	{ practitioner, room, patient, startsAt }: BenchPlace,
	appointmentId: string
): pg.QueryConfig {
	const ids = [
		clinic.practitionerIds[practitioner],
		clinic.roomIds[room],
		clinic.patientIds[patient]
	];
	const span = [new Date(startsAt), new Date(startsAt + VISIT_MINUTES * 60_000)];
	const values = [clinic.organizationId, ids, ...span, appointmentId];
	return { name: 'bare', text: BARE, values };
}

export async function benchCommits({ sample }: { sample: boolean }): Promise<Figure> {
	const [count, rounds] = sample ? [400, 1] : [3_000, 5];
	const fresh = await freshDatabase({ max: CONNECTIONS });
	const owner = new pg.Client(fresh.ownerUrl);
	await owner.connect();
	try {
		const clinic = await benchClinic(fresh.database, false);
		/** The i-th visit: doctor by doctor, then the next time, so that neighbours never meet. */
		const place = (i: number) => {
			const turn = Math.floor(i / DOCTORS);
			const startsAt =
				OPENS +
				Math.floor(turn / PLACES_A_DAY) * DAY_MS +
				(turn % PLACES_A_DAY) * VISIT_MINUTES * 60_000;
			return { practitioner: i % DOCTORS, room: i % DOCTORS, patient: i % DOCTORS, startsAt };
		};
		const full: number[] = [];
		const bare: number[] = [];
		for (let round = 0; round < rounds; round++) {
			await owner.query('TRUNCATE claims, events, verdicts, appointments, blocks CASCADE');
			full.push(
				await rateOf(count, CONNECTIONS, async (i) => {
					const booking = bookingOf(clinic, place(i));
					const verdict = await carryOut(fresh.database, clinic.receptionist, booking, {
						now: OPENS - DAY_MS
					});
					if (verdict.outcome !== 'accepted') throw new Error(JSON.stringify(verdict));
				})
			);
			const { rows } = await owner.query<{ id: string }>('SELECT id FROM appointments');
			await owner.query('TRUNCATE claims');
			bare.push(
				await rateOf(count, CONNECTIONS, (i) => {
					return poolOf(fresh.database).query(bareClaims(clinic, place(i), rows[i]!.id));
				})
			);
		}
		const ratio = median(full.map((rate, round) => rate / bare[round]!));
		return {
			what: `(a) bookings through the whole command path, ${CONNECTIONS} connections`,
			measured: `${Math.round(median(full))}/s`,
			limit: `${Math.round(median(bare))}/s bare INSERTs of the same three claims`,
			...{ ratio, aim: 'at least 0.5', met: ratio >= 0.5 }
		};
	} finally {
		await owner.end();
		await fresh.drop();
	}
}
