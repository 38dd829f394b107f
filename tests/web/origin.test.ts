/** Kit's own check is off (svelte.config.js): ours has to hold for every form and script. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEMO_SIGN_INS } from '#db/demo/sign-ins.ts';
import { startDayboard, type RunningDayboard } from '../support/dayboard.ts';

let dayboard: RunningDayboard;
beforeAll(async () => {
	dayboard = await startDayboard({ scale: 'small' });
});
afterAll(() => dayboard?.close());

const { email, password } = DEMO_SIGN_INS[0]!;

const post = (path: string, headers: Record<string, string>, body = { email, password }) =>
	fetch(dayboard.url + path, {
		...{ method: 'POST', redirect: 'manual', headers: { accept: 'text/html', ...headers } },
		body: new URLSearchParams(body)
	});

describe('a form', () => {
	it('from Dayboard itself signs in', async () => {
		const answer = await post('/sign-in', { origin: dayboard.url });
		expect(answer.status).toBe(303);
		expect(answer.headers.get('set-cookie')).toContain('dayboard_session=');
	});

	it.each<[string, Record<string, string>]>([
		['another site', { origin: 'https://elsewhere.example' }],
		['a sandbox', { origin: 'null' }],
		['nowhere', {}]
	])('from %s signs nobody in or out', async (_, headers) => {
		for (const path of ['/sign-in', '/sign-out']) {
			const answer = await post(path, headers);
			expect(answer.status).toBe(403);
			expect(answer.headers.get('set-cookie')).toBeNull();
		}
	});
});
