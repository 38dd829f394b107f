import { afterAll, beforeAll, expect, it } from 'vitest';
import { DEMO_SIGN_INS } from '#db/demo/sign-ins.ts';
import { REQUESTS_PER_MINUTE } from '#web/lib/server/request-rate.ts';
import { startDayboard, type RunningDayboard } from '../support/dayboard.ts';

let dayboard: RunningDayboard;
beforeAll(async () => {
	dayboard = await startDayboard({ scale: 'small' });
});
afterAll(() => dayboard?.close());

it('a session that asks without end is told to wait, and nobody else is', async () => {
	const [busy, calm] = await Promise.all(DEMO_SIGN_INS.slice(0, 2).map(cookieOf));
	const ask = (cookie: string) =>
		fetch(`${dayboard.url}/board/${crypto.randomUUID()}/patients`, {
			...{ method: 'POST', body: '{"text":"an"}', redirect: 'manual' },
			headers: { cookie, origin: dayboard.url, 'content-type': 'application/json' }
		});
	const answers: Response[] = [];
	while (answers.length <= REQUESTS_PER_MINUTE) {
		answers.push(...(await Promise.all(Array.from({ length: 25 }, () => ask(busy!)))));
	}
	expect(answers.slice(0, REQUESTS_PER_MINUTE - 10).map(({ status }) => status)).not.toContain(429);
	const refused = answers.at(-1)!;
	expect(refused.status).toBe(429);
	expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
	expect((await ask(calm!)).status).not.toBe(429);
});

async function cookieOf({ email, password }: { email: string; password: string }): Promise<string> {
	const answer = await fetch(`${dayboard.url}/sign-in`, {
		...{ method: 'POST', redirect: 'manual' },
		headers: { origin: dayboard.url, accept: 'text/html' },
		body: new URLSearchParams({ email, password })
	});
	return answer.headers.get('set-cookie')!.split(';')[0]!;
}
