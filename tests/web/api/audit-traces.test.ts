import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AuditKind } from '#domain/access/audit-entry.ts';
import { carryOut } from '#domain/scheduling/commands.ts';
import {
	bookingOf,
	clinicFactory,
	sessionFactory,
	staffFactory,
	type Clinic
} from '../../factories/clinic-factory.ts';
import { auditRows } from '../../support/audit-rows.ts';
import { startApi, tokenFor, type ApiUnderTest } from './api-client.ts';

const DATE = '2027-01-04';
const NINE = Date.UTC(2027, 0, 4, 9);

let api: ApiUnderTest;
let cookie: string;
/** A visit of the clinic, and one of a clinic of another organization. */
let own: string;
let foreign: string;
let stranger: Clinic;
beforeAll(async () => {
	api = await startApi();
	stranger = await clinicFactory(api.fresh.database);
	const book = async (clinic: Clinic) => {
		const booking = bookingOf(clinic, { startsAt: NINE });
		const verdict = await carryOut(api.fresh.database, clinic.receptionist, booking);
		if (verdict.outcome !== 'accepted') throw new Error(JSON.stringify(verdict));
		return booking.appointmentId;
	};
	own = await book(api.clinic);
	foreign = await book(stranger);
	const session = await sessionFactory(api.fresh.database, api.clinic.receptionist);
	cookie = `dayboard_session=${session}`;
});
afterAll(() => api?.close());

let known = 0;
const rows = () => auditRows(api.fresh.database, api.clinic.organizationId);
beforeEach(async () => {
	known = (await rows()).length;
});
/** What this test left behind. */
async function traces(...kinds: AuditKind[]) {
	// The token that a test makes for somebody is not what the test is about.
	const found = (await rows()).slice(known).filter(({ kind }) => kind !== 'token-made');
	return kinds.length === 0 ? found : found.filter(({ kind }) => kinds.includes(kind));
}

/** A request of the signed-in browser to the pages. */
function page(path: string, init: RequestInit = {}) {
	const headers = { cookie, origin: api.dayboard.url, ...(init.headers as object) };
	return fetch(api.dayboard.url + path, { redirect: 'manual', ...init, headers });
}

const patientId = () => api.clinic.patientIds[0]!;

describe('a look at a patient leaves a trace', () => {
	it('a visit, over HTTP', async () => {
		const read = await api.send(`/api/v1/appointments/${own}`);
		expect(read.status).toBe(200);
		expect(await traces()).toMatchObject([
			{
				...{ kind: 'visit-read', actorUserId: api.clinic.receptionist.userId },
				...{ subjectKind: 'appointment', subjectId: own, clinicId: api.clinic.clinicId },
				...{ detail: { patientId: patientId() }, requestId: read.headers.get('x-request-id') },
				address: expect.stringMatching(/127\.0\.0\.1|::1/) as string
			}
		]);
	});

	it('a visit’s panel with its history', async () => {
		expect((await page(`/board/appointments/${own}`)).status).toBe(200);
		const found = await traces();
		expect(found.map(({ kind, subjectId }) => [kind, subjectId])).toEqual([
			['visit-read', own],
			['history-read', own]
		]);
		const session = new Set(found.map(({ sessionId }) => sessionId));
		expect([...session]).toEqual([expect.stringMatching(/^[0-9a-f]{64}$/)]);
	});

	it('a search for patients: whom it found, not what was typed', async () => {
		const text = 'Patient0 Anna';
		await api.send('/api/v1/patients/search', { body: { text } });
		await page(`/board/${api.clinic.clinicId}/patients`, {
			...{ method: 'POST', body: JSON.stringify({ text }) },
			headers: { 'content-type': 'application/json' }
		});
		const found = await traces();
		expect(found.map(({ kind, detail }) => [kind, detail])).toEqual(
			Array(2).fill(['patients-searched', { found: 1, patientIds: [patientId()] }])
		);
	});

	it('a board with its people, over HTTP', async () => {
		await api.send(`/api/v1/clinics/${api.clinic.clinicId}/boards/${DATE}`);
		expect(await traces()).toMatchObject([
			{
				...{ kind: 'people-opened', clinicId: api.clinic.clinicId },
				detail: { date: DATE, view: 'all' }
			}
		]);
	});

	it('and none where no patient is shown', async () => {
		const manager = await staffFactory(api.fresh.database, api.clinic, {
			role: 'operations-manager'
		});
		const token = await tokenFor(api.fresh.database, manager);
		const visit = await api.send(`/api/v1/appointments/${own}`, { token });
		expect(visit).toMatchObject({ status: 200, body: { patient: null } });
		await api.send(`/api/v1/clinics/${api.clinic.clinicId}/boards/${DATE}`, { token });
		expect(await traces()).toEqual([]);
	});
});

describe('what is refused leaves a trace', () => {
	it('an id of another organization, over HTTP', async () => {
		const answer = await api.send(`/api/v1/appointments/${foreign}`);
		expect(answer.status).toBe(404);
		expect(await traces()).toMatchObject([
			{
				...{ kind: 'refused', subjectKind: 'appointment', subjectId: foreign },
				requestId: answer.headers.get('x-request-id'),
				detail: { operation: 'readAppointment', status: 404, code: 'not-found', field: 'id' }
			}
		]);
		expect(await auditRows(api.fresh.database, stranger.organizationId, 'refused')).toEqual([]);
	});

	it('a change that is not allowed, once', async () => {
		const doctor = await staffFactory(api.fresh.database, api.clinic, {
			...{ role: 'doctor', practitionerId: api.clinic.practitionerIds[1]! }
		});
		const token = await tokenFor(api.fresh.database, doctor);
		const sent = { token, revision: 1, body: { reason: 'other' } };
		expect((await api.send(`/api/v1/appointments/${own}/cancel`, sent)).status).toBe(403);
		expect(await traces()).toMatchObject([
			{
				...{ kind: 'refused', actorUserId: doctor.userId, subjectId: own },
				detail: { operation: 'cancelAppointment', status: 403, code: 'not-allowed' }
			}
		]);
	});

	it('several changes of what belongs to somebody else, once', async () => {
		const move = { startsAt: '2027-01-04T11:00:00Z' };
		const body = { moves: [{ id: foreign, revision: 1, ...move }] };
		const answer = await api.send('/api/v1/appointments/moves', { body });
		expect(answer.body).toMatchObject({ code: 'not-found' });
		expect(await traces()).toMatchObject([
			{ kind: 'refused', detail: { status: 404, code: 'not-found' } }
		]);
	});

	it('a token that may not do this', async () => {
		const token = await tokenFor(api.fresh.database, api.clinic.receptionist, { scopes: ['read'] });
		const sent = { token, revision: 1, body: { remark: 'x' } };
		expect((await api.send(`/api/v1/appointments/${own}/remark`, sent)).status).toBe(403);
		expect(await traces('refused')).toMatchObject([
			{ subjectId: own, detail: { operation: 'remarkAppointment', code: 'insufficient-scope' } }
		]);
	});

	it('a panel, a page and a page’s data, each once', async () => {
		const { clinicId } = stranger;
		expect((await page(`/board/appointments/${foreign}`)).status).toBe(404);
		expect((await page(`/board/${clinicId}/${DATE}`)).status).toBe(404);
		await page(`/board/${clinicId}/${DATE}/__data.json`);
		expect((await page(`/setup/${clinicId}`)).status).toBe(404);
		expect((await page('/organization')).status).toBe(403);
		const found = await traces();
		expect(found).toMatchObject([
			{
				...{ kind: 'refused', subjectKind: 'appointment', subjectId: foreign },
				detail: { route: '/board/appointments/[appointmentId]', status: 404 }
			},
			{ clinicId, detail: { route: '/board/[clinicId]/[date]', status: 404, date: DATE } },
			{ clinicId, detail: { route: '/board/[clinicId]/[date]', status: 404 } },
			{ clinicId, detail: { route: '/setup/[clinicId]', status: 404 } },
			{ clinicId: null, detail: { route: '/organization', status: 403 } }
		]);
	});

	it('a form, once, and one that another site sent', async () => {
		const form = () => {
			const body = new FormData();
			const { clinicId } = api.clinic;
			const hours = { clinicId, resourceId: api.clinic.roomIds[0], periods: [] };
			body.set('input', JSON.stringify({ ...hours, exceptionId: crypto.randomUUID() }));
			return { method: 'POST', body };
		};
		const path = `/setup/${api.clinic.clinicId}?/removeResource`;
		const body = new FormData();
		body.set(
			'input',
			JSON.stringify({ clinicId: api.clinic.clinicId, resourceId: api.clinic.roomIds[0] })
		);
		expect((await page(path, { method: 'POST', body })).status).toBe(403);
		expect(
			(await page(path, { ...form(), headers: { origin: 'https://elsewhere.example' } })).status
		).toBe(403);
		expect(await traces()).toMatchObject([
			{ kind: 'refused', detail: { route: '/setup/[clinicId]', method: 'POST', status: 403 } },
			{ kind: 'refused', detail: { route: '/setup/[clinicId]', method: 'POST', status: 403 } }
		]);
	});

	it('nothing that was typed into an address', async () => {
		await page('/board/anna-nowak/2027-01-04');
		await page('/nowhere/anna-nowak');
		const found = await traces();
		expect(found).toMatchObject([{ kind: 'refused', clinicId: null }]);
		expect(JSON.stringify(found)).not.toContain('nowak');
	});

	it('and nothing of a stranger', async () => {
		await api.send(`/api/v1/appointments/${own}`, { token: null });
		await api.send(`/api/v1/appointments/${own}`, { token: 'dayboard_wrong' });
		await fetch(`${api.dayboard.url}/board/appointments/${own}`, { redirect: 'manual' });
		expect(await traces()).toEqual([]);
		const metrics = await (await fetch(`${api.dayboard.url}/metrics`)).text();
		const [, count] = /dayboard_refused_requests_total\{status="401"\} (\d+)/.exec(metrics)!;
		expect(Number(count)).toBeGreaterThanOrEqual(2);
	});
});
