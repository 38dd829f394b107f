import { and, eq, isNotNull } from 'drizzle-orm';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { searchSlots } from '#domain/availability/queries/slots.ts';
import { slotSearchSchema } from '#domain/availability/slot-search.ts';
import { takeHold } from '#domain/scheduling/commands/holds.ts';
import type { Part } from '#domain/scheduling/intents.ts';
import { readAppointment } from '#domain/scheduling/queries.ts';
import { claims, services } from '#db/schema/index.ts';
import { inOrganization } from '#db/transaction.ts';
import { clinicFactory, staffFactory, type Clinic } from '../../factories/clinic-factory.ts';
import { freshDatabase, type FreshDatabase } from '../../support/test-postgres.ts';
import { ACCEPTED, at, deskOf, nextDay, refusedWith } from './clinic-desk.ts';

const PLACES = 3;

let fresh: FreshDatabase;
let clinic: Clinic;
let desk: ReturnType<typeof deskOf>;
beforeAll(async () => {
	fresh = await freshDatabase({ max: 12 });
	clinic = await clinicFactory(fresh.database, {
		...{ practitioners: 2, rooms: 2, patients: 12, bufferAfterMinutes: 10 },
		...{ staff: ['physiotherapist', 'physiotherapist'] },
		service: { places: PLACES, staffKinds: ['physiotherapist'] }
	});
	desk = deskOf(fresh, clinic);
});
afterAll(() => fresh.drop());

const read = async (id: string) => {
	const found = await readAppointment(fresh.database, clinic.receptionist, id);
	if (!found.ok) throw new Error(found.refusal.code);
	return found.value;
};
/** Books the first patients of the clinic into one group. */
const group = async (startsAt: number, patients: number[]) => {
	const ids: string[] = [];
	for (const patient of patients) ids.push(await desk.booked({ startsAt, patient }));
	return ids;
};
const move = (
	appointmentId: string,
	changes: Extract<Part, { kind: 'move' }>['changes'],
	basedOnRevision = 1
): Part => ({ ...{ kind: 'move', appointmentId, basedOnRevision }, changes });
const cancel = (appointmentId: string, basedOnRevision = 1): Part => ({
	...{ kind: 'cancel', appointmentId, basedOnRevision },
	changes: { reason: 'other' }
});
/** Who assists, by visit. */
const helpersOf = (id: string) =>
	inOrganization(fresh.database, clinic.organizationId, async (transaction) => {
		const rows = await transaction
			.select({ resourceId: claims.resourceId })
			.from(claims)
			.where(and(eq(claims.appointmentId, id), isNotNull(claims.place)));
		return rows.map(({ resourceId }) => resourceId).filter((one) => clinic.staffIds.includes(one));
	});

describe('a group session', () => {
	it('takes as many patients as the service has places, each in a place of its own', async () => {
		const startsAt = at(nextDay(), 9);
		const ids = await group(startsAt, [0, 1, 2]);
		expect(await Promise.all(ids.map(async (id) => (await read(id)).place))).toEqual([1, 2, 3]);
		const more = await desk.perform(desk.booking({ startsAt, patient: 3 }));
		expect(more).toMatchObject(refusedWith('session-full'));
		expect(more.outcome === 'refused' && more.refusal.alternatives).toHaveLength(3);
	});

	it('has one of the staff for all, not one for each', async () => {
		const ids = await group(at(nextDay(), 9), [0, 1, 2]);
		const helpers = await Promise.all(ids.map(helpersOf));
		expect(new Set(helpers.flat()).size).toBe(1);
	});

	it('does not take a patient twice', async () => {
		const startsAt = at(nextDay(), 9);
		await group(startsAt, [0]);
		const again = await desk.perform(desk.booking({ startsAt, patient: 0 }));
		expect(again).toMatchObject(refusedWith('patient-busy'));
	});

	it('excludes everything that is not part of it, buffers included', async () => {
		const startsAt = at(nextDay(), 9);
		await group(startsAt, [0]);
		for (const [other, code] of [
			[{ startsAt: startsAt + 5 * 60_000, patient: 1 }, 'practitioner-busy'],
			// Five minutes after the end: within the ten that are kept free.
			[{ startsAt: startsAt + 25 * 60_000, patient: 1 }, 'practitioner-busy'],
			[{ startsAt, room: 1, patient: 1 }, 'practitioner-busy'],
			[{ startsAt, practitioner: 1, patient: 1 }, 'room-busy']
		] as const) {
			expect(await desk.perform(desk.booking(other)), code).toMatchObject(refusedWith(code));
		}
		const longer = desk.booking({ startsAt, patient: 1 });
		longer.changes.durationMinutes = 30;
		expect(await desk.perform(longer)).toMatchObject(refusedWith('practitioner-busy'));
	});

	it('gives a place back when somebody leaves, and the time when the last one does', async () => {
		const startsAt = at(nextDay(), 9);
		const [a, b, c] = (await group(startsAt, [0, 1, 2])) as [string, string, string];
		expect(await desk.perform(cancel(b))).toMatchObject(ACCEPTED);
		expect((await read(b)).place).toBeNull();
		const later = await desk.booked({ startsAt, patient: 3 });
		expect((await read(later)).place).toBe(2);
		// Who comes back finds the place taken.
		const back: Part = {
			...{ kind: 'set-status', appointmentId: b, basedOnRevision: 2 },
			changes: { status: 'booked' }
		};
		expect(await desk.perform(back)).toMatchObject(refusedWith('session-full'));
		for (const id of [a, c, later]) await desk.perform(cancel(id));
		const instead = await desk.perform(
			desk.booking({ startsAt: startsAt + 10 * 60_000, patient: 4 })
		);
		expect(instead).toMatchObject(ACCEPTED);
	});

	it('moves as a whole, and one of it to another', async () => {
		const midnight = nextDay();
		const ids = await group(at(midnight, 9), [0, 1, 2]);
		const alone = await desk.perform(move(ids[0]!, { startsAt: at(midnight, 9, 10) }));
		expect(alone).toMatchObject(refusedWith('practitioner-busy'));
		const all = await desk.together(
			ids.map((id) => move(id, { startsAt: at(midnight, 9, 10), roomId: clinic.roomIds[1]! }))
		);
		expect(all).toMatchObject(ACCEPTED);
		expect(await Promise.all(ids.map(async (id) => (await read(id)).place))).toEqual([1, 2, 3]);
		const other = await desk.booked({ startsAt: at(midnight, 14), patient: 5 });
		const joined = await desk.perform(
			move(ids[0]!, { startsAt: at(midnight, 14), roomId: clinic.roomIds[0]! }, 2)
		);
		expect(joined).toMatchObject(ACCEPTED);
		expect((await read(ids[0]!)).place).toBe(2);
		expect((await read(other)).place).toBe(1);
	});

	it('fills to the last place when many book at once', async () => {
		for (let round = 0; round < 10; round++) {
			const startsAt = at(nextDay(), 9);
			const verdicts = await Promise.all(
				clinic.patientIds.map((_, patient) => desk.perform(desk.booking({ startsAt, patient })))
			);
			const outcomes = verdicts.map((verdict) =>
				verdict.outcome === 'refused' ? verdict.refusal.code : verdict.outcome
			);
			expect(outcomes.filter((outcome) => outcome === 'accepted')).toHaveLength(PLACES);
			expect(new Set(outcomes)).toEqual(new Set(['accepted', 'session-full']));
		}
	});

	it('has its places kept by holds', async () => {
		const startsAt = at(nextDay(), 9);
		await group(startsAt, [0, 1]);
		const wish = {
			...{ clinicId: clinic.clinicId, serviceId: clinic.serviceId, startsAt },
			...{ practitionerId: clinic.practitionerIds[0]!, roomId: clinic.roomIds[0]! }
		};
		const owner = await staffFactory(fresh.database, clinic, { role: 'receptionist' });
		const now = Date.now();
		expect(await takeHold(fresh.database, owner, wish, now)).toMatchObject({ ok: true });
		const booking = desk.booking({ startsAt, patient: 2 });
		const other = await desk.perform(booking, clinic.receptionist, { now });
		expect(other).toMatchObject(refusedWith('session-full'));
		const own = desk.booking({ startsAt, patient: 3 });
		expect(await desk.perform(own, owner, { now })).toMatchObject(ACCEPTED);
		expect((await read(own.appointmentId)).place).toBe(3);
	});

	it('is found by a search as long as it has a place', async () => {
		const startsAt = at(nextDay(), 9);
		const search = slotSearchSchema.parse({
			...{ clinicIds: [clinic.clinicId], serviceIds: [clinic.serviceId], days: 1 },
			from: new Date(startsAt).toISOString().slice(0, 10),
			practitionerIds: [clinic.practitionerIds[0]],
			patientId: clinic.patientIds[9],
			hours: { fromMinute: 540, untilMinute: 560 }
		});
		const slots = async () => {
			const found = await searchSlots(fresh.database, clinic.receptionist, search, 0);
			return found.ok && found.value.slots.map((slot) => [slot.roomId, slot.placesLeft]);
		};
		const [first, second] = clinic.roomIds;
		expect(await slots()).toEqual([[first, PLACES]]);
		await desk.booked({ startsAt, room: 1, patient: 0 });
		expect(await slots()).toEqual([[second, PLACES - 1]]);
		await desk.booked({ startsAt, room: 1, patient: 1 });
		await desk.booked({ startsAt, room: 1, patient: 2 });
		expect(await slots()).toEqual([]);
	});

	it('is refused by the database itself beyond its places, and beside another session', async () => {
		const startsAt = at(nextDay(), 9);
		const [a] = (await group(startsAt, [0, 1])) as [string];
		const owner = new pg.Client(fresh.ownerUrl);
		await owner.connect();
		try {
			const copy = (place: string, key: string) =>
				owner.query(
					`INSERT INTO claims (organization_id, resource_id, busy, appointment_id, session_key, place)
					SELECT organization_id, resource_id, busy, appointment_id, ${key}, ${place} FROM claims
					WHERE appointment_id = $1 AND resource_id = $2`,
					[a, clinic.practitionerIds[0]]
				);
			await expect(copy('2', 'session_key')).rejects.toThrow(/claims_one_a_place/);
			await expect(copy('3', 'session_key - 1')).rejects.toThrow(/claims_no_overlap/);
			await expect(copy('NULL', 'NULL')).rejects.toThrow(/claims_no_overlap/);
			await expect(copy('51', 'session_key')).rejects.toThrow(/claims_place/);
		} finally {
			await owner.end();
		}
	});

	it('keeps its places when the service gets fewer, and takes nobody more', async () => {
		const startsAt = at(nextDay(), 9);
		const [a, b] = (await group(startsAt, [0, 1])) as [string, string];
		const setPlaces = (places: number) =>
			inOrganization(fresh.database, clinic.organizationId, (transaction) =>
				transaction.update(services).set({ places }).where(eq(services.id, clinic.serviceId))
			);
		await setPlaces(1);
		try {
			expect((await read(b)).place).toBe(2);
			const third = await desk.perform(desk.booking({ startsAt, patient: 2 }));
			expect(third).toMatchObject(refusedWith('practitioner-busy'));
			const arrived: Part = {
				...{ kind: 'set-status', appointmentId: a, basedOnRevision: 1 },
				changes: { status: 'arrived' }
			};
			expect(await desk.perform(arrived)).toMatchObject(ACCEPTED);
		} finally {
			await setPlaces(PLACES);
		}
	});
});
