/** The page that a link leads to. Its secret comes by form, never in an address that this server sees. */
import { fail, redirect, type RequestEvent } from '@sveltejs/kit';
import { linkSecretSchema, type LinkFault } from '#domain/access/account-link.ts';
import { readLink, useLink } from '#domain/access/commands/link-use.ts';
import { newPasswordSchema } from '#domain/access/password-rules.ts';
import { database } from './database.ts';

const FAULT_WORDS: Record<LinkFault, string> = {
	unknown: 'This link is not complete, or it is none of ours. Open it from the mail again, whole.',
	used: 'This link was used already. If it was not you, tell your administrator now.',
	superseded: 'There is a newer link than this one. Look for the latest mail.',
	expired: 'This link is too old. Ask for a new one.',
	closed: 'This account is closed. Ask your administrator if this is a surprise.'
};

export const ACCOUNT_LINK_ACTIONS = {
	/** Whether it works, and for whom it is. Changes nothing. */
	look: async ({ request }: RequestEvent) => {
		const secret = linkSecretSchema.safeParse((await request.formData()).get('secret'));
		if (!secret.success) return fail(400, { fault: FAULT_WORDS.unknown });
		const answer = await readLink(database(), secret.data);
		return answer.ok ? { link: answer.value } : fail(400, { fault: FAULT_WORDS[answer.fault] });
	},
	use: async ({ request, locals }: RequestEvent) => {
		const { secret: given, next, repeated } = Object.fromEntries(await request.formData());
		const secret = linkSecretSchema.safeParse(given);
		if (!secret.success) return fail(400, { fault: FAULT_WORDS.unknown });
		const parsed = newPasswordSchema.safeParse({ next, repeated });
		if (!parsed.success) return fail(400, { message: parsed.error.issues[0]!.message });
		const { origin } = locals;
		const chosen = { secret: secret.data, next: parsed.data.next, origin };
		const answer = await useLink(database(), chosen);
		if (!answer.ok) return fail(400, { fault: FAULT_WORDS[answer.fault] });
		redirect(303, '/sign-in?note=password-set');
	}
};
