/** The cookies of somebody who signs in, and where they go afterwards. */
import { redirect, type Cookies, type RequestEvent } from '@sveltejs/kit';
import type { Admission, Visitor } from '#domain/access/commands/pending-sign-ins.ts';
import { deviceName } from '#domain/access/device.ts';
import { PENDING_COOKIE } from '#domain/access/pending-sign-in.ts';
import { SESSION_COOKIE } from '#domain/access/session-cookie.ts';

/** Where the second step's cookie goes, and nowhere else. */
const PENDING_PATH = '/sign-in';

interface Place {
	cookies: Cookies;
	url: URL;
}

/** Only a path of this site: a link must not send anybody elsewhere after signing in. */
export function safeNext(next: string | null): string {
	return next !== null && /^\/(?![/\\])[^\\]*$/.test(next) ? next : '/';
}

export function giveSession(
	{ cookies, url }: Place,
	{ token, expiresAt }: { token: string; expiresAt: number }
): void {
	cookies.set(SESSION_COOKIE, token, {
		...{ path: '/', httpOnly: true, sameSite: 'lax' },
		...{ secure: url.protocol === 'https:', expires: new Date(expiresAt) }
	});
	cookies.delete(PENDING_COOKIE, { path: PENDING_PATH });
}

/** Sends whoever gave the right password on: to where they wanted, or to the second step. */
export function letOn({ cookies, url }: Place, admission: Admission): never {
	const next = safeNext(url.searchParams.get('next'));
	if (admission.outcome === 'signed-in') {
		giveSession({ cookies, url }, admission);
		redirect(303, next);
	}
	const { token, expiresAt, step } = admission;
	cookies.set(PENDING_COOKIE, token, {
		...{ path: PENDING_PATH, httpOnly: true, sameSite: 'strict' },
		...{ secure: url.protocol === 'https:', expires: new Date(expiresAt) }
	});
	const page = step === 'code' ? 'second-step' : 'set-up-second-factor';
	redirect(303, `${PENDING_PATH}/${page}?next=${encodeURIComponent(next)}`);
}

/** Back to the password: the second step is over. */
export function beginAgain({ cookies, url }: Place): never {
	cookies.delete(PENDING_COOKIE, { path: PENDING_PATH });
	const next = safeNext(url.searchParams.get('next'));
	redirect(303, `/sign-in?note=begin-again&next=${encodeURIComponent(next)}`);
}

/** @returns what the audit and the list of devices say of whoever signs in */
export function visitorOf({ locals, request }: RequestEvent): Visitor {
	return { device: deviceName(request.headers.get('user-agent')), origin: locals.origin };
}
