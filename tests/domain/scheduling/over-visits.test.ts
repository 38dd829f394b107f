/** A doctor's time that is taken over visits: they stay, reception is asked, and nobody else is booked into it. */
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Actor } from '#domain/access/actor.ts';
import type { PartOf } from '#domain/scheduling/intents.ts';
import { MINUTE_MS } from '#domain/scheduling/intervals.ts';
import { readTasks } from '#domain/tasks/queries.ts';
import { clinicFactory, staffFactory, type Clinic } from '../../factories/clinic-factory.ts';
import { freshDatabase, type FreshDatabase } from '../../support/test-postgres.ts';
import { ACCEPTED, at, deskOf, nextDay, NOW, refusedWith } from './clinic-desk.ts';

let fresh: FreshDatabase;
let owner: pg.Client;
let clinic: Clinic;
let doctor: Actor;
let desk: ReturnType<typeof deskOf>;
beforeAll(async () => {
	fresh = await freshDatabase();
	owner = new pg.Client(fresh.ownerUrl);
	await owner.connect();
	clinic = await clinicFactory(fresh.database, { practitioners: 2, rooms: 2, patients: 6 });
	doctor = await staffFactory(fresh.database, clinic, {
		...{ role: 'doctor', practitionerId: clinic.practitionerIds[0]! }
	});
	desk = deskOf(fresh, clinic);
});
afterAll(async () => {
	await owner.end();
	await fresh.drop();
});

const block = (
	midnight: number,
	[from, until]: [hour: number, hour: number],
	over: Partial<PartOf<'block'>['changes']> & { overVisits?: true } = {}
): PartOf<'block'> => {
	const { overVisits, ...changes } = over;
	return {
		...{ kind: 'block', blockId: crypto.randomUUID() },
		changes: {
			...{ clinicId: clinic.clinicId, resourceId: clinic.practitionerIds[0]!, kind: 'emergency' },
			...{ startsAt: at(midnight, from), durationMinutes: (until - from) * 60 },
			...changes
		},
		...(overVisits ? { overVisits } : {})
	};
};

async function claimsOf(blockId: string): Promise<string[]> {
	const { rows } = await owner.query<{ from: string; until: string; exclusive: boolean }>(
		`SELECT to_char(starts_at AT TIME ZONE 'UTC', 'HH24:MI') AS from,
			to_char(ends_at AT TIME ZONE 'UTC', 'HH24:MI') AS until, exclusive
			FROM claims WHERE block_id = $1 ORDER BY starts_at`,
		[blockId]
	);
	return rows.map(({ from, until, exclusive }) => `${from}-${until}${exclusive ? '' : ' shared'}`);
}

describe('a block over booked visits', () => {
	it('is refused with all of them, unless it is said that they are put to review', async () => {
		const midnight = nextDay();
		const a = await desk.booked({ startsAt: at(midnight, 10) });
		const b = await desk.booked({ startsAt: at(midnight, 11), patient: 1 });
		const refused = await desk.perform(block(midnight, [10, 12]), doctor);
		expect(refused).toMatchObject(refusedWith('practitioner-busy'));
		const obstacles = refused.outcome === 'refused' ? refused.refusal.obstacles : [];
		expect(obstacles?.map(({ appointmentId }) => appointmentId)).toEqual([a, b]);

		const over = block(midnight, [10, 12], { overVisits: true });
		expect(await desk.perform(over, doctor)).toMatchObject(ACCEPTED);
		expect(await claimsOf(over.blockId)).toEqual([
			'10:00-10:20 shared',
			'10:20-11:00',
			'11:00-11:20 shared',
			'11:20-12:00'
		]);
		const { rows } = await owner.query(
			'SELECT status, revision FROM appointments WHERE id = ANY ($1)',
			[[a, b]]
		);
		expect(rows).toEqual([
			{ status: 'booked', revision: 1 },
			{ status: 'booked', revision: 1 }
		]);
		const events = await owner.query<{ after: { overVisits: string[] } }>(
			'SELECT after FROM events WHERE subject_id = $1',
			[over.blockId]
		);
		expect(events.rows[0]!.after.overVisits).toEqual([a, b]);

		const tasks = await readTasks(fresh.database, clinic.receptionist, { done: false });
		if (!tasks.ok) throw new Error(tasks.refusal.code);
		const about = tasks.value.tasks.filter(({ kind }) => kind === 'visit-in-block');
		expect(about.map(({ visit }) => visit?.id).sort()).toEqual([a, b].sort());
		expect(about.every(({ clinic: place }) => place?.id === clinic.clinicId)).toBe(true);
	});

	it('lets nobody else be booked into it, nor into what a visit gives back', async () => {
		const midnight = nextDay();
		const a = await desk.booked({ startsAt: at(midnight, 10) });
		const over = block(midnight, [10, 12], { overVisits: true });
		expect(await desk.perform(over, doctor)).toMatchObject(ACCEPTED);
		const booking = (startsAt: number) =>
			desk.perform(desk.booking({ startsAt, patient: 2, room: 1 }));
		expect(await booking(at(midnight, 11))).toMatchObject(refusedWith('practitioner-blocked'));
		const cancelled = await desk.perform({
			...{ kind: 'cancel', appointmentId: a, basedOnRevision: 1, changes: { reason: 'other' } }
		});
		expect(cancelled).toMatchObject(ACCEPTED);
		expect(await booking(at(midnight, 10))).toMatchObject(refusedWith('practitioner-blocked'));
		const removed = await desk.perform(
			{ kind: 'unblock', blockId: over.blockId, basedOnRevision: 1 },
			doctor
		);
		expect(removed).toMatchObject(ACCEPTED);
		expect(await claimsOf(over.blockId)).toEqual([]);
		expect(await booking(at(midnight, 10))).toMatchObject(ACCEPTED);
	});

	it('is for those who may set rules aside, for doctors’ time, and never over another block', async () => {
		const midnight = nextDay();
		const roomId = clinic.roomIds[0]!;
		await desk.booked({ startsAt: at(midnight, 10) });
		const over = (changes: Parameters<typeof block>[2] = {}) =>
			block(midnight, [10, 11], { ...changes, overVisits: true });
		expect(await desk.perform(over())).toMatchObject({
			refusal: { code: 'not-allowed', field: 'overVisits' }
		});
		const colleague = over({ resourceId: clinic.practitionerIds[1]! });
		expect(await desk.perform(colleague, doctor)).toMatchObject(refusedWith('not-allowed'));
		expect(await desk.perform(over({ resourceId: roomId }))).toMatchObject({
			refusal: { code: 'invalid', field: 'overVisits' }
		});
		expect(await desk.perform(block(midnight, [11, 12]), doctor)).toMatchObject(ACCEPTED);
		const longer = over({ durationMinutes: 90 });
		expect(await desk.perform(longer, doctor)).toMatchObject({ outcome: 'refused' });
	});

	it('counts against what the doctor agreed to, and needs no leave where nobody is in the way', async () => {
		const midnight = nextDay();
		const empty = block(midnight, [8, 9], { overVisits: true });
		expect(await desk.perform(empty, doctor)).toMatchObject(ACCEPTED);
		expect(await claimsOf(empty.blockId)).toEqual(['08:00-09:00']);
		const verdicts: string[] = [];
		for (let hour = 9; hour < 13; hour++) {
			await desk.booked({ startsAt: at(midnight, hour), patient: hour - 9 });
			const over = block(midnight, [hour, hour + 1], { overVisits: true });
			const verdict = await desk.perform(over, doctor);
			verdicts.push(verdict.outcome === 'refused' ? verdict.refusal.code : verdict.outcome);
		}
		expect(verdicts).toEqual(['accepted', 'accepted', 'accepted', 'override-limit']);
	});

	it('is kept by the database to blocks that are marked so', async () => {
		const midnight = nextDay();
		await desk.booked({ startsAt: at(midnight, 10) });
		const plain = block(midnight, [11, 12]);
		expect(await desk.perform(plain, doctor)).toMatchObject(ACCEPTED);
		const attempt = owner.query(
			`INSERT INTO claims (organization_id, resource_id, busy, block_id, exclusive)
				SELECT organization_id, resource_id, tstzrange(starts_at - interval '1 hour', starts_at), id, false
				FROM blocks WHERE id = $1`,
			[plain.blockId]
		);
		await expect(attempt).rejects.toMatchObject({ code: '23514' });
	});

	it('and the visits that are moved out of it are one change', async () => {
		const midnight = nextDay();
		const a = await desk.booked({ startsAt: at(midnight, 10) });
		const wanted = block(midnight, [10, 11]);
		const verdict = await desk.together(
			[
				{
					...{ kind: 'move', appointmentId: a, basedOnRevision: 1 },
					changes: { startsAt: at(midnight, 11) }
				},
				wanted
			],
			doctor
		);
		expect(verdict).toMatchObject(ACCEPTED);
		expect(await claimsOf(wanted.blockId)).toEqual(['10:00-11:00']);
	});
});

describe('a doctor’s own visits', () => {
	it('go later by the doctor, not to a colleague, and not a colleague’s', async () => {
		const midnight = nextDay();
		const own = await desk.booked({ startsAt: at(midnight, 9) });
		const other = await desk.booked({
			...{ startsAt: at(midnight, 9), practitioner: 1, room: 1, patient: 1 }
		});
		const move = (appointmentId: string, changes: PartOf<'move'>['changes']) => ({
			...{ kind: 'move' as const, appointmentId, basedOnRevision: 1, changes },
			because: 'running-late' as const
		});
		const later = { startsAt: at(midnight, 9, 20) };
		expect(await desk.perform(move(other, later), doctor)).toMatchObject(
			refusedWith('not-allowed')
		);
		const away = { practitionerId: clinic.practitionerIds[1]! };
		expect(await desk.perform(move(own, away), doctor)).toMatchObject(refusedWith('not-allowed'));
		expect(await desk.perform(move(own, later), doctor)).toMatchObject(ACCEPTED);
		const { rows } = await owner.query<{ after: object }>(
			`SELECT after FROM events WHERE subject_id = $1 AND kind = 'move'`,
			[own]
		);
		expect(rows).toMatchObject([{ after: { because: 'running-late', startsAt: later.startsAt } }]);
	});

	it('take longer while they last, at the time that they have', async () => {
		const midnight = nextDay();
		const id = await desk.booked({ startsAt: at(midnight, 9) });
		const step = (status: 'arrived' | 'checked-in' | 'fulfilled', basedOnRevision: number) =>
			desk.perform(
				{ kind: 'set-status', appointmentId: id, basedOnRevision, changes: { status } },
				doctor,
				{ now: NOW }
			);
		const resize = (basedOnRevision: number, changes: PartOf<'resize'>['changes']) =>
			desk.perform({ kind: 'resize', appointmentId: id, basedOnRevision, changes }, doctor);
		await step('arrived', 1);
		await step('checked-in', 2);
		const elsewhen = { durationMinutes: 30, startsAt: at(midnight, 9) + 5 * MINUTE_MS };
		expect(await resize(3, elsewhen)).toMatchObject(refusedWith('not-movable'));
		expect(await resize(3, { durationMinutes: 30 })).toMatchObject(ACCEPTED);
		await step('fulfilled', 4);
		expect(await resize(5, { durationMinutes: 40 })).toMatchObject(refusedWith('not-movable'));
	});
});
