/** A real SMTP server on loopback that keeps what it is sent. */
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { until } from './until.ts';

export interface MailServer {
	/** As SMTP_URL. */
	readonly url: string;
	readonly mails: ReceivedMail[];
	/** Waits for the next mail to somebody that nobody has asked for yet. */
	next(to: string): Promise<ReceivedMail>;
	close(): Promise<void>;
}

export interface ReceivedMail {
	from: string;
	to: string[];
	/** Headers and parts, with soft line breaks undone. */
	text: string;
}

/** @param user `name:password` without which it takes nothing; left out: it takes all */
export async function startMailServer(user?: string): Promise<MailServer> {
	const mails: ReceivedMail[] = [];
	const given = new Set<ReceivedMail>();
	const server = new SMTPServer({
		disabledCommands: ['STARTTLS', ...(user ? [] : ['AUTH'])],
		onAuth({ username, password }, _, done) {
			const fits = `${username}:${password}` === user;
			done(fits ? null : new Error('535 wrong'), fits ? { user: username } : undefined);
		},
		onData(stream, { envelope }, done) {
			const chunks: Buffer[] = [];
			stream.on('data', (chunk: Buffer) => chunks.push(chunk));
			stream.on('end', () => {
				mails.push({
					from: envelope.mailFrom ? envelope.mailFrom.address : '',
					to: envelope.rcptTo.map(({ address }) => address),
					text: unfolded(Buffer.concat(chunks).toString())
				});
				done();
			});
		}
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.server.address() as AddressInfo;
	return {
		url: `smtp://${user ? `${user}@` : ''}127.0.0.1:${port}`,
		mails,
		async next(to) {
			const mail = await until(
				() => mails.find((one) => one.to.includes(to) && !given.has(one)),
				`a mail to ${to}`
			);
			given.add(mail);
			return mail;
		},
		close: () => new Promise((resolve) => server.close(() => resolve()))
	};
}

/** Quoted-printable in plain, enough to find a link. */
function unfolded(raw: string): string {
	return raw
		.replace(/=\r\n/g, '')
		.replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
}

/** @returns the path and the secret of the link in a mail */
export function linkIn({ text }: ReceivedMail): string {
	const [link] = /https?:\/\/\S+\/account-link#[\w-]{43}/.exec(text) ?? [];
	if (!link) throw new Error('there is no link in the mail');
	return link;
}
