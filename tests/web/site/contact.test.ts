/** Writing to a clinic over HTTP, without scripts, as a stranger and as a program. */
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase, type Database } from '#db/database.ts';
import { sealFor } from '#db/encryption/sealed-columns.ts';
import { unseal } from '#db/encryption/sealing.ts';
import { startDayboard, type RunningDayboard } from '../../support/dayboard.ts';
import { browserAt, PUBLIC_ORIGIN, saidOn } from './public-booking.ts';

let dayboard: RunningDayboard;
let owner: pg.Client;
let database: Database;
beforeAll(async () => {
	dayboard = await startDayboard({ scale: 'small', env: { ORIGIN: PUBLIC_ORIGIN } });
	owner = new pg.Client({ connectionString: dayboard.databaseUrl });
	await owner.connect();
	database = openDatabase(dayboard.databaseUrl, { max: 1 });
});
afterAll(async () => {
	await database?.close();
	await owner?.end();
	await dayboard?.close();
});

const MESSAGE = {
	...{ name: 'Zofia Gęślińska-O’Neill', email: 'zofia@example.com', phone: '', clinic: '' },
	...{ message: 'Do you have a ramp?\r\n\r\n<script>alert(1)</script>', website: '' }
};
const count = async () =>
	(await owner.query<{ n: number }>(`SELECT count(*)::int AS n FROM tasks`)).rows[0]!.n;
const send = (fields: Record<string, string>, path = '/en/fellside/contact') =>
	browserAt(dayboard.url).post(`${path}?/send`, fields);

async function lastContent(): Promise<{ clinicId: string | null; content: unknown }> {
	const { rows } = await owner.query<{ id: string; org: string; text: string; clinic: string }>(
		`SELECT id, organization_id AS org, sealed_text AS text, clinic_id AS clinic FROM tasks
			ORDER BY made_at DESC LIMIT 1`
	);
	const { id, org, text, clinic } = rows[0]!;
	const content = await unseal(database, sealFor(org, 'tasks.sealed_text', id), text);
	return { clinicId: clinic, content: JSON.parse(content) };
}

it('a message is stored sealed, and the page says when somebody answers', async () => {
	const browser = browserAt(dayboard.url);
	const { html } = await browser.get('/en/fellside/contact');
	expect(html).toContain('0191 498 0100');
	expect(html).toContain('Monday – Friday');
	const sent = await browser.post('/en/fellside/contact?/send', MESSAGE);
	expect([sent.status, sent.path]).toEqual([200, '/en/fellside/contact?sent']);
	expect(saidOn(sent.html)).toMatch(
		/Thank you, we have your message. Reception is there (now and answers today|again from \w+ \d+ \w+, 0[89]:00)/
	);
	expect(await lastContent()).toEqual({
		clinicId: null,
		content: {
			...{ name: MESSAGE.name, email: MESSAGE.email, phone: null, language: 'en' },
			message: 'Do you have a ramp?\n\n<script>alert(1)</script>'
		}
	});
	const { rows } = await owner.query('SELECT * FROM tasks');
	expect(JSON.stringify(rows)).not.toMatch(/Zofia|ramp/);
});

it('in Polish, about one clinic', async () => {
	const { html } = await browserAt(dayboard.url).get('/pl/fellside/clinics');
	const path = /\/clinics\/([\w-]+)"/.exec(html)![1]!;
	const sent = await send({ ...MESSAGE, clinic: path }, '/pl/fellside/contact');
	expect(sent.path).toBe(`/pl/fellside/contact?sent&clinic=${path}`);
	expect(saidOn(sent.html)).toContain('Dziękujemy');
	const { clinicId, content } = await lastContent();
	expect(clinicId).toMatch(new RegExp(`^${path.slice(-8)}`));
	expect(content).toMatchObject({ language: 'pl' });
});

describe('what is not right', () => {
	it.each<[string, Record<string, string>, string, string]>([
		['no name', { name: '  ' }, 'name', 'Please fill this in.'],
		['a name in HTML', { name: '<b>Ann</b>' }, 'name', 'letters only'],
		['a name of 10,000 letters', { name: 'a'.repeat(10_000) }, 'name', 'This is too long.'],
		['no contact', { email: '' }, 'email', 'a phone number or an e-mail address'],
		['an address that is none', { email: 'zofia@' }, 'email', 'not an e-mail address'],
		['a number with letters', { phone: 'call me' }, 'phone', 'digits only'],
		['no message', { message: ' \r\n ' }, 'message', 'Please fill this in.'],
		['2,001 characters', { message: 'x'.repeat(2_001) }, 'message', 'This is too long.'],
		['10,000 characters', { message: 'x'.repeat(10_000) }, 'message', 'This is too long.']
	])(
		'%s is told at its field, kept as typed, and nothing is stored',
		async (_, wrong, field, words) => {
			const before = await count();
			const answer = await send({ ...MESSAGE, ...wrong });
			expect(answer.status).toBe(400);
			expect(answer.html).toContain(`id="${field}-fault"`);
			expect(answer.html.split(`id="${field}-fault"`)[1]!.slice(0, 300)).toContain(words);
			expect(answer.html).toContain('value="' + (wrong.name === undefined ? MESSAGE.name : ''));
			expect(answer.html).not.toMatch(/<b>Ann|<script>alert/);
			expect(await count()).toBe(before);
		}
	);

	it('no field at all', async () => {
		const answer = await send({});
		expect(answer.status).toBe(400);
		for (const field of ['name', 'message']) expect(answer.html).toContain(`id="${field}-fault"`);
	});

	it('2,000 characters with line ends as browsers send them are not too many', async () => {
		const message = `${'x'.repeat(1_000)}\r\n${'y'.repeat(999)}`;
		expect((await send({ ...MESSAGE, message })).path).toContain('?sent');
	});

	it('a clinic of nobody: then it is for whoever reads first', async () => {
		expect((await send({ ...MESSAGE, clinic: 'x-00000000' })).path).toContain('?sent');
		expect((await lastContent()).clinicId).toBeNull();
	});

	it('another page’s form is refused', async () => {
		const before = await count();
		const answer = await fetch(`${dayboard.url}/en/fellside/contact?/send`, {
			...{ method: 'POST', body: new URLSearchParams(MESSAGE) },
			headers: { origin: 'https://elsewhere.example' }
		});
		expect(answer.status).toBe(403);
		expect(await count()).toBe(before);
	});
});

it('a program that fills in everything is thanked, and nothing is stored', async () => {
	const before = await count();
	const sent = await send({ ...MESSAGE, website: 'https://buy.example' });
	expect(saidOn(sent.html)).toContain('Thank you');
	expect(await count()).toBe(before);
});

it('from one address so many at once and no more, in kind words and with what was typed', async () => {
	const before = await count();
	const browser = browserAt(dayboard.url);
	const answers = [];
	for (let i = 0; i < 7; i++) {
		answers.push(await browser.post('/en/fellside/contact?/send', MESSAGE));
	}
	expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 429, 429]);
	expect(saidOn(answers[6]!.html)).toContain('Please wait a few minutes, or call us.');
	expect(answers[6]!.html).toContain(`value="${MESSAGE.email}"`);
	expect(await count()).toBe(before + 5);
	// Somebody else is not kept waiting.
	expect((await send(MESSAGE)).status).toBe(200);
});
