import { eq } from 'drizzle-orm';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { auditEntries, practitioners } from '#db/schema/index.ts';
import { inOrganization } from '#db/transaction.ts';
import type { Actor } from '#domain/access/actor.ts';
import { readStaff } from '#domain/access/queries/staff.ts';
import { keepTime } from '#domain/booking/commands.ts';
import { visitorActor } from '#domain/booking/visitor.ts';
import {
	makeSite,
	MAX_ADDRESSES,
	publishSite,
	saveDoctorOnSite,
	saveSite,
	saveSpecialties
} from '#domain/site/commands.ts';
import { changeLogo, putLogo } from '#domain/site/commands/logo.ts';
import { findDoctors, findSite, readSiteDirectory } from '#domain/site/queries.ts';
import { readLogo } from '#domain/site/queries/logo.ts';
import { readSiteSetup } from '#domain/site/queries/setup.ts';
import { EMPTY_TEXTS } from '#domain/site/site.ts';
import type { SiteInput } from '#domain/site/site-input.ts';
import { clinicFactory, staffFactory, type Clinic } from '../../factories/clinic-factory.ts';
import { freshDatabase, type FreshDatabase } from '../../support/test-postgres.ts';
import { until } from '../../support/until.ts';

let fresh: FreshDatabase;
let owner: pg.Client;
let clinic: Clinic;
let administrator: Actor;
let slug: string;
beforeAll(async () => {
	fresh = await freshDatabase();
	owner = new pg.Client(fresh.ownerUrl);
	await owner.connect();
});
afterAll(async () => {
	await owner.end();
	await fresh.drop();
});
let count = 0;
beforeEach(async () => {
	[clinic, administrator] = await organization();
	slug = `site-${++count}`;
});

async function organization(): Promise<[Clinic, Actor]> {
	const made = await clinicFactory(fresh.database);
	const role = 'organization-administrator';
	return [made, await staffFactory(fresh.database, made, { role })];
}
const make = (as = administrator, name = slug) => makeSite(fresh.database, as, { slug: name });
const publish = (revision = 1, published = true) =>
	publishSite(fresh.database, administrator, { revision, published });
const save = (input: Partial<SiteInput>, as = administrator) =>
	saveSite(fresh.database, as, {
		...{ revision: 1, slug, hue: 100, currency: 'EUR', texts: {}, ...input }
	});
async function setup(as = administrator) {
	const read = await readSiteSetup(fresh.database, as);
	if (!read.ok) throw new Error(read.refusal.code);
	return read.value;
}
const audited = () =>
	inOrganization(fresh.database, clinic.organizationId, (transaction) =>
		transaction.select().from(auditEntries).where(eq(auditEntries.kind, 'site-changed'))
	);
const find = (name: string) => findSite(fresh.database, name);

describe('a new site', () => {
	it('is nobody’s to see until it is published, and then strangers book with its account', async () => {
		expect((await setup()).site).toBeNull();
		expect(await make()).toEqual({ ok: true, value: null });
		expect((await setup()).site).toMatchObject({ slug, published: false, revision: 1 });
		expect(await find(slug)).toBeNull();
		expect((await publish()).ok).toBe(true);
		const site = (await find(slug))!;
		expect(site).toMatchObject({ slug, organizationId: clinic.organizationId });
		const kept = await keepTime(
			fresh.database,
			visitorActor(site, 'browser', null),
			{
				...{ clinicId: clinic.clinicId, serviceId: clinic.serviceId },
				...{ practitionerId: clinic.practitionerIds[0]!, roomId: clinic.roomIds[0]! },
				startsAt: Date.UTC(2040, 0, 4, 9)
			},
			Date.UTC(2040, 0, 2)
		);
		expect(kept).toMatchObject({ ok: true });
		// Nobody signs in with the account, and it is none of the staff.
		const staff = await readStaff(fresh.database, administrator);
		expect(JSON.stringify(staff)).not.toContain('Online booking');
	});

	it('of two that are made at once there is one', async () => {
		// All three are under way before any of them can write.
		await owner.query('BEGIN');
		await owner.query('LOCK TABLE users IN SHARE ROW EXCLUSIVE MODE');
		const making = Promise.all([make(), make(administrator, `${slug}-b`), make()]);
		await until(async () => {
			// Within a transaction its first look would be its last.
			await owner.query('SELECT pg_stat_clear_snapshot()');
			const { rows } = await owner.query<{ n: number }>(
				`SELECT count(*)::int AS n FROM pg_stat_activity
					WHERE datname = current_database() AND wait_event_type = 'Lock'`
			);
			return rows[0]!.n === 3;
		}, 'three that wait').finally(() => owner.query('ROLLBACK'));
		const done = await making;
		expect(done.filter(({ ok }) => ok)).toHaveLength(1);
		expect(done.filter((one) => !one.ok && one.refusal.code === 'stale-revision')).toHaveLength(2);
	});

	it('an address that somebody has or had is refused, and nothing is left behind', async () => {
		await make();
		await save({ slug: `${slug}-new` });
		const [second, other] = await organization();
		for (const taken of [slug, `${slug}-new`]) {
			expect(await make(other, taken)).toMatchObject({
				ok: false,
				refusal: { code: 'invalid', field: 'slug' }
			});
		}
		const { rows } = await owner.query(
			`SELECT (SELECT count(*)::int FROM sites WHERE organization_id = $1) AS sites,
				(SELECT count(*)::int FROM users WHERE organization_id = $1 AND email LIKE 'online@%') AS accounts`,
			[second.organizationId]
		);
		expect(rows[0]).toEqual({ sites: 0, accounts: 0 });
	});
});

describe('changes', () => {
	beforeEach(async () => {
		await make();
		await publish();
	});

	it('are stored and told in the audit by the names of what changed, never with the texts', async () => {
		const en = { ...EMPTY_TEXTS, about: 'Who we are' };
		expect(await save({ revision: 2, hue: 7, currency: 'PLN', texts: { en } })).toMatchObject({
			ok: true
		});
		expect((await setup()).site).toMatchObject({ revision: 3, hue: 7, texts: { en } });
		const last = (await audited()).at(-1)!;
		expect(last.detail).toEqual({ fields: ['hue', 'currency', 'about (en)'] });
		expect(JSON.stringify(await audited())).not.toContain('Who we are');
		// The same again is no change.
		await save({ revision: 3, hue: 7, currency: 'PLN', texts: { en } });
		expect((await setup()).site!.revision).toBe(3);
	});

	it('of somebody who looked before another one saved are refused, whatever they are', async () => {
		expect((await save({ revision: 2, hue: 1 })).ok).toBe(true);
		for (const late of [await save({ revision: 2, hue: 2 }), await publish(2, false)]) {
			expect(late).toMatchObject({ ok: false, refusal: { code: 'stale-revision' } });
		}
		expect((await setup()).site).toMatchObject({ hue: 1, published: true });
	});

	it('two at the same moment: one is stored', async () => {
		const both = await Promise.all([1, 2, 3, 4].map((hue) => save({ revision: 2, hue })));
		expect(both.filter(({ ok }) => ok)).toHaveLength(1);
	});

	it('an old address leads to the new one, and can be had again', async () => {
		await save({ revision: 2, slug: `${slug}-b` });
		expect((await find(slug))!.slug).toBe(`${slug}-b`);
		expect((await setup()).site!.formerSlugs).toEqual([slug]);
		await save({ revision: 3, slug });
		expect((await find(`${slug}-b`))!.slug).toBe(slug);
	});

	it('nobody hoards addresses: the oldest is given up, the present one never', async () => {
		for (let i = 0; i < MAX_ADDRESSES + 2; i++) {
			await save({ revision: 2 + i, slug: `${slug}-${i}` });
		}
		expect(await find(slug)).toBeNull();
		expect(await find(`${slug}-0`)).toBeNull();
		expect((await find(`${slug}-3`))!.slug).toBe(`${slug}-${MAX_ADDRESSES + 1}`);
		const [, other] = await organization();
		expect((await make(other, slug)).ok).toBe(true);
	});

	it('closing it takes it off under every address', async () => {
		await save({ revision: 2, slug: `${slug}-b` });
		await publish(3, false);
		expect([await find(slug), await find(`${slug}-b`)]).toEqual([null, null]);
	});
});

describe('a doctor on the site', () => {
	const good = {
		...{ listed: true, languages: ['pl', 'en'], about: 'Speaks softly.' },
		aboutIn: { pl: 'Mówi cicho.' }
	};
	const shown: typeof good = { ...good, languages: [], about: '', aboutIn: { pl: '' } };
	const change = (wanted = good, before: typeof good = shown, id = clinic.practitionerIds[0]!) =>
		saveDoctorOnSite(fresh.database, administrator, { id, shown: before, wanted });

	it('is changed, unless somebody changed it meanwhile', async () => {
		expect((await change()).ok).toBe(true);
		expect((await setup()).doctors[0]).toMatchObject(good);
		expect(await change({ ...good, about: 'Late' })).toMatchObject({
			refusal: { code: 'stale-revision' }
		});
		expect((await change({ ...good, listed: false }, good)).ok).toBe(true);
		expect((await audited()).map(({ detail }) => detail)).toEqual([
			{ fields: ['languages', 'about', 'about (pl)'] },
			{ fields: ['listed'] }
		]);
	});

	it('of another organization is not there', async () => {
		const [foreign] = await organization();
		const id = foreign.practitionerIds[0]!;
		expect(await change(good, shown, id)).toMatchObject({ refusal: { code: 'not-found' } });
		const [stored] = await inOrganization(fresh.database, foreign.organizationId, (transaction) =>
			transaction.select().from(practitioners).where(eq(practitioners.id, id))
		);
		expect(stored!.about).toBe('');
	});
});

describe('the logo', () => {
	const PNG = Buffer.from(
		'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
		'base64'
	);
	const put = (bytes: Uint8Array, as = administrator) =>
		putLogo(fresh.database, as, { bytes, holdsName: false });
	const stored = () => readLogo(fresh.database, slug);

	it('is stored as what its bytes are, under another version for every picture, and taken away', async () => {
		await make();
		expect(await stored()).toBeNull();
		expect(await put(PNG)).toEqual({ ok: true, value: null });
		expect(await stored()).toEqual({ mediaType: 'image/png', picture: PNG });
		const { version } = (await setup()).site!.logo!;
		await put(Buffer.concat([PNG, Buffer.from('another')]));
		expect((await setup()).site!.logo!.version).not.toBe(version);
		expect((await changeLogo(fresh.database, administrator, { holdsName: true })).ok).toBe(true);
		expect((await setup()).site!.logo).toMatchObject({ holdsName: true });
		expect((await changeLogo(fresh.database, administrator, { holdsName: null })).ok).toBe(true);
		expect([(await setup()).site!.logo, await stored()]).toEqual([null, null]);
	});

	it.each([
		['an SVG', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>'), 'kind'],
		['a text that says it is a PNG', Buffer.from('image/png'), 'kind'],
		['nothing', Buffer.alloc(0), 'kind'],
		['one byte too many', Buffer.concat([PNG, Buffer.alloc(204_801 - PNG.length)]), 'size']
	])('%s is not taken', async (_, bytes, field) => {
		await make();
		expect(await put(bytes)).toMatchObject({ refusal: { code: 'invalid', field } });
		expect([(await setup()).site!.logo, await stored()]).toEqual([null, null]);
	});

	it('is nobody’s to change who may not change the site', async () => {
		await make();
		const role = { role: 'clinic-administrator', clinicId: clinic.clinicId } as const;
		const other = await staffFactory(fresh.database, clinic, role);
		const refused = { refusal: { code: 'not-allowed' } };
		expect(await put(PNG, other)).toMatchObject(refused);
		expect(await changeLogo(fresh.database, other, { holdsName: null })).toMatchObject(refused);
	});
});

it('patients read doctors and specialties in their language, and in the first where nothing is written', async () => {
	await make();
	await publish();
	const [first, second] = clinic.practitionerIds as [string, string];
	await owner.query(`UPDATE practitioners SET specialty = 'Cardiology' WHERE id = $1`, [first]);
	await owner.query(`UPDATE practitioners SET about = 'Kind.' WHERE id = $1`, [second]);
	const before = { listed: true, languages: [], about: '', aboutIn: {} };
	const wanted = { ...before, about: 'Calm.', aboutIn: { pl: 'Spokój.' } };
	await saveDoctorOnSite(fresh.database, administrator, { id: first, shown: before, wanted });
	const named = { revision: 2, specialties: { Cardiology: { pl: 'Kardiologia' } } };
	expect((await saveSpecialties(fresh.database, administrator, named)).ok).toBe(true);
	const late = await saveSpecialties(fresh.database, administrator, named);
	expect(late).toMatchObject({ refusal: { code: 'stale-revision' } });
	const site = (await find(slug))!;
	const read = (language: 'en' | 'pl') =>
		readSiteDirectory(fresh.database, site, { today: '2026-03-02', language });
	const told = async (language: 'en' | 'pl') => {
		const { doctors } = await read(language);
		return [first, second].map((id) => {
			const { specialty, about } = doctors.find((doctor) => doctor.id === id)!;
			return [specialty, about];
		});
	};
	expect((await told('pl'))[0]).toEqual(['Kardiologia', 'Spokój.']);
	expect((await told('en'))[0]).toEqual(['Cardiology', 'Calm.']);
	expect((await told('pl'))[1]![1]).toBe('Kind.');
	const found = await findDoctors(fresh.database, site, await read('pl'), { text: 'kardiolgia' });
	expect(found.map(({ id }) => id)).toEqual([first]);
});

it('whoever may not, may not: nothing is read and nothing changed', async () => {
	await make();
	const role = { role: 'clinic-administrator', clinicId: clinic.clinicId } as const;
	const other = await staffFactory(fresh.database, clinic, role);
	const refused = { ok: false, refusal: { code: 'not-allowed' } };
	expect(await readSiteSetup(fresh.database, other)).toMatchObject(refused);
	expect(await save({ hue: 5 }, other)).toMatchObject(refused);
	expect(await make(other)).toMatchObject(refused);
	expect((await setup()).site!.revision).toBe(1);
});
