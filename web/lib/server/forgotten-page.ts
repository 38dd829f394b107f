/** The page for whoever forgot the password. */
import { fail, type RequestEvent } from '@sveltejs/kit';
import { z } from 'zod';
import { requestPasswordReset } from '#domain/access/commands/links.ts';
import { accountMail } from './account-mails.ts';
import { database } from './database.ts';
import { mailOrigin, queueMail, warnOfMail } from './mailer.ts';
import { waitWords } from './wait-words.ts';

export function forgottenPage() {
	return { canMail: mailOrigin() !== null };
}

const emailSchema = z.email('Enter your e-mail address, such as anna@clinic.example.').max(254);

export const FORGOTTEN_ACTIONS = {
	default: async ({ request, locals }: RequestEvent) => {
		const origin = mailOrigin();
		if (origin === null) return fail(404, { sent: false, message: 'No mail is sent from here.' });
		const given = (await request.formData()).get('email');
		const parsed = emailSchema.safeParse(typeof given === 'string' ? given.trim() : '');
		if (!parsed.success)
			return fail(400, { sent: false, message: parsed.error.issues[0]!.message });
		const { address, requestId } = locals.origin;
		const answer = await requestPasswordReset(
			database(),
			{
				...{ email: parsed.data, address: address ?? undefined },
				requestId: requestId ?? undefined
			},
			async (recipient, { path }) => {
				await queueMail(recipient.organizationId, accountMail(recipient, origin + path));
			},
			warnOfMail
		);
		if (answer.outcome === 'locked') {
			const message = `This was asked for several times. Look into your mail, or try again in ${waitWords(answer.until)}.`;
			return fail(429, { sent: false, message });
		}
		// The mail is on its way: waiting for it would tell whether there is such an account.
		return {
			sent: true,
			message: 'If there is an account with this address, a mail with a link is on its way to it.'
		};
	}
};
