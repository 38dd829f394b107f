import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { createLog } from '#db/log.ts';
import { startMessageJobs } from '#sync-server/message-jobs.ts';
import { openMessageDesk, type MessageDesk } from '../domain/messaging/message-desk.ts';
import { startMailServer, type MailServer } from '../support/mail-server.ts';
import { until } from '../support/until.ts';

let desk: MessageDesk;
let mailServer: MailServer;
const stops: (() => Promise<void>)[] = [];
beforeAll(async () => {
	desk = await openMessageDesk();
	mailServer = await startMailServer();
});
afterEach(async () => {
	for (const stop of stops.splice(0)) await stop();
});
afterAll(async () => {
	await mailServer.close();
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
	await start(mailServer.url);
	const id = await desk.direct({ to: 'anna@patient.example', body: 'Your code is 123456' });
	const mail = await mailServer.next('anna@patient.example');
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
