/** Waiting for a time, over HTTP and without scripts, against the real server. */
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startDayboard, type RunningDayboard } from '../../support/dayboard.ts';
import { browserAt, PUBLIC_ORIGIN, saidOn, SOMEBODY } from './public-booking.ts';

let dayboard: RunningDayboard;
let owner: pg.Client;
let page: string;

beforeAll(async () => {
	dayboard = await startDayboard({ scale: 'small', env: { ORIGIN: PUBLIC_ORIGIN } });
	owner = new pg.Client({ connectionString: dayboard.databaseUrl });
	await owner.connect();
	const browser = browserAt(dayboard.url);
	const { html } = await browser.get('/en/fellside/book');
	const times = /href="([^"]*book\/times\?service=consultation[^"]*)"/.exec(html)![1]!;
	const offered = (await browser.get(times)).html;
	page = /href="([^"]*book\/waitlist\?[^"]*)"/.exec(offered)![1]!.replaceAll('&amp;', '&');
});
afterAll(async () => {
	await owner?.end();
	await dayboard?.close();
});

const today = Temporal.Now.plainDateISO('Europe/London');
const WISH = {
	...{ firstDate: today.toString(), lastDate: today.add({ weeks: 2 }).toString() },
	...{ weekday: '3', part: 'morning', notice: '30' }
};
const join = (fields: Record<string, string>) =>
	browserAt(dayboard.url).post(page.replace('?', '?/join&'), fields);
const waiting = async () =>
	(
		await owner.query(
			`SELECT e.* FROM waitlist_entries e JOIN patients p ON p.id = e.patient_id
				WHERE p.family_name = $1 ORDER BY waiting_since`,
			[SOMEBODY.familyName]
		)
	).rows;

it('a stranger waits for a time: once, with the wishes said last', async () => {
	const first = await join({ ...WISH, ...SOMEBODY });
	expect(saidOn(first.html)).toContain('You are on the list');
	expect(await waiting()).toMatchObject([
		{
			...{ state: 'waiting', source: 'patient', weekdays: 4, from_minute: 0, until_minute: 720 },
			...{ notice_minutes: 30 }
		}
	]);
	const again = await join({ ...WISH, ...SOMEBODY, part: 'any', notice: '1440' });
	expect(saidOn(again.html)).toContain('You are on the list');
	expect(await waiting()).toMatchObject([
		{ until_minute: 1440, notice_minutes: 1440, revision: 2 }
	]);
});

it.each<[string, Record<string, string>, string]>([
	['no day', { weekday: '' }, 'Please choose at least one day.'],
	['days that went by', { firstDate: '2020-01-01', lastDate: '2020-02-01' }, 'gone by'],
	['the last day first', { lastDate: '2020-01-01' }, 'gone by'],
	['no name', { givenName: '' }, 'Please fill this in.'],
	['a note of markup for a name', { familyName: '<b>' }, 'letters only']
])('%s is told at its field, and nothing is stored', async (_, wrong, words) => {
	const before = await owner.query('SELECT count(*) FROM patients, waitlist_entries');
	const answer = await join({ ...WISH, ...SOMEBODY, familyName: 'Wrong', ...wrong });
	expect(answer.status).toBe(400);
	expect(saidOn(answer.html).length > 0 && answer.html.includes(words)).toBe(true);
	const after = await owner.query('SELECT count(*) FROM patients, waitlist_entries');
	expect(after.rows).toEqual(before.rows);
});
