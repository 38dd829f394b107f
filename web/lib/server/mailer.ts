/** Mails to people with accounts: queued like every message, and sent at once where somebody waits for the answer. */
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import type { MessageChannels } from '#domain/messaging/channel.ts';
import { closeChannels, openChannels } from '#domain/messaging/commands/channels/open.ts';
import { queueMessage, sealedDirect } from '#domain/messaging/commands/direct.ts';
import { sendNow } from '#domain/messaging/commands/send.ts';
import type { MessageState } from '#domain/messaging/message.ts';
import { messageState } from '#domain/messaging/queries/message-state.ts';
import { inOrganization } from '#db/transaction.ts';
import { database } from './database.ts';

export interface Mail {
	to: string;
	subject: string;
	text: string;
}

/** @returns the address that people type, for links in mails; `null`: no mail can be sent */
export function mailOrigin(): string | null {
	return process.env.DAYBOARD_SMTP_URL ? process.env.DAYBOARD_ORIGIN || null : null;
}

/** Queues a mail to somebody with an account; the workers send it. @returns the message's id */
export async function queueMail(organizationId: string, mail: Mail): Promise<string> {
	const { to, subject, text } = mail;
	const message = await sealedDirect(database(), {
		...{ organizationId, kind: 'account', channel: 'email', language: 'en' },
		...{ to, subject, body: text, short: '' }
	});
	await inOrganization(database(), organizationId, (transaction) =>
		queueMessage(transaction, message)
	);
	return message.id;
}

/** How long somebody waits at most for a mail that a worker has in hand. */
const WAIT_MS = 20_000;
const POLL_MS = 200;

/**
 * Queues a mail and sends it now.
 * @returns whether a server took it. One that did not is tried again: the mail may come later all the same
 */
export async function sendMail(organizationId: string, mail: Mail): Promise<boolean> {
	const id = await queueMail(organizationId, mail);
	const options = { channels: channels(), origin: mailOrigin() };
	const state = await sendNow(database(), organizationId, id, options);
	return isTaken(state ?? (await settledState(organizationId, id)));
}

/** What a worker that was faster makes of it. */
async function settledState(organizationId: string, id: string): Promise<MessageState | null> {
	const limit = Date.now() + WAIT_MS;
	for (;;) {
		const state = await messageState(database(), organizationId, id);
		if (state !== 'sending' || Date.now() > limit) return state;
		await delay(POLL_MS);
	}
}

const isTaken = (state: MessageState | null) => state === 'sent' || state === 'delivered';

/** Tells the operator that a mail was not sent, without saying to whom or why it was written. */
export function warnOfMail(): void {
	process.emitWarning('A mail could not be sent. Is SMTP_URL right?', 'DayboardWarning');
}

const smsSettings = z.object({
	...{ apiUrl: z.string(), account: z.string(), token: z.string(), from: z.string() }
});

let opened: { by: string; channels: MessageChannels } | undefined;

/** The ways by which this process sends, by what the process that serves the pages has set. */
function channels(): MessageChannels {
	const { DAYBOARD_SMTP_URL, DAYBOARD_MAIL_FROM, DAYBOARD_SMS, DAYBOARD_ORIGIN } = process.env;
	const by = [DAYBOARD_SMTP_URL, DAYBOARD_MAIL_FROM, DAYBOARD_SMS].join('\n');
	if (opened?.by === by) return opened.channels;
	const mail =
		DAYBOARD_SMTP_URL && DAYBOARD_MAIL_FROM
			? { smtpUrl: DAYBOARD_SMTP_URL, from: DAYBOARD_MAIL_FROM }
			: null;
	const sms = DAYBOARD_SMS ? smsSettings.parse(JSON.parse(DAYBOARD_SMS)) : null;
	if (opened) void closeChannels(opened.channels);
	opened = {
		by,
		channels: openChannels(database(), { mail, sms, origin: DAYBOARD_ORIGIN || null })
	};
	return opened.channels;
}
