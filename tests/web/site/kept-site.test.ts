/** The administrator's page over HTTP, and what strangers see of it afterwards. */
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Actor } from '#domain/access/actor.ts';
import { EMPTY_TEXTS } from '#domain/site/site.ts';
import {
	clinicFactory,
	sessionFactory,
	staffFactory,
	type Clinic
} from '../../factories/clinic-factory.ts';
import { startDayboard, type RunningDayboard } from '../../support/dayboard.ts';
import { freshDatabase, type FreshDatabase } from '../../support/test-postgres.ts';

let fresh: FreshDatabase;
let owner: pg.Client;
let dayboard: RunningDayboard;
let clinic: Clinic;
let session: string;
let slug: string;
let made = 0;

beforeAll(async () => {
	fresh = await freshDatabase();
	owner = new pg.Client(fresh.ownerUrl);
	await owner.connect();
	dayboard = await startDayboard({ scale: 'none', databaseUrl: fresh.url });
}, 300_000);
afterAll(async () => {
	await dayboard?.close();
	await owner?.end();
	await fresh?.drop();
});
beforeEach(async () => {
	clinic = await clinicFactory(fresh.database);
	session = await sessionOf('organization-administrator');
	slug = `kept-${++made}`;
});

async function sessionOf(role: string): Promise<string> {
	const actor: Actor = await staffFactory(fresh.database, clinic, {
		...{ role, clinicId: clinic.clinicId }
	} as never);
	return sessionFactory(fresh.database, actor);
}

interface Answer {
	type: string;
	status: number;
	data?: string;
}
async function send(action: string, input: unknown, as = session): Promise<Answer> {
	const response = await fetch(`${dayboard.url}/organization/site?/${action}`, {
		method: 'POST',
		headers: {
			...{ cookie: `dayboard_session=${as}`, origin: dayboard.url },
			...{ accept: 'application/json', 'x-sveltekit-action': 'true' }
		},
		body: new URLSearchParams({ input: typeof input === 'string' ? input : JSON.stringify(input) })
	});
	return (await response.json()) as Answer;
}
const page = async (path: string) => {
	const answer = await fetch(dayboard.url + path, { redirect: 'manual' });
	return {
		...{ status: answer.status, html: await answer.text() },
		location: answer.headers.get('location')
	};
};
const stored = async () =>
	(await owner.query('SELECT * FROM sites WHERE organization_id = $1', [clinic.organizationId]))
		.rows[0];
const en = {
	lead: 'We are <i>here</i> for you.',
	welcome: 'Come in.\n\nSit down.',
	about: 'About "us" & them',
	contact: 'Ring twice.',
	privacy: 'We keep little.'
};
const whole = (more: object = {}) => ({
	...{ revision: 1, slug, hue: 40, currency: 'PLN', texts: { en, pl: EMPTY_TEXTS }, ...more }
});

it('from nothing to an open site whose pages show what was written, in its language alone', async () => {
	expect(await send('make', { slug })).toMatchObject({ type: 'success' });
	expect((await page(`/en/${slug}`)).status).toBe(404);
	expect(await send('save', whole())).toMatchObject({ type: 'success' });
	expect(await send('publish', { revision: 2, published: true })).toMatchObject({
		type: 'success'
	});
	const home = await page(`/en/${slug}`);
	expect(home.html).toContain('We are &lt;i>here&lt;/i> for you.');
	expect(home.html).toMatch(/<p[^>]*>Come in.<\/p>\s*(<!--.*?-->)*<p[^>]*>Sit down.<\/p>/);
	expect(home.html).toContain('--hue: 40');
	expect((await page(`/en/${slug}/about`)).html).toContain('About "us" &amp; them');
	expect((await page(`/en/${slug}/contact`)).html).toContain('Ring twice.');
	expect((await page(`/en/${slug}/privacy`)).html).toContain('We keep little.');
	const polish = await page(`/pl/${slug}/privacy`);
	expect(polish.html).not.toContain('We keep little.');
	expect(polish.html).toContain('Ta strona nie jest jeszcze gotowa.');
	// The description is the lead, where there is one.
	expect(home.html).toContain(
		'<meta name="description" content="We are &lt;i>here&lt;/i> for you."'
	);
	expect(await send('publish', { revision: 3, published: false })).toMatchObject({
		type: 'success'
	});
	expect((await page(`/en/${slug}/about`)).status).toBe(404);
});

it('an old address leads on to the same page, with what was asked for', async () => {
	await send('make', { slug });
	await send('publish', { revision: 1, published: true });
	await send('save', whole({ revision: 2, slug: `${slug}-new` }));
	expect(await page(`/pl/${slug}/doctors?text=A`)).toMatchObject({
		...{ status: 302, location: `/pl/${slug}-new/doctors?text=A` }
	});
	expect((await page(`/pl/${slug}-new/doctors?text=A`)).status).toBe(200);
});

describe('what is not right is told, and nothing is stored', () => {
	beforeEach(async () => {
		await send('make', { slug });
	});

	it.each<[string, string, unknown, string]>([
		[
			'10,000 characters in a sentence',
			'save',
			{ texts: { en: { ...en, lead: 'x'.repeat(10_000) } } },
			'texts.en.lead'
		],
		['an address in HTML', 'save', { slug: '<b>hi</b>' }, 'slug'],
		['a hue that is none', 'save', { hue: -1 }, 'hue'],
		['a NUL', 'save', { texts: { en: { ...en, about: 'a\0' } } }, 'texts.en.about'],
		['a field too many', 'save', { published: true }, '']
	])('%s', async (_, action, wrong, field) => {
		const before = await stored();
		const answer = await send(action, whole(wrong as object));
		expect(answer).toMatchObject({ type: 'failure', status: 400 });
		expect(answer.data).toContain(field);
		expect(await stored()).toEqual(before);
	});

	it.each(['', 'null', '[]', '{', '{"revision":1}'])('%j', async (input) => {
		for (const action of ['make', 'save', 'publish', 'doctor']) {
			expect(await send(action, input)).toMatchObject({ type: 'failure', status: 400 });
		}
	});

	it('somebody who looked before another one saved is told so', async () => {
		await send('save', whole());
		const late = await send('save', whole({ hue: 99 }));
		expect(late).toMatchObject({ type: 'failure', status: 409 });
		expect(late.data).toContain('Somebody else changed the site while you were writing.');
		expect(await stored()).toMatchObject({ hue: 40, revision: 2 });
	});
});

it('an address that another organization has is said to be taken; its site and doctors are untouched', async () => {
	await send('make', { slug });
	const first = await stored();
	const doctor = clinic.practitionerIds[0]!;
	clinic = await clinicFactory(fresh.database);
	const foreign = await sessionOf('organization-administrator');
	const taken = await send('make', { slug }, foreign);
	expect(taken).toMatchObject({ type: 'failure', status: 400 });
	expect(taken.data).toContain('Somebody else has this address');
	const shown = { listed: true, languages: [], about: '', aboutIn: {} };
	const wanted = { ...shown, about: 'Hacked' };
	expect(await send('doctor', { id: doctor, shown, wanted }, foreign)).toMatchObject({
		...{ type: 'failure', status: 404 }
	});
	const { rows } = await owner.query('SELECT * FROM sites WHERE slug = $1', [slug]);
	expect(rows).toEqual([first]);
	const { rows: doctors } = await owner.query('SELECT about FROM practitioners WHERE id = $1', [
		doctor
	]);
	expect(doctors).toEqual([{ about: '' }]);
});

it.each(['receptionist', 'doctor', 'clinic-administrator', 'system-administrator'])(
	'%s neither sees nor changes it',
	async (role) => {
		const other = await sessionOf(role);
		expect(await send('make', { slug }, other)).toMatchObject({ type: 'failure', status: 403 });
		const answer = await fetch(`${dayboard.url}/organization/site`, {
			headers: { cookie: `dayboard_session=${other}` }
		});
		expect(answer.status).toBe(403);
		expect(await stored()).toBeUndefined();
	}
);

it('a doctor who is not shown is on no page, and one who is shows languages and text', async () => {
	await send('make', { slug });
	await send('publish', { revision: 1, published: true });
	const [first, second] = clinic.practitionerIds;
	const shown = { listed: true, languages: [], about: '', aboutIn: {} };
	await send('doctor', { id: first, shown, wanted: { ...shown, listed: false } });
	await send('doctor', {
		...{ id: second, shown },
		wanted: { ...shown, languages: ['pl', 'uk'], about: 'Listens.\n\nAlways.' }
	});
	const list = await page(`/en/${slug}/doctors`);
	expect(list.html).not.toContain('Dr A');
	const path = new RegExp(`/en/${slug}/doctors/[\\w-]+`).exec(list.html)![0];
	const { html } = await page(path);
	expect(html).toContain('Speaks Polish, Ukrainian');
	expect(html).toMatch(/<p[^>]*>Listens.<\/p>/);
});
