import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import pg from 'pg';
import { staffFactory } from '../../factories/clinic-factory.ts';
import { startApi, tokenFor, type ApiUnderTest } from './api-client.ts';

let api: ApiUnderTest;
let owner: pg.Client;
beforeAll(async () => {
	api = await startApi();
	owner = new pg.Client(api.fresh.ownerUrl);
	await owner.connect();
});
afterAll(async () => {
	await owner?.end();
	await api?.close();
});

const place = (doctor = 0, patient = 0) => ({
	...{ clinicId: api.clinic.clinicId, serviceId: api.clinic.serviceId },
	practitionerId: api.clinic.practitionerIds[doctor],
	roomId: api.clinic.roomIds[doctor],
	patientId: api.clinic.patientIds[patient]
});
const post = (path: string, body: object, more = {}) =>
	api.send(`/api/v1${path}`, { method: 'POST', body, ...more });
async function booked(startsAt: string, doctor = 0, patient = 0): Promise<string> {
	const answer = await post('/appointments', { ...place(doctor, patient), startsAt });
	expect(answer.status).toBe(201);
	return answer.body.id;
}
const stored = async () => {
	const { rows } = await owner.query(`SELECT (SELECT count(*)::int FROM appointments) AS visits,
		(SELECT count(*)::int FROM claims) AS claims, (SELECT count(*)::int FROM events) AS events,
		(SELECT count(*)::int FROM holds) AS holds`);
	return rows[0];
};

describe('POST /appointments/moves', () => {
	it('exchanges two visits', async () => {
		const early = '2030-03-04T09:00:00Z';
		const late = '2030-03-04T09:20:00Z';
		const a = await booked(early);
		const b = await booked(late, 0, 1);
		const moves = [
			{ id: a, revision: 1, startsAt: late },
			{ id: b, revision: 1, startsAt: early }
		];
		const answer = await post('/appointments/moves', { moves });
		expect(answer.status).toBe(200);
		expect(answer.body).toEqual({
			changed: [
				{ id: a, revision: 2 },
				{ id: b, revision: 2 }
			]
		});
		expect((await api.send(`/api/v1/appointments/${a}`)).body.startsAt).toBe(late);
	});

	it('lists what cannot be moved, with times that work, and moves nothing', async () => {
		const a = await booked('2030-03-05T09:00:00Z');
		const b = await booked('2030-03-05T10:00:00Z', 0, 1);
		const moves = [
			{ id: a, revision: 1, startsAt: '2030-03-05T11:00:00Z' },
			{ id: b, revision: 1, startsAt: '2030-03-05T22:00:00Z' }
		];
		const answer = await post('/appointments/moves', { moves });
		expect(answer.status).toBe(409);
		expect(answer.body).toMatchObject({
			code: 'some-refused',
			refused: [{ id: b, code: 'outside-hours', detail: expect.stringContaining('Free at') }]
		});
		expect((await api.send(`/api/v1/appointments/${a}`)).body.revision).toBe(1);
	});
});

describe('POST /series', () => {
	const series = (startsAt: string, rule: string, patient = 0) =>
		post('/series', { ...place(1, patient), startsAt, rule });

	it('books them all', async () => {
		const answer = await series('2030-03-06T09:00:00Z', 'FREQ=WEEKLY;COUNT=5');
		expect(answer.status).toBe(201);
		expect(answer.body.changed).toHaveLength(5);
		// 31 March 2030 has summer time in London: nine o'clock there is eight in UTC.
		const fifth = await api.send(`/api/v1/appointments/${answer.body.changed[4].id}`);
		expect(fifth.body.startsAt).toBe('2030-04-03T08:00:00Z');
	});

	it('is the same series when the request is sent again', async () => {
		const sent = { ...place(1), startsAt: '2030-03-07T09:00:00Z', rule: 'FREQ=DAILY;COUNT=2' };
		const key = crypto.randomUUID();
		const first = await post('/series', sent, { key });
		const again = await post('/series', sent, { key });
		expect(again.body).toEqual(first.body);
	});

	it('lists the dates that do not work, and books none', async () => {
		await booked('2030-05-08T08:00:00Z', 1, 2);
		const before = await stored();
		const answer = await series('2030-05-06T08:00:00Z', 'FREQ=DAILY;COUNT=5');
		expect(answer.status).toBe(409);
		expect(answer.body.refused).toHaveLength(1);
		expect(answer.body.refused[0]).toMatchObject({ code: 'practitioner-busy' });
		expect(answer.body.refused[0].alternatives.length).toBeGreaterThan(0);
		expect(await stored()).toEqual(before);
	});
});

describe('POST /holds', () => {
	it('keeps a time from others, and gives it back', async () => {
		const colleague = await staffFactory(api.fresh.database, api.clinic, { role: 'receptionist' });
		const token = await tokenFor(api.fresh.database, colleague);
		const { patientId: _, ...wish } = place();
		const startsAt = '2030-06-03T09:00:00Z';
		const held = await post('/holds', { ...wish, startsAt });
		expect(held.status).toBe(201);
		const booking = { ...place(0, 3), startsAt };
		const refused = await post('/appointments', booking, { token });
		expect(refused.body).toMatchObject({ status: 409, code: 'held' });
		const released = await api.send(`/api/v1/holds/${held.body.id}`, { method: 'DELETE' });
		expect(released.status).toBe(200);
		expect((await post('/appointments', booking, { token })).status).toBe(201);
	});
});

describe('an override', () => {
	it('is for those who may', async () => {
		const night = { ...place(), startsAt: '2030-06-04T22:00:00Z', override: 'Emergency' };
		const refused = await post('/appointments', night);
		expect(refused.status).toBe(403);
		const boss = await staffFactory(api.fresh.database, api.clinic, {
			role: 'organization-administrator'
		});
		const token = await tokenFor(api.fresh.database, boss);
		expect((await post('/appointments', night, { token })).status).toBe(201);
	});
});

describe('bad input names the field, and nothing is stored', () => {
	const UNKNOWN = '00000000-0000-4000-8000-000000000000';
	const startsAt = '2030-07-01T09:00:00Z';
	const hold = () => {
		const { patientId: _, ...wish } = place();
		return { ...wish, startsAt };
	};
	const series = () => ({ ...place(), startsAt, rule: 'FREQ=WEEKLY;COUNT=3' });
	const moves = (change: object) => ({
		moves: [{ id: UNKNOWN, revision: 1, startsAt, ...change }]
	});
	it.each<[string, string, () => object, string]>([
		[
			'a series of 100,000',
			'/series',
			() => ({ ...series(), rule: 'FREQ=DAILY;COUNT=100000' }),
			'rule'
		],
		['a series without end', '/series', () => ({ ...series(), rule: 'FREQ=DAILY' }), 'rule'],
		[
			'a series in 1900',
			'/series',
			() => ({ ...series(), startsAt: '1900-01-01T09:00:00Z' }),
			'startsAt'
		],
		[
			'a series in 9999',
			'/series',
			() => ({ ...series(), startsAt: '9999-01-01T09:00:00Z' }),
			'startsAt'
		],
		[
			'a series that ends first',
			'/series',
			() => ({ ...series(), endsAt: '2030-07-01T08:00:00Z' }),
			'endsAt'
		],
		[
			'a series at an unknown clinic',
			'/series',
			() => ({ ...series(), clinicId: UNKNOWN }),
			'clinicId'
		],
		['a hold of no time', '/holds', () => ({ ...hold(), endsAt: startsAt }), 'endsAt'],
		[
			'a hold of 25 hours',
			'/holds',
			() => ({ ...hold(), endsAt: '2030-07-02T10:00:00Z' }),
			'endsAt'
		],
		['a hold in an unknown room', '/holds', () => ({ ...hold(), roomId: UNKNOWN }), 'roomId'],
		['a hold with a patient', '/holds', () => ({ ...hold(), patientId: UNKNOWN }), 'patientId'],
		['no move', '/appointments/moves', () => ({ moves: [] }), 'moves'],
		['a move of nothing', '/appointments/moves', () => moves({ startsAt: undefined }), 'moves.0'],
		[
			'a move to 1900',
			'/appointments/moves',
			() => moves({ startsAt: '1900-01-01T00:00:00Z' }),
			'moves.0.startsAt'
		],
		[
			'too many moves',
			'/appointments/moves',
			() => ({ moves: Array(105).fill(moves({}).moves[0]) }),
			'moves'
		]
	])('%s', async (_, path, body, field) => {
		const before = await stored();
		const answer = await post(path, body());
		expect(answer.status).toBeGreaterThanOrEqual(400);
		expect(answer.headers.get('content-type')).toBe('application/problem+json');
		const fields = (answer.body.errors ?? []).map((error: { field: string }) => error.field);
		expect([answer.body.code, fields]).toEqual([answer.body.code, expect.arrayContaining([field])]);
		expect(await stored()).toEqual(before);
	});

	it('a move of a visit that is not there', async () => {
		const answer = await post('/appointments/moves', moves({}));
		expect(answer.body).toMatchObject({ refused: [{ id: UNKNOWN, code: 'not-found' }] });
	});
});
