import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { appointment, board, changed, problem } from '#web/lib/server/api/shapes.ts';
import { startApi, type ApiUnderTest } from './api-client.ts';

let api: ApiUnderTest;
beforeAll(async () => {
	api = await startApi();
});
afterAll(() => api?.close());

/** A day of its own for each test, in the clinic's future, in winter time (London is UTC). */
let day = 0;
const nextDate = () => new Date(Date.UTC(2030, 0, 7 + day++)).toISOString().slice(0, 10);

function visitAt(date: string, time: string, more: Record<string, unknown> = {}) {
	const { clinicId, serviceId, practitionerIds, roomIds, patientIds } = api.clinic;
	return {
		...{ clinicId, serviceId, practitionerId: practitionerIds[0], roomId: roomIds[0] },
		...{ patientId: patientIds[0], startsAt: `${date}T${time}:00Z`, ...more }
	};
}

const book = (body: object, key?: string) =>
	api.send('/api/v1/appointments', { body, ...(key === undefined ? {} : { key }) });

async function booked(date: string, time: string, more: Record<string, unknown> = {}) {
	const answer = await book(visitAt(date, time, more));
	expect(answer).toMatchObject({ status: 201 });
	return answer.body.id as string;
}

const boardOf = async (date: string) => {
	const answer = await api.send(`/api/v1/clinics/${api.clinic.clinicId}/boards/${date}`);
	expect(answer.status).toBe(200);
	return board.parse(answer.body);
};

describe('booking', () => {
	it('shows on the board, with who it is', async () => {
		const date = nextDate();
		const answer = await book(visitAt(date, '09:00', { remark: 'wheelchair' }));
		expect(answer.status).toBe(201);
		const { id } = changed.parse(answer.body);
		expect(answer.headers.get('etag')).toBe('"1"');
		expect(answer.headers.get('location')).toBe(`/api/v1/appointments/${id}`);
		const { appointments } = await boardOf(date);
		expect(appointments).toHaveLength(1);
		expect(appointments[0]).toMatchObject({
			...{ id, startsAt: `${date}T09:00:00Z`, endsAt: `${date}T09:20:00Z`, source: 'api' },
			patient: { id: api.clinic.patientIds[0], name: 'Patient0 Anna', remark: 'wheelchair' }
		});
	});

	it('takes any offset and answers in UTC', async () => {
		const date = nextDate();
		const id = await booked(date, '09:00', {
			...{ startsAt: `${date}T11:30:00+02:00`, endsAt: `${date}T12:15:00+02:00` }
		});
		const read = await api.send(`/api/v1/appointments/${id}`);
		expect(read.headers.get('etag')).toBe('"1"');
		expect(appointment.parse(read.body)).toMatchObject({
			...{ startsAt: `${date}T09:30:00Z`, endsAt: `${date}T10:15:00Z` }
		});
	});

	it('is refused where the doctor is busy, with what is in the way and what would work', async () => {
		const date = nextDate();
		const first = await booked(date, '09:00');
		const { roomIds, patientIds } = api.clinic;
		const wanted = visitAt(date, '09:10', { roomId: roomIds[1], patientId: patientIds[1] });
		const refused = await book(wanted);
		expect(refused.status).toBe(409);
		expect(refused.headers.get('content-type')).toBe('application/problem+json');
		const told = problem.parse(refused.body);
		expect(told).toMatchObject({
			...{ type: '/problems/practitioner-busy', status: 409, code: 'practitioner-busy' },
			conflicts: [{ appointmentId: first, from: `${date}T09:00:00Z`, until: `${date}T09:20:00Z` }]
		});
		expect(told.detail).toContain('Dr A is with another patient until 09:20');
		expect((await boardOf(date)).appointments).toHaveLength(1);
		const alternative = told.alternatives![0]!;
		expect(await book({ ...wanted, ...alternative })).toMatchObject({ status: 201 });
	});
});

describe('a key', () => {
	it('gives the same answer again and books once', async () => {
		const date = nextDate();
		const key = crypto.randomUUID();
		const [first, again] = [
			await book(visitAt(date, '09:00'), key),
			await book(visitAt(date, '09:00'), key)
		];
		expect(again.status).toBe(201);
		expect(again.body).toEqual(first.body);
		expect((await boardOf(date)).appointments).toHaveLength(1);
	});

	it('is refused for another request', async () => {
		const date = nextDate();
		const key = crypto.randomUUID();
		await book(visitAt(date, '09:00'), key);
		expect(await book(visitAt(date, '11:00'), key)).toMatchObject({
			status: 422,
			body: { code: 'reused-key', errors: [{ field: 'Idempotency-Key' }] }
		});
		expect((await boardOf(date)).appointments).toHaveLength(1);
	});

	it.each([null, 'k'.repeat(256)])('is required: %s', async (key) => {
		const date = nextDate();
		const answer = await api.send('/api/v1/appointments', { body: visitAt(date, '09:00'), key });
		expect(answer).toMatchObject({ status: 400, body: { errors: [{ field: 'Idempotency-Key' }] } });
		expect((await boardOf(date)).appointments).toHaveLength(0);
	});
});

describe('a visit', () => {
	it('goes through its life', async () => {
		const date = nextDate();
		const id = await booked(date, '09:00');
		const { practitionerIds, roomIds } = api.clinic;
		const steps: [string, object][] = [
			[
				'move',
				{
					...{ startsAt: `${date}T10:00:00Z`, practitionerId: practitionerIds[1] },
					roomId: roomIds[2]
				}
			],
			['resize', { startsAt: `${date}T10:00:00Z`, endsAt: `${date}T10:45:00Z` }],
			['remark', { remark: 'brings the letter' }],
			['status', { status: 'arrived' }],
			['cancel', { reason: 'patient-asked' }]
		];
		for (const [i, [step, body]] of steps.entries()) {
			const answer = await api.send(`/api/v1/appointments/${id}/${step}`, {
				...{ body, revision: i + 1 }
			});
			expect(answer, step).toMatchObject({ status: 200, body: { id, revision: i + 2 } });
			expect(answer.headers.get('etag')).toBe(`"${i + 2}"`);
		}
		const read = await api.send(`/api/v1/appointments/${id}`);
		expect(appointment.parse(read.body)).toMatchObject({
			...{ startsAt: `${date}T10:00:00Z`, endsAt: `${date}T10:45:00Z`, status: 'cancelled' },
			...{ cancelReason: 'patient-asked', practitioner: { id: practitionerIds[1] } }
		});
		await booked(date, '10:00', { practitionerId: practitionerIds[1], roomId: roomIds[2] });
	});

	it.each([
		['none', undefined, 428, 'precondition-required'],
		['an old one', 7, 412, 'stale-revision'],
		['a star', '*', 400, 'malformed-request'],
		['no quotes', '1', 400, 'malformed-request']
	])('is not changed with If-Match: %s', async (_, revision, status, code) => {
		const date = nextDate();
		const id = await booked(date, '09:00');
		const answer = await api.send(`/api/v1/appointments/${id}/move`, {
			body: { startsAt: `${date}T10:00:00Z` },
			...(revision === undefined ? {} : { revision })
		});
		expect(answer).toMatchObject({ status, body: { code, errors: [{ field: 'If-Match' }] } });
		expect((await boardOf(date)).appointments[0]).toMatchObject({ revision: 1 });
	});
});

describe('a block', () => {
	it('takes time, can be read and is given back', async () => {
		const date = nextDate();
		const { clinicId, practitionerIds } = api.clinic;
		const made = await api.send('/api/v1/blocks', {
			body: {
				...{ clinicId, resourceId: practitionerIds[0], kind: 'meeting' },
				...{ startsAt: `${date}T09:00:00Z`, endsAt: `${date}T10:00:00Z` }
			}
		});
		expect(made.status).toBe(201);
		expect(await book(visitAt(date, '09:30'))).toMatchObject({
			status: 409,
			body: { code: 'practitioner-blocked', conflicts: [{ blockId: made.body.id }] }
		});
		const path = made.headers.get('location')!;
		expect(await api.send(path)).toMatchObject({ status: 200, body: { kind: 'meeting' } });
		expect(await api.send(path, { method: 'DELETE', revision: 1 })).toMatchObject({ status: 200 });
		expect(await api.send(path)).toMatchObject({ status: 404 });
		await booked(date, '09:30');
	});
});

describe('reading', () => {
	it('lists clinics and finds patients', async () => {
		expect((await api.send('/api/v1/clinics')).body).toEqual({
			clinics: [{ id: api.clinic.clinicId, name: 'North', zone: 'Europe/London' }]
		});
		const found = await api.send('/api/v1/patients/search', { body: { text: 'patient3 ann' } });
		expect(found.body.patients).toMatchObject([{ id: api.clinic.patientIds[3] }]);
	});
});
