/** Booking on the public site over HTTP, without scripts, against the real server. */
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startDayboard, type RunningDayboard } from '../../support/dayboard.ts';
import {
	browserAt,
	PUBLIC_ORIGIN,
	saidOn,
	SOMEBODY,
	timesOn,
	type Browser
} from './public-booking.ts';

let dayboard: RunningDayboard;
let owner: pg.Client;
let times: string;

beforeAll(async () => {
	dayboard = await startDayboard({ scale: 'small', env: { ORIGIN: PUBLIC_ORIGIN } });
	owner = new pg.Client({ connectionString: dayboard.databaseUrl });
	await owner.connect();
	const { html } = await browserAt(dayboard.url).get('/en/fellside/book');
	times = /href="([^"]*book\/times\?service=consultation[^"]*)"/.exec(html)![1]!;
});
afterAll(async () => {
	await owner?.end();
	await dayboard?.close();
});

const count = async (table: string, where = 'true') =>
	(await owner.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${table} WHERE ${where}`))
		.rows[0]!.n;

/** @returns a browser that keeps a time, and the address of the form for the rest */
async function keeping(place = 0): Promise<{ browser: Browser; form: string }> {
	const browser = browserAt(dayboard.url);
	const page = await browser.get(times);
	const kept = await browser.post(keepAction(), { time: timesOn(page.html).at(place)! });
	expect(kept.path).toContain('/book/details/');
	return { browser, form: kept.path.replace('?', '?/book&') };
}

const keepAction = () => times.replace('?', '?/keep&');

it('a patient books, finds it on the board, moves it and cancels it', async () => {
	const before = await count('patients');
	// Far enough ahead that it may still be changed.
	const { browser, form } = await keeping(-1);
	expect(await count('holds')).toBe(1);
	const booked = await browser.post(form, SOMEBODY);
	expect([booked.status, booked.path]).toEqual([
		200,
		expect.stringMatching(/\/visit\/[\w-]{43}\?booked$/)
	]);
	expect(saidOn(booked.html)).toContain('Your visit is booked.');
	expect(await count('holds')).toBe(0);
	expect(await count('patients')).toBe(before + 1);
	const {
		rows: [visit]
	} = await owner.query(
		`SELECT a.source, a.status, a.new_patient, a.id FROM appointments a JOIN patients p ON p.id = a.patient_id
			WHERE p.family_name = $1`,
		[SOMEBODY.familyName]
	);
	expect(visit).toMatchObject({ source: 'online', status: 'booked', new_patient: true });

	const link = booked.path.replace('?booked', '');
	const calendar = await browser.get(`${link}/calendar.ics`);
	expect(calendar.html).toContain(`UID:${visit.id}@dayboard`);
	expect(calendar.html).toContain('SEQUENCE:0');

	const stranger = browserAt(dayboard.url);
	const others = await stranger.get(`${link}/times`);
	const moved = await stranger.post(`${link}/times?/move`, {
		time: timesOn(others.html).at(-1)!,
		revision: '1'
	});
	expect(saidOn(moved.html)).toContain('Your visit has a new time.');
	expect((await browser.get(`${link}/calendar.ics`)).html).toContain('SEQUENCE:1');

	const cancel = (fields: object) => stranger.post(`${link}?/cancel`, { revision: '2', ...fields });
	for (const reason of [{}, { reason: 'booked-by-mistake' }]) {
		const answer = await cancel(reason);
		expect([answer.status, saidOn(answer.html)]).toEqual([
			400,
			expect.stringContaining('Please choose a reason.')
		]);
	}
	expect(saidOn((await cancel({ reason: 'not-needed' })).html)).toContain(
		'This visit is cancelled.'
	);
	expect(await count('appointments', `id = '${visit.id}' AND cancel_reason = 'not-needed'`)).toBe(
		1
	);
	expect(await count('claims', `appointment_id = '${visit.id}'`)).toBe(0);
});

it('whoever gives the same name, birth date and number again is the same patient', async () => {
	const person = { ...SOMEBODY, familyName: 'Nowicka', phone: '600-300-400' };
	for (const typed of [person, { ...person, familyName: 'NOWICKA', phone: '600 300 400' }]) {
		const { browser, form } = await keeping(typed === person ? 0 : 20);
		expect(saidOn((await browser.post(form, typed)).html)).toContain('Your visit is booked.');
	}
	expect(await count('patients', `lower(family_name) = 'nowicka'`)).toBe(1);
});

describe('what is not right', () => {
	it.each<[string, Record<string, string>, string]>([
		['a birth date to come', { birthDate: '2090-01-01' }, 'This date is still to come.'],
		['no birth date', { birthDate: '' }, 'Please fill this in.'],
		['a date that is none', { birthDate: '1990-02-31' }, 'This is not a date.'],
		['a phone number with letters', { phone: '0600 CALL ME' }, 'digits only'],
		['no contact at all', { phone: '' }, 'Please give a phone number or an e-mail address.'],
		['an address that is none', { email: 'zofia@' }, 'This is not an e-mail address.'],
		['a name of 10,000 letters', { givenName: 'a'.repeat(10_000) }, 'This is too long.'],
		['a name in HTML', { familyName: '<b>Ann</b>' }, 'letters only'],
		['no consent', { consent: '' }, 'We need your consent']
	])('%s is told at its field, and nothing is stored', async (_, wrong, words) => {
		const before = [await count('patients'), await count('appointments')];
		const { browser, form } = await keeping();
		const answer = await browser.post(form, { ...SOMEBODY, ...wrong });
		expect(answer.status).toBe(400);
		expect(saidOn(answer.html)).toContain(words);
		expect(answer.html.includes('<b>Ann')).toBe(false);
		const field = Object.keys(wrong)[0]!;
		expect(answer.html.includes(`id="${field}-fault"`)).toBe(true);
		expect([await count('patients'), await count('appointments')]).toEqual(before);
	});

	it('a tampered length or price changes nothing', async () => {
		const browser = browserAt(dayboard.url);
		const page = await browser.get(times);
		const kept = await browser.post(keepAction(), {
			...{ time: timesOn(page.html)[3]!, durationMinutes: '600', priceMinor: '0' }
		});
		const {
			rows: [hold]
		} = await owner.query<{ minutes: number }>(
			'SELECT extract(epoch FROM ends_at - starts_at) / 60 AS minutes FROM holds WHERE id = $1',
			[/details\/([0-9a-f-]{36})/.exec(kept.path)![1]]
		);
		expect(Number(hold!.minutes)).toBe(15);
	});

	it.each([
		[
			'a time that went by',
			() => tampered((parts) => [...parts.slice(0, 3), String(Date.UTC(2020, 0, 6, 10))])
		],
		[
			'a doctor of nobody',
			() => tampered(([clinic, , ...rest]) => [clinic!, crypto.randomUUID(), ...rest])
		],
		['nonsense', async () => 'nonsense']
	])('%s is refused kindly', async (_, value) => {
		const held = await count('holds');
		const answer = await browserAt(dayboard.url).post(keepAction(), { time: await value() });
		expect(answer.status).toBeGreaterThanOrEqual(400);
		expect(answer.status).toBeLessThan(500);
		expect(saidOn(answer.html)).toMatch(/faster|booked online|call/);
		expect(await count('holds')).toBe(held);
	});

	it('a link that is made up, and somebody else’s hold, lead nowhere', async () => {
		const browser = browserAt(dayboard.url);
		expect((await browser.get(`/en/fellside/visit/${'x'.repeat(43)}`)).status).toBe(404);
		const { form } = await keeping(8);
		const answer = await browser.post(form, SOMEBODY);
		expect(answer.status).toBe(409);
		expect(saidOn(answer.html)).toContain('not kept for you any more');
	});
});

async function tampered(change: (parts: string[]) => string[]): Promise<string> {
	const { html } = await browserAt(dayboard.url).get(times);
	return change(timesOn(html)[0]!.split('.')).join('.');
}
