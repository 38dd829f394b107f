/** What a signed-in patient does by themselves, over HTTP without scripts: visits, children, details, data. */
import { describe, expect, it } from 'vitest';
import { patientFactory } from '../../domain/patients/family.ts';
import { codeSentTo, codesSentTo } from '../../support/sent-codes.ts';
import { saidOn, SOMEBODY, timesOn } from '../site/public-booking.ts';
import { patientBrowser, withAction } from './patient-browser.ts';
import { bookFor, HOME, keep, signedInPatient, usePatientSite } from './patient-site.ts';

const at = usePatientSite();

const visit = async (id: string) => {
	const { rows } = await at.owner.query('SELECT * FROM appointments WHERE id = $1', [id]);
	return rows[0] as Record<string, unknown>;
};
const count = async (table: string, where: string, values: unknown[] = []) =>
	(
		await at.owner.query<{ n: number }>(
			`SELECT count(*)::int AS n FROM ${table} WHERE ${where}`,
			values
		)
	).rows[0]!.n;
const entries = async (kind: string, subjectId: string) =>
	(
		await at.owner.query('SELECT detail FROM audit_entries WHERE kind = $1 AND subject_id = $2', [
			...[kind, subjectId]
		])
	).rows.map(({ detail }) => detail as Record<string, unknown>);
const childOf = (id: string) => count('dependants', 'guardian_id = $1 AND ended_at IS NULL', [id]);

it('a guest sees all visits with a code to the contact that was given, without typing it again', async () => {
	const browser = patientBrowser(at.dayboard.url);
	const kept = await keep(at, browser);
	const email = 'guest@home.example';
	const booked = await browser.post(withAction(kept.path, 'book'), { ...SOMEBODY, email });
	expect(booked.html).toContain('See all your visits');
	const asked = await browser.get(`${HOME}/me`);
	expect(asked.path).toContain('/sign-in');
	expect(asked.html).toContain(`value="${email}"`);
	// Nobody else's browser knows it.
	const link = booked.path.replace('?booked', '');
	const stranger = patientBrowser(at.dayboard.url);
	expect((await stranger.get(link)).html).not.toContain(email);
	expect((await stranger.get(`${HOME}/sign-in`)).html).not.toContain(email);
	const sent = await browser.post(asked.path, { contact: email });
	const code = await codeSentTo(at, email);
	const mine = await browser.post(withAction(sent.path, 'code'), { code });
	expect(saidOn(mine.html)).toContain(`Hello ${SOMEBODY.givenName}`);
	expect(mine.html.match(/\/me\/visits\/[0-9a-f-]{36}/g)).toHaveLength(1);
});

it('a patient books with one tap, moves the visit, and cancels it for a reason', async () => {
	const { id: patientId, browser } = await signedInPatient(at);
	const before = await count('patients', 'true');
	const kept = await keep(at, browser);
	expect(saidOn(kept.html)).toContain('Who is the visit for?');
	expect(kept.html).not.toContain('name="birthDate"');
	const { id, page } = await bookFor(at, browser, patientId);
	expect(await visit(id)).toMatchObject({ patient_id: patientId, source: 'online' });
	expect(await count('patients', 'true')).toBe(before);
	expect(saidOn((await browser.get(`${HOME}/me`)).html)).toContain('Booked');
	const calendar = await browser.get(`${page}/calendar.ics`);
	expect([calendar.headers.get('content-type'), calendar.html]).toEqual([
		expect.stringContaining('text/calendar'),
		expect.stringContaining(`UID:${id}@dayboard`)
	]);
	const others = await browser.get(`${page}/times`);
	const moved = await browser.post(`${page}/times?/move`, {
		...{ time: timesOn(others.html).at(-2)!, revision: '1' }
	});
	expect([moved.path, saidOn(moved.html)]).toEqual([
		`${page}?moved`,
		expect.stringContaining('Your visit has a new time.')
	]);
	const missing = await browser.post(`${page}?/cancel`, { revision: '2' });
	expect([missing.status, saidOn(missing.html)]).toEqual([
		400,
		expect.stringContaining('Please choose a reason.')
	]);
	await browser.post(`${page}?/cancel`, { revision: '2', reason: 'patient-ill' });
	expect(await visit(id)).toMatchObject({ status: 'cancelled', cancel_reason: 'patient-ill' });
	const list = saidOn((await browser.get(`${HOME}/me`)).html);
	expect(list).toContain('You have no visit to come.');
	expect(list).toContain('Past and cancelled');
});

it('after the cut-off it says whom to call, and changes nothing', async () => {
	const { id: patientId, browser } = await signedInPatient(at);
	const { id, page } = await bookFor(at, browser, patientId);
	await at.owner.query(
		`UPDATE services SET cancel_notice_minutes = 43200 WHERE id = (SELECT service_id FROM appointments WHERE id = $1)`,
		[id]
	);
	try {
		const { html } = await browser.get(page);
		// It was as late when it was booked.
		expect(saidOn(html)).toContain('A visit as near as this one cannot be changed online.');
		expect(html).toMatch(/href="tel:\+?\d+"/);
		expect(html).not.toContain('?/cancel');
		const answer = await browser.post(`${page}?/cancel`, { revision: '1', reason: 'patient-ill' });
		expect(answer.status).toBe(409);
		const others = await browser.get(`${page}/times`);
		const time = timesOn(others.html).at(-1)!;
		expect((await browser.post(`${page}/times?/move`, { time, revision: '1' })).status).toBe(409);
		expect(await visit(id)).toMatchObject({ status: 'booked', revision: 1 });
	} finally {
		await at.owner.query('UPDATE services SET cancel_notice_minutes = 1440');
	}
});

describe('somebody else’s', () => {
	it('visit is not there, and nothing happens to it', async () => {
		const { id: hers, browser: anna } = await signedInPatient(at);
		const { browser: eve } = await signedInPatient(at);
		const { id, page } = await bookFor(at, anna, hers);
		const nowhere = (await eve.get(`${HOME}/me/visits/${crypto.randomUUID()}`)).html;
		for (const path of ['', '/times', '/calendar.ics']) {
			const answer = await eve.get(page + path);
			expect([path, answer.status]).toEqual([path, 404]);
			if (path === '') expect(saidOn(answer.html)).toBe(saidOn(nowhere));
		}
		const changes: [string, Record<string, string>][] = [
			[`${page}?/cancel`, { revision: '1', reason: 'patient-ill' }],
			[`${page}/times?/move`, { revision: '1', time: 'x' }]
		];
		for (const [path, fields] of changes) expect((await eve.post(path, fields)).status).toBe(404);
		expect(await visit(id)).toMatchObject({ status: 'booked', revision: 1 });
		expect((await eve.get(`${HOME}/me/visits/not-an-id`)).status).toBe(404);
	});

	it('name is not booked for, and somebody else’s time is not booked', async () => {
		const { id: hers, browser: anna } = await signedInPatient(at);
		const { id: his, browser: eve } = await signedInPatient(at);
		const kept = await keep(at, eve);
		const before = await count('appointments', 'true');
		const action = withAction(kept.path, 'bookFor');
		for (const who of [hers, crypto.randomUUID(), '']) {
			expect((await eve.post(action, { who })).status).toBeGreaterThanOrEqual(400);
		}
		expect((await anna.post(action, { who: hers })).status).toBe(409);
		expect(await count('appointments', 'true')).toBe(before);
		expect((await eve.post(action, { who: his })).path).toContain('/me/visits/');
	});
});

it('past visits come page by page', async () => {
	const { id: patientId, browser } = await signedInPatient(at);
	await at.owner.query(
		`INSERT INTO appointments (organization_id, id, clinic_id, practitioner_id, room_id, service_id, patient_id,
				starts_at, ends_at, status, new_patient, source, booked_at)
			SELECT a.organization_id, gen_random_uuid(), clinic_id, practitioner_id, room_id, service_id, $1,
				'2020-01-01'::timestamptz + n * interval '1 day', '2020-01-01'::timestamptz + n * interval '1 day' + interval '15 min',
				'fulfilled', false, 'import', '2019-12-01'
			FROM (SELECT * FROM appointments WHERE organization_id = $2 LIMIT 1) a, generate_series(1, 23) AS n`,
		[patientId, at.site.organizationId]
	);
	const seen: string[] = [];
	let path: string | undefined = `${HOME}/me`;
	for (let pages = 0; path && pages < 5; pages++) {
		const { html } = await browser.get(path);
		seen.push(...[...html.matchAll(/\/me\/visits\/([0-9a-f-]{36})/g)].map(([, id]) => id!));
		path = /href="([^"]*\?before=[^"]*)"/.exec(html)?.[1];
	}
	expect([seen.length, new Set(seen).size]).toEqual([23, 23]);
});

describe('a child', () => {
	const ada = { givenName: 'Ada', familyName: 'Wójcik', birthDate: '2018-03-04' };
	const add = (browser: ReturnType<typeof patientBrowser>, child: Record<string, string>) =>
		browser.post(`${HOME}/me/children?/add`, child);

	it('is added, booked for, shown by name, and ended', async () => {
		const { id: parent, browser } = await signedInPatient(at);
		const added = await add(browser, ada);
		expect(saidOn(added.html)).toContain('You can book for this child now.');
		const child = /name="child" value="([0-9a-f-]{36})"/.exec(added.html)![1]!;
		expect(await entries('dependant-added', child)).toEqual([{ patientId: parent }]);
		const { id, page } = await bookFor(at, browser, child);
		expect(await visit(id)).toMatchObject({ patient_id: child });
		for (const path of [`${HOME}/me`, page]) {
			expect(saidOn((await browser.get(path)).html)).toContain('For Ada');
		}
		await browser.post(`${HOME}/me/children?/end`, { child });
		expect(await childOf(parent)).toBe(0);
		expect((await browser.get(page)).status).toBe(404);
		expect(await entries('dependant-ended', child)).toHaveLength(1);
		expect((await browser.post(`${HOME}/me/children?/end`, { child })).status).toBe(404);
	});

	it.each([
		['of age', { birthDate: '1999-01-01' }, 'Only for children under 18.', 'birthDate'],
		['born tomorrow', { birthDate: '2090-01-01' }, 'This date is still to come.', 'birthDate'],
		['without a name', { givenName: '' }, 'Please fill this in.', 'givenName'],
		['with a name in HTML', { familyName: '<b>' }, 'letters only', 'familyName']
	])('%s is told at its field, and nobody is added', async (_, wrong, words, field) => {
		const { id: parent, browser } = await signedInPatient(at);
		const answer = await add(browser, { ...ada, ...wrong });
		expect(answer.status).toBe(400);
		expect(saidOn(answer.html)).toContain(words);
		expect(answer.html).toContain(`id="${field}-fault"`);
		expect(await childOf(parent)).toBe(0);
	});

	it('of the same contact is offered; adults and other people’s children are not', async () => {
		const { id: parent, email, browser } = await signedInPatient(at, { birthDate: '1985-01-01' });
		const mine = await patientFactory(at, {
			...{ email, givenName: 'Bruno', birthDate: '2015-05-05' }
		});
		await patientFactory(at, { email, givenName: 'Cezary', birthDate: '1980-05-05' });
		const foreign = await patientFactory(at, { email: 'x@home.example', birthDate: '2015-05-05' });
		const page = await browser.get(`${HOME}/me/children`);
		expect(saidOn(page.html)).toContain('Add Bruno');
		expect(page.html).not.toContain('Cezary');
		for (const child of [foreign, parent, crypto.randomUUID()]) {
			expect((await browser.post(`${HOME}/me/children?/offer`, { child })).status).toBe(404);
		}
		await browser.post(`${HOME}/me/children?/offer`, { child: mine });
		expect(await childOf(parent)).toBe(1);
	});
});

describe('details', () => {
	it('how and in which language somebody is reached is saved and written down', async () => {
		const { id, browser } = await signedInPatient(at);
		const save = (fields: Record<string, string>) =>
			browser.post(`${HOME}/me/profile?/save`, fields);
		expect(saidOn((await save({ contactChannel: 'sms', language: 'pl' })).html)).toContain(
			'Saved.'
		);
		expect(
			await count('patients', `id = $1 AND contact_channel = 'sms' AND language = 'pl'`, [id])
		).toBe(1);
		expect(await entries('patient-changed', id)).toEqual([
			{ fields: ['contactChannel', 'language'] }
		]);
		expect((await save({ contactChannel: 'pigeon', language: 'pl' })).status).toBe(400);
		await save({ contactChannel: '', language: '' });
		expect(await count('patients', 'id = $1 AND contact_channel IS NULL', [id])).toBe(1);
	});

	it('a new contact counts once its code was given, and not before', async () => {
		const { id, email, browser } = await signedInPatient(at);
		const page = `${HOME}/me/contact/email`;
		const next = `new-${email}`;
		const stored = () => count('patients', 'id = $1 AND email = $2', [id, next]);
		expect((await browser.post(`${page}?/send`, { contact: 'nonsense' })).status).toBe(400);
		const asked = await browser.post(`${page}?/send`, { contact: next });
		expect(saidOn(asked.html)).toContain(`We sent a code with six digits to ${next}`);
		const code = await codeSentTo(at, next);
		const wrong = code === '000000' ? '000001' : '000000';
		const refused = await browser.post(`${page}?/confirm`, { code: wrong });
		expect(saidOn(refused.html)).toContain('Tries left: 4.');
		expect(await stored()).toBe(0);
		const done = await browser.post(`${page}?/confirm`, { code });
		expect([done.path, saidOn(done.html)]).toEqual([
			`${HOME}/me/profile?changed`,
			expect.stringContaining(next)
		]);
		expect(await stored()).toBe(1);
		// Whoever proved it stays; reception finds the patient by it.
		expect((await browser.get(`${HOME}/me`)).path).toBe(`${HOME}/me`);
		expect(await count('patients', 'id = $1 AND search_text LIKE $2', [id, `%${next}%`])).toBe(1);
	});

	it('a code for a new contact signs nobody in', async () => {
		const { browser } = await signedInPatient(at);
		const victim = 'victim@home.example';
		await patientFactory(at, { email: victim });
		const other = patientBrowser(at.dayboard.url);
		const asked = await other.post(`${HOME}/sign-in`, { contact: victim });
		await codeSentTo(at, victim);
		await browser.post(`${HOME}/me/contact/email?/send`, { contact: victim });
		const code = await codeSentTo(at, victim, 1);
		const answer = await other.post(withAction(asked.path, 'code'), { code });
		const [signInCode] = await codesSentTo(at, victim);
		// One in a million times they are the same.
		expect(answer.status).toBe(code === signInCode!.code ? 200 : 400);
	});
});

describe('one’s own data', () => {
	const file = (browser: ReturnType<typeof patientBrowser>, format: string) =>
		browser.post(`${HOME}/me/data/file`, { format });

	it('is everything about the patient and the children, and of nobody else', async () => {
		const { id, email, browser } = await signedInPatient(at, { givenName: 'Danuta' });
		const { browser: stranger } = await signedInPatient(at, { givenName: 'Stranger' });
		await stranger.get(`${HOME}/me`);
		await browser.post(`${HOME}/me/children?/add`, {
			...{ givenName: 'Emil', familyName: 'Nowy', birthDate: '2019-01-01' }
		});
		const booked = await bookFor(at, browser, id);
		await browser.post(`${booked.page}?/cancel`, { revision: '1', reason: 'not-needed' });
		const { headers, html } = await file(browser, 'json');
		expect(headers.get('content-disposition')).toMatch(
			/^attachment; filename="my-data-\d{4}-\d\d-\d\d\.json"$/
		);
		const { people } = JSON.parse(html);
		expect(people.map((one: { profile: { givenName: string } }) => one.profile.givenName)).toEqual([
			...['Danuta', 'Emil']
		]);
		const [own] = people;
		expect(own.profile).toMatchObject({ id, email });
		expect(own.visits).toHaveLength(1);
		expect(own.visits[0].history.map(({ what }: { what: string }) => what)).toEqual([
			expect.stringMatching(/^booked for \d+ \w+ \d{4}, \d\d:\d\d$/),
			'cancelled: I no longer need it'
		]);
		// Beside what a job may have planned of the visit by now.
		expect(own.messages.map(({ kind }: { kind: string }) => kind)).toContain('sign-in-code');
		expect(own.sessions).toHaveLength(1);
		expect(own.visits[0].startsAt).toMatch(/^\d{4}-\d\d-\d\dT/);
		expect(html).not.toContain('Stranger');
		expect(await entries('patient-exported', id)).toEqual([{ format: 'json' }]);
	});

	it('as a page it is words alone, whatever a name looks like', async () => {
		const { id, browser } = await signedInPatient(at, { givenName: '<script>x</script>' });
		await bookFor(at, browser, id);
		const { headers, html } = await file(browser, 'html');
		expect(headers.get('content-type')).toContain('text/html');
		expect(headers.get('content-security-policy')).toContain("default-src 'none'");
		expect(html).not.toContain('<script>');
		expect(html).toContain('&#60;script&#62;');
		expect(html).toContain('booked for');
	});

	it('names services in the language that it is asked for in', async () => {
		const { id, browser } = await signedInPatient(at);
		await bookFor(at, browser, id);
		expect((await file(browser, 'html')).html).toContain(': Consultation<');
		const polish = await browser.post('/pl/fellside/me/data/file', { format: 'html' });
		expect(polish.html).toContain(': Konsultacja<');
	});

	it('is not handed over in any other form, nor without end', async () => {
		const { browser } = await signedInPatient(at);
		expect((await file(browser, 'xml')).status).toBe(400);
		const statuses = [];
		for (let i = 0; i < 11; i++) statuses.push((await file(browser, 'json')).status);
		expect(statuses.filter((status) => status === 200)).toHaveLength(10);
		expect(statuses.at(-1)).toBe(429);
	});
});

it('a patient waits for a time, sees what for, and stops; another patient cannot stop it', async () => {
	const { id: patientId, browser } = await signedInPatient(at);
	const offered = await browser.get(at.times);
	const page = /href="([^"]*book\/waitlist\?[^"]*)"/.exec(offered.html)![1]!;
	const form = await browser.get(page.replaceAll('&amp;', '&'));
	expect(form.html).not.toContain('name="birthDate"');
	const today = Temporal.Now.plainDateISO('Europe/London');
	const joined = await browser.post(withAction(form.path, 'join'), {
		...{ who: patientId, part: 'any', notice: '120', weekday: '2' },
		...{ firstDate: today.toString(), lastDate: today.add({ weeks: 2 }).toString() }
	});
	expect(saidOn(joined.html)).toContain('You are on the list');
	const mine = await browser.get(`${HOME}/me`);
	expect(saidOn(mine.html)).toContain('You are waiting for');
	const entry = /name="entry" value="([^"]+)"/.exec(mine.html)![1]!;
	const waits = () => count('waitlist_entries', `id = $1 AND state = 'waiting'`, [entry]);
	const { browser: stranger } = await signedInPatient(at);
	await stranger.post(`${HOME}/me?/stopWaiting`, { entry });
	expect(await waits()).toBe(1);
	const after = await browser.post(`${HOME}/me?/stopWaiting`, { entry });
	expect(await waits()).toBe(0);
	expect(saidOn(after.html)).not.toContain('You are waiting for');
});
