import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ChannelAnswer, MessageChannel } from '#domain/messaging/channel.ts';
import { sendNow } from '#domain/messaging/commands/send.ts';
import { TRIES_BY_WAY } from '#domain/messaging/retry-delay.ts';
import { minutes, only, openMessageDesk, type MessageDesk } from './message-desk.ts';

/** Ten in the morning in London, in winter. */
const NOW = Date.UTC(2040, 0, 4, 10);
const DAY = 86_400_000;

let desk: MessageDesk;
beforeAll(async () => {
	desk = await openMessageDesk();
});
afterAll(() => desk.close());

let place = 0;
/** A visit in three days of somebody with addresses of their own, and its confirmation, due. */
async function confirmation(some: { email?: string | null; phone?: string | null } = {}) {
	const patient = place % 10;
	const startsAt = NOW + (3 + Math.floor(place / 10)) * DAY;
	const name = `p${place++}`;
	const email = some.email === undefined ? `${name}@patient.example` : some.email;
	const phone = some.phone === undefined ? `+48601000${String(100 + place)}` : some.phone;
	await desk.person(patient, {
		...{
			email,
			phone,
			contactChannel: null,
			language: null,
			messagesBlocked: false,
			deceased: false
		}
	});
	const visit = await desk.book({ startsAt, patient, now: NOW });
	const { id } = (await desk.messagesOf(visit)).get('confirmation')!;
	return { visit, id, patient, startsAt, email: email!, phone: phone! };
}
const LATER = NOW + minutes(3);
const mailsTo = (to: string) => desk.mailServer.mails.filter((mail) => mail.to.includes(to));
const tasksOf = (id: string) => desk.ask('SELECT kind FROM tasks WHERE message_id = $1', [id]);

describe('a mail', () => {
	it('says what its rule says, with a name of its own, in text and in HTML', async () => {
		const { id, email } = await confirmation();
		await desk.send(NOW + minutes(1));
		expect(mailsTo(email)).toEqual([]);
		await desk.send(LATER);
		const [mail] = mailsTo(email);
		expect(mail!.text).toContain('Your visit on Saturday 7 January at 10:00');
		expect(mail!.text).toContain(`<${id}@clinic.example>`);
		expect(mail!.text).toMatch(
			/text\/plain[\s\S]*Hello Anna,[\s\S]*text\/html[\s\S]*<p>Hello Anna,<\/p>/
		);
		expect(await desk.message(id)).toMatchObject({ state: 'sent', channel: 'email', attempts: 1 });
		expect(await desk.attempts(id)).toMatchObject([{ outcome: 'sent', channel: 'email' }]);
	});

	it('that is refused for now is tried again, later and later, and then by the next way', async () => {
		const { id, email, phone } = await confirmation();
		desk.mailServer.refuse(email, { at: 'RCPT', answer: '451 4.7.1 try later' });
		const dues: number[] = [];
		let now = LATER;
		for (let tries = 1; tries < TRIES_BY_WAY; tries++) {
			await desk.send(now);
			const { state, dueAt, attempts } = await desk.message(id);
			expect([state, attempts]).toEqual(['queued', tries]);
			dues.push(dueAt.getTime() - now);
			now = dueAt.getTime();
		}
		expect(dues[0]).toBeGreaterThanOrEqual(minutes(0.5) * 0.75);
		expect(dues[0]).toBeLessThanOrEqual(minutes(0.5) * 1.25);
		expect(dues.toSorted((a, b) => a - b)).toEqual(dues);
		await desk.send(now);
		// Used up: the next way is taken at once.
		await desk.send(now);
		expect((await desk.smsProvider.next(phone)).body).toContain('your visit is booked');
		expect(await desk.message(id)).toMatchObject({ state: 'sent', channel: 'sms' });
		const attempts = await desk.attempts(id);
		expect(attempts.map(({ outcome }) => outcome)).toEqual([
			...Array<string>(TRIES_BY_WAY - 1).fill('failed-for-now'),
			...['failed', 'sent']
		]);
		expect(attempts[0]!.response).toContain('try later');
	});

	it('that nobody takes closes its address, goes another way, and is told to reception', async () => {
		const { id, email, phone, patient } = await confirmation();
		desk.mailServer.refuse(email, { at: 'RCPT', answer: `550 5.1.1 no such mailbox ${email}` });
		await desk.send(LATER);
		await desk.send(LATER);
		await desk.smsProvider.next(phone);
		expect(await desk.message(id)).toMatchObject({ state: 'sent', channel: 'sms', attempts: 2 });
		expect(await tasksOf(id)).toEqual([{ kind: 'failed-message' }]);
		const [first] = await desk.attempts(id);
		expect(first).toMatchObject({ outcome: 'failed' });
		// What the server said, without whom it was about.
		expect(first!.response).toContain('no such mailbox');
		expect(first!.response).not.toContain('@');
		// The next one does not try it any more.
		desk.mailServer.refuse(email, null);
		const next = await desk.book({ startsAt: NOW + 20 * DAY, patient, now: NOW });
		await desk.send(LATER);
		expect((await desk.messagesOf(next)).get('confirmation')).toMatchObject({
			...{ state: 'sent', channel: 'sms', attempts: 1 }
		});
	});

	it('whose text is refused does not close the address', async () => {
		const { id, email, phone } = await confirmation();
		const before = await desk.ask('SELECT count(*) FROM closed_addresses');
		desk.mailServer.refuse(email, { at: 'DATA', answer: '554 5.7.1 looks like spam' });
		await desk.send(LATER);
		await desk.send(LATER);
		await desk.smsProvider.next(phone);
		expect(await desk.message(id)).toMatchObject({ channel: 'sms' });
		expect(await desk.ask('SELECT count(*) FROM closed_addresses')).toEqual(before);
	});

	it('that no way takes has failed, once, and somebody has to call', async () => {
		const { id, email } = await confirmation({ phone: null });
		desk.mailServer.refuse(email, { at: 'RCPT', answer: '550 5.1.1 no such mailbox' });
		await desk.send(LATER);
		await desk.send(LATER);
		expect(await desk.message(id)).toMatchObject({ state: 'failed', attempts: 1 });
		expect(await tasksOf(id)).toHaveLength(1);
	});

	it('waits for a server that is not there, and does not take it for the address’s fault', async () => {
		const { id, email } = await confirmation({ phone: null });
		const { emailChannel } = await import('#domain/messaging/commands/channels/email.ts');
		const gone = emailChannel({ smtpUrl: 'smtp://127.0.0.1:1', from: 'a@clinic.example' });
		await desk.send(LATER, { email: gone });
		await gone.close();
		expect(await desk.message(id)).toMatchObject({ state: 'queued', attempts: 1 });
		const { dueAt } = await desk.message(id);
		await desk.send(dueAt.getTime());
		expect(mailsTo(email)).toHaveLength(1);
	});

	it('offers one click to end them, where there is a link for it', async () => {
		const text = { subject: 'A', body: 'B', html: '<p>B</p>', short: 'C' };
		await desk.channels.email!.send(
			{
				...{ organizationId: desk.clinic.organizationId, id: crypto.randomUUID(), attempt: 1 },
				...{ kind: 'reminder', to: 'click@patient.example', patientId: null, appointmentId: null },
				...{ offerId: null, offerUntil: null },
				...{ aboutStart: null, language: 'en', text, unsubscribeUrl: 'https://c.example/l/abc' }
			},
			async () => true
		);
		const { text: mail } = await desk.mailServer.next('click@patient.example');
		expect(mail).toContain('List-Unsubscribe: <https://c.example/l/abc>');
		expect(mail).toContain('List-Unsubscribe-Post: List-Unsubscribe=One-Click');
	});
});

describe('an SMS', () => {
	it('names where it is to be reported on', async () => {
		const { id, phone } = await confirmation({ email: null });
		await desk.send(LATER);
		const sms = await desk.smsProvider.next(phone);
		const { organizationId } = desk.clinic;
		expect(sms.callback).toBe(
			`https://board.clinic.example/api/hooks/sms/${organizationId}/status?message=${id}&attempt=1`
		);
		expect(await desk.attempts(id)).toMatchObject([{ providerId: sms.sid, response: 'queued' }]);
		expect(desk.smsProvider.strangers).toBe(0);
	});

	it.each([
		['an invalid number', 21211, 'invalid'],
		['one whose owner said STOP', 21610, 'opted-out']
	])('to %s closes it', async (_, code, reason) => {
		const { id, phone } = await confirmation({ email: null });
		desk.smsProvider.refuse(phone, { status: 400, code });
		await desk.send(LATER);
		expect(await desk.message(id)).toMatchObject({ state: 'failed' });
		const closed = await desk.ask(
			`SELECT reason FROM closed_addresses WHERE channel = 'sms'
				AND address_hash = encode(sha256(convert_to(phone_key($1), 'UTF8')), 'hex')`,
			[phone]
		);
		expect(closed).toEqual([{ reason }]);
		expect((await desk.attempts(id))[0]!.response).not.toContain(phone.slice(-9));
	});

	it('waits as long as the provider asks for', async () => {
		const { id, phone } = await confirmation({ email: null });
		desk.smsProvider.refuse(phone, { status: 429, code: 20429, retryAfter: 900 });
		await desk.send(LATER);
		const { dueAt, state } = await desk.message(id);
		expect([state, dueAt.getTime() >= LATER + 900_000]).toEqual(['queued', true]);
	});
});

describe('what is in doubt', () => {
	it('a mail whose server fell silent counts as sent, and is not sent again', async () => {
		const { id, email } = await confirmation();
		desk.mailServer.refuse(email, { at: 'DATA', answer: 'hang up' });
		await desk.send(LATER);
		expect(await desk.message(id)).toMatchObject({ state: 'sending' });
		desk.mailServer.refuse(email, null);
		await desk.send(LATER);
		await desk.resolve(LATER);
		await desk.send(LATER + minutes(60));
		expect(await desk.message(id)).toMatchObject({ state: 'sent' });
		expect((await desk.attempts(id))[0]!.response).toContain('did not say');
		expect(mailsTo(email)).toHaveLength(1);
	});

	it('an SMS whose provider fell silent is found there', async () => {
		const { id, phone } = await confirmation({ email: null });
		desk.smsProvider.refuse(phone, { status: 500, hangsUp: true });
		await desk.send(LATER);
		expect(await desk.message(id)).toMatchObject({ state: 'sending' });
		desk.smsProvider.refuse(phone, null);
		await desk.resolve(LATER);
		const { sid } = await desk.smsProvider.next(phone);
		expect(await desk.attempts(id)).toMatchObject([{ outcome: 'sent', providerId: sid }]);
		await desk.send(LATER + minutes(60));
		expect(desk.smsProvider.taken.filter(({ to }) => to === phone)).toHaveLength(1);
	});

	/** Dies when it has said that it begins. */
	const dying = (real: MessageChannel): MessageChannel => ({
		...real,
		async send(_, begin): Promise<ChannelAnswer> {
			await begin();
			return { outcome: 'in-doubt', response: '' };
		}
	});

	it('an SMS that the provider does not have is sent again', async () => {
		const { id, phone } = await confirmation({ email: null });
		await desk.send(LATER, { sms: dying(desk.channels.sms!) });
		await desk.resolve(LATER);
		await desk.send(LATER);
		await desk.smsProvider.next(phone);
		expect((await desk.attempts(id)).map(({ outcome }) => outcome)).toEqual([
			...['failed-for-now', 'sent']
		]);
	});

	it('what was in hand and had not begun is sent', async () => {
		const { id, email } = await confirmation();
		const never: MessageChannel = {
			...{ ...desk.channels.email!, concurrency: 1 },
			send: async () => ({ outcome: 'in-doubt', response: '' })
		};
		await desk.send(LATER, { email: never });
		expect(await desk.message(id)).toMatchObject({ state: 'sending' });
		await desk.resolve(LATER);
		await desk.send(LATER);
		expect(mailsTo(email)).toHaveLength(1);
	});

	it('nothing is begun twice: whoever comes second sends nothing', async () => {
		const { id, email } = await confirmation();
		const late = Promise.withResolvers<boolean>();
		const slow: MessageChannel = {
			...desk.channels.email!,
			send: (message, begin) =>
				desk.channels.email!.send(message, async () => (await late.promise) && begin())
		};
		const sending = desk.send(LATER, { email: slow });
		await expect.poll(async () => (await desk.message(id)).state).toBe('sending');
		// Its lease ends while the server waits for the end of the mail.
		await desk.resolve(LATER);
		await desk.send(LATER);
		late.resolve(true);
		await sending;
		expect(mailsTo(email)).toHaveLength(1);
		expect(await desk.attempts(id)).toMatchObject([{ number: 1, outcome: 'sent' }]);
	});
});

it('several servers send each message once', async () => {
	const ids = await Promise.all(
		Array.from({ length: 60 }, (_, i) => desk.direct({ to: `many${i}@patient.example` }))
	);
	const now = Date.now() + 1_000;
	await Promise.all(Array.from({ length: 4 }, () => desk.send(now)));
	const got = desk.mailServer.mails.filter(({ to }) => to[0]!.startsWith('many'));
	expect(got).toHaveLength(60);
	expect(new Set(got.map(({ to }) => to[0])).size).toBe(60);
	for (const id of ids) expect((await desk.message(id)).state).toBe('sent');
});

it('whoever waits for a code does not wait behind reminders, nor for a job', async () => {
	const id = await desk.direct({ kind: 'sign-in-code', to: 'now@patient.example', body: '123456' });
	const options = { channels: desk.channels, origin: null };
	expect(await sendNow(desk.database, desk.clinic.organizationId, id, options)).toBe('sent');
	expect(await sendNow(desk.database, desk.clinic.organizationId, id, options)).toBeNull();
	expect(mailsTo('now@patient.example')).toHaveLength(1);
});

describe('is not sent, and it is said why', () => {
	it.each<[string, string, (made: Awaited<ReturnType<typeof confirmation>>) => Promise<unknown>]>([
		['the visit was cancelled', 'cancelled', ({ visit }) => status(visit, 'cancelled')],
		['the patient is here', 'completed', ({ visit }) => status(visit, 'arrived')],
		[
			'it was moved',
			'rescheduled',
			({ visit }) =>
				desk.owner.query(
					`UPDATE appointments SET starts_at = starts_at + interval '1 hour', ends_at = ends_at + interval '1 hour'
					WHERE id = $1`,
					[visit]
				)
		],
		[
			'staff blocked messages',
			'blocked',
			({ patient }) => desk.person(patient, { messagesBlocked: true })
		],
		['the patient died', 'deceased', ({ patient }) => desk.person(patient, { deceased: true })],
		[
			'the patient wants none',
			'opted-out',
			({ patient }) => desk.person(patient, { contactChannel: 'none' })
		],
		[
			'there is no address',
			'no-address',
			({ patient }) => desk.person(patient, { email: null, phone: ' ' })
		],
		[
			'the visit is over',
			'too-late',
			({ visit }) =>
				desk.owner
					.query(
						`UPDATE appointments SET starts_at = $2, ends_at = $2::timestamptz + interval '20 minutes' WHERE id = $1`,
						[visit, new Date(NOW)]
					)
					.then(() =>
						desk.owner.query(`UPDATE messages SET about_start = $2 WHERE appointment_id = $1`, [
							visit,
							new Date(NOW)
						])
					)
		]
	])('%s', async (_, reason, happens) => {
		const made = await confirmation();
		const count = desk.mailServer.mails.length + desk.smsProvider.taken.length;
		await happens(made);
		await desk.send(LATER);
		expect(await desk.message(made.id)).toMatchObject({ state: 'suppressed', suppression: reason });
		expect((await desk.message(made.id)).settledAt).not.toBeNull();
		expect(desk.mailServer.mails.length + desk.smsProvider.taken.length).toBe(count);
	});

	const status = (visit: string, to: string) =>
		desk.owner.query('UPDATE appointments SET status = $2 WHERE id = $1', [visit, to]);

	it('its rule was switched off meanwhile', async () => {
		const { id } = await confirmation();
		await desk.rule('confirmation', { enabled: false });
		await desk.send(LATER);
		await desk.rule('confirmation', { enabled: true });
		expect(await desk.message(id)).toMatchObject({ suppression: 'rule-off' });
	});
});

describe('which way', () => {
	it('the patient’s own comes first, where the rule has it', async () => {
		const { id, patient, phone } = await confirmation();
		await desk.person(patient, { contactChannel: 'sms', language: 'pl' });
		await desk.send(LATER);
		expect((await desk.smsProvider.next(phone)).body).toContain('wizyta umówiona');
		expect(await desk.message(id)).toMatchObject({ channel: 'sms' });
	});

	it('one that is not set up is passed over', async () => {
		const { id, phone } = await confirmation();
		await desk.send(LATER, only(desk, 'sms'));
		await desk.smsProvider.next(phone);
		expect(await desk.message(id)).toMatchObject({ state: 'sent', channel: 'sms', attempts: 1 });
	});
});

it('what could not leave by day does not leave by night', async () => {
	const { id, email, startsAt } = await confirmation();
	const night = Date.UTC(2040, 0, 4, 23);
	await desk.send(night);
	expect(await desk.message(id)).toMatchObject({
		state: 'queued',
		dueAt: new Date(Date.UTC(2040, 0, 5, 8))
	});
	expect(mailsTo(email)).toEqual([]);
	await desk.send(Date.UTC(2040, 0, 5, 8));
	expect(mailsTo(email)).toHaveLength(1);
	expect(startsAt).toBeGreaterThan(night);
});
