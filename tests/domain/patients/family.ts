/** Patients with contacts, and signing them in. */
import type pg from 'pg';
import { patients, resources, sites } from '#db/schema/index.ts';
import type { Database } from '#db/database.ts';
import { inOrganization } from '#db/transaction.ts';
import { searchTextOf } from '#domain/directory/patient-search.ts';
import { giveCode, requestCode, sayWho, type Asker } from '#domain/patients/commands/sign-in.ts';
import type { Contact } from '#domain/patients/contact.ts';
import { patientOfSession } from '#domain/patients/queries/session.ts';
import type { SignedInPatient } from '#domain/patients/signed-in.ts';
import type { Site } from '#domain/site/site.ts';
import { clinicFactory, staffFactory, type Clinic } from '../../factories/clinic-factory.ts';
import { codesSentTo } from '../../support/sent-codes.ts';

export interface Practice {
	database: Database;
	owner: pg.Client;
	clinic: Clinic;
	site: Site;
}

/** A clinic with a public site. */
export async function practiceFactory(
	database: Database,
	owner: pg.Client,
	options: Parameters<typeof clinicFactory>[1] = {}
): Promise<Practice> {
	const clinic = await clinicFactory(database, options);
	const { organizationId } = clinic;
	const account = await staffFactory(database, clinic, { role: 'support' });
	const slug = `site-${organizationId.slice(0, 8)}`;
	await inOrganization(database, organizationId, (transaction) =>
		transaction
			.insert(sites)
			.values({ organizationId, accountId: account.userId, slug, published: true })
	);
	const site = {
		organizationId,
		accountId: account.userId,
		slug,
		name: 'Ours',
		hue: 1,
		texts: {},
		specialties: {},
		logo: null,
		currency: 'GBP'
	};
	return { database, owner, clinic, site };
}

export interface PatientWish {
	givenName?: string;
	familyName?: string;
	birthDate?: string;
	phone?: string | null;
	email?: string | null;
}

let made = 0;

/** @returns the new patient's id */
export async function patientFactory(
	{ database, site: { organizationId } }: Pick<Practice, 'database' | 'site'>,
	wish: PatientWish = {}
): Promise<string> {
	const id = crypto.randomUUID();
	const person = {
		...{ givenName: 'Maria', familyName: `Family${++made}`, birthDate: '1980-05-06' },
		...{ phone: null, email: null, ...wish }
	};
	await inOrganization(database, organizationId, async (transaction) => {
		await transaction.insert(resources).values({ organizationId, id, kind: 'patient' });
		await transaction
			.insert(patients)
			.values({ organizationId, id, ...person, searchText: searchTextOf(person), importKey: id });
	});
	return id;
}

export const WORDS = (code: string) => ({ subject: code, body: code, short: code });

/** Asks for a code and waits for what is sent. @returns what the browser keeps, and the code: `null`, none was sent */
export async function ask(
	practice: Practice,
	contact: Contact,
	{ now = Date.now(), address }: { now?: number; address?: string } = {}
): Promise<{ asker: Asker; code: string | null }> {
	const { database, site } = practice;
	const origin = address === undefined ? null : { address, requestId: null };
	const before = (await sentIn(practice)).length;
	const asked = { contact, language: 'en' as const, origin };
	const answer = await requestCode(database, site.organizationId, asked, WORDS, raise, now);
	if (answer.outcome === 'locked') throw new Error(`locked until ${answer.until}`);
	await answer.sending;
	const sent = await sentIn(practice);
	const code = sent.length > before ? sent.at(-1)! : null;
	return { asker: { secret: answer.secret, contact, device: 'test', origin }, code };
}

function raise(fault: unknown): never {
	throw fault;
}

/** @returns the codes that were sent in an organization */
async function sentIn({ database, owner, site }: Practice): Promise<string[]> {
	const all = await codesSentTo({ database, owner }, null, site.organizationId);
	return all.map(({ code }) => code);
}

/** Signs somebody in the whole way. */
export async function signIn(
	practice: Practice,
	contact: Contact,
	birthDate?: string,
	now: number = Date.now()
): Promise<{ patient: SignedInPatient; token: string }> {
	const { database, site } = practice;
	const { asker, code } = await ask(practice, contact, { now });
	let answer = await giveCode(database, site, asker, code!, now);
	if (answer.outcome === 'who') {
		answer = await sayWho(database, site, asker, { birthDate: birthDate! }, now);
	}
	if (answer.outcome !== 'signed-in') throw new Error(answer.outcome);
	const patient = await patientOfSession(database, site, answer.token, null, now);
	return { patient: patient!, token: answer.token };
}
