import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { createLog } from '#db/log.ts';
import { carryOut } from '#domain/scheduling/commands.ts';
import { startMessageJobs } from '#sync-server/message-jobs.ts';
import { openMessageDesk, type MessageDesk } from '../domain/messaging/message-desk.ts';
import { bookingOf } from '../factories/clinic-factory.ts';
import { until } from '../support/until.ts';

let desk: MessageDesk;
const stops: (() => Promise<void>)[] = [];
beforeAll(async () => {
	desk = await openMessageDesk();
});
afterEach(async () => {
	for (const stop of stops.splice(0)) await stop();
});
afterAll(async () => {
	await desk.close();
});

async function start(smtpUrl: string | null): Promise<void> {
	const mail = smtpUrl ? { smtpUrl, from: 'Clinic <board@clinic.example>' } : null;
	stops.push(
		await startMessageJobs({
			database: desk.database,
			settings: { mail, sms: null, origin: 'https://board.clinic.example' },
			log: createLog('silent')
		})
	);
}

it('what was queued is sent, and nothing that it said is kept', async () => {
	await start(desk.mailServer.url);
	const id = await desk.direct({ to: 'anna@patient.example', body: 'Your code is 123456' });
	const mail = await desk.mailServer.next('anna@patient.example');
	expect(mail.text).toContain('Your code is 123456');
	expect(mail.text).toContain(`Message-ID: <${id}@clinic.example>`);
	await until(async () => (await desk.message(id)).state === 'sent', 'it is settled');
	expect(await desk.message(id)).toMatchObject({
		sealedContent: null,
		attempts: 1,
		channel: 'email'
	});
	expect(await desk.attempts(id)).toMatchObject([{ number: 1, outcome: 'sent' }]);
});

it('without any provider it is kept in the outbox', async () => {
	await start(null);
	const id = await desk.direct({ channel: 'sms', to: '601 234 567', short: 'Your code is 654321' });
	await until(async () => (await desk.message(id)).state === 'sent', 'it is settled');
	const { rows } = await desk.owner.query('SELECT * FROM outbox WHERE message_id = $1', [id]);
	expect(rows).toHaveLength(1);
	expect(JSON.stringify(rows)).not.toMatch(/654321|601/);
});

it('what was booked is planned and sent', async () => {
	await start(null);
	const now = Date.now();
	await desk.person(0, { email: 'anna@patient.example' });
	const booking = bookingOf(desk.clinic, { startsAt: Date.UTC(2040, 0, 4, 9) });
	const verdict = await carryOut(desk.database, desk.clinic.receptionist, booking, { now });
	expect(verdict.outcome).toBe('accepted');
	const planned = await until(async () => {
		const all = await desk.messagesOf(booking.appointmentId);
		return all.size === 3 ? all : null;
	}, 'its messages are planned');
	expect([...planned.keys()].toSorted()).toEqual(['confirmation', 'reminder', 'same-day-reminder']);
	const due = await desk.ask(
		`SELECT start_after FROM pgboss.job WHERE name = 'send-messages' AND state = 'created' ORDER BY start_after`
	);
	// A wake-up for each of the reminders; the confirmation's is there, or was.
	expect(due.map(({ start_after }) => (start_after as Date).toISOString())).toEqual(
		expect.arrayContaining(['2040-01-02T09:00:00.000Z', '2040-01-04T08:00:00.000Z'])
	);
});
