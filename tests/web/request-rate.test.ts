import { afterAll, beforeAll, expect, it } from 'vitest';
import { DEMO_SIGN_INS } from '#db/demo/sign-ins.ts';
import { REQUESTS_PER_MINUTE, SEARCHES_PER_MINUTE } from '#web/lib/server/request-rate.ts';
import { startDayboard, type RunningDayboard } from '../support/dayboard.ts';

let dayboard: RunningDayboard;
beforeAll(async () => {
	dayboard = await startDayboard({ scale: 'small' });
});
afterAll(() => dayboard?.close());

/** Asks until more than `limit` were sent. @returns the answers */
async function askOn(limit: number, ask: () => Promise<Response>): Promise<Response[]> {
	const answers: Response[] = [];
	while (answers.length <= limit) {
		answers.push(...(await Promise.all(Array.from({ length: 25 }, ask))));
	}
	return answers;
}

function expectStopped(answers: Response[], limit: number) {
	const answered = answers.filter(({ status }) => status !== 429);
	expect(answered.length).toBeLessThanOrEqual(limit);
	// Ten are left for what signing in asked for.
	expect(answered.length).toBeGreaterThanOrEqual(limit - 10);
	expect(answers.length).toBeGreaterThan(limit);
}

it('a session that asks without end is told to wait, and nobody else is', async () => {
	const [busy, calm] = await Promise.all(DEMO_SIGN_INS.slice(0, 2).map(cookieOf));
	const ask = (cookie: string) =>
		fetch(`${dayboard.url}/board/appointments/${crypto.randomUUID()}`, { headers: { cookie } });
	const answers = await askOn(REQUESTS_PER_MINUTE, () => ask(busy!));
	expectStopped(answers, REQUESTS_PER_MINUTE);
	const refused = answers.find(({ status }) => status === 429)!;
	expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
	expect((await ask(calm!)).status).not.toBe(429);
});

it('nobody copies the register of patients by searching it, on the board or over HTTP', async () => {
	const cookie = await cookieOf(DEMO_SIGN_INS.find(({ email }) => email.startsWith('admin'))!);
	const search = (path: string, more: Record<string, string>) => () =>
		fetch(dayboard.url + path, {
			...{ method: 'POST', body: '{"text":"an"}', redirect: 'manual' },
			headers: { cookie, origin: dayboard.url, 'content-type': 'application/json', ...more }
		});
	const home = await fetch(dayboard.url, { headers: { cookie }, redirect: 'manual' });
	const board = home.headers.get('location')!.replace(/\/[^/]*$/, '');
	const answers = await askOn(SEARCHES_PER_MINUTE, search(`${board}/patients`, {}));
	expectStopped(answers, SEARCHES_PER_MINUTE);
	const overHttp = await search('/api/v1/patients/search', { 'idempotency-key': 'a' })();
	expect(overHttp.status).toBe(429);
	expect(Number(overHttp.headers.get('retry-after'))).toBeGreaterThan(0);
});

async function cookieOf({ email, password }: { email: string; password: string }): Promise<string> {
	const answer = await fetch(`${dayboard.url}/sign-in`, {
		...{ method: 'POST', redirect: 'manual' },
		headers: { origin: dayboard.url, accept: 'text/html' },
		body: new URLSearchParams({ email, password })
	});
	return answer.headers.get('set-cookie')!.split(';')[0]!;
}
