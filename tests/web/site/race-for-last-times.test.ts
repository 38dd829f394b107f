/** Two hundred patients at once, each from a place of their own, want the last twenty times there are. */
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startDayboard, type RunningDayboard } from '../../support/dayboard.ts';
import { browserAt, PUBLIC_ORIGIN, saidOn, SOMEBODY, timesOn } from './public-booking.ts';

const PATIENTS = 200;
const TIMES = 20;

let dayboard: RunningDayboard;
let owner: pg.Client;
beforeAll(async () => {
	dayboard = await startDayboard({ scale: 'small', env: { ORIGIN: PUBLIC_ORIGIN } });
	owner = new pg.Client({ connectionString: dayboard.databaseUrl });
	await owner.connect();
});
afterAll(async () => {
	await owner?.end();
	await dayboard?.close();
});

it(
	`${PATIENTS} patients and ${TIMES} times: each time is booked once, and the others are told of other times`,
	{ timeout: 120_000 },
	async () => {
		const { html } = await browserAt(dayboard.url).get('/en/fellside/book');
		const address = /href="([^"]*book\/times\?service=consultation[^"]*)"/.exec(html)![1]!;
		const page = await browserAt(dayboard.url).get(address);
		// Spread over days, so that no two of them overlap in a way of their own.
		const wanted = timesOn(page.html).slice(-TIMES);
		expect(wanted).toHaveLength(TIMES);
		const before = await stored();
		const outcomes = await Promise.all(
			Array.from({ length: PATIENTS }, async (_, index) => {
				const browser = browserAt(dayboard.url);
				const kept = await browser.post(address.replace('?', '?/keep&'), {
					time: wanted[index % TIMES]!
				});
				if (!kept.path.includes('/details/'))
					return { status: kept.status, said: saidOn(kept.html) };
				const done = await browser.post(kept.path.replace('?', '?/book&'), {
					...SOMEBODY,
					familyName: `Ruser-${'abcdefghij'[Math.floor(index / 20)]}${'abcdefghijklmnopqrst'[index % 20]}`,
					phone: `6000000${String(index).padStart(3, '0')}`
				});
				return { status: done.status, said: saidOn(done.html) };
			})
		);
		const won = outcomes.filter(({ status }) => status === 200);
		const lost = outcomes.filter(({ status }) => status === 409);
		expect([won.length, lost.length]).toEqual([TIMES, PATIENTS - TIMES]);
		for (const { said } of lost) expect(said).toMatch(/Free nearby: .*\d\d:\d\d/);
		expect(await stored()).toEqual({
			holds: before.holds,
			visits: before.visits + TIMES,
			patients: before.patients + TIMES
		});
	}
);

async function stored() {
	const { rows } = await owner.query<{ holds: number; visits: number; patients: number }>(
		`SELECT (SELECT count(*)::int FROM holds) AS holds, (SELECT count(*)::int FROM appointments) AS visits,
			(SELECT count(*)::int FROM patients) AS patients`
	);
	return rows[0]!;
}
