import { fail, redirect } from '@sveltejs/kit';
import { z } from 'zod';
import { SESSION_COOKIE } from '#domain/access/session-cookie.ts';
import { trySignIn, whyEnded } from '#web/lib/server/identity.ts';
import { letOn, safeNext } from '#web/lib/server/sign-in-cookies.ts';
import { waitWords } from '#web/lib/server/wait-words.ts';
import type { Actions, PageServerLoad } from './$types';

const credentials = z.object({
	email: z.string().trim().min(1, 'Enter your e-mail address.').max(254),
	password: z.string().min(1, 'Enter your password.').max(256)
});

/** What other pages send people here with. */
const NOTES: Record<string, string> = {
	'begin-again': 'The second step took too long or was ended elsewhere. Please begin again.',
	'password-set': 'Your password is set. Please sign in with it.'
};

export const load: PageServerLoad = async ({ locals, url, cookies }) => {
	if (locals.actor) redirect(303, safeNext(url.searchParams.get('next')));
	const token = cookies.get(SESSION_COOKIE);
	return {
		signedOutBecause: token ? await whyEnded(token) : null,
		note: NOTES[url.searchParams.get('note') ?? ''] ?? null
	};
};

export const actions: Actions = {
	default: async ({ request, cookies, url, locals, getClientAddress }) => {
		const form = Object.fromEntries(await request.formData());
		const parsed = credentials.safeParse(form);
		const email = typeof form.email === 'string' ? form.email.slice(0, 254) : '';
		if (!parsed.success) return fail(400, { email, message: parsed.error.issues[0]!.message });
		const answer = await trySignIn(parsed.data, {
			address: getClientAddress(),
			userAgent: request.headers.get('user-agent'),
			requestId: locals.origin.requestId
		});
		if (answer.outcome === 'locked') {
			return fail(429, {
				email,
				message: `Too many wrong passwords. Please try again in ${waitWords(answer.until)}.`
			});
		}
		if (answer.outcome === 'wrong') {
			return fail(400, {
				email,
				message: 'E-mail and password do not fit together. Please try again.'
			});
		}
		letOn({ cookies, url }, answer);
	}
};
