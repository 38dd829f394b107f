/** Links in messages over HTTP, without scripts, against the real server: each once, each its own. */
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MINUTE_MS } from '#domain/scheduling/intervals.ts';
import { carryOut } from '#domain/scheduling/commands.ts';
import type { Part } from '#domain/scheduling/intents.ts';
import { addressHash } from '#domain/messaging/commands/closed-addresses.ts';
import { newSecret, secretHash } from '#db/sessions.ts';
import { siteFactory, type SiteClinic } from '../../factories/site-factory.ts';
import { startDayboard, type RunningDayboard } from '../../support/dayboard.ts';
import { freshDatabase, type FreshDatabase } from '../../support/test-postgres.ts';
import { browserAt, PUBLIC_ORIGIN, saidOn, timesOn } from './public-booking.ts';

const DAY = 24 * 60;
/** Doctors and rooms enough that no test is in another's way. */
const MANY = 40;
let fresh: FreshDatabase;
let dayboard: RunningDayboard;
let owner: pg.Client;
let clinic: SiteClinic;

beforeAll(async () => {
	fresh = await freshDatabase();
	clinic = await siteFactory(fresh.database, {
		...{ practitioners: MANY, rooms: MANY, patients: MANY },
		service: { cancelNoticeMinutes: 180 }
	});
	owner = new pg.Client({ connectionString: fresh.ownerUrl });
	await owner.connect();
	await owner.query(`UPDATE clinics SET phone = '+44 20 7946 0000' WHERE id = $1`, [
		clinic.clinicId
	]);
	await owner.query('UPDATE practitioners SET listed = true');
	const env = { ORIGIN: PUBLIC_ORIGIN, LOG_LEVEL: 'debug' };
	dayboard = await startDayboard({ scale: 'none', databaseUrl: fresh.url, env });
}, 300_000);
afterAll(async () => {
	await dayboard?.close();
	await owner?.end();
	await fresh?.drop();
});

let place = 0;
const own = () => {
	const mine = place++;
	return { practitioner: mine, room: mine, patient: mine };
};
const visitOf = async (id: string) =>
	(
		await owner.query<{
			status: string;
			cancel_reason: string | null;
			confirmed_at: Date | null;
			starts_at: Date;
			revision: number;
			events: number;
		}>(
			`SELECT a.*, (SELECT count(*)::int FROM events e WHERE e.subject_id = a.id) AS events
				FROM appointments a WHERE id = $1`,
			[id]
		)
	).rows[0]!;
const byReception = async (part: Part) => {
	const intent = { id: crypto.randomUUID(), madeAt: 0, ...part } as never;
	const verdict = await carryOut(fresh.database, clinic.administrator, intent);
	expect(verdict).toMatchObject({ outcome: 'accepted' });
};
const press = (path: string, fields: Record<string, string> = {}) =>
	browserAt(dayboard.url).post(path, { revision: '1', ...fields });
const look = (path: string) => browserAt(dayboard.url).get(path);

describe('a link', () => {
	it('is pressed once: it confirms, and says later that it was used and when', async () => {
		const id = await clinic.visitIn(DAY, own());
		const link = await clinic.linkTo('confirm', id);
		expect(link).toMatch(/^\/l\/[\w-]{43}$/);
		const page = await look(link);
		expect([page.status, saidOn(page.html)]).toEqual([
			200,
			expect.stringContaining('Yes, I will come')
		]);
		const pressed = await press(link);
		expect([pressed.status, saidOn(pressed.html)]).toEqual([
			200,
			expect.stringContaining('Thank you for telling us')
		]);
		expect((await visitOf(id)).confirmed_at).not.toBeNull();
		for (const again of [await press(link), await look(link)]) {
			expect(saidOn(again.html)).toContain('This link was used already, on ');
			expect(again.html).not.toContain('Yes, I will come');
		}
		expect((await visitOf(id)).events).toBe(2);
	});

	it('is in the language that the patient reads, and in the other on demand', async () => {
		const where = own();
		const id = await clinic.visitIn(DAY, where);
		await owner.query(`UPDATE patients SET language = 'pl' WHERE id = $1`, [
			clinic.patientIds[where.patient]
		]);
		const link = await clinic.linkTo('confirm', id);
		const polish = await look(link);
		expect(polish.html).toContain('<html lang="pl"');
		expect(saidOn(polish.html)).toContain('Tak, przyjdę');
		expect(saidOn((await look(`${link}?lang=en`)).html)).toContain('Yes, I will come');
	});

	it('is not changed by looking: GET, HEAD, prefetch, and scanners that follow what they find', async () => {
		const id = await clinic.visitIn(DAY, own());
		for (const action of ['confirm', 'cancel', 'reschedule', 'check-in', 'unsubscribe'] as const) {
			const link = await clinic.linkTo(action, id);
			for (const init of [
				{},
				{ method: 'HEAD' },
				{ headers: { purpose: 'prefetch', 'sec-purpose': 'prefetch' } },
				{ headers: { 'user-agent': 'Mozilla/5.0 (compatible; MailScanner)' } }
			] as RequestInit[]) {
				const answer = await fetch(dayboard.url + link, init);
				expect(answer.status).toBe(200);
				expect(answer.headers.get('cache-control')).toBe('private, no-store');
				expect(answer.headers.get('referrer-policy')).toBe('same-origin');
			}
			const { html } = await look(link);
			for (const [, href] of html.matchAll(/href="([^"#]+)"/g)) {
				if (href!.startsWith('/l/')) await fetch(new URL(href!, dayboard.url));
			}
		}
		expect(await visitOf(id)).toMatchObject({ revision: 1, events: 1, status: 'booked' });
		const { rows } = await owner.query(
			'SELECT 1 FROM message_links WHERE appointment_id = $1 AND used_at IS NOT NULL',
			[id]
		);
		expect(rows).toEqual([]);
	});

	it.each(['confirm', 'cancel', 'check-in'] as const)(
		'to %s that is pressed twenty times at once does it once',
		async (action) => {
			const id = await clinic.visitIn(action === 'cancel' ? DAY : 60, own());
			const link = await clinic.linkTo(action, id);
			const answers = await Promise.all(Array.from({ length: 20 }, () => press(link)));
			expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
			expect(answers.filter(({ status }) => status === 409)).toHaveLength(19);
			expect((await visitOf(id)).events).toBe(2);
			for (const { status, html } of answers) {
				if (status === 409) expect(saidOn(html)).toMatch(/used already|know|is cancelled/);
			}
		}
	);

	it('does its own and nothing else, whatever is sent with it', async () => {
		const id = await clinic.visitIn(DAY, own());
		const link = await clinic.linkTo('confirm', id);
		const forged = { action: 'cancel', reason: 'other', by: 'kiosk', status: 'noshow' };
		expect((await press(link, forged)).status).toBe(200);
		expect(await visitOf(id)).toMatchObject({ status: 'booked', cancel_reason: null });
		const free = await look(await clinic.linkTo('reschedule', id).then((path) => `${path}/times`));
		const wrong = await press(`${link}/times?/move`, { time: timesOn(free.html).at(-1)! });
		expect(saidOn(wrong.html)).toContain('used already');
		expect((await visitOf(id)).events).toBe(2);
	});
});

describe('cancelling', () => {
	it('frees the time, with the patient’s reason', async () => {
		const id = await clinic.visitIn(DAY, own());
		const link = await clinic.linkTo('cancel', id);
		expect(saidOn((await press(link, { reason: 'not-needed' })).html)).toContain(
			'Your visit is cancelled.'
		);
		expect(await visitOf(id)).toMatchObject({
			...{ status: 'cancelled', cancel_reason: 'not-needed' }
		});
	});

	it('takes no reason that a patient cannot have', async () => {
		const id = await clinic.visitIn(DAY, own());
		await press(await clinic.linkTo('cancel', id), { reason: 'clinic-asked' });
		expect(await visitOf(id)).toMatchObject({ cancel_reason: 'patient-asked' });
	});

	it('is too late after the cut-off: the clinic can be called', async () => {
		const id = await clinic.visitIn(120, own());
		const link = await clinic.linkTo('cancel', id);
		for (const answer of [await look(link), await press(link)]) {
			expect(saidOn(answer.html)).toContain('It is too late to change this visit online');
			expect(answer.html).toContain('href="tel:+442079460000"');
			expect(answer.html).not.toContain('<form method="post"');
		}
		expect(await visitOf(id)).toMatchObject({ status: 'booked', events: 1 });
	});
});

describe('what changed since', () => {
	it.each(['confirm', 'cancel', 'reschedule', 'check-in'] as const)(
		'a visit that has another time is not touched by a link to %s',
		async (action) => {
			const id = await clinic.visitIn(DAY, own());
			const link = await clinic.linkTo(action, id);
			const startsAt = clinic.now + (DAY + 60) * MINUTE_MS;
			await byReception({
				...{ kind: 'move', appointmentId: id, basedOnRevision: 1, changes: { startsAt } }
			});
			for (const answer of [await look(link), await press(link, { revision: '2' })]) {
				expect(saidOn(answer.html)).toContain('another time than the message said');
				expect(answer.html).not.toContain('<form method="post"');
			}
			expect((await visitOf(id)).events).toBe(2);
		}
	);

	it('another room is no other visit', async () => {
		const where = own();
		const id = await clinic.visitIn(DAY, where);
		const link = await clinic.linkTo('confirm', id);
		const roomId = clinic.roomIds[place++]!;
		await byReception({
			...{ kind: 'move', appointmentId: id, basedOnRevision: 1, changes: { roomId } }
		});
		expect((await press(link)).status).toBe(200);
	});

	it('a visit that was cancelled says so', async () => {
		const id = await clinic.visitIn(DAY, own());
		const link = await clinic.linkTo('confirm', id);
		await byReception({
			...{ kind: 'cancel', appointmentId: id, basedOnRevision: 1 },
			changes: { reason: 'clinic-asked' }
		});
		for (const answer of [await look(link), await press(link)]) {
			expect(saidOn(answer.html)).toContain('This visit was cancelled meanwhile.');
		}
	});

	it('what reception was told by phone is known', async () => {
		const id = await clinic.visitIn(DAY, own());
		const link = await clinic.linkTo('confirm', id);
		await byReception({
			...{ kind: 'confirm', appointmentId: id, basedOnRevision: 1 },
			changes: { confirmed: true }
		});
		expect(saidOn((await look(link)).html)).toContain('We know already that you will come.');
		expect((await press(link, { revision: '2' })).status).toBe(409);
	});

	it('a link that is too old says so', async () => {
		const id = await clinic.visitIn(DAY, own());
		const expiresAt = new Date(Date.now() - 1_000);
		const link = await clinic.linkTo('confirm', id, { expiresAt });
		for (const answer of [await look(link), await press(link)]) {
			expect(saidOn(answer.html)).toContain('This link is too old');
		}
		expect((await visitOf(id)).confirmed_at).toBeNull();
	});
});

describe('another time', () => {
	it('is chosen from those that are free; the old one is left only with it', async () => {
		const id = await clinic.visitIn(2 * DAY, own());
		const link = await clinic.linkTo('reschedule', id);
		expect(saidOn((await look(link)).html)).toContain('Your present time stays yours');
		const page = await look(`${link}/times`);
		const [time] = timesOn(page.html).slice(-1);
		const before = (await visitOf(id)).starts_at;
		const gone = await press(`${link}/times?/move`, { time: 'nonsense' });
		expect([gone.status, (await visitOf(id)).starts_at]).toEqual([400, before]);
		const moved = await press(`${link}/times?/move`, { time: time! });
		expect([moved.path, saidOn(moved.html)]).toEqual([
			`${link}?moved`,
			expect.stringContaining('Your visit has a new time.')
		]);
		expect((await visitOf(id)).starts_at.getTime()).toBe(Number(time!.split('.')[3]));
		expect(saidOn((await look(`${link}/times`)).html)).toContain('used already');
	});
});

describe('saying that one is here', () => {
	it('by a link shows the place in the queue and keeps showing it', async () => {
		const id = await clinic.visitIn(60, own());
		const link = await clinic.linkTo('check-in', id);
		const pressed = await press(link);
		expect(saidOn(pressed.html)).toContain('We know that you are here.');
		expect(saidOn(pressed.html)).toContain('You are next.');
		expect(pressed.html).toContain('http-equiv="refresh"');
		expect(await visitOf(id)).toMatchObject({ status: 'arrived' });
		expect(saidOn((await look(link)).html)).toContain('You are next.');
		await byReception({
			...{ kind: 'set-status', appointmentId: id, basedOnRevision: 2 },
			changes: { status: 'checked-in' }
		});
		expect(saidOn((await look(link)).html)).toContain('It is your turn. Please go in: Room ');
	});

	it('is too early more than two hours before', async () => {
		const id = await clinic.visitIn(150, own());
		const link = await clinic.linkTo('check-in', id);
		for (const answer of [await look(link), await press(link)]) {
			expect(saidOn(answer.html)).toMatch(
				/You can say that you are here from \w+day \d+ \w+, \d\d:\d\d/
			);
		}
		expect(await visitOf(id)).toMatchObject({ status: 'booked' });
	});
});

describe('the visit’s own page', () => {
	/** @returns the path of the page that whoever booked keeps */
	const pageOf = async (appointmentId: string) => {
		const secret = newSecret();
		await owner.query('INSERT INTO visit_links VALUES ($1, $2, $3, now(), $4)', [
			...[
				clinic.organizationId,
				secretHash(secret),
				appointmentId,
				new Date(Date.now() + 3_600_000)
			]
		]);
		return `/en/${clinic.slug}/visit/${secret}`;
	};

	it('has a button to say that one will come', async () => {
		const id = await clinic.visitIn(DAY, own());
		const page = await pageOf(id);
		expect(saidOn((await look(page)).html)).toContain('I will come');
		expect((await visitOf(id)).confirmed_at).toBeNull();
		const pressed = await press(`${page}?/confirm`);
		expect([pressed.status, saidOn(pressed.html)]).toEqual([
			200,
			expect.stringContaining('You said that you will come.')
		]);
		expect((await visitOf(id)).confirmed_at).not.toBeNull();
		expect((await press(`${page}?/confirm`, { revision: '2' })).status).toBe(200);
		expect((await visitOf(id)).events).toBe(2);
	});

	it('has a button to say that one is here, from two hours before', async () => {
		const soon = await pageOf(await clinic.visitIn(150, own()));
		expect((await look(soon)).html).not.toContain('?/arrive');
		expect((await press(`${soon}?/arrive`)).status).toBe(409);
		const id = await clinic.visitIn(60, own());
		const page = await pageOf(id);
		expect((await look(page)).html).toContain('?/arrive');
		expect(saidOn((await press(`${page}?/arrive`)).html)).toContain('You are next.');
		expect(await visitOf(id)).toMatchObject({ status: 'arrived' });
	});
});

describe('unsubscribing', () => {
	const oneClick = (link: string, headers: Record<string, string> = {}) =>
		fetch(dayboard.url + link, {
			...{ method: 'POST', headers: { accept: 'text/html', ...headers } },
			body: new URLSearchParams({ 'List-Unsubscribe': 'One-Click' })
		});
	const withEmail = async (email: string) => {
		const { patient } = own();
		await owner.query('UPDATE patients SET email = $1 WHERE id = $2', [
			email,
			clinic.patientIds[patient]
		]);
		return clinic.linkTo('unsubscribe', null, { patientId: clinic.patientIds[patient]! });
	};
	const isClosed = async (email: string) =>
		(
			await owner.query('SELECT 1 FROM closed_addresses WHERE channel = $1 AND address_hash = $2', [
				'email',
				addressHash('email', email)
			])
		).rowCount === 1;

	it('works by one click of a mail program, which is no page of ours (RFC 8058)', async () => {
		const link = await withEmail('Anna@Example.org');
		expect((await oneClick(link)).status).toBe(200);
		expect(await isClosed('anna@example.org')).toBe(true);
		expect((await oneClick(link)).status).toBe(409);
	});

	it('works by the button too', async () => {
		const link = await withEmail('ben@example.org');
		expect(saidOn((await look(link)).html)).toContain('will not write to you any more');
		expect(await isClosed('ben@example.org')).toBe(false);
		expect(saidOn((await press(link)).html)).toContain('You will get no more messages');
		expect(await isClosed('ben@example.org')).toBe(true);
	});

	it('is the only link that takes a form of another page', async () => {
		const id = await clinic.visitIn(60, own());
		for (const action of ['confirm', 'cancel', 'reschedule', 'check-in'] as const) {
			const link = await clinic.linkTo(action, id);
			for (const headers of [{}, { origin: 'https://mail.example' }, { origin: 'null' }] as Record<
				string,
				string
			>[]) {
				expect((await oneClick(link, headers)).status).toBe(403);
			}
		}
		const link = await withEmail('cara@example.org');
		const altered = link.slice(0, -2) + (link.endsWith('AA') ? 'BA' : 'AA');
		expect((await oneClick(altered)).status).toBe(403);
		expect(await visitOf(id)).toMatchObject({ status: 'booked', events: 1 });
	});
});

describe('what is no link', () => {
	it('is told so kindly: made up, altered, of no patient', async () => {
		const id = await clinic.visitIn(DAY, own());
		const link = await clinic.linkTo('confirm', id);
		const altered = link.slice(0, 10) + (link[10] === 'A' ? 'B' : 'A') + link.slice(11);
		for (const path of [altered, `/l/${'x'.repeat(43)}`, '/l/x', `${link}x`]) {
			const answer = await look(path);
			expect([path, answer.status]).toEqual([path, 404]);
			expect(answer.html).toContain('This is not a link of ours');
			expect((await press(path)).status).toBe(404);
		}
		const offer = await look(await clinic.linkTo('accept-offer', id));
		expect([offer.status, saidOn(offer.html)]).toEqual([
			200,
			expect.stringContaining('There is nothing left to do with this link.')
		]);
	});

	it('of another patient than the visit’s opens nothing', async () => {
		const id = await clinic.visitIn(DAY, own());
		const patientId = clinic.patientIds[place++]!;
		const link = await clinic.linkTo('cancel', id, { patientId });
		expect((await look(link)).status).toBe(404);
		expect((await press(link)).status).toBe(404);
		expect(await visitOf(id)).toMatchObject({ status: 'booked' });
	});
});

it('no link is in the log, and no name in an address', async () => {
	const { rows } = await owner.query<{ id: string }>('SELECT id FROM message_links');
	expect(rows.length).toBeGreaterThan(10);
	const { signLink } = await import('#db/encryption/link-token.ts');
	const id = await clinic.visitIn(DAY, own());
	const link = await clinic.linkTo('confirm', id);
	// Something breaks while the link is pressed: that is when logs tell most.
	await owner.query('ALTER TABLE rooms RENAME TO rooms_away');
	expect((await press(link)).status).toBe(500);
	await owner.query('ALTER TABLE rooms_away RENAME TO rooms');
	expect(dayboard.output()).toContain('a page broke');
	expect(dayboard.output()).not.toContain(link.slice(3));
	for (const action of ['confirm', 'cancel', 'check-in'] as const) {
		for (const row of rows) {
			const token = signLink(fresh.database.keyring, { id: row.id, action });
			expect(dayboard.output()).not.toContain(token);
		}
	}
});

it('the same message carries the same link however often it is written', async () => {
	const id = await clinic.visitIn(DAY, own());
	const { rows } = await owner.query<{ id: string }>(
		`INSERT INTO messages (organization_id, id, kind, cause, channels, due_at)
			VALUES ($1, gen_random_uuid(), 'reminder', 'test', '{email}', now()) RETURNING id`,
		[clinic.organizationId]
	);
	const messageId = rows[0]!.id;
	const links = [
		await clinic.linkTo('confirm', id, { messageId }),
		await clinic.linkTo('confirm', id, { messageId })
	];
	expect(links[0]).toBe(links[1]);
	expect(await clinic.linkTo('cancel', id, { messageId })).not.toBe(links[0]);
	expect((await press(links[0]!)).status).toBe(200);
});
