import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { giveCode, requestCode, sayWho } from '#domain/patients/commands/sign-in.ts';
import { signPatientOut } from '#domain/patients/commands/sessions.ts';
import type { Contact } from '#domain/patients/contact.ts';
import { patientOfSession } from '#domain/patients/queries/session.ts';
import {
	CODE_MINUTES,
	CODES_FROM_ADDRESS,
	CODES_TO_CONTACT,
	DAY_MS,
	MAX_TRIES,
	TRIES_FROM_ADDRESS
} from '#domain/patients/sign-in-rules.ts';
import { codesSentTo } from '../../support/sent-codes.ts';
import { freshDatabase, type FreshDatabase } from '../../support/test-postgres.ts';
import { ask, patientFactory, practiceFactory, signIn, WORDS, type Practice } from './family.ts';

let fresh: FreshDatabase;
let owner: pg.Client;
let ours: Practice;
let theirs: Practice;
beforeAll(async () => {
	fresh = await freshDatabase({ max: 24 });
	owner = new pg.Client(fresh.ownerUrl);
	await owner.connect();
	ours = await practiceFactory(fresh.database, owner);
	theirs = await practiceFactory(fresh.database, owner);
});
afterAll(async () => {
	await owner.end();
	await fresh.drop();
});

let numbers = 600_000_000;
const newPhone = (): Contact => ({ kind: 'phone', value: `+48${++numbers}` });
const newEmail = (): Contact => ({ kind: 'email', value: `p${++numbers}@home.example` });
const WRONG = (code: string) => String((Number(code) + 1) % 1_000_000).padStart(6, '0');
const give = (
	asker: Parameters<typeof giveCode>[2],
	code: string,
	now = Date.now(),
	practice = ours
) => giveCode(fresh.database, practice.site, asker, code, now);
const whoIs = (token: string, practice = ours, now = Date.now()) =>
	patientOfSession(fresh.database, practice.site, token, null, now);

describe('a code', () => {
	it('is sent to the contact as it is stored, and signs its patient in', async () => {
		const id = await patientFactory(ours, {
			phone: '+48 511 222 333',
			email: 'Mixed@Home.example'
		});
		for (const [contact, to] of [
			[{ kind: 'phone', value: '511222333' }, '+48 511 222 333'],
			[{ kind: 'email', value: 'mixed@home.example' }, 'Mixed@Home.example']
		] as [Contact, string][]) {
			const { asker, code } = await ask(ours, contact);
			const [sent] = await codesSentTo({ database: fresh.database, owner }, to);
			expect(sent).toMatchObject({ code, channel: contact.kind === 'email' ? 'email' : 'sms' });
			const answer = await give(asker, code!);
			expect(answer.outcome).toBe('signed-in');
			const patient = await whoIs((answer as { token: string }).token);
			expect(patient).toMatchObject({ self: { id }, proven: contact.kind, children: [] });
			expect(patient!.actor.roles).toEqual([
				{ role: 'patient', clinicId: null, practitionerId: null, patientId: id }
			]);
		}
	});

	it('is not sent to a number of another country that ends alike', async () => {
		await patientFactory(ours, { phone: '+48 522 333 444' });
		expect((await ask(ours, { kind: 'phone', value: '+44 522 333 444' })).code).toBeNull();
	});

	it('is sent to nobody for a contact of nobody’s, of the dead, or of another organization', async () => {
		const [dead, foreign] = [newPhone(), newEmail()];
		const id = await patientFactory(ours, { phone: dead.value });
		await owner.query('UPDATE patients SET deceased = true WHERE id = $1', [id]);
		await patientFactory(theirs, { email: foreign.value });
		for (const contact of [newEmail(), newPhone(), dead, foreign]) {
			expect((await ask(ours, contact)).code).toBeNull();
		}
	});

	it('is answered before anything is looked up, whether anybody has the contact or not', async () => {
		const known = newEmail();
		await patientFactory(ours, { email: known.value });
		const rows = [];
		for (const contact of [known, newEmail()]) {
			const asked = { contact, language: 'en' as const, origin: null };
			const { site } = ours;
			let lookedUp = false;
			const answer = await requestCode(fresh.database, site.organizationId, asked, (code) => {
				lookedUp = true;
				return WORDS(code);
			});
			// The answer is there, and nothing was looked up for it.
			expect([answer.outcome, lookedUp]).toEqual(['taken', false]);
			await (answer as { sending: Promise<void> }).sending;
			rows.push(lookedUp);
		}
		expect(rows).toEqual([true, false]);
	});

	it('is good for ten minutes', async () => {
		const contact = newEmail();
		await patientFactory(ours, { email: contact.value });
		const now = Date.now();
		const { asker, code } = await ask(ours, contact, { now });
		expect(await give(asker, code!, now + CODE_MINUTES * 60_000)).toEqual({ outcome: 'over' });
		expect((await give(asker, code!, now + CODE_MINUTES * 60_000 - 1)).outcome).toBe('signed-in');
	});

	it('has five wrong tries, and then is not even right', async () => {
		const contact = newEmail();
		await patientFactory(ours, { email: contact.value });
		const { asker, code } = await ask(ours, contact);
		for (let left = MAX_TRIES - 1; left >= 0; left--) {
			expect(await give(asker, WRONG(code!))).toEqual({ outcome: 'wrong', left });
		}
		expect(await give(asker, code!)).toEqual({ outcome: 'over' });
	});

	it('of nobody’s contact answers the same: wrong, five times', async () => {
		const { asker } = await ask(ours, newEmail());
		for (let left = MAX_TRIES - 1; left >= 0; left--) {
			expect(await give(asker, '123456')).toEqual({ outcome: 'wrong', left });
		}
		expect(await give(asker, '123456')).toEqual({ outcome: 'over' });
	});

	it('is worth nothing in another browser, for another contact, or on another site', async () => {
		const contact = newEmail();
		await patientFactory(ours, { email: contact.value });
		await patientFactory(theirs, { email: contact.value });
		const { asker, code } = await ask(ours, contact);
		const other = await ask(ours, newEmail());
		expect(await give({ ...asker, secret: 'made up' }, code!)).toEqual({ outcome: 'over' });
		expect((await give(other.asker, code!)).outcome).toBe('wrong');
		expect(await give({ ...asker, contact: newEmail() }, code!)).toEqual({ outcome: 'over' });
		expect(await give(asker, code!, Date.now(), theirs)).toEqual({ outcome: 'over' });
		expect((await give(asker, code!)).outcome).toBe('signed-in');
	});

	it('makes the one before void', async () => {
		const contact = newEmail();
		await patientFactory(ours, { email: contact.value });
		const first = await ask(ours, contact);
		const second = await ask(ours, contact);
		expect(await give(first.asker, first.code!)).toEqual({ outcome: 'over' });
		expect((await give(second.asker, second.code!)).outcome).toBe('signed-in');
	});

	it('is taken once, however many give it at once', async () => {
		const contact = newEmail();
		const id = await patientFactory(ours, { email: contact.value });
		const { asker, code } = await ask(ours, contact);
		// Twenty connections are open, so that none has to wait for its own.
		await Promise.all(Array.from({ length: 20 }, () => whoIs('nobody')));
		const answers = await Promise.all(Array.from({ length: 20 }, () => give(asker, code!)));
		const outcomes = Object.groupBy(answers, ({ outcome }) => outcome);
		expect([outcomes['signed-in']?.length, outcomes.over?.length]).toEqual([1, 19]);
		const { rows } = await owner.query('SELECT * FROM patient_sessions WHERE patient_id = $1', [
			id
		]);
		expect(rows).toHaveLength(1);
	});

	it('guessed at by many at once gets no more than five tries', async () => {
		const contact = newEmail();
		await patientFactory(ours, { email: contact.value });
		const { asker, code } = await ask(ours, contact);
		const answers = await Promise.all(Array.from({ length: 20 }, () => give(asker, WRONG(code!))));
		expect(answers.filter(({ outcome }) => outcome === 'wrong')).toHaveLength(MAX_TRIES);
	});
});

describe('asking and trying are counted before anything is looked up', () => {
	const asks = async (contact: () => Contact, address: string, now: number) => {
		const asked = {
			contact: contact(),
			language: 'en' as const,
			origin: { address, requestId: null }
		};
		const { organizationId } = ours.site;
		const answer = await requestCode(fresh.database, organizationId, asked, WORDS, () => {}, now);
		if (answer.outcome === 'taken') await answer.sending;
		return answer.outcome;
	};

	it('by contact, whether it is anybody’s or not', async () => {
		const known = newPhone();
		await patientFactory(ours, { phone: known.value });
		for (const contact of [known, newPhone()]) {
			const now = Date.now();
			const outcomes = [];
			for (let i = 0; i <= CODES_TO_CONTACT.free; i++) {
				outcomes.push(await asks(() => contact, `10.1.${numbers % 250}.${i}`, now));
			}
			const taken = Array.from({ length: CODES_TO_CONTACT.free }, () => 'taken');
			expect(outcomes).toEqual([...taken, 'locked']);
			const later = now + CODES_TO_CONTACT.firstLockMs + 1;
			expect(await asks(() => contact, '10.2.0.1', later)).toBe('taken');
		}
	});

	it('by address', async () => {
		const now = Date.now();
		for (let i = 0; i < CODES_FROM_ADDRESS.free; i++) {
			expect(await asks(newEmail, '10.3.0.1', now)).toBe('taken');
		}
		expect(await asks(newEmail, '10.3.0.1', now)).toBe('locked');
		expect(await asks(newEmail, '10.3.0.2', now)).toBe('taken');
	});

	it('and so are codes that are tried from an address', async () => {
		const address = '10.4.0.1';
		for (let i = 0; i < TRIES_FROM_ADDRESS.free / MAX_TRIES; i++) {
			const { asker } = await ask(ours, newEmail(), { address: `10.5.0.${i}` });
			for (let tries = 0; tries < MAX_TRIES; tries++) {
				await give({ ...asker, origin: { address, requestId: null } }, '000000');
			}
		}
		const contact = newEmail();
		await patientFactory(ours, { email: contact.value });
		const { asker, code } = await ask(ours, contact);
		const origin = { address, requestId: null };
		expect((await give({ ...asker, origin }, code!)).outcome).toBe('locked');
		expect((await give(asker, code!)).outcome).toBe('signed-in');
	});
});

describe('a contact of several', () => {
	it('asks for the birth date, and lets in whoever was born then', async () => {
		const contact = newPhone();
		const mother = await patientFactory(ours, { phone: contact.value, birthDate: '1980-01-02' });
		await patientFactory(ours, { phone: contact.value, birthDate: '1979-03-04' });
		const { asker, code } = await ask(ours, contact);
		const { site } = ours;
		const say = (birthDate: string) => sayWho(fresh.database, site, asker, { birthDate });
		expect(await say('1980-01-02')).toEqual({ outcome: 'over' });
		expect(await give(asker, code!)).toEqual({ outcome: 'who', asked: 'birth-date' });
		expect(await give(asker, code!)).toEqual({ outcome: 'over' });
		expect(await say('1990-01-01')).toEqual({ outcome: 'wrong', left: MAX_TRIES - 1 });
		const answer = await say('1980-01-02');
		expect((await whoIs((answer as { token: string }).token))?.self.id).toBe(mother);
		expect(await say('1980-01-02')).toEqual({ outcome: 'over' });
	});

	it('has five tries at the birth date as well', async () => {
		const contact = newPhone();
		await patientFactory(ours, { phone: contact.value, birthDate: '1980-01-02' });
		await patientFactory(ours, { phone: contact.value, birthDate: '1979-03-04' });
		const { asker, code } = await ask(ours, contact);
		await give(asker, code!);
		const say = (birthDate: string) => sayWho(fresh.database, ours.site, asker, { birthDate });
		for (let i = 0; i < MAX_TRIES; i++) await say(`1990-01-0${i + 1}`);
		expect(await say('1980-01-02')).toEqual({ outcome: 'over' });
	});

	it('asks twins for the first name too', async () => {
		const contact = newPhone();
		const born = { phone: contact.value, birthDate: '1990-09-09' };
		await patientFactory(ours, { ...born, givenName: 'Łukasz' });
		const other = await patientFactory(ours, { ...born, givenName: 'Paweł' });
		const { asker, code } = await ask(ours, contact);
		await give(asker, code!);
		const { birthDate } = born;
		const say = (givenName?: string) =>
			sayWho(fresh.database, ours.site, asker, { birthDate, givenName });
		expect(await say()).toEqual({ outcome: 'who', asked: 'name' });
		const answer = await say('PAWEL');
		expect((await whoIs((answer as { token: string }).token))?.self.id).toBe(other);
	});
});

describe('a session', () => {
	it('stands in the database as a hash, and is nothing on another site', async () => {
		const contact = newEmail();
		await patientFactory(ours, { email: contact.value });
		const { token } = await signIn(ours, contact);
		const { rows } = await owner.query('SELECT to_jsonb(s)::text AS row FROM patient_sessions s');
		expect(rows.some(({ row }) => row.includes(token))).toBe(false);
		expect(await whoIs(token, theirs)).toBeNull();
		expect(await whoIs(token)).not.toBeNull();
	});

	it('goes on with use, and ends after thirty days without', async () => {
		const contact = newEmail();
		await patientFactory(ours, { email: contact.value });
		const now = Date.now();
		const { token } = await signIn(ours, contact, undefined, now);
		expect(await whoIs(token, ours, now + 29 * DAY_MS)).not.toBeNull();
		expect(await whoIs(token, ours, now + 58 * DAY_MS)).not.toBeNull();
		expect(await whoIs(token, ours, now + 89 * DAY_MS)).toBeNull();
	});

	it('ends after 180 days however much it is used', async () => {
		const contact = newEmail();
		await patientFactory(ours, { email: contact.value });
		const now = Date.now();
		const { token } = await signIn(ours, contact, undefined, now);
		for (let day = 20; day < 180; day += 20) {
			expect(await whoIs(token, ours, now + day * DAY_MS)).not.toBeNull();
		}
		expect(await whoIs(token, ours, now + 180 * DAY_MS)).toBeNull();
	});

	it('ends here or everywhere', async () => {
		const contact = newEmail();
		await patientFactory(ours, { email: contact.value });
		const sessions: Awaited<ReturnType<typeof signIn>>[] = [];
		for (let i = 0; i < 3; i++) sessions.push(await signIn(ours, contact));
		const alive = () =>
			Promise.all(sessions.map(async ({ token }) => (await whoIs(token)) !== null));
		const [{ patient }] = sessions as [(typeof sessions)[0]];
		const end = (everywhere: boolean) =>
			signPatientOut(fresh.database, patient.actor, { patientId: patient.self.id, everywhere });
		await end(false);
		expect(await alive()).toEqual([false, true, true]);
		await end(true);
		expect(await alive()).toEqual([false, false, false]);
	});

	it('is over once the contact that was proven is not the patient’s any more', async () => {
		const contact = newEmail();
		const id = await patientFactory(ours, { email: contact.value });
		const { token } = await signIn(ours, contact);
		await owner.query('UPDATE patients SET email = $1 WHERE id = $2', ['other@home.example', id]);
		expect(await whoIs(token)).toBeNull();
	});
});
