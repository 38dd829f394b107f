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
	/** What it answers instead of taking mails to somebody; `null`: it takes them again. */
	refuse(to: string, answer: RefusedMail | null): void;
	/** Told of each mail once it is kept; the server answers when that is done. */
	onTaken(listener: () => Promise<void>): void;
	close(): Promise<void>;
}

export interface RefusedMail {
	/** At which command: as soon as it hears the address, or once it has the whole mail. */
	at: 'RCPT' | 'DATA';
	/** Such as `550 5.1.1 no such mailbox`; `hang up`: it takes the mail and ends the connection without a word. */
	answer: string;
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
	const refusals = new Map<string, RefusedMail>();
	let told = async () => {};
	const refusalOf = (to: string, at: RefusedMail['at']) => {
		const refused = refusals.get(to);
		return refused?.at === at ? refused.answer : null;
	};
	const server = new SMTPServer({
		// Whoever keeps a connection for the next mail is not waited for.
		closeTimeout: 200,
		// A connection that is cut off is the test's business.
		onRcptTo({ address }, _, done) {
			const answer = refusalOf(address, 'RCPT');
			done(answer === null ? null : faultOf(answer));
		},
		disabledCommands: ['STARTTLS', ...(user ? [] : ['AUTH'])],
		onAuth({ username, password }, _, done) {
			const fits = `${username}:${password}` === user;
			done(fits ? null : new Error('535 wrong'), fits ? { user: username } : undefined);
		},
		onData(stream, { envelope, id }, done) {
			const chunks: Buffer[] = [];
			stream.on('data', (chunk: Buffer) => chunks.push(chunk));
			stream.on('end', () => {
				const answer = refusalOf(envelope.rcptTo[0]?.address ?? '', 'DATA');
				if (answer !== null && answer !== 'hang up') return done(faultOf(answer));
				mails.push({
					from: envelope.mailFrom ? envelope.mailFrom.address : '',
					to: envelope.rcptTo.map(({ address }) => address),
					text: unfolded(Buffer.concat(chunks).toString())
				});
				if (answer === 'hang up') {
					const all = server.connections as Set<{ id: string; close(): void }>;
					for (const connection of all) if (connection.id === id) connection.close();
					return;
				}
				void told().then(() => done());
			});
		}
	});
	// Whoever is killed ends connections in the middle.
	server.on('error', () => {});
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
		refuse(to, answer) {
			if (answer) refusals.set(to, answer);
			else refusals.delete(to);
		},
		onTaken: (listener) => (told = listener),
		close: () => new Promise((resolve) => server.close(() => resolve()))
	};
}

function faultOf(answer: string): Error {
	const [code, ...words] = answer.split(' ');
	return Object.assign(new Error(words.join(' ')), { responseCode: Number(code) });
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
