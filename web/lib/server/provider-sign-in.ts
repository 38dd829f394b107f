/** Sending somebody to the organization's provider, and taking them back. */
import { error, fail, redirect, type RequestEvent } from '@sveltejs/kit';
import { browserKeyName, FLOW_MINUTES } from '#domain/access/commands/provider-flow.ts';
import {
	finishProviderSignIn,
	startProviderSignIn
} from '#domain/access/commands/provider-sign-in.ts';
import { deviceName } from '#domain/access/device.ts';
import { providerStartSchema } from '#domain/access/identity-provider.ts';
import { domainOf } from '#domain/access/provider-claims.ts';
import { providerOfAddress } from '#domain/access/queries/provider.ts';
import { SESSION_COOKIE } from '#domain/access/session-cookie.ts';
import { readSettings } from '#db/settings.ts';
import { FAILURE_WORDS, failureStatus } from '#web/lib/account/provider-words.ts';
import { database } from './database.ts';
import { waitWords } from './wait-words.ts';

const CALLBACK = '/sign-in/provider/callback';

/** @returns the address that an organization registers at its provider */
export function redirectUriAt(origin: string): string {
	return origin + CALLBACK;
}

/** @returns what the operator allows; the same settings as the server's own */
export function providerRules(): { allowPrivate: boolean } {
	return { allowPrivate: readSettings().allowPrivateProviders };
}

export const PROVIDER_SIGN_IN_ACTIONS = {
	/**
	 * Answers with the address to go to, and does not redirect: a browser that obeys `form-action` follows a form
	 * nowhere but to this site.
	 */
	start: async ({ request, cookies, url, locals }: RequestEvent) => {
		const form = Object.fromEntries(await request.formData());
		const parsed = providerStartSchema.safeParse({ next: url.searchParams.get('next'), ...form });
		const email = typeof form.email === 'string' ? form.email.slice(0, 254) : '';
		if (!parsed.success) return fail(400, { email, message: parsed.error.issues[0]!.message });
		const answer = await startProviderSignIn(
			database(),
			{ ...parsed.data, redirectUri: redirectUriAt(url.origin), origin: locals.origin },
			providerRules()
		);
		switch (answer.outcome) {
			case 'no-provider':
				return fail(404, {
					email,
					message: `No organization here signs in people of ${domainOf(parsed.data.email)} in this way. Sign in with your e-mail and password instead.`
				});
			case 'locked':
				return fail(429, {
					email,
					message: `This was a lot at once. Please try again in ${waitWords(answer.until)}.`
				});
			case 'failed':
				return fail(failureStatus(answer.failure), {
					...{ email, message: FAILURE_WORDS[answer.failure] }
				});
			case 'go':
				cookies.set(answer.key.name, answer.key.secret, {
					path: CALLBACK,
					httpOnly: true,
					// Coming back is a step from another site.
					sameSite: 'lax',
					secure: url.protocol === 'https:',
					maxAge: FLOW_MINUTES * 60
				});
				return { go: answer.url, label: answer.label, email };
		}
	},
	/** Says whether people of a domain sign in through a provider, and nothing of who has an account. */
	offer: async ({ request }: RequestEvent) => {
		const domain = (await request.formData()).get('domain');
		const found =
			typeof domain === 'string' && domain.length <= 253
				? await providerOfAddress(database(), `@${domain}`)
				: null;
		return { label: found?.label ?? null };
	}
};

/** Signs in whoever comes back from the provider and sends them on; else says why not. */
export async function finishAtCallback(event: RequestEvent): Promise<never> {
	const { url, cookies, request, locals, setHeaders } = event;
	setHeaders({ 'cache-control': 'private, no-store' });
	const name = browserKeyName(url.searchParams.get('state') ?? '');
	const answer = await finishProviderSignIn(
		database(),
		{
			...{ url: new URL(url), secret: cookies.get(name), origin: locals.origin },
			device: deviceName(request.headers.get('user-agent'))
		},
		providerRules()
	);
	cookies.delete(name, { path: CALLBACK });
	if (answer.outcome === 'failed')
		error(failureStatus(answer.failure), FAILURE_WORDS[answer.failure]);
	cookies.set(SESSION_COOKIE, answer.token, {
		path: '/',
		httpOnly: true,
		sameSite: 'lax',
		secure: url.protocol === 'https:',
		expires: new Date(answer.expiresAt)
	});
	redirect(303, answer.next);
}
