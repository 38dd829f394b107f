/** Who asks over HTTP: a bearer token, or the browser's session. */
import type { RequestEvent } from '@sveltejs/kit';
import type { Actor } from '#domain/access/actor.ts';
import { API_SCOPES, type ApiScope } from '#domain/access/api-scope.ts';
import { actorOfApiToken } from '#domain/access/queries.ts';
import { database } from '../database.ts';
import { REQUESTS_PER_MINUTE, secondsToWait } from '../request-rate.ts';
import { problem, tooMany } from './problem.ts';

const BEARER = /^Bearer ([A-Za-z0-9._~+/=-]{1,256})$/i;

/** Who asks, where it is known, and the answer that turns them away, where one does. */
export type CallerAnswer =
	{ actor: Actor; turnedAway: null } | { actor: Actor | null; turnedAway: Response };

/** @returns the actor behind the request, or the answer that turns it away */
export async function callerOf(event: RequestEvent, scope: ApiScope): Promise<CallerAnswer> {
	const authorization = event.request.headers.get('authorization');
	const found =
		authorization === null ? fromSession(event) : await fromBearer(event, authorization);
	if (found instanceof Response) {
		// A session that another site makes use of is known all the same; a token that is not valid says nothing.
		return { actor: authorization === null ? event.locals.actor : null, turnedAway: found };
	}
	const { actor, scopes } = found;
	const wait = await secondsToWait(actor);
	if (wait !== null) {
		const detail = `At most ${REQUESTS_PER_MINUTE} requests a minute are answered.`;
		return { actor, turnedAway: tooMany(wait, detail) };
	}
	if (!scopes.includes(scope)) {
		const needed = `This needs a token with the scope "${scope}".`;
		return { actor, turnedAway: problem('insufficient-scope', needed) };
	}
	return { actor, turnedAway: null };
}

interface Caller {
	actor: Actor;
	scopes: readonly ApiScope[];
}

async function fromBearer(
	{ locals }: RequestEvent,
	authorization: string
): Promise<Caller | Response> {
	const token = BEARER.exec(authorization)?.[1];
	const found =
		token === undefined
			? null
			: await actorOfApiToken(database(), token, Date.now(), locals.origin);
	return found ?? unauthenticated(' error="invalid_token"');
}

/** Another site can make a browser send the cookie, but not Dayboard's own Origin. */
function fromSession({ locals, request, url }: RequestEvent): Caller | Response {
	if (!locals.actor) return unauthenticated('');
	if (request.method !== 'GET' && request.headers.get('origin') !== url.origin) {
		return problem(
			'foreign-origin',
			'With a session, changes are taken from Dayboard itself only.'
		);
	}
	return { actor: locals.actor, scopes: API_SCOPES };
}

function unauthenticated(parameters: string): Response {
	return problem('unauthenticated', 'Send a valid token: "Authorization: Bearer …".', {
		headers: { 'www-authenticate': `Bearer realm="Dayboard"${parameters && `,${parameters}`}` }
	});
}
