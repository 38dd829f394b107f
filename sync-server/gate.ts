/** Who may open a socket at all: the checks before an upgrade is answered. */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import type { Database } from '#db/database.ts';
import type { Actor } from '#domain/access/actor.ts';
import { actorOfSession, peekAtSession } from '#domain/access/queries.ts';
import { sessionTokenFrom } from '#domain/access/session-cookie.ts';
import { visitorAddress } from './visitor-address.ts';

export type GateAnswer =
	| { ok: true; actor: Actor; token: string }
	/** `actor`: whose session came along, where it is asked for. */
	| { ok: false; status: 401 | 403 | 429; actor: Actor | null };

export interface GateOptions {
	database: Database;
	/** The address that people type, when a proxy stands in front; `null`: the request's own host. */
	allowedOrigin: string | null;
}

/** A clinic's whole staff may sit behind one address and come back at once after an outage. */
const UPGRADES_PER_MINUTE = 600;

/** @returns a function that judges upgrade requests */
export function createGate({ database, allowedOrigin }: GateOptions) {
	const limiter = new RateLimiterMemory({ points: UPGRADES_PER_MINUTE, duration: 60 });
	return async (request: IncomingMessage): Promise<GateAnswer> => {
		const address = visitorAddress(request, allowedOrigin);
		const withinRate = await limiter.consume(address).then(
			() => true,
			() => false
		);
		if (!withinRate) return { ok: false, status: 429, actor: null };
		const token = sessionTokenFrom(request.headers.cookie ?? null);
		const origin = { address, requestId: randomUUID() };
		if (!isOwnOrigin(request, allowedOrigin)) {
			// Another site that makes use of somebody's session: that person's audit tells of it.
			const known = token === null ? null : await peekAtSession(database, token);
			return { ok: false, status: 403, actor: known && { ...known, origin } };
		}
		const actor = token === null ? null : await actorOfSession(database, token, origin);
		return token === null || actor === null
			? { ok: false, status: 401, actor: null }
			: { ok: true, actor, token };
	};
}

/** Browsers send the page's origin with every upgrade, and no page can change it: none or another is a stranger. */
function isOwnOrigin(request: IncomingMessage, allowedOrigin: string | null): boolean {
	const { origin, host } = request.headers;
	if (origin === undefined || !URL.canParse(origin)) return false;
	return allowedOrigin === null ? new URL(origin).host === host : origin === allowedOrigin;
}
