import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApi, type ApiUnderTest } from './api-client.ts';

let api: ApiUnderTest;
beforeAll(async () => {
	api = await startApi();
});
afterAll(() => api?.close());

const wish = () => ({
	clinicIds: [api.clinic.clinicId],
	...{ serviceIds: [api.clinic.serviceId], from: '2027-01-04', days: 5 }
});
const search = (change: object = {}) =>
	api.send('/api/v1/slots/search', { method: 'POST', body: { ...wish(), ...change }, key: null });

describe('POST /slots/search', () => {
	it('gives times that can be booked as they stand', async () => {
		const found = await search({ limit: 3, stepMinutes: 15 });
		expect(found.status).toBe(200);
		expect(found.body.slots).toHaveLength(3);
		const [{ clinicId, practitionerId, roomId, startsAt }] = found.body.slots;
		expect(startsAt).toBe('2027-01-04T08:00:00Z');
		const booking = { clinicId, practitionerId, roomId, startsAt };
		const { serviceId, patientIds } = api.clinic;
		const booked = await api.send('/api/v1/appointments', {
			...{ method: 'POST', body: { ...booking, serviceId, patientId: patientIds[0] } }
		});
		expect(booked.status).toBe(201);
		const again = await search({ limit: 50, stepMinutes: 15, practitionerIds: [practitionerId] });
		expect(again.body.slots[0].startsAt).toBe('2027-01-04T08:30:00Z');
	});

	it('turns pages', async () => {
		const first = await search({ limit: 5 });
		const second = await search({ limit: 5, after: first.body.next });
		const whole = await search({ limit: 10 });
		expect([...first.body.slots, ...second.body.slots]).toEqual(whole.body.slots);
	});

	it('says why there is none', async () => {
		const { body } = await search({ hours: { fromMinute: 0, untilMinute: 120 } });
		expect(body).toEqual({ slots: [], next: null, whyNone: 'outside-hours' });
	});

	it.each<[string, object, number, string]>([
		['an unknown clinic', { clinicIds: [crypto.randomUUID()] }, 404, 'clinicIds'],
		['an unknown service', { serviceIds: [crypto.randomUUID()] }, 404, 'serviceIds'],
		['too many days', { days: 1_000 }, 422, 'days'],
		['a wrong date', { from: '2027-13-01' }, 422, 'from'],
		['an unknown field', { doctor: 'x' }, 422, 'doctor']
	])('refuses %s and names it', async (_, change, status, field) => {
		const answer = await search(change);
		expect(answer.status).toBe(status);
		expect(answer.headers.get('content-type')).toBe('application/problem+json');
		expect(answer.body.errors.map((error: { field: string }) => error.field)).toContain(field);
	});

	it('is closed to strangers', async () => {
		const answer = await api.send('/api/v1/slots/search', {
			...{ method: 'POST', body: wish(), key: null, token: null }
		});
		expect(answer.status).toBe(401);
	});
});
