/** What the mails with links say. */
import type { LinkPurpose } from '#domain/access/account-link.ts';
import type { Mail } from './mailer.ts';

interface Words {
	subject: string;
	before: string;
	button: string;
	after: string;
}

const WORDS: Record<LinkPurpose, Words> = {
	invitation: {
		subject: 'Your invitation to Dayboard',
		before: 'You have an account on Dayboard now. Choose a password to sign in for the first time:',
		button: 'Choose a password',
		after: 'The link works once, for seven days. Ask your administrator for another one after that.'
	},
	'password-reset': {
		subject: 'A new password for Dayboard',
		before: 'Somebody asked for a new password for your account. Choose one here:',
		button: 'Choose a new password',
		after:
			'The link works once, for one hour. If it was not you, do nothing: your password stays as it is.'
	}
};

/** @param link the whole address with its secret */
export function accountMail(
	{ email, name, purpose }: { email: string; name: string; purpose: LinkPurpose },
	link: string
): Mail {
	const { subject, before, button, after } = WORDS[purpose];
	const hello = `Hello ${name},`;
	return {
		to: email,
		subject,
		text: [hello, before, link, after, 'Dayboard'].join('\n\n') + '\n',
		html: [
			'<div style="font:16px/1.5 sans-serif;max-width:480px">',
			`<p>${escape(hello)}</p><p>${before}</p>`,
			`<p><a href="${escape(link)}" style="display:inline-block;padding:10px 18px;border-radius:4px;`,
			`background:#2456c9;color:#fff;text-decoration:none">${button}</a></p>`,
			`<p>${after}</p><p>Dayboard</p></div>`
		].join('')
	};
}

function escape(text: string): string {
	return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
