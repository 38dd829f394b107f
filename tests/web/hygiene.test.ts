/** What browsers are told about every page, and what the log is not told about anybody. */
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEMO_SIGN_INS } from '#db/demo/sign-ins.ts';
import { startDayboard, type RunningDayboard } from '../support/dayboard.ts';

let dayboard: RunningDayboard;
let cookie: string;
beforeAll(async () => {
	dayboard = await startDayboard({ scale: 'small', env: { LOG_LEVEL: 'debug' } });
	const { email, password } = DEMO_SIGN_INS[0]!;
	const answer = await fetch(`${dayboard.url}/sign-in`, {
		...{ method: 'POST', redirect: 'manual' },
		headers: { origin: dayboard.url, accept: 'text/html' },
		body: new URLSearchParams({ email, password })
	});
	cookie = answer.headers.get('set-cookie')!.split(';')[0]!;
});
afterAll(() => dayboard?.close());

const page = async (path: string) => fetch(dayboard.url + path, { headers: { cookie } });

describe.each(['/sign-in?again', '/', '/me/devices'])('the page %s', (path) => {
	it('runs no script but its own', async () => {
		const answer = await page(path);
		const policy = Object.fromEntries(
			answer.headers
				.get('content-security-policy')!
				.split(';')
				.map((part) => part.trim().split(' '))
				.map(([name, ...sources]) => [name, sources])
		) as Record<string, string[]>;
		const scripts = policy['script-src'] ?? policy['default-src']!;
		expect(
			scripts.filter((source) => !/^'(self|strict-dynamic|nonce-.{16,})'$/.test(source))
		).toEqual([]);
		for (const name of ['object-src', 'frame-ancestors']) expect(policy[name]).toEqual(["'none'"]);
		for (const name of ['base-uri', 'form-action', 'connect-src'])
			expect(policy[name]).toEqual(["'self'"]);
		const [nonce] = scripts.filter((source) => source.startsWith("'nonce-"));
		const html = await answer.text();
		const inline = [...html.matchAll(/<script(?![^>]*\bsrc=)([^>]*)>/g)].map(([, flags]) => flags!);
		expect(inline.length).toBeGreaterThan(0);
		for (const flags of inline) expect(flags).toContain(nonce!.slice(1, -1).replace('nonce-', ''));
	});

	it('is kept to itself', async () => {
		const { headers } = await page(path);
		expect(headers.get('x-content-type-options')).toBe('nosniff');
		expect(headers.get('referrer-policy')).toBe('same-origin');
		expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
		expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
	});
});

it('a cookie of a session is read by no script, and sent by no other site', async () => {
	const { email, password } = DEMO_SIGN_INS[1]!;
	const answer = await fetch(`${dayboard.url}/sign-in`, {
		...{ method: 'POST', redirect: 'manual' },
		headers: { origin: dayboard.url, accept: 'text/html' },
		body: new URLSearchParams({ email, password })
	});
	expect(answer.headers.get('set-cookie')).toMatch(/HttpOnly/i);
	expect(answer.headers.get('set-cookie')).toMatch(/SameSite=(Lax|Strict)/i);
});

it('a page that breaks tells the log where, and nothing of what was typed', async () => {
	const owner = new pg.Client({ connectionString: dayboard.databaseUrl });
	await owner.connect();
	const home = await fetch(dayboard.url, { headers: { cookie }, redirect: 'manual' });
	const board = home.headers.get('location')!.replace(/\/[^/]*$/, '');
	await owner.query('ALTER TABLE patients RENAME TO patients_away');
	const typed = 'Przybyszewska-Unlikely';
	const search = (path: string) =>
		fetch(dayboard.url + path, {
			...{ method: 'POST', body: JSON.stringify({ text: typed }) },
			headers: { cookie, origin: dayboard.url, 'content-type': 'application/json' }
		});
	try {
		for (const path of [`${board}/patients`, '/api/v1/patients/search']) {
			const answer = await search(path);
			expect(answer.status).toBe(500);
			expect(await answer.text()).not.toContain(typed);
			const requestId = answer.headers.get('x-request-id')!;
			expect(dayboard.output()).toContain(requestId);
		}
	} finally {
		await owner.query('ALTER TABLE patients_away RENAME TO patients');
		await owner.end();
	}
	expect(dayboard.output()).not.toContain(typed);
	expect(dayboard.output()).not.toContain('select ');
});
