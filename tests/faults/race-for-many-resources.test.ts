import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createRandom } from '#db/demo/random.ts';
import { addException } from '#domain/availability/commands.ts';
import { readAppointment } from '#domain/scheduling/queries.ts';
import { carryOut } from '#domain/scheduling/commands.ts';
import type { Intent, Part } from '#domain/scheduling/intents.ts';
import {
	bookingOf,
	clinicFactory,
	staffFactory,
	type Clinic
} from '../factories/clinic-factory.ts';
import { freshDatabase, type FreshDatabase } from '../support/test-postgres.ts';

const CONNECTIONS = 32;
/** `npm run faults` runs 1,000. */
const ROUNDS = Math.ceil(Number(process.env.DAYBOARD_ROUNDS ?? 200) / 4);
const SEED = process.env.DAYBOARD_SEED ?? 'many resources';
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

const overlaps = async () => {
	const { rows } = await owner.query(`SELECT
		(SELECT count(*)::int FROM claims a JOIN claims b ON a.resource_id = b.resource_id AND a.busy && b.busy
			AND a.id < b.id) AS overlaps,
		(SELECT deadlocks::int FROM pg_stat_database WHERE datname = current_database()) AS deadlocks`);
	return rows[0] as { overlaps: number; deadlocks: number };
};

it(
	`visits with doctor, room, device, nurse and patient, ${ROUNDS} rounds of ${CONNECTIONS} (seed "${SEED}"): no deadlock is left`,
	{ timeout: 60_000 + ROUNDS * 2_000 },
	async () => {
		const clinic = await clinicFactory(fresh.database, {
			...{ practitioners: 6, rooms: 5, patients: 12 },
			...{ equipment: ['ecg', 'ecg', 'ecg'], staff: ['nurse', 'nurse', 'nurse', 'nurse'] },
			service: { equipmentKinds: ['ecg'], staffKinds: ['nurse'] }
		});
		const random = createRandom(SEED);
		const retries: Record<string, number> = {};
		const outcomes: Record<string, number> = {};
		const booked: { id: string; revision: number }[] = [];
		const count = (into: Record<string, number>, key: string) => {
			into[key] = (into[key] ?? 0) + 1;
		};
		const wishFor = (round: number): Part => {
			const day = MIDNIGHT + Math.floor(round / 10) * DAY_MS;
			const startsAt = day + (480 + random.whole(0, 100) * 5) * 60_000;
			const among = (list: readonly unknown[]) => random.whole(0, list.length - 1);
			const place = {
				practitioner: among(clinic.practitionerIds),
				room: among(clinic.roomIds),
				patient: among(clinic.patientIds)
			};
			const known = booked.length > 0 && random.chance(0.4) ? random.pick(booked) : null;
			const { id: _, madeAt: __, ...booking } = bookingOf(clinic, { ...place, startsAt });
			if (!known) return booking;
			const { practitionerId, roomId } = booking.changes;
			return {
				...{ kind: 'move', appointmentId: known.id, basedOnRevision: known.revision },
				changes: { startsAt, practitionerId, roomId }
			};
		};
		for (let round = 0; round < ROUNDS; round++) {
			const wishes = Array.from({ length: CONNECTIONS }, () => wishFor(round));
			const verdicts = await Promise.all(
				wishes.map((wish) =>
					carryOut(
						fresh.database,
						clinic.receptionist,
						{ id: crypto.randomUUID(), madeAt: 0, ...wish } as Intent,
						{ now: MIDNIGHT - DAY_MS, onRetry: (state) => count(retries, state) }
					)
				)
			);
			for (const verdict of verdicts) {
				count(outcomes, verdict.outcome === 'refused' ? verdict.refusal.code : 'accepted');
				if (verdict.outcome !== 'accepted') continue;
				const known = booked.find(({ id }) => id === verdict.subjectId);
				if (known) known.revision = verdict.revision;
				else booked.push({ id: verdict.subjectId, revision: verdict.revision });
			}
		}
		// eslint-disable-next-line no-console -- the count of retries is what the run is for
		console.log('judged again, by reason:', retries, 'answers:', outcomes);
		expect(outcomes['accepted']).toBeGreaterThan(ROUNDS);
		expect(outcomes['too-busy'] ?? 0).toBe(0);
		expect(await overlaps()).toEqual({ overlaps: 0, deadlocks: 0 });
	}
);

it('whoever closes a day and whoever books into it at that moment never both succeed', async () => {
	const rounds = Math.max(10, ROUNDS / 2);
	const won = { closed: 0, booked: 0 };
	for (let round = 0; round < rounds; round++) {
		const clinic: Clinic = await clinicFactory(fresh.database);
		const boss = await staffFactory(fresh.database, clinic, { role: 'organization-administrator' });
		const now = MIDNIGHT - DAY_MS;
		const resourceId = round % 2 ? clinic.clinicId : clinic.practitionerIds[0]!;
		const booking = bookingOf(clinic, { startsAt: MIDNIGHT + 10 * 3_600_000 });
		const [verdict, closed] = await Promise.all([
			carryOut(fresh.database, clinic.receptionist, booking, { now }),
			addException(
				fresh.database,
				boss,
				{
					...{ clinicId: clinic.clinicId, resourceId, kind: 'closed', reason: 'closure', note: '' },
					...{ firstDate: '2027-01-04', lastDate: '2027-01-04', startMinute: 0, endMinute: 1440 }
				},
				now
			)
		]);
		const isBooked = verdict.outcome === 'accepted';
		expect([round, isBooked, closed.ok]).toEqual([round, isBooked, !isBooked]);
		won[isBooked ? 'booked' : 'closed']++;
		const read = await readAppointment(fresh.database, clinic.receptionist, booking.appointmentId);
		expect(read.ok).toBe(isBooked);
	}
	// eslint-disable-next-line no-console -- whether the race was one
	console.log('who was first:', won);
});
