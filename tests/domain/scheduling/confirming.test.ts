import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readBoard } from '#domain/board/queries.ts';
import { carryOut } from '#domain/scheduling/commands.ts';
import type { Actor } from '#domain/access/actor.ts';
import type { Part } from '#domain/scheduling/intents.ts';
import { MINUTE_MS } from '#domain/scheduling/intervals.ts';
import { appointmentHistory } from '#domain/scheduling/queries.ts';
import { clinicFactory, staffFactory, type Clinic } from '../../factories/clinic-factory.ts';
import { freshDatabase, type FreshDatabase } from '../../support/test-postgres.ts';
import { ACCEPTED, at, deskOf, nextDay, NOW, refusedWith } from './clinic-desk.ts';

let fresh: FreshDatabase;
let clinic: Clinic;
let patient: Actor;
let stranger: Actor;
let kiosk: Actor;
let desk: ReturnType<typeof deskOf>;
beforeAll(async () => {
	fresh = await freshDatabase();
	clinic = await clinicFactory(fresh.database);
	const [own, other] = clinic.patientIds;
	patient = await staffFactory(fresh.database, clinic, { role: 'patient', patientId: own! });
	stranger = await staffFactory(fresh.database, clinic, { role: 'patient', patientId: other! });
	kiosk = await staffFactory(fresh.database, clinic, { role: 'kiosk', clinicId: clinic.clinicId });
	desk = deskOf(fresh, clinic);
});
afterAll(() => fresh.drop());

const on = (appointmentId: string, basedOnRevision: number) => ({ appointmentId, basedOnRevision });
const confirm = (id: string, revision: number, confirmed = true): Part => ({
	...{ kind: 'confirm', ...on(id, revision), changes: { confirmed } }
});
const move = (id: string, revision: number, changes: object): Part =>
	({ kind: 'move', ...on(id, revision), changes }) as Part;
const checkIn = (id: string, revision: number, by: 'kiosk' | 'link' = 'link'): Part => ({
	...{ kind: 'check-in', ...on(id, revision), changes: { by } }
});
const online = (part: Part, now = NOW, actor = patient) =>
	desk.perform(part, actor, { source: 'online', now });

async function rowOf(appointmentId: string, midnight: number) {
	const date = new Date(midnight).toISOString().slice(0, 10);
	const board = await readBoard(fresh.database, { ...clinic, date });
	return board!.rows.appointments[appointmentId]!;
}

async function bookedAtNine(): Promise<{ id: string; midnight: number; nine: number }> {
	const midnight = nextDay();
	const nine = at(midnight, 9);
	return { id: await desk.booked({ startsAt: nine }), midnight, nine };
}

describe('confirming', () => {
	it('by the patient shows on the board and in the history, with when and by whom', async () => {
		const { id, midnight } = await bookedAtNine();
		expect(await rowOf(id, midnight)).not.toHaveProperty('confirmedAt');
		expect(await online(confirm(id, 1))).toMatchObject({ ...ACCEPTED, revision: 2 });
		const row = await rowOf(id, midnight);
		expect([row.confirmedAt, 'confirmedBy' in row]).toEqual([NOW, false]);
		const history = await appointmentHistory(fresh.database, clinic.receptionist, id);
		expect(history.ok && history.value[0]).toMatchObject({
			...{ kind: 'confirm', before: { confirmedAt: null, confirmedBy: null } },
			after: { confirmedAt: NOW, confirmedBy: 'patient' }
		});
	});

	it('by reception says so, and can be taken back', async () => {
		const { id, midnight } = await bookedAtNine();
		expect(await desk.perform(confirm(id, 1))).toMatchObject(ACCEPTED);
		expect(await rowOf(id, midnight)).toMatchObject({ confirmedAt: NOW, confirmedBy: 'staff' });
		expect(await desk.perform(confirm(id, 2, false))).toMatchObject(ACCEPTED);
		expect(await rowOf(id, midnight)).not.toHaveProperty('confirmedAt');
	});

	it('a second time, or of what is over, is refused', async () => {
		const { id, nine } = await bookedAtNine();
		await online(confirm(id, 1));
		expect(await online(confirm(id, 1))).toMatchObject(refusedWith('stale-revision'));
		expect(await online(confirm(id, 2))).toMatchObject(refusedWith('status-not-possible'));
		const other = await bookedAtNine();
		expect(await online(confirm(other.id, 1), other.nine)).toMatchObject(refusedWith('too-late'));
		await desk.perform({ kind: 'cancel', ...on(id, 2), changes: { reason: 'other' } });
		expect(await online(confirm(id, 3), nine - 1)).toMatchObject(
			refusedWith('status-not-possible')
		);
	});

	it('is not in the way of a room, a note or a status that changed meanwhile, nor they in its', async () => {
		const { id, midnight } = await bookedAtNine();
		await desk.perform(move(id, 1, { roomId: clinic.roomIds[1] }));
		await desk.perform({ kind: 'remark', ...on(id, 1), changes: { remark: 'Comes by bus' } });
		await desk.perform({ kind: 'set-status', ...on(id, 1), changes: { status: 'pending' } });
		// Carried out, and told what else was changed.
		const adjusted = { outcome: 'adjusted' };
		expect(await online(confirm(id, 1))).toMatchObject(adjusted);
		expect(await desk.perform(move(id, 4, { roomId: clinic.roomIds[0] }))).toMatchObject(adjusted);
		expect(await rowOf(id, midnight)).toMatchObject({ confirmedAt: NOW });
	});

	it('is of one time: a visit that is moved is not confirmed any more, and not for the old time', async () => {
		const { id, midnight, nine } = await bookedAtNine();
		await online(confirm(id, 1));
		await desk.perform(move(id, 1, { startsAt: nine + 60 * MINUTE_MS }));
		expect(await rowOf(id, midnight)).not.toHaveProperty('confirmedAt');
		expect(await online(confirm(id, 2))).toMatchObject(refusedWith('stale-revision'));
		expect(await online(confirm(id, 3))).toMatchObject(ACCEPTED);
		const history = await appointmentHistory(fresh.database, clinic.receptionist, id);
		expect(history.ok && history.value[1]!.after).toMatchObject({ confirmedAt: null });
	});

	it('holds when the patient chooses another time', async () => {
		const { id, midnight, nine } = await bookedAtNine();
		await online(confirm(id, 1));
		expect(
			await online(move(id, 2, { startsAt: nine + 60 * MINUTE_MS }), nine - 48 * 60 * MINUTE_MS)
		).toMatchObject(ACCEPTED);
		expect(await rowOf(id, midnight)).toMatchObject({ confirmedAt: NOW });
	});

	it('ends with a visit that is cancelled', async () => {
		const { id, midnight } = await bookedAtNine();
		await online(confirm(id, 1));
		await desk.perform({ kind: 'cancel', ...on(id, 2), changes: { reason: 'other' } });
		await desk.perform({ kind: 'set-status', ...on(id, 3), changes: { status: 'booked' } });
		expect(await rowOf(id, midnight)).not.toHaveProperty('confirmedAt');
	});

	it('is nobody else’s, and not the kiosk’s', async () => {
		const { id } = await bookedAtNine();
		expect(await online(confirm(id, 1), NOW, stranger)).toMatchObject(refusedWith('not-allowed'));
		expect(await online(confirm(id, 1), NOW, kiosk)).toMatchObject(refusedWith('not-allowed'));
	});
});

describe('saying that one is here', () => {
	it('marks the visit as arrived, from two hours before until it ends', async () => {
		const { id, midnight, nine } = await bookedAtNine();
		const early = nine - 120 * MINUTE_MS;
		expect(await online(checkIn(id, 1), early - 1)).toMatchObject(refusedWith('too-early'));
		expect(await online(checkIn(id, 1), nine + 20 * MINUTE_MS)).toMatchObject(
			refusedWith('too-late')
		);
		expect(await online(checkIn(id, 1), early)).toMatchObject(ACCEPTED);
		expect(await rowOf(id, midnight)).toMatchObject({ status: 'arrived', arrivedAt: early });
		expect(await online(checkIn(id, 2), early)).toMatchObject(refusedWith('status-not-possible'));
	});

	it('at the kiosk is told in the history', async () => {
		const { id, nine } = await bookedAtNine();
		expect(await online(checkIn(id, 1, 'kiosk'), nine, kiosk)).toMatchObject(ACCEPTED);
		const history = await appointmentHistory(fresh.database, clinic.receptionist, id);
		expect(history.ok && history.value[0]).toMatchObject({
			...{ kind: 'check-in', after: { status: 'arrived', by: 'kiosk' } }
		});
	});

	it('is all that patients and kiosks may say of where a visit stands', async () => {
		const { id, nine } = await bookedAtNine();
		for (const actor of [patient, kiosk]) {
			for (const status of ['arrived', 'checked-in', 'noshow', 'pending'] as const) {
				const part: Part = { kind: 'set-status', ...on(id, 1), changes: { status } };
				expect(await online(part, nine, actor)).toMatchObject(refusedWith('not-allowed'));
			}
		}
		expect(await online(checkIn(id, 1), nine, stranger)).toMatchObject(refusedWith('not-allowed'));
		const roles = [{ ...kiosk.roles[0]!, clinicId: crypto.randomUUID() }];
		expect(await online(checkIn(id, 1), nine, { ...kiosk, roles })).toMatchObject(
			refusedWith('not-allowed')
		);
	});

	it('twenty times at once is done once', async () => {
		const { id, nine } = await bookedAtNine();
		const verdicts = await Promise.all(
			Array.from({ length: 20 }, () => {
				const intent = { id: crypto.randomUUID(), madeAt: 0, ...checkIn(id, 1) };
				return carryOut(fresh.database, patient, intent as never, { now: nine, source: 'online' });
			})
		);
		expect(verdicts.filter(({ outcome }) => outcome === 'accepted')).toHaveLength(1);
	});
});
