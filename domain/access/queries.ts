/** Who is behind a session or a bearer token. */
import { findSignedIn, secretHash, sessionsOf } from '../../db/sessions.ts';
import type { Database } from '../../db/database.ts';
import type { Actor, Origin } from './actor.ts';
import type { ApiScope } from './api-scope.ts';

/**
 * @param token the session's secret from the cookie
 * @param origin of the request that brings it
 * @returns the actor, or `null` when the session is unknown or expired; to ask is to use it, so it goes on
 */
export async function actorOfSession(
	database: Database,
	token: string,
	origin: Origin | null = null
): Promise<Actor | null> {
	const { session, user } = await sessionsOf(database).validateSession(token);
	if (!session) return null;
	const { id: userId, name, organizationId, roles } = user;
	return { userId, name, organizationId, roles, sessionId: secretHash(token), origin };
}

/** The same for somebody who only looks whether it is still there: nobody has used it. */
export async function peekAtSession(
	database: Database,
	token: string,
	now: number = Date.now()
): Promise<Actor | null> {
	const found = await findSignedIn(database, 'session', token, { isUse: false });
	if (!found || found.expiresAt <= now) return null;
	const { userId, name, organizationId, roles } = found;
	return { userId, name, organizationId, roles, sessionId: secretHash(token), origin: null };
}

/**
 * @param token a bearer token of the HTTP API
 * @param now epoch milliseconds
 * @returns the actor and what the token may be used for, or `null` when it is unknown or expired
 */
export async function actorOfApiToken(
	database: Database,
	token: string,
	now: number = Date.now(),
	origin: Origin | null = null
): Promise<{ actor: Actor; scopes: readonly ApiScope[] } | null> {
	const found = await findSignedIn(database, 'token', token, { isUse: true });
	if (!found || found.expiresAt <= now) return null;
	const { userId, name, organizationId, roles, scopes } = found;
	return {
		actor: {
			userId,
			name,
			organizationId,
			roles,
			sessionId: secretHash(token),
			origin
		},
		scopes: scopes ?? []
	};
}
