import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Actor } from '#domain/access/actor.ts';
import { ownDays } from '#domain/scheduling/queries/own-days.ts';
import { clinicFactory, staffFactory, type Clinic } from '../../factories/clinic-factory.ts';
import { freshDatabase, type FreshDatabase } from '../../support/test-postgres.ts';
import { at, deskOf, nextDay } from './clinic-desk.ts';

let fresh: FreshDatabase;
let clinic: Clinic;
let doctor: Actor;
beforeAll(async () => {
	fresh = await freshDatabase();
	clinic = await clinicFactory(fresh.database, { zone: 'Europe/London' });
	doctor = await staffFactory(fresh.database, clinic, {
		...{ role: 'doctor', practitionerId: clinic.practitionerIds[0]! }
	});
});
afterAll(() => fresh.drop());

it('a doctor’s days: hours, visits and blocks of that doctor alone, at the clinics that one may see', async () => {
	const desk = deskOf(fresh, clinic);
	const midnight = nextDay();
	const visit = await desk.booked({ startsAt: at(midnight, 9) });
	await desk.booked({ startsAt: at(midnight, 9), practitioner: 1, room: 1, patient: 1 });
	const cancelled = await desk.booked({ startsAt: at(midnight, 15) });
	await desk.perform({
		...{ kind: 'cancel', appointmentId: cancelled, basedOnRevision: 1 },
		changes: { reason: 'other' }
	});
	const blockId = crypto.randomUUID();
	await desk.perform({
		...{ kind: 'block', blockId },
		changes: {
			...{ clinicId: clinic.clinicId, resourceId: clinic.practitionerIds[0]!, kind: 'break' },
			...{ startsAt: at(midnight, 12), durationMinutes: 30 }
		}
	});
	const from = new Date(midnight).toISOString().slice(0, 10);
	const query = { practitionerId: clinic.practitionerIds[0]!, from, days: 2 };
	const [day, next, ...others] = await ownDays(fresh.database, doctor, query);
	expect(others).toEqual([]);
	const hours = (start: number) => [{ start: at(start, 8), end: at(start, 17) }];
	expect(day).toEqual({
		date: from,
		places: [
			{
				...{ clinicId: clinic.clinicId, working: hours(midnight), away: [] },
				visits: [
					{
						...{ id: visit, startsAt: at(midnight, 9), durationMinutes: 20, status: 'booked' },
						service: expect.any(String)
					}
				],
				blocks: [{ id: blockId, startsAt: at(midnight, 12), durationMinutes: 30, kind: 'break' }]
			}
		]
	});
	expect(next!.places).toMatchObject([{ visits: [], blocks: [] }]);
	const stranger = await clinicFactory(fresh.database);
	const seen = await ownDays(fresh.database, stranger.receptionist, query);
	expect(seen.flatMap(({ places }) => places)).toEqual([]);
});
