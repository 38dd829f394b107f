import { readdir } from 'node:fs/promises';
import path from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SESSION_COOKIE } from '#domain/access/session-cookie.ts';
import { DOCUMENT_WORDS, MAX_DOCUMENT_BYTES } from '#domain/documents/document.ts';
import { carryOut } from '#domain/scheduling/commands.ts';
import {
	bookingOf,
	clinicFactory,
	sessionFactory,
	staffFactory,
	type Clinic
} from '../factories/clinic-factory.ts';
import { startDayboard, type RunningDayboard } from '../support/dayboard.ts';
import { pdf, PNG } from '../support/sample-papers.ts';
import { freshDatabase, type FreshDatabase } from '../support/test-postgres.ts';

let fresh: FreshDatabase;
let dayboard: RunningDayboard;
let owner: pg.Client;
let clinic: Clinic;
let cookie: string;
let root: string;

beforeAll(async () => {
	fresh = await freshDatabase();
	owner = new pg.Client({ connectionString: fresh.ownerUrl });
	await owner.connect();
	clinic = await clinicFactory(fresh.database);
	const booking = bookingOf(clinic, { startsAt: Date.parse('2031-03-11T09:00:00Z') });
	await carryOut(fresh.database, clinic.receptionist, booking, { now: 0 });
	root = `/board/appointments/${booking.appointmentId}/documents`;
	cookie = `${SESSION_COOKIE}=${await sessionFactory(fresh.database, clinic.receptionist)}`;
	dayboard = await startDayboard({ scale: 'none', databaseUrl: fresh.url });
});
afterAll(async () => {
	await dayboard.close();
	await owner.end();
	await fresh.drop();
});

function send(address: string, init: RequestInit & { name?: string; as?: string } = {}) {
	const { name, as = cookie, ...rest } = init;
	return fetch(dayboard.url + address, {
		...rest,
		headers: {
			...{ cookie: as, origin: dayboard.url, accept: 'application/json' },
			...(name === undefined ? {} : { 'x-file-name': encodeURIComponent(name) }),
			...(rest.headers as Record<string, string> | undefined)
		}
	});
}

const upload = (body: BodyInit, name = 'Referral.pdf') =>
	send(root, { method: 'POST', body, name });

async function stored(): Promise<number> {
	const { rows } = await owner.query(
		'SELECT count(*)::int AS count FROM documents WHERE NOT removed'
	);
	const inFolder = await readdir(path.join(dayboard.dataDir, 'files'), {
		...{ recursive: true, withFileTypes: true }
	}).catch(() => []);
	expect(inFolder.filter((entry) => entry.isFile())).toHaveLength(rows[0].count);
	return rows[0].count;
}

describe('a document over HTTP', () => {
	it('is uploaded, listed, saved under its name and never shown, and removed', async () => {
		const bytes = pdf();
		const made = await upload(new Uint8Array(bytes), 'Überweisung "Łódź".pdf');
		expect(made.status).toBe(201);
		const { id } = (await made.json()) as { id: string };
		const list = (await (await send(root)).json()) as { documents: { name: string }[] };
		expect(list.documents.map(({ name }) => name)).toEqual(['Überweisung Łódź.pdf']);

		const saved = await send(`${root}/${id}`);
		expect(saved.status).toBe(200);
		expect(Buffer.from(await saved.arrayBuffer()).equals(bytes)).toBe(true);
		expect(Object.fromEntries(saved.headers)).toMatchObject({
			'content-type': 'application/pdf',
			'content-length': String(bytes.length),
			'content-disposition': `attachment; filename="_berweisung __d_.pdf"; filename*=UTF-8''%C3%9Cberweisung%20%C5%81%C3%B3d%C5%BA.pdf`,
			'x-content-type-options': 'nosniff',
			'cache-control': 'private, no-store',
			'content-security-policy': "default-src 'none'; sandbox"
		});
		expect((await send(`${root}/${id}`, { method: 'DELETE' })).status).toBe(204);
		expect((await send(`${root}/${id}`)).status).toBe(404);
		expect((await (await send(root)).json()) as object).toMatchObject({ documents: [] });
	});

	it('takes the largest file, and refuses a larger one in words, announced or not', async () => {
		const largest = Buffer.concat([pdf(), Buffer.alloc(MAX_DOCUMENT_BYTES)]).subarray(
			...[0, MAX_DOCUMENT_BYTES]
		);
		expect((await upload(new Uint8Array(largest))).status).toBe(201);
		const before = await stored();
		const larger = new Uint8Array(Buffer.concat([largest, Buffer.from('x')]));
		const announced = await upload(larger);
		expect([announced.status, await announced.json()]).toEqual([
			...[413, { status: 413, message: DOCUMENT_WORDS['too-large'] }]
		]);
		const stream = new Blob([larger]).stream();
		const unannounced = await send(root, {
			...{ method: 'POST', body: stream, name: 'x.pdf', duplex: 'half' }
		} as RequestInit);
		expect([unannounced.status, await unannounced.json()]).toEqual([
			...[413, { status: 413, message: DOCUMENT_WORDS['too-large'] }]
		]);
		expect(await stored()).toBe(before);
	});

	it.each([
		['of a forbidden kind', Buffer.from('<script>alert(1)</script>'), 415, 'wrong-kind'],
		['that is empty', Buffer.alloc(0), 400, 'empty']
	] as const)('%s is refused in words', async (_, bytes, status, fault) => {
		const before = await stored();
		const answer = await upload(new Uint8Array(bytes));
		expect([answer.status, await answer.json()]).toEqual([
			...[status, { status, message: DOCUMENT_WORDS[fault] }]
		]);
		expect(await stored()).toBe(before);
	});

	it('is refused from another site, without a session, to strangers, and under broken names', async () => {
		const before = await stored();
		const foreign = { headers: { origin: 'https://evil.example' } };
		expect(
			(await send(root, { ...foreign, method: 'POST', body: new Uint8Array(PNG) })).status
		).toBe(403);
		expect((await send(root, { as: '', method: 'POST', body: new Uint8Array(PNG) })).status).toBe(
			401
		);
		const support = await staffFactory(fresh.database, clinic, { role: 'support' });
		const as = `${SESSION_COOKIE}=${await sessionFactory(fresh.database, support)}`;
		expect((await send(root, { as })).status).toBe(404);
		expect((await send(root, { as, method: 'POST', body: new Uint8Array(PNG) })).status).toBe(404);
		const broken = {
			method: 'POST',
			body: new Uint8Array(PNG),
			headers: { 'x-file-name': '%E0%A4' }
		};
		expect((await send(root, broken)).status).toBe(400);
		for (const address of [
			`${root}/..%2f..%2fetc`,
			`${root}/x`,
			'/board/appointments/x/documents'
		]) {
			expect((await send(address)).status).toBe(404);
		}
		expect(await stored()).toBe(before);
	});
});

describe('every other route', () => {
	it('takes no more than a form, announced or not', async () => {
		const form = { 'content-type': 'application/x-www-form-urlencoded' };
		const long = `email=a&password=${'x'.repeat(70_000)}`;
		const announced = await send('/sign-in', { method: 'POST', headers: form, body: long });
		expect(announced.status).toBe(413);
		const unannounced = await send('/sign-in', {
			...{ method: 'POST', headers: form, body: new Blob([long]).stream(), duplex: 'half' }
		} as RequestInit);
		expect(unannounced.status).toBe(411);
		const short = await send('/sign-in', {
			method: 'POST',
			headers: form,
			body: 'email=a&password=b'
		});
		expect([200, 400]).toContain(short.status);
	});
});
