import { fail, redirect } from '@sveltejs/kit';
import { z } from 'zod';
import { SESSION_COOKIE } from '#domain/access/session-cookie.ts';
import { trySignIn, whyEnded } from '#web/lib/server/identity.ts';
import { waitWords } from '#web/lib/server/wait-words.ts';
import type { Actions, PageServerLoad } from './$types';

const credentials = z.object({
	email: z.string().trim().min(1, 'Enter your e-mail address.').max(254),
	password: z.string().min(1, 'Enter your password.').max(256)
});

/** Only a path of this site: a link must not send anybody elsewhere after signing in. */
function safeNext(next: string | null): string {
	return next !== null && /^\/(?![/\\])[^\\]*$/.test(next) ? next : '/';
}

export const load: PageServerLoad = async ({ locals, url, cookies }) => {
	if (locals.actor) redirect(303, safeNext(url.searchParams.get('next')));
	const token = cookies.get(SESSION_COOKIE);
	return { signedOutBecause: token ? await whyEnded(token) : null };
};

export const actions: Actions = {
	default: async ({ request, cookies, url, getClientAddress }) => {
		const form = Object.fromEntries(await request.formData());
		const parsed = credentials.safeParse(form);
		const email = typeof form.email === 'string' ? form.email.slice(0, 254) : '';
		if (!parsed.success) return fail(400, { email, message: parsed.error.issues[0]!.message });
		const answer = await trySignIn(parsed.data, {
			address: getClientAddress(),
			userAgent: request.headers.get('user-agent')
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
		cookies.set(SESSION_COOKIE, answer.token, {
			path: '/',
			httpOnly: true,
			sameSite: 'lax',
			secure: url.protocol === 'https:',
			expires: new Date(answer.expiresAt)
		});
		redirect(303, safeNext(url.searchParams.get('next')));
	}
};
