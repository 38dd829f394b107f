import fc from 'fast-check';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Actor } from '#domain/access/actor.ts';
import { carryOut } from '#domain/scheduling/commands.ts';
import type { Intent, Part } from '#domain/scheduling/intents.ts';
import {
	bookingOf,
	clinicFactory,
	staffFactory,
	type Clinic
} from '../factories/clinic-factory.ts';
import { freshDatabase, type FreshDatabase } from '../support/test-postgres.ts';

/** `npm run property` runs more; CI a sample. */
const RUNS = Number(process.env.DAYBOARD_SEQUENCES ?? 150) / 5;
const SEED = Number(process.env.DAYBOARD_SEED ?? 20_270_104);
const NOW = Date.UTC(2027, 0, 1);
const MINUTE_MS = 60_000;
const VISITS = 3;

let fresh: FreshDatabase;
let owner: pg.Client;
beforeAll(async () => {
	fresh = await freshDatabase();
	owner = new pg.Client(fresh.ownerUrl);
	await owner.connect();
});
afterAll(async () => {
	await owner.end();
	await fresh.drop();
});

/** One field of one visit is written: which, and what. */
interface Write {
	who: 0 | 1;
	visit: number;
	field: 'start' | 'length' | 'doctor' | 'room' | 'remark';
	value: number;
}
const writes = fc.array(
	fc.record<Write>({
		who: fc.constantFrom(0, 1),
		visit: fc.integer({ min: 0, max: VISITS - 1 }),
		field: fc.constantFrom('start', 'length', 'doctor', 'room', 'remark'),
		value: fc.integer({ min: 0, max: 2 })
	}),
	{ minLength: 1, maxLength: 14 }
);

/** Visits have an hour, a doctor and a room each that none of the others comes near: nothing is refused for them. */
let day = 0;

function partOf(
	clinic: Clinic,
	{ visit, field, value }: Write,
	{ id, base, revision }: { id: string; base: number; revision: number }
): Part {
	const based = { appointmentId: id, basedOnRevision: revision };
	switch (field) {
		case 'start':
			return { kind: 'move', ...based, changes: { startsAt: base + value * 5 * MINUTE_MS } };
		case 'length':
			return { kind: 'resize', ...based, changes: { durationMinutes: 20 + value * 5 } };
		case 'doctor': {
			const practitionerId = clinic.practitionerIds[visit * 3 + value]!;
			return { kind: 'move', ...based, changes: { practitionerId } };
		}
		case 'room':
			return { kind: 'move', ...based, changes: { roomId: clinic.roomIds[visit * 3 + value]! } };
		case 'remark':
			return { kind: 'remark', ...based, changes: { remark: `note ${value}` } };
	}
}

interface Row {
	start: number;
	length: number;
	doctor: string;
	room: string;
	remark: string;
	revision: number;
}

async function rowOf(id: string): Promise<Row> {
	const { rows } = await owner.query(
		`SELECT epoch_ms(starts_at)::float8 AS start, extract(epoch FROM ends_at - starts_at)::int AS length,
			practitioner_id AS doctor, room_id AS room, remark, revision FROM appointments WHERE id = $1`,
		[id]
	);
	return rows[0];
}

it('all that one of two did is undone as far as it is still theirs, and the other’s work stands', async () => {
	const clinic = await clinicFactory(fresh.database, {
		...{ practitioners: VISITS * 3, rooms: VISITS * 3, patients: VISITS }
	});
	const other = await staffFactory(fresh.database, clinic, { role: 'receptionist' });
	const people: [Actor, Actor] = [clinic.receptionist, other];
	const perform = (actor: Actor, wish: Omit<Intent, 'id' | 'madeAt'>) =>
		carryOut(fresh.database, actor, { id: crypto.randomUUID(), madeAt: 0, ...wish } as Intent, {
			now: NOW
		});
	await fc.assert(
		fc.asyncProperty(writes, async (sequence) => {
			const midnight = Date.UTC(2027, 0, 4 + day++);
			const visits: { id: string; base: number; first: Row }[] = [];
			for (let visit = 0; visit < VISITS; visit++) {
				const base = midnight + (9 + 2 * visit) * 60 * MINUTE_MS;
				const booking = bookingOf(clinic, {
					...{ startsAt: base, practitioner: visit * 3, room: visit * 3, patient: visit }
				});
				const verdict = await perform(other, booking);
				expect(verdict.outcome).toBe('accepted');
				visits.push({ id: booking.appointmentId, base, first: await rowOf(booking.appointmentId) });
			}
			// What each field is by, and what it would be without the first person: by visit and field.
			const last = new Map<string, { who: 0 | 1; value: unknown }>();
			const without = new Map<string, unknown>();
			const mine: string[] = [];
			for (const write of sequence) {
				const { id, base } = visits[write.visit]!;
				const before = await rowOf(id);
				const part = partOf(clinic, write, { id, base, revision: before.revision });
				const verdict = await perform(people[write.who], part as Omit<Intent, 'id' | 'madeAt'>);
				expect(verdict.outcome).toBe('accepted');
				const after = await rowOf(id);
				// Sealing makes another text of the same note each time.
				if (write.field !== 'remark' && before[write.field] === after[write.field]) continue;
				const key = `${write.visit}/${write.field}`;
				last.set(key, { who: write.who, value: after[write.field] });
				if (write.who === 1) without.set(key, after[write.field]);
				else mine.push(verdict.intentId);
			}
			for (const intentId of mine.toReversed()) {
				await perform(people[0], { kind: 'undo', intentId } as Omit<Intent, 'id' | 'madeAt'>);
			}
			for (const [at, { id, first }] of visits.entries()) {
				const now = await rowOf(id);
				for (const field of ['start', 'length', 'doctor', 'room', 'remark'] as const) {
					const key = `${at}/${field}`;
					// Theirs is what they wrote last, or what there was at first: whoever wrote over mine left it.
					expect([key, now[field]]).toEqual([key, without.get(key) ?? first[field]]);
				}
			}
		}),
		{ seed: SEED, numRuns: RUNS }
	);
});
