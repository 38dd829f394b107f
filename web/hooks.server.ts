import { error, redirect } from '@sveltejs/kit';
import type { RequestEvent } from '@sveltejs/kit';
import type { Handle, HandleServerError } from '@sveltejs/kit/hooks';
import { SESSION_COOKIE } from '#domain/access/session-cookie.ts';
import { signedInActor } from '#web/lib/server/identity.ts';
import { isOneClick } from '#web/lib/server/one-click.ts';
import { refuseLongBody } from '#web/lib/server/body-limit.ts';
import { log } from '#web/lib/server/log.ts';
import { requirePatient } from '#web/lib/server/patient-session.ts';
import { notePageRefusal } from '#web/lib/server/refusals.ts';
import { secondsToWait, secondsToWaitAt } from '#web/lib/server/request-rate.ts';
import { accessOf, UPLOAD_ROUTES } from '#web/lib/server/route-access.ts';
import { inLanguageOf, siteLanguageOf } from '#web/lib/server/site-locale.ts';
import { THEME_COOKIE, themeFrom } from '#web/lib/ui/theme.ts';

const UNSAFE = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);

export const handle: Handle = async ({ event, resolve }) => {
	const token = event.cookies.get(SESSION_COOKIE);
	const from = { address: addressOf(event), requestId: crypto.randomUUID() };
	event.locals.origin = from;
	event.locals.actor = token ? await signedInActor(token, from) : null;
	event.locals.patient = null;
	event.locals.language = siteLanguageOf(event.url.pathname);
	event.locals.theme = themeFrom(event.cookies.get(THEME_COOKIE));

	const access = accessOf(event.route.id);
	// An address without a route is answered by the error page; it shows nothing.
	if (access === null && event.route.id !== null) error(403, 'This page is not open.');
	const takesFiles = event.route.id !== null && UPLOAD_ROUTES.has(event.route.id);
	if (access !== 'api' && !takesFiles) refuseLongBody(event.request);
	// Forms and scripts alike, also before there is a session; `api` and `signed` have checks of their own.
	const origin = event.request.headers.get('origin');
	const checksItself = access === 'api' || access === 'signed' || isOneClick(event);
	if (!checksItself && UNSAFE.has(event.request.method) && origin !== event.url.origin) {
		error(403, 'This request did not come from Dayboard itself.');
	}
	if (access === 'staff') {
		if (!event.locals.actor) {
			if (event.request.method !== 'GET') error(401, 'Please sign in again.');
			redirect(303, `/sign-in?next=${encodeURIComponent(event.url.pathname)}`);
		}
		const wait = await secondsToWait(event.locals.actor);
		if (wait !== null) return tooMuch(wait);
	}
	if (access === 'patients') await inLanguageOf(event.locals, () => requirePatient(event));
	if ((access === 'everybody' || access === 'patients') && UNSAFE.has(event.request.method)) {
		const wait = await secondsToWaitAt(from.address);
		if (wait !== null) return tooMuch(wait);
	}

	const theme = event.locals.theme;
	const response = await inLanguageOf(event.locals, () =>
		resolve(event, {
			transformPageChunk: ({ html }) =>
				html.replace('%theme%', theme).replace('%lang%', event.locals.language)
		})
	);
	// What a form action answers; `api` writes its own refusals down.
	if (access !== 'api') await notePageRefusal(event, response.status);
	response.headers.set('x-request-id', from.requestId);
	if (event.url.protocol === 'https:') {
		response.headers.set('strict-transport-security', 'max-age=31536000');
	}
	response.headers.set('x-content-type-options', 'nosniff');
	response.headers.set('referrer-policy', 'same-origin');
	response.headers.set('permissions-policy', 'camera=(), microphone=(), geolocation=()');
	response.headers.set('cross-origin-opener-policy', 'same-origin');
	// Whoever is halfway signed in sees secrets too.
	if (access !== 'everybody' || event.route.id?.startsWith('/sign-in/')) {
		response.headers.set('cache-control', 'private, no-store');
	}
	return response;
};

/**
 * Called for every `error(…)` too, wherever it is thrown. Kit's own would write messages of the database, which repeat
 * the row that they are about.
 */
export const handleError: HandleServerError = async (caught) => {
	const { event } = caught;
	if (caught.kind === 'app') await notePageRefusal(event, caught.error.status);
	if (caught.kind !== 'unknown') return;
	const requestId = event.locals.origin?.requestId;
	log.error({ err: caught.error, route: event.route.id, requestId }, 'a page broke');
};

function tooMuch(wait: number): Response {
	const headers = { 'retry-after': String(wait), 'content-type': 'text/plain' };
	return new Response('This was a lot at once. Please wait a moment.', { status: 429, headers });
}

/** @returns the visitor's network address; `null` where the connection does not say */
function addressOf({ getClientAddress }: RequestEvent): string | null {
	try {
		return getClientAddress();
	} catch {
		return null;
	}
}
