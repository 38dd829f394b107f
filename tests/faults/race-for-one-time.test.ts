import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { carryOut } from '#domain/scheduling/commands.ts';
import { bookingOf, clinicFactory, type Clinic } from '../factories/clinic-factory.ts';
import { freshDatabase, type FreshDatabase } from '../support/test-postgres.ts';

const CONNECTIONS = 64;
/** `npm run faults` runs 1,000; where all tests run, a sample is enough. */
const ROUNDS = Number(process.env.DAYBOARD_ROUNDS ?? 50);

let fresh: FreshDatabase;
let clinic: Clinic;
beforeAll(async () => {
	fresh = await freshDatabase({ max: CONNECTIONS });
	clinic = await clinicFactory(fresh.database, { patients: CONNECTIONS, rooms: 4 });
});
afterAll(() => fresh.drop());

it(
	`${CONNECTIONS} connections race for one time, ${ROUNDS} rounds: one winner each`,
	{ timeout: 120_000 + ROUNDS * 2_500 },
	async () => {
		const midnight = Date.UTC(2027, 0, 4);
		for (let round = 0; round < ROUNDS; round++) {
			// 24 visits a day: each round is for one doctor and one time, in four rooms and for as many patients.
			const startsAt =
				midnight + Math.floor(round / 24) * 86_400_000 + (480 + (round % 24) * 20) * 60_000;
			const verdicts = await Promise.all(
				Array.from({ length: CONNECTIONS }, (_, i) =>
					carryOut(
						fresh.database,
						clinic.receptionist,
						bookingOf(clinic, { startsAt, patient: i, room: i % 4 }),
						{ now: midnight }
					)
				)
			);
			const outcomes = verdicts.map((verdict) =>
				verdict.outcome === 'refused' ? verdict.refusal.code : verdict.outcome
			);
			const won = outcomes.filter((outcome) => outcome === 'accepted');
			expect([round, won.length]).toEqual([round, 1]);
			const lost = new Set(outcomes.filter((outcome) => outcome !== 'accepted'));
			expect([round, [...lost]]).toEqual([round, ['practitioner-busy']]);
		}
		const owner = new pg.Client(fresh.ownerUrl);
		await owner.connect();
		const { rows } = await owner.query(`SELECT
		(SELECT count(*)::int FROM appointments) AS visits,
		(SELECT count(*)::int FROM claims) AS claims,
		(SELECT deadlocks::int FROM pg_stat_database WHERE datname = current_database()) AS deadlocks`);
		await owner.end();
		expect(rows[0]).toEqual({ visits: ROUNDS, claims: ROUNDS * 3, deadlocks: 0 });
	}
);
