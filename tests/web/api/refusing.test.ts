import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { problem } from '#web/lib/server/api/shapes.ts';
import {
	clinicFactory,
	sessionFactory,
	staffFactory,
	type Clinic
} from '../../factories/clinic-factory.ts';
import { startApi, tokenFor, type ApiUnderTest, type Sent } from './api-client.ts';

let api: ApiUnderTest;
let other: Clinic;
let owner: pg.Client;
beforeAll(async () => {
	api = await startApi();
	other = await clinicFactory(api.fresh.database);
	owner = new pg.Client(api.fresh.ownerUrl);
	await owner.connect();
});
afterAll(async () => {
	await owner?.end();
	await api?.close();
});

const DATE = '2030-03-04';
const visit = (more: Record<string, unknown> = {}) => {
	const { clinicId, serviceId, practitionerIds, roomIds, patientIds } = api.clinic;
	return {
		...{ clinicId, serviceId, practitionerId: practitionerIds[0], roomId: roomIds[0] },
		...{ patientId: patientIds[0], startsAt: `${DATE}T09:00:00Z`, ...more }
	};
};

async function stored(): Promise<number> {
	const { rows } = await owner.query(
		'SELECT (SELECT count(*) FROM appointments) + (SELECT count(*) FROM blocks) AS n'
	);
	return Number(rows[0].n);
}

/** Sends it and expects a problem that names `field`, and nothing stored. */
async function refused(
	path: string,
	sent: Sent,
	expected: { status: number; code?: string; field?: string }
): Promise<void> {
	const before = await stored();
	const answer = await api.send(path, sent);
	expect(answer.headers.get('content-type')).toBe('application/problem+json');
	const told = problem.parse(answer.body);
	expect({ status: answer.status, code: told.code }).toMatchObject({
		status: expected.status,
		...(expected.code === undefined ? {} : { code: expected.code })
	});
	if (expected.field !== undefined) {
		expect(told.errors?.map(({ field }) => field)).toContain(expected.field);
	}
	expect(JSON.stringify(told)).not.toContain('Anna');
	expect(await stored()).toBe(before);
}

const BOOK = '/api/v1/appointments';
const UNKNOWN = '00000000-0000-4000-8000-000000000000';

describe('input', () => {
	it.each<[string, Record<string, unknown>, string]>([
		['ends before it starts', { endsAt: `${DATE}T08:00:00Z` }, 'endsAt'],
		['ends when it starts', { endsAt: `${DATE}T09:00:00Z` }, 'endsAt'],
		['lasts 25 hours', { endsAt: '2030-03-05T10:00:00Z' }, 'endsAt'],
		['starts off the grid', { startsAt: `${DATE}T09:03:00Z` }, 'startsAt'],
		['starts off the grid by a second', { startsAt: `${DATE}T09:00:01Z` }, 'startsAt'],
		['has a time without offset', { startsAt: `${DATE}T09:00:00` }, 'startsAt'],
		['has a date that is none', { startsAt: '2030-02-30T09:00:00Z' }, 'startsAt'],
		['is in the year 1900', { startsAt: '1900-01-01T09:00:00Z' }, 'startsAt'],
		['is in the year 9999', { startsAt: '9999-01-01T09:00:00Z' }, 'startsAt'],
		['has a number for a time', { startsAt: 1_900_000_000_000 }, 'startsAt'],
		['has no UUID', { patientId: 'Anna' }, 'patientId'],
		['lacks a field', { roomId: undefined }, 'roomId'],
		['has an unknown field', { colour: 'red' }, 'colour'],
		['has a remark with a NUL', { remark: 'a\0b' }, 'remark'],
		['has a remark with half a character', { remark: 'a\ud800b' }, 'remark'],
		['has a remark of a book', { remark: 'x'.repeat(2_001) }, 'remark']
	])('that %s is refused by its field', async (_, more, field) => {
		await refused(BOOK, { body: visit(more) }, { status: 422, code: 'invalid', field });
	});

	it.each<[string, Sent, number, string]>([
		['not JSON', { body: '<visit/>', headers: { 'content-type': 'application/xml' } }, 415, ''],
		[
			'without a type of its own, as curl sends it',
			{
				body: JSON.stringify({}),
				headers: { 'content-type': 'application/x-www-form-urlencoded' }
			},
			...([415, 'Content-Type'] as const)
		],
		['broken JSON', { body: '{"clinicId":' }, 400, 'body'],
		['a list', { body: '[]' }, 422, 'body'],
		['too large', { body: JSON.stringify({ remark: 'x'.repeat(70_000) }) }, 413, 'body']
	])('that is %s is refused', async (_, sent, status, field) => {
		await refused(BOOK, sent, { status, ...(field ? { field } : {}) });
	});

	it.each(['patientId', 'serviceId', 'practitionerId', 'roomId'])(
		'with an unknown %s is refused by its field',
		async (field) => {
			await refused(BOOK, { body: visit({ [field]: UNKNOWN }) }, { status: 404, field });
		}
	);

	it.each<[string, (theirs: Clinic) => string]>([
		['patientId', (theirs) => theirs.patientIds[0]!],
		['roomId', (theirs) => theirs.roomIds[0]!],
		['practitionerId', (theirs) => theirs.practitionerIds[0]!],
		['serviceId', (theirs) => theirs.serviceId],
		['clinicId', (theirs) => theirs.clinicId]
	])("with another organization's %s is refused like an unknown one", async (field, id) => {
		await refused(BOOK, { body: visit({ [field]: id(other) }) }, { status: 404, field });
	});

	it.each([
		['an unknown visit', `/api/v1/appointments/${UNKNOWN}`, 404, 'id'],
		['no id', '/api/v1/appointments/Anna-not', 400, 'id'],
		['a date that is none', `/api/v1/clinics/${UNKNOWN}/boards/2030-02-30`, 400, 'date'],
		['the year 9999', `/api/v1/clinics/${UNKNOWN}/boards/9999-01-01`, 400, 'date'],
		['an unknown clinic', `/api/v1/clinics/${UNKNOWN}/boards/${DATE}`, 404, 'id']
	])('that asks for %s is refused', async (_, path, status, field) => {
		const answer = await api.send(path);
		expect(answer).toMatchObject({ status, body: { errors: [{ field }] } });
	});

	it("that asks for another organization's things finds nothing", async () => {
		const theirs = await tokenFor(api.fresh.database, other.receptionist);
		const made = await api.send(BOOK, { body: visit() });
		expect(made.status).toBe(201);
		const path = `/api/v1/appointments/${made.body.id}`;
		const body = { startsAt: `${DATE}T11:00:00Z` };
		expect(await api.send(path, { token: theirs })).toMatchObject({ status: 404 });
		expect(await api.send(`${path}/move`, { token: theirs, body, revision: 1 })).toMatchObject({
			status: 404,
			body: { errors: [{ field: 'id' }] }
		});
		expect(
			await api.send(`/api/v1/clinics/${api.clinic.clinicId}/boards/${DATE}`, { token: theirs })
		).toMatchObject({ status: 404 });
	});

	it('for an address or method that is not there is refused as a problem', async () => {
		await refused('/api/v1/nothing/here', {}, { status: 404 });
		await refused('/api/v1/clinics', { method: 'PUT' }, { status: 405 });
	});
});

describe('the caller', () => {
	it.each<[string, () => Promise<string | null> | null]>([
		['no token', () => null],
		['a made-up token', async () => 'dayboard_nothing'],
		[
			'an expired token',
			() => tokenFor(api.fresh.database, api.clinic.receptionist, { expiresAt: Date.now() - 1 })
		]
	])('with %s is turned away', async (_, token) => {
		const sent = { token: await token() };
		await refused(BOOK, { ...sent, body: visit() }, { status: 401, code: 'unauthenticated' });
		const read = await api.send('/api/v1/clinics', sent);
		expect(read.status).toBe(401);
		expect(read.headers.get('www-authenticate')).toContain('Bearer');
	});

	it('with a token for reading reads, and writes nothing', async () => {
		const token = await tokenFor(api.fresh.database, api.clinic.receptionist, { scopes: ['read'] });
		expect(await api.send('/api/v1/clinics', { token })).toMatchObject({ status: 200 });
		await refused(BOOK, { token, body: visit() }, { status: 403, code: 'insufficient-scope' });
	});

	it('who is a doctor reads the own patients only, and books nothing', async () => {
		const doctor = await staffFactory(api.fresh.database, api.clinic, {
			role: 'doctor',
			practitionerId: api.clinic.practitionerIds[1]!
		});
		const token = await tokenFor(api.fresh.database, doctor);
		const [practitionerId, roomId, patientId] = [
			api.clinic.practitionerIds[1],
			api.clinic.roomIds[1],
			api.clinic.patientIds[1]
		];
		const day = '2030-03-06';
		const startsAt = `${day}T09:00:00Z`;
		await api.send(BOOK, { body: visit({ startsAt }) });
		await api.send(BOOK, { body: visit({ practitionerId, roomId, patientId, startsAt }) });
		const path = `/api/v1/clinics/${api.clinic.clinicId}/boards/${day}`;
		const { appointments } = (await api.send(path, { token })).body;
		expect(appointments).toHaveLength(2);
		for (const shown of appointments) {
			expect(shown.patient !== null).toBe(shown.practitionerId === practitionerId);
		}
		await refused(BOOK, { token, body: visit() }, { status: 403, code: 'not-allowed' });
		await refused(
			'/api/v1/patients/search',
			{ token, body: { text: 'anna' } },
			{ status: 403, code: 'not-allowed' }
		);
	});

	it('with a session changes only from the same origin', async () => {
		const cookie = `dayboard_session=${await sessionFactory(api.fresh.database, api.clinic.receptionist)}`;
		const body = visit({ startsAt: `${DATE}T14:00:00Z` });
		const from = (origin: Record<string, string>) => ({
			...{ token: null, body, headers: { cookie, ...origin } }
		});
		await refused(BOOK, from({}), { status: 403, code: 'foreign-origin' });
		await refused(BOOK, from({ origin: 'https://elsewhere.example' }), { status: 403 });
		expect(await api.send(BOOK, from({ origin: api.dayboard.url }))).toMatchObject({ status: 201 });
	});

	it('who asks too often is told to wait', async () => {
		const token = await tokenFor(api.fresh.database, api.clinic.receptionist);
		let answer = await api.send('/api/v1/clinics', { token });
		for (let sent = 1; sent < 700 && answer.status === 200; sent++) {
			answer = await api.send('/api/v1/clinics', { token });
		}
		expect(answer).toMatchObject({ status: 429, body: { code: 'too-many-requests' } });
		expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
	});
});
