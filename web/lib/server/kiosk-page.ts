/** A kiosk's screen, and the page that makes a screen one. Patients give a name and a birth date and see a first name. */
import { fail, redirect, type RequestEvent } from '@sveltejs/kit';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import { SESSION_COOKIE } from '#domain/access/session-cookie.ts';
import { kioskToOpen, openKiosk } from '#domain/kiosks/commands.ts';
import { arriveAtKiosk } from '#domain/kiosks/commands/arrivals.ts';
import { arrivalSchema, KIOSK_COOKIE, kioskSecretSchema } from '#domain/kiosks/kiosk.ts';
import { clinicNameOf, findKiosk, type Kiosk } from '#domain/kiosks/queries.ts';
import { findSiteOf } from '#domain/site/queries.ts';
import { database } from './database.ts';
import { endSession } from './identity.ts';
import { queueOf } from './queue-place.ts';
import { chosenLanguage } from './site-locale.ts';

/** Browsers keep no cookie longer. */
const COOKIE_SECONDS = 400 * 86_400;
const COOKIE_PATH = '/kiosk';

/** Tries that found nobody: a few are mistyped; whoever goes on has to wait longer than guessing is worth. */
const WRONG_TRIES = 5;
const wrongTries = new RateLimiterMemory({ points: WRONG_TRIES, duration: 300, blockDuration: 60 });

async function kioskOf({ cookies }: RequestEvent): Promise<Kiosk | 'closed' | null> {
	const secret = kioskSecretSchema.safeParse(cookies.get(KIOSK_COOKIE));
	return secret.success ? findKiosk(database(), secret.data) : null;
}

/** What the screen shows: the question, or why there is none. */
export async function kioskPage(event: RequestEvent) {
	const { locals, url } = event;
	event.setHeaders({ 'cache-control': 'private, no-store' });
	locals.language = chosenLanguage(url) ?? 'en';
	const kiosk = await kioskOf(event);
	const isOpen = kiosk !== null && kiosk !== 'closed';
	const site = isOpen ? await findSiteOf(database(), kiosk.organizationId) : null;
	return {
		state: isOpen
			? ('open' as const)
			: kiosk === 'closed'
				? ('closed' as const)
				: ('none' as const),
		lang: locals.language,
		clinic: isOpen ? await clinicNameOf(database(), kiosk) : '',
		hue: site?.hue ?? DEFAULT_HUE,
		logo: site?.logo ? { slug: site.slug, version: site.logo.version } : null,
		/** Whoever of the staff is signed in here: patients must not be left alone with that. */
		staff: locals.actor?.name ?? null
	};
}

const DEFAULT_HUE = 215;

/** @returns whether the screen may still ask patients */
export async function kioskIsOpen(event: RequestEvent): Promise<boolean> {
	const kiosk = await kioskOf(event);
	return kiosk !== null && kiosk !== 'closed';
}

/** Somebody says that they are here. */
export async function sayArrived(event: RequestEvent) {
	const { locals, request, url } = event;
	locals.language = chosenLanguage(url) ?? 'en';
	const kiosk = await kioskOf(event);
	if (kiosk === null || kiosk === 'closed' || locals.actor)
		return fail(409, { fault: 'closed' as const });
	const arrival = arrivalSchema.safeParse(Object.fromEntries(await request.formData()));
	if (!arrival.success) return fail(400, { fault: 'check' as const });
	const known = await wrongTries.get(kiosk.accountId);
	if (known !== null && known.consumedPoints > WRONG_TRIES) {
		return fail(429, { fault: 'wait' as const, seconds: Math.ceil(known.msBeforeNext / 1_000) });
	}
	const arrived = await arriveAtKiosk(database(), kiosk, arrival.data, { origin: locals.origin });
	if (!arrived.ok) {
		await wrongTries.consume(kiosk.accountId).catch(() => {});
		return fail(404, { fault: 'reception' as const });
	}
	const { firstName, visit } = arrived.value;
	return { arrived: { firstName, queue: await queueOf(kiosk, visit) } };
}

/** Signs whoever of the staff it is out of this device. */
export async function leaveKioskToPatients({ locals, cookies }: RequestEvent) {
	if (locals.actor) await endSession(locals.actor);
	cookies.delete(SESSION_COOKIE, { path: '/' });
	redirect(303, '/kiosk');
}

/** Whether a link opens a kiosk, and which. Changes nothing. */
export async function lookAtKioskLink({ request, locals }: RequestEvent) {
	const secret = kioskSecretSchema.safeParse((await request.formData()).get('secret'));
	const kiosk = secret.success ? await kioskToOpen(database(), secret.data) : null;
	if (!kiosk) return fail(400, { fault: true });
	return { name: kiosk.name, staff: locals.actor?.name ?? null };
}

/** Makes this screen the kiosk, and leaves nobody of the staff signed in on it. */
export async function takeKioskLink(event: RequestEvent) {
	const { request, locals, cookies, url } = event;
	const secret = kioskSecretSchema.safeParse((await request.formData()).get('secret'));
	const own = secret.success ? await openKiosk(database(), secret.data, locals.origin) : null;
	if (own === null) return fail(400, { fault: true });
	cookies.set(KIOSK_COOKIE, own, {
		...{ path: COOKIE_PATH, httpOnly: true, sameSite: 'strict', maxAge: COOKIE_SECONDS },
		secure: url.protocol === 'https:'
	});
	return leaveKioskToPatients(event);
}
