/** What browsers send of themselves, over HTTP against the real server: who may, what is taken, what is kept. */
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { vapidKeysFrom } from '#db/push/vapid-keys.ts';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { startDayboard, type RunningDayboard } from '../../support/dayboard.ts';
import { startPushService, type TestPushService } from '../../support/push-service.ts';
import { browserAt, PUBLIC_ORIGIN, SOMEBODY, timesOn } from './public-booking.ts';

let service: TestPushService;
let dayboard: RunningDayboard;
let owner: pg.Client;
let publicKey: string;
/** Of a visit: `/en/fellside/visit/…` */
let visit: string;
beforeAll(async () => {
	service = await startPushService();
	dayboard = await startDayboard({
		...{ scale: 'small', env: { ORIGIN: PUBLIC_ORIGIN, PUSH_SERVICES: service.origin } }
	});
	owner = new pg.Client({ connectionString: dayboard.databaseUrl });
	await owner.connect();
	const key = await readFile(path.join(dayboard.dataDir, 'vapid.key'), 'utf8');
	publicKey = vapidKeysFrom(key.trim())!.publicKey;
	visit = await booked('Ostrowska-Byrne');
});
afterAll(async () => {
	await owner?.end();
	await dayboard?.close();
	await service?.close();
});

async function booked(familyName: string): Promise<string> {
	const browser = browserAt(dayboard.url);
	const { html } = await browser.get('/en/fellside/book');
	const times = /href="([^"]*book\/times\?service=consultation[^"]*)"/.exec(html)![1]!;
	const page = await browser.get(times);
	const time = timesOn(page.html).at(-1)!;
	const kept = await browser.post(times.replace('?', '?/keep&'), { time });
	const done = await browser.post(kept.path.replace('?', '?/book&'), { ...SOMEBODY, familyName });
	return done.path.replace('?booked', '');
}

let callers = 0;
interface Sent {
	method?: string;
	origin?: string;
	type?: string;
	/** Whose requests are counted together. Default: somebody else's each time. */
	from?: string;
}
function send(at: string, body: unknown, { method = 'POST', origin, type, from }: Sent = {}) {
	return fetch(dayboard.url + at, {
		...{ method, body: typeof body === 'string' ? body : JSON.stringify(body) },
		headers: {
			'content-type': type ?? 'application/json',
			'x-forwarded-for': from ?? `10.9.0.${++callers}`,
			origin: origin ?? PUBLIC_ORIGIN
		}
	});
}
const stored = async () =>
	(await owner.query<{ hash: string }>(`SELECT endpoint_hash AS hash FROM push_subscriptions`))
		.rows;

it('the page of a visit gives out the key by which browsers know this installation', async () => {
	const { html } = await browserAt(dayboard.url).get(visit);
	expect(html).toContain(publicKey);
	expect(html).toContain('/en/fellside/site.webmanifest');
	const manifest = await (await fetch(`${dayboard.url}/en/fellside/site.webmanifest`)).json();
	expect(manifest).toMatchObject({ display: 'standalone', lang: 'en' });
});

it('whoever holds a visit’s link chooses, and takes it back; twice is once', async () => {
	const { subscription } = service.browser(publicKey);
	const first = await send(`${visit}/push`, {
		subscription: { ...subscription, expirationTime: null }
	});
	expect(first.status).toBe(201);
	const { endpointHash } = (await first.json()) as { endpointHash: string };
	expect((await send(`${visit}/push`, { subscription })).status).toBe(201);
	expect(await stored()).toEqual([{ hash: endpointHash }]);
	const gone = await send(`${visit}/push`, { endpointHash }, { method: 'DELETE' });
	expect(gone.status).toBe(204);
	expect(await stored()).toEqual([]);
});

it('another visit’s link forgets no browser of this one', async () => {
	const other = await booked('Kaczorowska');
	const { subscription } = service.browser(publicKey);
	const answer = await send(`${visit}/push`, { subscription });
	const { endpointHash } = (await answer.json()) as { endpointHash: string };
	await send(`${other}/push`, { endpointHash }, { method: 'DELETE' });
	expect(await stored()).toHaveLength(1);
	await send(`${visit}/push`, { endpointHash }, { method: 'DELETE' });
	expect(await stored()).toEqual([]);
});

it('a browser with a new address is followed, where it shows that it is the old one', async () => {
	const [old, anew] = [service.browser(publicKey), service.browser(publicKey)];
	await send(`${visit}/push`, { subscription: old.subscription });
	const [before] = await stored();
	const { endpoint, keys } = old.subscription;
	const renew = (auth: string) =>
		send('/pl/fellside/push', { old: { endpoint, auth }, subscription: anew.subscription });
	const refused = await renew(anew.subscription.keys.auth);
	expect([refused.status, await stored()]).toEqual([404, [before]]);
	expect((await renew(keys.auth)).status).toBe(204);
	expect(await stored()).not.toEqual([before]);
	expect(await stored()).toHaveLength(1);
	await owner.query('DELETE FROM push_subscriptions');
});

describe('is refused, and nothing is stored', () => {
	const good = () => service.browser(publicKey).subscription;
	const withEndpoint = (endpoint: string) => ({ subscription: { ...good(), endpoint } });

	it.each([
		['an address of this machine', 'http://127.0.0.1:1/x'],
		['an address of the network', 'https://192.168.1.1/x'],
		['the address of the cloud’s own service', 'http://169.254.169.254/latest'],
		['a service nobody knows', 'https://push.evil.example/x'],
		['another protocol', 'file:///etc/passwd'],
		['10,000 characters', `https://fcm.googleapis.com/${'x'.repeat(10_000)}`]
	])('%s', async (_, endpoint) => {
		const answer = await send(`${visit}/push`, withEndpoint(endpoint));
		expect(answer.status).toBe(422);
		expect(await answer.json()).toMatchObject({
			errors: [expect.objectContaining({ field: 'subscription.endpoint' })]
		});
		expect(await stored()).toEqual([]);
	});

	it.each([
		['no body', '', 400],
		['no object', '[]', 422],
		['no keys', () => ({ subscription: { endpoint: good().endpoint } }), 422],
		[
			'a key that is too short',
			() => ({ subscription: { ...good(), keys: { ...good().keys, auth: 'AAAA' } } }),
			422
		],
		[
			'a key that is no point',
			() => ({
				subscription: { ...good(), keys: { ...good().keys, p256dh: `B${'A'.repeat(86)}` } }
			}),
			400
		],
		['more than a form holds', 'x'.repeat(70_000), 413]
	] as const)('%s', async (_, body, status) => {
		const answer = await send(`${visit}/push`, typeof body === 'function' ? body() : body);
		expect([answer.status, await stored()]).toEqual([status, []]);
	});

	it('what comes from another site, is no JSON, or holds no link', async () => {
		const body = { subscription: good() };
		const elsewhere = await send(`${visit}/push`, body, { origin: 'https://evil.example' });
		const form = await send(`${visit}/push`, 'a=b', { type: 'application/x-www-form-urlencoded' });
		const unknown = await send(`/en/fellside/visit/${'x'.repeat(43)}/push`, body);
		const nobody = await send('/en/fellside/me/push', body);
		const link = await send(`/l/${'x'.repeat(43)}/answer`, '');
		expect([elsewhere, form, unknown, nobody, link].map(({ status }) => status)).toEqual([
			...[403, 415, 404, 401, 404]
		]);
		expect(await stored()).toEqual([]);
	});

	it('what one address sends without end', async () => {
		const from = '10.8.0.1';
		const statuses = [];
		for (let count = 0; count < 40; count++) {
			statuses.push((await send(`${visit}/push`, 'x', { from })).status);
		}
		expect(new Set(statuses)).toEqual(new Set([400, 429]));
	});
});

it('nothing of a browser’s address or a visit’s link is in what the server says', () => {
	expect(dayboard.output()).not.toMatch(/\/push\/|\/visit\/[\w-]{43}|127\.0\.0\.1:1\/x/);
});
