import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { siteRow } from '#db/demo/site.ts';
import { insertRows } from '#db/bulk-insert.ts';
import { inOrganization } from '#db/transaction.ts';
import { staffFactory } from '../factories/clinic-factory.ts';
import {
	openMessageDesk,
	ORIGIN,
	only,
	type MessageDesk
} from '../domain/messaging/message-desk.ts';
import { startDayboard, type RunningDayboard } from '../support/dayboard.ts';
import { until } from '../support/until.ts';

const DAY = 86_400_000;

let desk: MessageDesk;
let dayboard: RunningDayboard;
beforeAll(async () => {
	desk = await openMessageDesk();
	const { organizationId } = desk.clinic;
	const account = await staffFactory(desk.database, desk.clinic, { role: 'visitor' });
	await inOrganization(desk.database, organizationId, (transaction) =>
		insertRows(transaction, 'sites', [siteRow(organizationId, account.userId)])
	);
	const { url, account: sid, token } = desk.smsProvider;
	dayboard = await startDayboard({
		...{ scale: 'none', databaseUrl: desk.fresh.url },
		env: {
			...{ SMS_API_URL: url, SMS_ACCOUNT: sid, SMS_TOKEN: token, SMS_FROM: '+48221234567' },
			ORIGIN
		}
	});
}, 300_000);
afterAll(async () => {
	await dayboard.close();
	await desk.close();
});

let count = 0;
/** Somebody with a telephone who has got an SMS about a visit in some days. */
async function asked(some: { email?: string; language?: 'en' | 'pl'; days?: number } = {}) {
	const patient = count % 10;
	const now = Date.now() - 3 * 60_000;
	const phone = `+4860200${String(1_000 + ++count)}`;
	const { email = null, language = null, days = 3 } = some;
	await desk.person(patient, { phone, email, language, contactChannel: 'sms' });
	// Ten in the morning, on a day of its own.
	const startsAt = (Math.floor(now / DAY) + days + count) * DAY + 10 * 3_600_000;
	const visit = await desk.book({ startsAt, patient, now });
	const { id } = (await desk.messagesOf(visit)).get('confirmation')!;
	await desk.owner.query('UPDATE messages SET due_at = $2 WHERE id = $1', [id, new Date(now)]);
	await desk.owner.query('UPDATE message_rules SET quiet_from_minute = 0, quiet_until_minute = 0');
	await desk.send(Date.now(), only(desk, 'sms'));
	const sms = await desk.smsProvider.next(phone);
	// Dayboard's own workers send too.
	await until(async () => (await desk.message(id)).state === 'sent', 'it is settled');
	return { visit, id, phone, sms, patient, startsAt };
}
const real = () => ({ origin: dayboard.url });
const inbound = () => `${ORIGIN}/api/hooks/sms/${desk.clinic.organizationId}/inbound`;
const statusOf = async (visit: string) =>
	(await desk.ask('SELECT status, cancel_reason FROM appointments WHERE id = $1', [visit]))[0];
const write = async (from: string, text: string) => {
	const answer = await desk.smsProvider.write(inbound(), from, text, real());
	expect(answer.status).toBe(200);
	return /<Message>(.*)<\/Message>/.exec(answer.text)![1]!;
};

describe('a report', () => {
	it('that it was delivered is noted, once and for all', async () => {
		const { id, sms } = await asked();
		expect(await desk.smsProvider.report(sms, 'sent', real())).toBe(204);
		expect((await desk.message(id)).state).toBe('sent');
		expect(await desk.smsProvider.report(sms, 'delivered', real())).toBe(204);
		expect(await desk.message(id)).toMatchObject({ state: 'delivered' });
		await desk.smsProvider.report(sms, 'undelivered', { ...real(), errorCode: 30005 });
		expect(await desk.message(id)).toMatchObject({ state: 'delivered', attempts: 1 });
	});

	it('that it was not sends it another way, and closes a number that is wrong', async () => {
		const { id, sms } = await asked({ email: 'other@patient.example' });
		await desk.smsProvider.report(sms, 'undelivered', { ...real(), errorCode: 30005 });
		expect((await desk.attempts(id))[0]).toMatchObject({
			outcome: 'failed',
			response: 'undelivered 30005'
		});
		expect(await desk.ask('SELECT kind FROM tasks WHERE message_id = $1', [id])).toHaveLength(1);
		await desk.send(Date.now());
		const { text } = await desk.mailServer.next('other@patient.example');
		expect(text).toContain('Your visit is booked');
	});

	it('with a wrong signature, or none, is refused and changes nothing', async () => {
		const { id, sms } = await asked();
		for (const signature of ['', 'wrong', 'A'.repeat(28)]) {
			expect(await desk.smsProvider.report(sms, 'delivered', { ...real(), signature })).toBe(403);
		}
		// Signed for another address.
		const forged = { ...sms, callback: sms.callback!.replace('attempt=1', 'attempt=2') };
		const { url } = dayboard;
		const response = await fetch(sms.callback!.replace(ORIGIN, url), {
			...{
				method: 'POST',
				body: new URLSearchParams({ MessageSid: sms.sid, MessageStatus: 'delivered' })
			}
		});
		expect(response.status).toBe(403);
		expect(await desk.smsProvider.report(forged, 'delivered', real())).toBe(204);
		expect((await desk.message(id)).state).toBe('sent');
	});

	it('about an organization that it is not of changes nothing', async () => {
		const { id, sms } = await asked();
		const other = sms.callback!.replace(desk.clinic.organizationId, crypto.randomUUID());
		expect(await desk.smsProvider.report({ ...sms, callback: other }, 'delivered', real())).toBe(
			204
		);
		expect((await desk.message(id)).state).toBe('sent');
	});
});

describe('an answer', () => {
	it('no cancels the visit, and whoever says it twice hears the same', async () => {
		const { visit, phone } = await asked();
		expect(await write(phone, ' No. ')).toContain('your visit is cancelled');
		expect(await statusOf(visit)).toEqual({ status: 'cancelled', cancel_reason: 'patient-asked' });
		expect(await write(phone, 'no')).toContain('your visit is cancelled');
		const events = await desk.ask(
			`SELECT kind, request_id FROM events WHERE subject_id = $1 ORDER BY id DESC LIMIT 1`,
			[visit]
		);
		expect(events).toMatchObject([{ kind: 'cancel' }]);
		// What was to remind of it is not sent any more.
		await until(
			async () => (await desk.messagesOf(visit)).get('reminder')?.suppression === 'cancelled',
			'the reminder is suppressed'
		);
	});

	it('is understood in Polish, and from a number in another spelling', async () => {
		const { visit, phone } = await asked({ language: 'pl' });
		expect(await write(phone.replace('+48', '0048 '), 'NIE')).toContain('wizyta jest odwołana');
		expect(await statusOf(visit)).toMatchObject({ status: 'cancelled' });
	});

	it('yes is thanked for, and leaves the visit as it is', async () => {
		const { visit, phone } = await asked();
		expect(await write(phone, 'Yes!')).toContain('thank you');
		expect(await statusOf(visit)).toMatchObject({ status: 'booked' });
	});

	it('that may mean anything changes nothing', async () => {
		const { visit, phone } = await asked();
		expect(await write(phone, 'no problem, I will come')).toContain('answer YES');
		expect(await statusOf(visit)).toMatchObject({ status: 'booked' });
	});

	it('that comes too late is told so', async () => {
		const { visit, phone } = await asked();
		await desk.owner.query('UPDATE services SET cancel_notice_minutes = 40000');
		expect(await write(phone, 'no')).toContain('too late');
		await desk.owner.query('UPDATE services SET cancel_notice_minutes = 0');
		expect(await statusOf(visit)).toMatchObject({ status: 'booked' });
	});

	it('of somebody whom we did not ask finds no visit', async () => {
		expect(await write('+48999888777', 'no')).toContain('We know of no visit');
	});

	it('STOP closes the number for SMS, and START opens it', async () => {
		const { phone, patient, startsAt } = await asked({ email: 'still@patient.example' });
		expect(await write(phone, 'STOP')).toContain('no more SMS');
		const taken = desk.smsProvider.taken.length;
		const next = await desk.book({
			startsAt: startsAt + 30 * DAY,
			patient,
			now: Date.now() - 180_000
		});
		await desk.send(Date.now());
		expect((await desk.messagesOf(next)).get('confirmation')).toMatchObject({
			state: 'sent',
			channel: 'email'
		});
		expect(desk.smsProvider.taken).toHaveLength(taken);
		expect(await write(phone, 'start')).toContain('again');
		expect(
			await desk.ask(`SELECT reason FROM closed_addresses WHERE reason = 'opted-out'`)
		).toEqual([]);
	});

	it('with a wrong signature does nothing', async () => {
		const { visit, phone } = await asked();
		const response = await fetch(
			`${dayboard.url}/api/hooks/sms/${desk.clinic.organizationId}/inbound`,
			{
				...{
					method: 'POST',
					body: new URLSearchParams({ From: phone, Body: 'no', MessageSid: 'SM1' })
				},
				headers: { 'x-twilio-signature': 'bm90IHNpZ25lZA==' }
			}
		);
		expect(response.status).toBe(403);
		expect(await statusOf(visit)).toMatchObject({ status: 'booked' });
	});
});

it('nobody’s number or answer is in the log', () => {
	expect(dayboard.output()).not.toMatch(/602001|no problem/);
});
