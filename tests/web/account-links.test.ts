import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Actor } from '#domain/access/actor.ts';
import { readLink } from '#domain/access/commands/link-use.ts';
import { htmlOfText } from '#domain/messaging/template.ts';
import { accountMail } from '#web/lib/server/account-mails.ts';
import { handOverLink } from '#web/lib/server/account-links.ts';
import { database } from '#web/lib/server/database.ts';
import { clinicFactory, staffFactory, type Clinic } from '../factories/clinic-factory.ts';
import { linkIn, startMailServer, type MailServer } from '../support/mail-server.ts';
import { freshDatabase, type FreshDatabase } from '../support/test-postgres.ts';

const PAGE = 'http://localhost:3000';
const ORIGIN = 'https://board.clinic.example';

let fresh: FreshDatabase;
let clinic: Clinic;
let admin: Actor;
let mailServer: MailServer;
beforeAll(async () => {
	fresh = await freshDatabase();
	clinic = await clinicFactory(fresh.database);
	admin = await staffFactory(fresh.database, clinic, { role: 'organization-administrator' });
	mailServer = await startMailServer();
	process.env.DAYBOARD_DATABASE_URL = fresh.url;
});
afterAll(async () => {
	await database().close();
	await mailServer.close();
	await fresh.drop();
});

function mailBy(url: string): void {
	process.env.DAYBOARD_SMTP_URL = url;
	process.env.DAYBOARD_MAIL_FROM = 'Clinic <board@clinic.example>';
	process.env.DAYBOARD_ORIGIN = ORIGIN;
}
const handOver = () =>
	handOverLink(admin, { userId: clinic.receptionist.userId, purpose: 'invitation' }, PAGE);
const works = async (link: string) =>
	(await readLink(fresh.database, link.split('#')[1]!)).ok ? link.split('#')[0] : null;

describe('an invitation', () => {
	it('is handed to the administrator where there is no mail server', async () => {
		mailBy('');
		const answer = await handOver();
		expect(answer).toMatchObject({ ok: true, value: { sentTo: null, isUnsent: false } });
		const { link } = (answer as { value: { link: string } }).value;
		expect(await works(link)).toBe(`${PAGE}/account-link`);
	});

	it('is mailed, and shown to nobody else', async () => {
		mailBy(mailServer.url);
		const email = `${clinic.receptionist.userId}@staff.example`;
		expect(await handOver()).toEqual({ ok: true, value: { sentTo: email, link: null } });
		const mail = await mailServer.next(email);
		expect(mail.text).toContain('Your invitation to Dayboard');
		expect(await works(linkIn(mail))).toBe(`${ORIGIN}/account-link`);
	});

	it('is handed to the administrator when the mail server does not take it', async () => {
		const gone = await startMailServer();
		await gone.close();
		mailBy(gone.url);
		const warned = new Promise<Error>((resolve) => process.once('warning', resolve));
		const answer = await handOver();
		expect(answer).toMatchObject({ ok: true, value: { sentTo: null, isUnsent: true } });
		const { link } = (answer as { value: { link: string } }).value;
		expect(await works(link)).toBe(`${ORIGIN}/account-link`);
		const { message } = await warned;
		expect(message).toContain('A mail could not be sent');
		expect(message).not.toMatch(/@|account-link/);
	});
});

it('a name cannot bring tags into a mail', () => {
	const name = '<img src=x> & "Co"';
	const { text } = accountMail({ email: 'a@b.example', name, purpose: 'invitation' }, ORIGIN);
	const html = htmlOfText(text);
	expect(html).not.toContain('<img');
	expect(html).toContain('&#60;img src=x&#62; &#38; &#34;Co&#34;');
});
