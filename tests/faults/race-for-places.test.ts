import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createRandom } from '#db/demo/random.ts';
import { carryOut } from '#domain/scheduling/commands.ts';
import type { Intent } from '#domain/scheduling/intents.ts';
import { bookingOf, clinicFactory } from '../factories/clinic-factory.ts';
import { freshDatabase, type FreshDatabase } from '../support/test-postgres.ts';

const CONNECTIONS = 32;
/** `npm run faults` runs a tenth of its 1,000. */
const ROUNDS = Math.ceil(Number(process.env.DAYBOARD_ROUNDS ?? 100) / 10);
const SEED = process.env.DAYBOARD_SEED ?? 'places';
const PLACES = 5;
const MIDNIGHT = Date.UTC(2027, 0, 4);
const DAY_MS = 86_400_000;

let fresh: FreshDatabase;
let owner: pg.Client;
beforeAll(async () => {
	fresh = await freshDatabase({ max: CONNECTIONS });
	owner = new pg.Client(fresh.ownerUrl);
	await owner.connect();
});
afterAll(async () => {
	await owner.end();
	await fresh.drop();
});

it(
	`${CONNECTIONS} want one group with ${PLACES} places or another that meets it, and some leave, ${ROUNDS} rounds (seed "${SEED}"): never more than its places, no deadlock`,
	{ timeout: 60_000 + ROUNDS * 2_000 },
	async () => {
		const clinic = await clinicFactory(fresh.database, {
			...{ practitioners: 2, rooms: 2, patients: CONNECTIONS, staff: ['therapist', 'therapist'] },
			service: { places: PLACES, staffKinds: ['therapist'] }
		});
		const random = createRandom(SEED);
		const outcomes: Record<string, number> = {};
		let retries = 0;
		for (let round = 0; round < ROUNDS; round++) {
			const noon = MIDNIGHT + round * DAY_MS + 12 * 3_600_000;
			const perform = async (intent: Intent) => {
				const verdict = await carryOut(fresh.database, clinic.receptionist, intent, {
					now: MIDNIGHT - DAY_MS,
					onRetry: () => retries++
				});
				const outcome = verdict.outcome === 'refused' ? verdict.refusal.code : 'accepted';
				outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
				return outcome;
			};
			await Promise.all(
				clinic.patientIds.map(async (_, patient) => {
					// Two groups at noon, and one that both are in the way of.
					const place = random.pick([0, 0, 0, 1, 1, 2]);
					const booking = bookingOf(clinic, {
						...{ practitioner: place % 2, room: place % 2, patient },
						startsAt: noon + (place === 2 ? 10 : 0) * 60_000
					});
					const leaves = random.chance(0.3);
					if ((await perform(booking)) !== 'accepted' || !leaves) return;
					await perform({
						...{ kind: 'cancel', id: crypto.randomUUID(), madeAt: 0 },
						...{ appointmentId: booking.appointmentId, basedOnRevision: 1 },
						changes: { reason: 'other' }
					});
				})
			);
		}
		const { rows } = await owner.query(`SELECT
			(SELECT count(*)::int FROM claims a JOIN claims b ON a.resource_id = b.resource_id AND a.busy && b.busy
				AND a.id < b.id AND (a.session_key IS NULL OR a.session_key IS DISTINCT FROM b.session_key)) AS overlaps,
			(SELECT max(n)::int FROM (SELECT count(*) AS n FROM claims WHERE session_key IS NOT NULL
				GROUP BY resource_id, session_key) s) AS together,
			(SELECT deadlocks::int FROM pg_stat_database WHERE datname = current_database()) AS deadlocks`);
		// eslint-disable-next-line no-console
		console.log(`${JSON.stringify(outcomes)}, judged again ${retries} times`);
		expect(rows[0]).toEqual({ overlaps: 0, together: PLACES, deadlocks: 0 });
		expect(outcomes['too-busy'] ?? 0).toBe(0);
		expect(outcomes['session-full']).toBeGreaterThan(0);
	}
);
