import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { searchSlots } from '#domain/availability/queries/slots.ts';
import { slotSearchSchema } from '#domain/availability/slot-search.ts';
import { releaseHold, takeHold } from '#domain/scheduling/commands/holds.ts';
import { HOLD_MINUTES, MAX_HOLDS } from '#domain/scheduling/holds.ts';
import { MINUTE_MS } from '#domain/scheduling/intervals.ts';
import { clinicFactory, staffFactory, type Clinic } from '../../factories/clinic-factory.ts';
import { freshDatabase, type FreshDatabase } from '../../support/test-postgres.ts';
import { ACCEPTED, at, deskOf, nextDay, refusedWith } from './clinic-desk.ts';

let fresh: FreshDatabase;
let clinic: Clinic;
let desk: ReturnType<typeof deskOf>;
beforeAll(async () => {
	fresh = await freshDatabase();
	clinic = await clinicFactory(fresh.database);
	desk = deskOf(fresh, clinic);
});
afterAll(() => fresh.drop());

const colleague = () => staffFactory(fresh.database, clinic, { role: 'receptionist' });
const wish = (startsAt: number) => ({
	...{ clinicId: clinic.clinicId, serviceId: clinic.serviceId, startsAt },
	...{ practitionerId: clinic.practitionerIds[0]!, roomId: clinic.roomIds[0]! }
});

describe('a hold', () => {
	it('keeps the time from everybody but its owner, who books it and so ends it', async () => {
		const startsAt = at(nextDay(), 9);
		const owner = await colleague();
		const now = Date.now();
		const held = await takeHold(fresh.database, owner, wish(startsAt), now);
		expect(held).toMatchObject({ ok: true, value: { startsAt } });
		const other = await desk.perform(desk.booking({ startsAt }), clinic.receptionist, { now });
		expect(other).toMatchObject(refusedWith('held'));
		expect(other.outcome === 'refused' && other.refusal.alternatives).toHaveLength(3);
		expect(await takeHold(fresh.database, clinic.receptionist, wish(startsAt), now)).toMatchObject({
			refusal: { code: 'held' }
		});
		const booking = desk.booking({ startsAt });
		expect(await desk.perform(booking, owner, { now })).toMatchObject(ACCEPTED);
		await desk.perform({
			...{ kind: 'cancel', appointmentId: booking.appointmentId, basedOnRevision: 1 },
			changes: { reason: 'other' }
		});
		expect(await desk.perform(desk.booking({ startsAt }))).toMatchObject(ACCEPTED);
	});

	it('is gone when it has expired, without anybody taking it away', async () => {
		const startsAt = at(nextDay(), 9);
		const long = Date.now() - (HOLD_MINUTES + 1) * MINUTE_MS;
		await takeHold(fresh.database, await colleague(), wish(startsAt), long);
		const search = slotSearchSchema.parse({
			...{ clinicIds: [clinic.clinicId], serviceIds: [clinic.serviceId], days: 1, limit: 1 },
			from: new Date(startsAt).toISOString().slice(0, 10),
			hours: { fromMinute: 540, untilMinute: 560 }
		});
		const found = await searchSlots(fresh.database, clinic.receptionist, search, 0);
		expect(found).toMatchObject({ value: { slots: [{ startsAt }] } });
		const now = Date.now();
		expect(
			await desk.perform(desk.booking({ startsAt }), clinic.receptionist, { now })
		).toMatchObject(ACCEPTED);
	});

	it('is not found free by a search while it lasts', async () => {
		const startsAt = at(nextDay(), 9);
		await takeHold(fresh.database, await colleague(), wish(startsAt));
		const search = slotSearchSchema.parse({
			...{ clinicIds: [clinic.clinicId], serviceIds: [clinic.serviceId], days: 1 },
			from: new Date(startsAt).toISOString().slice(0, 10),
			practitionerIds: [clinic.practitionerIds[0]],
			hours: { fromMinute: 540, untilMinute: 560 }
		});
		const found = await searchSlots(fresh.database, clinic.receptionist, search, 0);
		expect(found).toMatchObject({ value: { slots: [], whyNone: 'practitioner-busy' } });
	});

	it('can be given back, by its owner alone', async () => {
		const startsAt = at(nextDay(), 9);
		const owner = await colleague();
		const held = await takeHold(fresh.database, owner, wish(startsAt));
		if (!held.ok) throw new Error(held.refusal.code);
		const now = Date.now();
		await releaseHold(fresh.database, clinic.receptionist, held.value.id);
		const booking = () => desk.perform(desk.booking({ startsAt }), clinic.receptionist, { now });
		expect(await booking()).toMatchObject(refusedWith('held'));
		await releaseHold(fresh.database, owner, held.value.id);
		expect(await booking()).toMatchObject(ACCEPTED);
	});

	it('is one of few for each person', async () => {
		const midnight = nextDay();
		const owner = await colleague();
		for (let n = 0; n < MAX_HOLDS; n++) {
			const held = await takeHold(fresh.database, owner, wish(at(midnight, 9 + n)));
			expect(held.ok).toBe(true);
		}
		const more = wish(at(midnight, 9 + MAX_HOLDS));
		expect(await takeHold(fresh.database, owner, more)).toMatchObject({
			refusal: { code: 'too-many-holds' }
		});
		// Choosing another time in place of one's own is no further one.
		const instead = wish(at(midnight, 9, 10));
		expect((await takeHold(fresh.database, owner, instead)).ok).toBe(true);
	});

	it('is refused where a booking would be', async () => {
		const midnight = nextDay();
		const night = wish(at(midnight, 3));
		expect(await takeHold(fresh.database, clinic.receptionist, night)).toMatchObject({
			refusal: { code: 'outside-hours' }
		});
		const unknown = { ...wish(at(midnight, 9)), roomId: crypto.randomUUID() };
		expect(await takeHold(fresh.database, clinic.receptionist, unknown)).toMatchObject({
			refusal: { code: 'not-found', field: 'roomId' }
		});
	});
});
