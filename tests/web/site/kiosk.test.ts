/** A kiosk over HTTP, without scripts, against the real server. */
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { closeKiosk, makeKiosk, renewKiosk } from '#domain/kiosks/commands.ts';
import { appointmentHistory } from '#domain/scheduling/queries.ts';
import { sessionFactory, staffFactory } from '../../factories/clinic-factory.ts';
import { siteFactory, type SiteClinic } from '../../factories/site-factory.ts';
import { startDayboard, type RunningDayboard } from '../../support/dayboard.ts';
import { freshDatabase, type FreshDatabase } from '../../support/test-postgres.ts';
import { browserAt, PUBLIC_ORIGIN, saidOn, type Browser } from './public-booking.ts';

const MANY = 16;
const RECEPTION = 'Please go to the reception.';
let fresh: FreshDatabase;
let dayboard: RunningDayboard;
let owner: pg.Client;
let clinic: SiteClinic;

beforeAll(async () => {
	fresh = await freshDatabase();
	clinic = await siteFactory(fresh.database, {
		...{ practitioners: MANY, rooms: MANY, patients: MANY }
	});
	owner = new pg.Client({ connectionString: fresh.ownerUrl });
	await owner.connect();
	dayboard = await startDayboard({
		...{ scale: 'none', databaseUrl: fresh.url, env: { ORIGIN: PUBLIC_ORIGIN } }
	});
}, 300_000);
afterAll(async () => {
	await dayboard?.close();
	await owner?.end();
	await fresh?.drop();
});

async function linkOf(): Promise<{ secret: string; accountId: string }> {
	const wish = { clinicId: clinic.clinicId, name: 'Entrance' };
	const made = await makeKiosk(fresh.database, clinic.administrator, wish);
	if (!made.ok) throw new Error(made.refusal.code);
	return { secret: made.value.path.split('#')[1]!, accountId: made.value.accountId };
}

/** @returns a screen that is a kiosk */
async function opened(): Promise<{ screen: Browser; accountId: string }> {
	const { secret, accountId } = await linkOf();
	const screen = browserAt(dayboard.url);
	const answer = await screen.post('/kiosk/open?/take', { secret });
	expect([answer.path, saidOn(answer.html)]).toEqual([
		'/kiosk',
		expect.stringContaining('Welcome')
	]);
	return { screen, accountId };
}

let place = 0;
const nameOf = (mine: number) => `Żółć-Nowak ${String.fromCharCode(97 + mine)}`;
/** @returns the visit of a patient who is the only one of that name and birth date */
async function expected(minutes = 60, given = 'Jan Maria') {
	const mine = place++;
	const id = await clinic.visitIn(minutes, { practitioner: mine, room: mine, patient: mine });
	await owner.query(
		`UPDATE patients SET family_name = $1, given_name = $2, birth_date = '1984-02-29' WHERE id = $3`,
		[nameOf(mine), given, clinic.patientIds[mine]]
	);
	return { id, mine };
}
const BORN = { day: '29', month: '2', year: '1984' };
const say = (screen: Browser, familyName: string, date = BORN) =>
	screen.post('/kiosk?/arrive', { familyName, ...date });
const statusOf = async (id: string) =>
	(await owner.query<{ status: string }>('SELECT status FROM appointments WHERE id = $1', [id]))
		.rows[0]!.status;

describe('somebody at a kiosk', () => {
	it('says who they are, is here, and is told a first name, the place and the room', async () => {
		const { screen } = await opened();
		const { id, mine } = await expected();
		await owner.query(`UPDATE patients SET family_name = 'Żółć-Nowak' WHERE id = $1`, [
			clinic.patientIds[mine]
		]);
		const answer = await say(screen, ' zolc nowak');
		const said = saidOn(answer.html);
		expect([answer.status, said]).toEqual([200, expect.stringContaining('You are here, Jan.')]);
		expect(said).toContain('You are next.');
		expect(said).toContain(`You will be called to: Room ${mine + 1}`);
		for (const secret of ['Maria', 'Nowak', 'Żółć']) expect(answer.html).not.toContain(secret);
		// Not within the build's own number, which may hold these digits.
		expect(answer.html).not.toMatch(/\b1984\b/);
		expect(answer.html).toContain('http-equiv="refresh" content="15;url=/kiosk"');
		expect(await statusOf(id)).toBe('arrived');
		const history = await appointmentHistory(fresh.database, clinic.administrator, id);
		expect(history.ok && history.value[0]).toMatchObject({
			...{ kind: 'check-in', actorName: 'Kiosk: Entrance', after: { by: 'kiosk' } }
		});
		expect(saidOn((await say(screen, 'Żółć-Nowak')).html)).toContain('You are here, Jan.');
		const { rows } = await owner.query('SELECT 1 FROM events WHERE subject_id = $1', [id]);
		expect(rows).toHaveLength(2);
		await owner.query(`UPDATE patients SET family_name = 'Gone' WHERE id = $1`, [
			clinic.patientIds[mine]
		]);
	});

	it('is sent to the reception in the same words where nobody fits, several do, or it is not time', async () => {
		const nobody = await say((await opened()).screen, 'Nobody');
		const twins = [await expected(), await expected()];
		for (const { mine } of twins) {
			await owner.query(`UPDATE patients SET family_name = 'Twin' WHERE id = $1`, [
				clinic.patientIds[mine]
			]);
		}
		const several = await say((await opened()).screen, 'Twin');
		const early = await expected(150);
		const tooEarly = await say((await opened()).screen, nameOf(early.mine));
		const tomorrow = await expected(24 * 60);
		const another = await say((await opened()).screen, nameOf(tomorrow.mine));
		const told = [nobody, several, tooEarly, another];
		expect(told.map(({ status }) => status)).toEqual([404, 404, 404, 404]);
		const [first, ...others] = told.map(({ html }) => saidOn(html));
		expect(first).toContain(RECEPTION);
		expect(new Set(others)).toEqual(new Set([first]));
		for (const { id } of [...twins, early, tomorrow]) expect(await statusOf(id)).toBe('booked');
	});

	it('finds nothing of another clinic', async () => {
		const { id, mine } = await expected();
		const other = await siteFactory(fresh.database);
		const wish = { clinicId: other.clinicId, name: 'Elsewhere' };
		const made = await makeKiosk(fresh.database, other.administrator, wish);
		const secret = made.ok ? made.value.path.split('#')[1]! : '';
		const screen = browserAt(dayboard.url);
		await screen.post('/kiosk/open?/take', { secret });
		expect((await say(screen, nameOf(mine))).status).toBe(404);
		expect(await statusOf(id)).toBe('booked');
	});

	it.each([
		['no name', '', BORN],
		['half a date', 'Nowak', { ...BORN, year: '' }],
		['a day that is none', 'Nowak', { ...BORN, year: '1985' }],
		['letters', 'Nowak', { ...BORN, day: 'x' }]
	])('who gives %s is asked again', async (_, name, date) => {
		const { screen } = await opened();
		const answer = await say(screen, name, date);
		expect([answer.status, saidOn(answer.html)]).toEqual([
			400,
			expect.stringContaining('Please fill in your family name')
		]);
	});

	it('who guesses has to wait, at this screen', async () => {
		const { screen } = await opened();
		const { id, mine } = await expected();
		for (let n = 0; n < 6; n++) expect((await say(screen, `Guess${n}`)).status).toBe(404);
		const waiting = await say(screen, nameOf(mine));
		expect([waiting.status, saidOn(waiting.html)]).toEqual([
			429,
			expect.stringMatching(/Please wait \d+ seconds/)
		]);
		expect(await statusOf(id)).toBe('booked');
		expect((await say((await opened()).screen, nameOf(mine))).status).toBe(200);
	});

	it('reads Polish when they choose it', async () => {
		const { screen } = await opened();
		const page = await screen.get('/kiosk?lang=pl');
		expect(saidOn(page.html)).toContain('Kto przyszedł?');
		expect(page.html).toContain('<html lang="pl"');
	});
});

describe('a screen', () => {
	it('becomes a kiosk by a link once, and by no other secret', async () => {
		const { secret } = await linkOf();
		const [first, second] = [browserAt(dayboard.url), browserAt(dayboard.url)];
		expect((await first.post('/kiosk/open?/look', { secret })).status).toBe(200);
		const answers = await Promise.all(
			[first, second].map((screen) => screen.post('/kiosk/open?/take', { secret }))
		);
		expect(answers.map(({ status }) => status).sort()).toEqual([200, 400]);
		for (const secret of ['', 'x', 'x'.repeat(43)]) {
			expect((await second.post('/kiosk/open?/take', { secret })).status).toBe(400);
		}
	});

	it('whose link is too old becomes none', async () => {
		const { secret, accountId } = await linkOf();
		await owner.query(`UPDATE kiosks SET opens_until = now() WHERE account_id = $1`, [accountId]);
		const answer = await browserAt(dayboard.url).post('/kiosk/open?/take', { secret });
		expect(answer.status).toBe(400);
	});

	it('that was closed says so, and marks nobody', async () => {
		const { screen, accountId } = await opened();
		const { id, mine } = await expected();
		const state = async () => JSON.parse((await screen.get('/kiosk/state')).html) as unknown;
		expect(await state()).toEqual({ open: true });
		await closeKiosk(fresh.database, clinic.administrator, accountId);
		expect(await state()).toEqual({ open: false });
		expect(saidOn((await screen.get('/kiosk')).html)).toContain('This screen is closed.');
		expect((await say(screen, nameOf(mine))).status).toBe(409);
		expect(await statusOf(id)).toBe('booked');
	});

	it('stops being the kiosk when another takes its new link', async () => {
		const { screen, accountId } = await opened();
		const renewed = await renewKiosk(fresh.database, clinic.administrator, accountId);
		expect(saidOn((await screen.get('/kiosk')).html)).toContain('This screen is not set up.');
		const secret = renewed.ok ? renewed.value.path.split('#')[1]! : '';
		const other = browserAt(dayboard.url);
		expect((await other.post('/kiosk/open?/take', { secret })).path).toBe('/kiosk');
	});

	it('is none for whoever has no cookie of one, and no staff stay signed in on it', async () => {
		const stranger = browserAt(dayboard.url);
		expect(saidOn((await stranger.get('/kiosk')).html)).toContain('This screen is not set up.');
		expect((await say(stranger, 'Nowak')).status).toBe(409);
		const session = await sessionFactory(fresh.database, clinic.administrator);
		const ask = (path: string, cookies: string, body?: Record<string, string>) =>
			fetch(dayboard.url + path, {
				...{ redirect: 'manual', method: body ? 'POST' : 'GET' },
				headers: { cookie: cookies, accept: 'text/html', origin: PUBLIC_ORIGIN },
				...(body ? { body: new URLSearchParams(body) } : {})
			});
		const { secret } = await linkOf();
		const cookie = `dayboard_session=${session}`;
		const taken = await ask('/kiosk/open?/take', cookie, { secret });
		expect(taken.status).toBe(303);
		const set = taken.headers.getSetCookie();
		expect(set.some((one) => /^dayboard_session=;/.test(one))).toBe(true);
		const kiosk = set.find((one) => one.startsWith('dayboard_kiosk='))!;
		expect(kiosk).toMatch(/Path=\/kiosk; HttpOnly; Secure; SameSite=Strict/i);
		// The session is over, and not only forgotten by this browser.
		expect((await ask('/', cookie)).headers.get('location')).toContain('/sign-in');
		const again = await sessionFactory(fresh.database, clinic.administrator);
		const both = `${kiosk.split(';')[0]}; dayboard_session=${again}`;
		expect(await (await ask('/kiosk', both)).text()).toContain('is still signed in on this device');
		expect((await ask('/kiosk?/arrive', both, { familyName: 'X', ...BORN })).status).toBe(409);
	});

	it('is stored as a hash only', async () => {
		const { secret, accountId } = await linkOf();
		const { rows } = await owner.query('SELECT * FROM kiosks WHERE account_id = $1', [accountId]);
		expect(JSON.stringify(rows)).not.toContain(secret);
	});
});

it('kiosks are made where one administers, and nobody signs in as one', async () => {
	const local = await staffFactory(fresh.database, clinic, {
		...{ role: 'clinic-administrator', clinicId: clinic.clinicId }
	});
	const wish = { clinicId: clinic.clinicId, name: 'Corridor' };
	expect(await makeKiosk(fresh.database, local, wish)).toMatchObject({ ok: true });
	expect(await makeKiosk(fresh.database, clinic.receptionist, wish)).toMatchObject({
		refusal: { code: 'not-allowed' }
	});
	const { rows } = await owner.query<{ password_hash: string | null }>(
		`SELECT password_hash FROM users WHERE name = 'Kiosk: Corridor'`
	);
	expect(rows).toEqual([{ password_hash: null }]);
});
