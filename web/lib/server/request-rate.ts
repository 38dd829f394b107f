/** How much one credential, or one address, may ask of the server: a session's pages and panels, a token's requests. */
import { RateLimiterMemory } from 'rate-limiter-flexible';
import type { Actor } from '#domain/access/actor.ts';

/** A connector that copies a day's changes and the fastest typist stay below it; a loop that went wrong does not. */
export const REQUESTS_PER_MINUTE = 600;
/** Whoever types searches with every few letters; whoever copies the register of patients needs many more. */
export const SEARCHES_PER_MINUTE = 120;

const requests = new RateLimiterMemory({ points: REQUESTS_PER_MINUTE, duration: 60 });
const searches = new RateLimiterMemory({ points: SEARCHES_PER_MINUTE, duration: 60 });

/** Forms that strangers may send: signing in and what belongs to it. A whole staff may sit behind one address. */
export const FORMS_PER_MINUTE = 120;
const perAddress = new RateLimiterMemory({ points: FORMS_PER_MINUTE, duration: 60 });

/** Counts one request. @returns `null` when it may be answered, else the seconds to wait */
export function secondsToWait(actor: Actor): Promise<number | null> {
	return waitFor(requests, credentialOf(actor));
}

/** Counts one search for patients, beside the request that it is. @returns as `secondsToWait` */
export function secondsToWaitForSearch(actor: Actor): Promise<number | null> {
	return waitFor(searches, credentialOf(actor));
}

/** The same for a form of somebody who is not signed in. @param address `null`: not known */
export function secondsToWaitAt(address: string | null): Promise<number | null> {
	return waitFor(perAddress, address ?? 'unknown');
}

const credentialOf = (actor: Actor) => actor.sessionId ?? actor.userId;

async function waitFor(limiter: RateLimiterMemory, key: string): Promise<number | null> {
	try {
		await limiter.consume(key);
		return null;
	} catch (limit) {
		const waitMs = (limit as { msBeforeNext?: number }).msBeforeNext ?? 60_000;
		return Math.ceil(waitMs / 1_000);
	}
}
