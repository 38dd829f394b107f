/** Signing in on the public site over HTTP, without scripts; and what a patient's cookie is worth elsewhere. */
import { expect, describe, it } from 'vitest';
import { codeSentTo, codesSentTo } from '../../support/sent-codes.ts';
import { openSocket } from '../../support/sync-client.ts';
import { patientFactory } from '../../domain/patients/family.ts';
import { PUBLIC_ORIGIN, saidOn } from '../site/public-booking.ts';
import { patientBrowser, signInBrowser, withAction } from './patient-browser.ts';
import { HOME, signedInPatient, usePatientSite } from './patient-site.ts';

const at = usePatientSite();
const browser = () => patientBrowser(at.dayboard.url);
const tokenOf = (one: ReturnType<typeof browser>) =>
	one.cookiesFor(HOME).dayboard_patient!.split(';')[0]!;

it('says the same whether the contact is anybody’s or not, and before anything is looked up', async () => {
	const known = 'known@home.example';
	await patientFactory(at, { email: known });
	// Whoever looks a patient up has to wait.
	await at.owner.query('BEGIN; LOCK TABLE patients IN ACCESS EXCLUSIVE MODE');
	const answers = [];
	try {
		for (const contact of [known, 'stranger@home.example']) {
			const one = browser();
			const { status, path, html } = await one.post(`${HOME}/sign-in`, { contact });
			const said = saidOn(html).replaceAll(contact, '…');
			answers.push({ status, path, said, cookies: Object.keys(one.cookiesFor(path)) });
		}
	} finally {
		await at.owner.query('COMMIT');
	}
	expect(answers[0]!.said).toContain('If the clinic knows …, a code with six digits');
	expect(answers[0]!.cookies).toEqual(['dayboard_code']);
	expect(answers[1]).toEqual(answers[0]);
	expect(await codeSentTo(at, known)).toMatch(/^\d{6}$/);
	expect(await codesSentTo(at, 'stranger@home.example')).toEqual([]);
});

it.each([
	['', 'Please give a phone number or an e-mail address.'],
	['zofia@', 'This is not an e-mail address.'],
	['call me', 'This is neither an e-mail address nor a phone number.']
])('the contact %j is told at its field', async (contact, words) => {
	const { status, html } = await browser().post(`${HOME}/sign-in`, { contact });
	expect(status).toBe(400);
	expect(saidOn(html)).toContain(words);
	expect(html).toContain('id="contact-fault"');
});

it('a wrong code is told with the tries that are left; asked too often it has to wait', async () => {
	const email = 'tries@home.example';
	await patientFactory(at, { email });
	const one = browser();
	const asked = await one.post(`${HOME}/sign-in`, { contact: email });
	const code = await codeSentTo(at, email);
	const give = (typed: string) => one.post(withAction(asked.path, 'code'), { code: typed });
	expect(saidOn((await give('12')).html)).toContain('The code has six digits.');
	const wrong = code === '000000' ? '000001' : '000000';
	expect(saidOn((await give(wrong)).html)).toContain('Tries left: 4.');
	for (let i = 0; i < 4; i++) await give(wrong);
	expect(saidOn((await give(code)).html)).toContain('This code is no longer good.');
	for (let i = 0; i < 3; i++) await browser().post(`${HOME}/sign-in`, { contact: email });
	const locked = await browser().post(`${HOME}/sign-in`, { contact: email });
	expect([locked.status, saidOn(locked.html)]).toEqual([
		429,
		expect.stringContaining('try again in 10 minutes')
	]);
});

it('a family’s contact asks for the birth date', async () => {
	const phone = '+48 699 100 200';
	await patientFactory(at, { phone, givenName: 'Ewa', birthDate: '1981-02-03' });
	await patientFactory(at, { phone, givenName: 'Adam', birthDate: '1979-04-05' });
	const one = browser();
	const who = await signInBrowser(one, at, { site: HOME, typed: '699100200', to: phone });
	expect(saidOn(who.html)).toContain('Your date of birth tells us');
	const action = withAction(who.path, 'who');
	const wrong = await one.post(action, { birthDate: '1999-01-01' });
	expect(saidOn(wrong.html)).toContain('Tries left: 4.');
	const there = await one.post(action, { birthDate: '1979-04-05' });
	expect([there.path, saidOn(there.html)]).toEqual([
		`${HOME}/me`,
		expect.stringContaining('Hello Adam')
	]);
});

it('leads on to the page that was asked for, and to no other site', async () => {
	const email = 'next@home.example';
	await patientFactory(at, { email });
	for (const [wanted, path] of [
		[`${HOME}/me/profile`, `${HOME}/me/profile`],
		['//evil.example/me', `${HOME}/me`],
		['/organization', `${HOME}/me`]
	] as const) {
		const one = browser();
		const known = (await codesSentTo(at, email)).length;
		const address = `${HOME}/sign-in?next=${encodeURIComponent(wanted)}`;
		const asked = await one.post(address, { contact: email });
		const code = await codeSentTo(at, email, known);
		expect((await one.post(withAction(asked.path, 'code'), { code })).path).toBe(path);
	}
});

describe('the session’s cookie', () => {
	it('is read by no script, sent by no other site, over TLS alone, and to this site’s pages', async () => {
		const { browser: one } = await signedInPatient(at);
		const cookie = one.cookiesFor(HOME).dayboard_patient!;
		for (const flag of [/HttpOnly/i, /Secure/i, /SameSite=Lax/i]) expect(cookie).toMatch(flag);
		expect(one.cookiesFor('/pl/fellside/me')).toHaveProperty('dayboard_patient');
		for (const path of ['/', '/api/v1/clinics', '/board', `/en/${at.other.site.slug}/me`]) {
			expect(one.cookiesFor(path)).toEqual({});
		}
		const { rows } = await at.owner.query(
			'SELECT to_jsonb(s)::text AS row FROM patient_sessions s'
		);
		expect(rows.some(({ row }) => row.includes(tokenOf(one)))).toBe(false);
	});

	it('is nothing on another organization’s site', async () => {
		const { browser: one } = await signedInPatient(at);
		const there = `/en/${at.other.site.slug}`;
		one.setCookie('dayboard_patient', tokenOf(one), there);
		expect((await one.get(`${there}/me`)).path).toMatch(/\/sign-in\?next=/);
		expect((await one.get(`${HOME}/me`)).path).toBe(`${HOME}/me`);
	});

	it('is nothing to the HTTP interface, to staff’s pages, and to desks and boards', async () => {
		const { browser: one } = await signedInPatient(at);
		const token = tokenOf(one);
		const cookie = `dayboard_patient=${token}; dayboard_session=${token}`;
		const { url, port } = at.dayboard;
		const headers: Record<string, string>[] = [{ cookie }, { authorization: `Bearer ${token}` }];
		for (const sent of headers) {
			expect((await fetch(`${url}/api/v1/clinics`, { headers: sent })).status).toBe(401);
		}
		for (const path of ['/', '/organization', '/me/devices']) {
			const answer = await fetch(url + path, { headers: { cookie }, redirect: 'manual' });
			const there = answer.headers.get('location');
			expect([answer.status, there]).toEqual([303, expect.stringMatching(/^\/sign-in/)]);
		}
		// No board and no desk opens without a socket.
		expect(await openSocket(`localhost:${port}`, { origin: PUBLIC_ORIGIN, cookie })).toBe(401);
	});

	it('ends with signing out, here or everywhere', async () => {
		const { browser: one, email } = await signedInPatient(at);
		const two = browser();
		await signInBrowser(two, at, { site: HOME, typed: email });
		const token = tokenOf(one);
		expect((await one.post(`${HOME}/me?/signOut`, {})).path).toBe(HOME);
		expect(one.cookiesFor(HOME)).toEqual({});
		one.setCookie('dayboard_patient', token, HOME);
		expect((await one.get(`${HOME}/me`)).path).toContain('/sign-in');
		const three = browser();
		await signInBrowser(three, at, { site: HOME, typed: email });
		await three.post(`${HOME}/me?/signOutAll`, {});
		expect((await two.get(`${HOME}/me`)).path).toContain('/sign-in');
	});
});

it('whoever is not signed in gets none of the pages, and changes nothing', async () => {
	const pages = ['', '/profile', '/children', '/data', '/contact/email'];
	for (const path of [...pages, `/visits/${crypto.randomUUID()}`]) {
		expect((await browser().get(`${HOME}/me${path}`)).path).toMatch(/\/sign-in\?next=/);
		expect((await browser().post(`${HOME}/me${path}?/save`, {})).status).toBe(401);
	}
	expect((await browser().post(`${HOME}/me/data/file`, { format: 'json' })).status).toBe(401);
});

it('what a patient sees is kept by nobody on the way', async () => {
	const { browser: one } = await signedInPatient(at);
	for (const path of ['/me', '/me/profile', '/me/children', '/me/data', '/me/contact/phone']) {
		const { status, headers } = await one.get(HOME + path);
		expect([path, status, headers.get('cache-control')]).toEqual([path, 200, 'private, no-store']);
	}
	const { headers } = await browser().get(`${HOME}/sign-in`);
	expect(headers.get('cache-control')).toBe('private, no-store');
});
