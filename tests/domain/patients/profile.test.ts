import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
	confirmContact,
	requestContactCode,
	savePreferences
} from '#domain/patients/commands/profile.ts';
import { patientOfSession } from '#domain/patients/queries/session.ts';
import { readOwnData } from '#domain/patients/queries/own-data.ts';
import { readProfile } from '#domain/patients/queries/profile.ts';
import { sealFor } from '#db/encryption/sealed-columns.ts';
import { seal, unseal } from '#db/encryption/sealing.ts';
import { offerFactory } from '../../factories/offer-factory.ts';
import { entryFactory } from '../../factories/waitlist-factory.ts';
import { codesSentTo } from '../../support/sent-codes.ts';
import { freshDatabase, type FreshDatabase } from '../../support/test-postgres.ts';
import { patientFactory, practiceFactory, signIn, WORDS, type Practice } from './family.ts';

let fresh: FreshDatabase;
let owner: pg.Client;
let ours: Practice;
beforeAll(async () => {
	fresh = await freshDatabase({ max: 12 });
	owner = new pg.Client(fresh.ownerUrl);
	await owner.connect();
	ours = await practiceFactory(fresh.database, owner);
});
afterAll(async () => {
	await owner.end();
	await fresh.drop();
});

let made = 0;
async function somebody() {
	const email = `one${++made}@home.example`;
	const id = await patientFactory(ours, { email, phone: `+48 71000 ${1000 + made}` });
	return { id, email, ...(await signIn(ours, { kind: 'email', value: email })) };
}
const JSON_EN = { format: 'json', lang: 'en' } as const;
const whoIs = (token: string) => patientOfSession(fresh.database, ours.site, token, null);

const TOLD = {
	language: 'en' as const,
	words: (language: string) => ({ subject: 'changed', body: `changed, ${language}`, short: '' })
};

async function newContact(patient: Awaited<ReturnType<typeof somebody>>['patient'], value: string) {
	const contact = { kind: 'email', value } as const;
	const wish = { contact, language: 'en' } as const;
	const answer = await requestContactCode(fresh.database, patient, wish, WORDS);
	if (answer.outcome === 'locked') throw new Error('locked');
	const [sent] = (await codesSentTo({ database: fresh.database, owner }, value)).slice(-1);
	return { secret: answer.secret, contact, code: sent!.code };
}

it('a new contact ends the sessions that the old one opened, but for the one that proved it', async () => {
	const { email, patient, token } = await somebody();
	const elsewhere = await signIn(ours, { kind: 'email', value: email });
	const given = await newContact(patient, `next${made}@home.example`);
	expect(await confirmContact(fresh.database, patient, given, TOLD)).toEqual({
		outcome: 'changed'
	});
	expect(await whoIs(token)).not.toBeNull();
	expect(await whoIs(elsewhere.token)).toBeNull();
	expect(await confirmContact(fresh.database, patient, given, TOLD)).toEqual({ outcome: 'over' });
});

it('the contact before is told of the new one, in the patient’s language; what is not changed tells nobody', async () => {
	const { email, id, patient } = await somebody();
	await savePreferences(fresh.database, patient.actor, id, {
		...{ contactChannel: null, language: 'pl' }
	});
	const toldOf = async () => {
		const { rows } = await owner.query<{ id: string; sealed_content: string }>(
			`SELECT id, sealed_content FROM messages WHERE patient_id = $1 AND kind = 'account'`,
			[id]
		);
		const told = [];
		for (const row of rows) {
			const purpose = sealFor(ours.site.organizationId, 'messages.sealed_content', row.id);
			told.push(JSON.parse(await unseal(fresh.database, purpose, row.sealed_content)));
		}
		return told;
	};
	const given = await newContact(patient, `other${made}@home.example`);
	const wrong = { ...given, code: given.code === '000000' ? '000001' : '000000' };
	await confirmContact(fresh.database, patient, wrong, TOLD);
	expect(await toldOf()).toEqual([]);
	await confirmContact(fresh.database, patient, given, TOLD);
	expect(await toldOf()).toEqual([
		{ to: email, subject: 'changed', body: 'changed, pl', short: '' }
	]);
});

it('another patient’s code for a contact is worth nothing, and five wrong ones are enough', async () => {
	const [one, other] = [await somebody(), await somebody()];
	const given = await newContact(one.patient, `mine${made}@home.example`);
	const { patient } = other;
	expect(await confirmContact(fresh.database, patient, given, TOLD)).toEqual({ outcome: 'over' });
	const wrong = { ...given, code: given.code === '000000' ? '000001' : '000000' };
	for (let left = 4; left >= 0; left--) {
		expect(await confirmContact(fresh.database, one.patient, wrong, TOLD)).toEqual({
			...{ outcome: 'wrong', left }
		});
	}
	expect(await confirmContact(fresh.database, one.patient, given, TOLD)).toEqual({
		outcome: 'over'
	});
	expect((await readProfile(fresh.database, one.patient.actor, one.id))?.email).toBe(one.email);
});

it('somebody else’s details and data are not read and not changed', async () => {
	const [one, other] = [await somebody(), await somebody()];
	const { database } = fresh;
	const wish = { contactChannel: 'none', language: null } as const;
	expect(await readProfile(database, one.patient.actor, other.id)).toBeNull();
	for (const answer of [
		await savePreferences(database, one.patient.actor, other.id, wish),
		await readOwnData(database, one.patient.actor, other.id, JSON_EN)
	]) {
		expect(answer).toMatchObject({ ok: false, refusal: { code: 'not-allowed' } });
	}
	const { rows } = await owner.query('SELECT contact_channel FROM patients WHERE id = $1', [
		other.id
	]);
	expect(rows).toEqual([{ contact_channel: null }]);
});

it('one’s own data hold what one wrote, opened, and the devices that get notifications', async () => {
	const { id, patient } = await somebody();
	const { organizationId } = ours.site;
	const taskId = crypto.randomUUID();
	const sealed = await seal(
		fresh.database,
		sealFor(organizationId, 'tasks.sealed_text', taskId),
		'Is the lift working?'
	);
	await owner.query(
		`INSERT INTO tasks (organization_id, id, kind, patient_id, sealed_text) VALUES ($1, $2, 'contact', $3, $4)`,
		[organizationId, taskId, id, sealed]
	);
	await owner.query(
		`INSERT INTO push_subscriptions (organization_id, id, patient_id, endpoint_hash, sealed_subscription, device)
			VALUES ($1, gen_random_uuid(), $2, 'hash', 'sealed', 'Firefox on Android')`,
		[organizationId, id]
	);
	const read = await readOwnData(fresh.database, patient.actor, id, JSON_EN);
	expect(read).toMatchObject({
		ok: true,
		value: {
			profile: { id },
			tasks: [{ text: 'Is the lift working?', kind: 'contact' }],
			pushSubscriptions: [{ device: 'Firefox on Android' }],
			sessions: [{ device: 'test' }],
			messages: [{ kind: 'sign-in-code' }]
		}
	});
	expect(JSON.stringify(read)).not.toContain('sealed');
});

it('one’s own data hold what one waits for and was offered, in one’s language; not what is only proposed', async () => {
	const { id, patient } = await somebody();
	const { clinic } = ours;
	await owner.query(`UPDATE services SET translations = '{"pl": {"name": "Kontrola"}}'`);
	const entryId = await entryFactory(fresh.database, { ...clinic, patientIds: [id] });
	await offerFactory(fresh.database, clinic, { entryId, patientId: id, state: 'expired' });
	await offerFactory(fresh.database, clinic, { entryId, patientId: id, state: 'proposed' });
	const read = await readOwnData(fresh.database, patient.actor, id, { format: 'json', lang: 'pl' });
	expect(read).toMatchObject({
		ok: true,
		value: { waitlist: [{ id: entryId, service: 'Kontrola', offers: [{ state: 'expired' }] }] }
	});
});
