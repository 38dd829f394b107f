/** What the mails with links say. */
import type { LinkPurpose } from '#domain/access/account-link.ts';
import type { Mail } from './mailer.ts';

interface Words {
	subject: string;
	before: string;
	after: string;
}

const WORDS: Record<LinkPurpose, Words> = {
	invitation: {
		subject: 'Your invitation to Dayboard',
		before: 'You have an account on Dayboard now. Choose a password to sign in for the first time:',
		after: 'The link works once, for seven days. Ask your administrator for another one after that.'
	},
	'password-reset': {
		subject: 'A new password for Dayboard',
		before: 'Somebody asked for a new password for your account. Choose one here:',
		after:
			'The link works once, for one hour. If it was not you, do nothing: your password stays as it is.'
	}
};

/** @param link the whole address with its secret */
export function accountMail(
	{ email, name, purpose }: { email: string; name: string; purpose: LinkPurpose },
	link: string
): Mail {
	const { subject, before, after } = WORDS[purpose];
	const hello = `Hello ${name},`;
	return {
		...{ to: email, subject },
		// A line that is nothing but an address becomes a link where mail programs show HTML.
		text: [hello, before, link, after, 'Dayboard'].join('\n\n') + '\n'
	};
}
