/** A stranger's browser: told apart by a secret of its own, and asked for no more than a person needs. */
import { error, type RequestEvent } from '@sveltejs/kit';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import type { Actor } from '#domain/access/actor.ts';
import { visitorActor } from '#domain/booking/visitor.ts';
import type { Site } from '#domain/site/site.ts';
import { newSecret, secretHash } from '#db/sessions.ts';
import { m } from '#web/lib/paraglide/messages.js';

const VISITOR_COOKIE = 'dayboard_visitor';
const DAY_SECONDS = 86_400;

/** A family behind one address looks through times; a program that wants all of them has to wait. */
const searches = new RateLimiterMemory({ points: 120, duration: 60 });
/** Keeping, booking, moving and cancelling. A surgery's guest network may book for several people. */
const changes = new RateLimiterMemory({ points: 30, duration: 60 });

/** @returns whoever looks, as an actor; the cookie is set only where something is kept for them */
export function visitorOf(event: RequestEvent, site: Site): Actor {
	const known = event.cookies.get(VISITOR_COOKIE);
	const secret = known && known.length <= 64 ? known : '';
	return visitorActor(site, secretHash(secret), event.locals.origin);
}

/** The same with a cookie of its own, so that a time can be kept. */
export function markedVisitor(event: RequestEvent, site: Site): Actor {
	const known = event.cookies.get(VISITOR_COOKIE);
	const secret = known && known.length <= 64 ? known : newSecret();
	event.cookies.set(VISITOR_COOKIE, secret, {
		...{ path: '/', httpOnly: true, sameSite: 'lax', maxAge: DAY_SECONDS },
		secure: event.url.protocol === 'https:'
	});
	return visitorActor(site, secretHash(secret), event.locals.origin);
}

/** Counts a search from an address; too many are told to wait. */
export function countSearch(event: RequestEvent): Promise<void> {
	return count(searches, event);
}

/** The same for a page that has more than the search to show: it goes without. @returns whether it may be made */
export async function maySearch({ locals }: RequestEvent): Promise<boolean> {
	return searches.consume(locals.origin.address ?? 'unknown').then(
		() => true,
		() => false
	);
}

/** Counts a change from an address; too many are told to wait. */
export function countChange(event: RequestEvent): Promise<void> {
	return count(changes, event);
}

async function count(limiter: RateLimiterMemory, { locals }: RequestEvent): Promise<void> {
	try {
		await limiter.consume(locals.origin.address ?? 'unknown');
	} catch {
		error(429, m.times_wait());
	}
}
