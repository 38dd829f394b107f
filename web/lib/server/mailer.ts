/** Sending mail by SMTP, where the operator set a server for it. */
import { createTransport } from 'nodemailer';

export interface Mail {
	to: string;
	subject: string;
	text: string;
	html: string;
}

/** A mail server that does not answer is given up on. */
const LIMIT_MS = 15_000;

/** @returns the address that people type, for links in mails; `null`: no mail can be sent */
export function mailOrigin(): string | null {
	return process.env.DAYBOARD_SMTP_URL ? process.env.DAYBOARD_ORIGIN || null : null;
}

/** @throws Error when no server is set, or it does not take the mail */
export async function sendMail({ to, subject, text, html }: Mail): Promise<void> {
	const { DAYBOARD_SMTP_URL: url, DAYBOARD_MAIL_FROM: from } = process.env;
	if (!url || !from) throw new Error('SMTP_URL is not set: no mail can be sent');
	const transport = createTransport({
		...{ url, connectionTimeout: LIMIT_MS, greetingTimeout: LIMIT_MS, socketTimeout: LIMIT_MS },
		// What stands in a mail is text, never an address to fetch.
		...{ disableFileAccess: true, disableUrlAccess: true }
	});
	await transport.sendMail({ from, to: { name: '', address: to }, subject, text, html });
}

/** Tells the operator that a mail was not sent, without saying to whom or why it was written. */
export function warnOfMail(fault: unknown): void {
	const code = fault instanceof Error && 'code' in fault ? String(fault.code) : 'unknown';
	process.emitWarning(`A mail could not be sent (${code}). Is SMTP_URL right?`, 'DayboardWarning');
}
