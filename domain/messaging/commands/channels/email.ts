/**
 * E-mail by SMTP. The protocol has no way to ask what became of a mail, so the only doubtful moment is made as short as
 * it can be: `begin` is awaited after everything but the end of the mail was sent, and that the end was sent is noted
 * at once. Whoever dies before `begin` has sent nothing that a server keeps; whoever dies after the note has sent all.
 * A mail that is cut off between the two is sent again, under the same Message-ID: a second one is the lesser evil.
 */
import { Readable } from 'node:stream';
import { createTransport } from 'nodemailer';
import {
	storableResponse,
	type ChannelAnswer,
	type MessageChannel,
	type OutgoingMessage,
	type SendingNotes
} from '../../channel.ts';

export interface MailSettings {
	/** `smtp://user:password@host:port` or `smtps://…` */
	smtpUrl: string;
	/** Whom mails come from: an address, or `Name <address>`. */
	from: string;
}

/** A mail server that does not answer is given up on. */
const LIMIT_MS = 15_000;
/** Servers that look into a mail before they take it may take their time. */
const SOCKET_LIMIT_MS = 60_000;
const CONNECTIONS = 8;

const COUNTS_AS_SENT = 'The server did not say whether it took it. It counts as sent.';

/** What says that this process may not send it. */
class NotOurs extends Error {}

interface SmtpFault extends Error {
	code?: string;
	command?: string;
	response?: string;
	responseCode?: number;
}

export function emailChannel({ smtpUrl, from }: MailSettings): MessageChannel {
	const transport = createTransport({
		...{ url: smtpUrl, pool: true, maxConnections: CONNECTIONS, maxMessages: 1_000 },
		...{ connectionTimeout: LIMIT_MS, greetingTimeout: LIMIT_MS, socketTimeout: SOCKET_LIMIT_MS },
		// What stands in a mail is text, never an address to fetch.
		...{ disableFileAccess: true, disableUrlAccess: true }
	} as Parameters<typeof createTransport>[0]);
	transport.use('stream', (mail, done) => {
		const { notes } = mail.data as { notes?: SendingNotes };
		const { message } = mail;
		const whole = message.createReadStream.bind(message);
		// Read only once the server has said that it will take the mail.
		if (notes) message.createReadStream = () => Readable.from(heldBack(whole(), notes));
		done();
	});
	const domain = /@([^\s<>@]+?)>?$/.exec(from)?.[1] ?? 'localhost';

	return {
		...{ concurrency: CONNECTIONS * 2, isAskable: false },
		async send(message, notes) {
			let began = false;
			try {
				const info = await transport.sendMail({
					...mailOf(message, domain),
					from,
					notes: { ...notes, begin: async () => (began = await notes.begin()) }
				} as Parameters<typeof transport.sendMail>[0]);
				const response = storableResponse(info.response, message.to);
				return { outcome: 'sent', providerId: null, response };
			} catch (fault) {
				if (fault instanceof NotOurs) return null;
				return answerOf(fault as SmtpFault, began, message.to);
			}
		},
		async find(_, { isHandedOver }) {
			if (!isHandedOver) return 'never-came';
			// Nobody can be asked. A second mail would reach nearly all of those who have the first.
			return { outcome: 'sent', providerId: null, response: COUNTS_AS_SENT };
		},
		async close() {
			transport.close();
		}
	};
}

async function* heldBack(whole: Readable, { begin, handedOver }: SendingNotes) {
	yield* whole as AsyncIterable<Buffer>;
	if (!(await begin())) throw new NotOurs();
	// The end of the stream is what makes the transport write the end of the mail: in this turn of the loop.
	setImmediate(handedOver);
}

function mailOf({ id, to, text, unsubscribeUrl }: OutgoingMessage, domain: string) {
	return {
		to: { name: '', address: to },
		...{ subject: text.subject, text: text.body, html: text.html },
		messageId: `<${id}@${domain}>`,
		headers: {
			'Auto-Submitted': 'auto-generated',
			...(unsubscribeUrl
				? {
						// RFC 8058: mail programs offer a button for it.
						'List-Unsubscribe': { prepared: true, value: `<${unsubscribeUrl}>` },
						'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click'
					}
				: {})
		}
	};
}

/** That mailbox is not there, does not take mail from anybody, or is no address. */
const ADDRESS_IS_WRONG = /^(550|551|553|501)$/;

function answerOf(fault: SmtpFault, began: boolean, to: string): ChannelAnswer {
	const { responseCode, command } = fault;
	const response = storableResponse(fault.response ?? fault.code ?? 'no answer', to);
	if (responseCode === undefined && began) return { outcome: 'in-doubt', response: COUNTS_AS_SENT };
	const isAboutMail = command === 'RCPT TO' || command === 'DATA';
	// Refused before it was about this mail: the server's settings are to blame, and may be mended.
	if (responseCode === undefined || responseCode < 500 || !isAboutMail) {
		return { outcome: 'failed-for-now', response };
	}
	const isWrong = command === 'RCPT TO' && ADDRESS_IS_WRONG.test(String(responseCode));
	return { outcome: 'failed', response, closes: isWrong ? 'bounced' : null };
}
