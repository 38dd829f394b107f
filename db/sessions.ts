/**
 * Sessions by lucia, kept in this one module. The adapter stores SHA-256 of the session id, never the id: who reads
 * the database cannot sign in with what stands there. (docs/decisions/0005-sessions.md)
 */
import { createHash, randomBytes } from 'node:crypto';
import { eq, lt, sql } from 'drizzle-orm';
import { Lucia, TimeSpan, type Adapter, type DatabaseSession, type DatabaseUser } from 'lucia';
import type { RoleAssignment } from '../domain/access/actor.ts';
import type { ApiScope } from '../domain/access/api-scope.ts';
import type { Database } from './database.ts';
import { poolOf } from './pool.ts';
import { sessions } from './schema/index.ts';
import { findingOrganization } from './transaction.ts';

interface AccountAttributes {
	organizationId: string;
	name: string;
	roles: RoleAssignment[];
}

interface SessionAttributes {
	organizationId: string;
	/** Browser and system in words. */
	device: string;
}

declare module 'lucia' {
	interface Register {
		Lucia: ReturnType<typeof luciaFor>;
		DatabaseUserAttributes: AccountAttributes;
		DatabaseSessionAttributes: SessionAttributes;
	}
}

/** What `find_signed_in` (migration 0012) answers. */
export interface SignedIn extends AccountAttributes {
	userId: string;
	/** Epoch milliseconds. */
	expiresAt: number;
	/** `null` for a session. */
	scopes: ApiScope[] | null;
}

/** @returns the SHA-256 under which a secret is stored, hex. */
export function secretHash(secret: string): string {
	return createHash('sha256').update(secret).digest('hex');
}

/**
 * @param isUse `false`: nobody uses the session, somebody only looks; it is not extended
 * @returns who a session id or bearer token belongs to, expired or not; `null` when it is unknown
 */
export async function findSignedIn(
	database: Database,
	kind: 'session' | 'token',
	secret: string,
	{ isUse }: { isUse: boolean }
): Promise<SignedIn | null> {
	const { rows } = await poolOf(database).query<{ found: SignedIn | null }>({
		name: 'find_signed_in',
		text: 'SELECT find_signed_in($1, $2, $3) AS found',
		values: [kind, secretHash(secret), isUse]
	});
	return rows[0]?.found ?? null;
}

/** Extends a session that is in use, by its organization's rule; at most once a minute it is written. */
export async function touchSession(
	database: Database,
	organizationId: string,
	sessionHash: string
): Promise<void> {
	await poolOf(database).query({
		name: 'touch_session',
		text: 'SELECT touch_session($1, $2)',
		values: [organizationId, sessionHash]
	});
}

const created = new WeakMap<Database, ReturnType<typeof luciaFor>>();

/** @returns the one lucia of a database. */
export function sessionsOf(database: Database): ReturnType<typeof luciaFor> {
	const lucia = created.get(database) ?? luciaFor(database);
	created.set(database, lucia);
	return lucia;
}

/** @returns a fresh session id: 256 random bits. */
export function newSecret(): string {
	return randomBytes(32).toString('base64url');
}

function luciaFor(database: Database) {
	return new Lucia(adapterFor(database), {
		// Not what counts: `find_signed_in` goes by the organization's own rule and says when a session ends.
		sessionExpiresIn: new TimeSpan(1, 'd'),
		getUserAttributes: (attributes: AccountAttributes) => attributes
	});
}

function adapterFor(database: Database): Adapter {
	return {
		async getSessionAndUser(sessionId): Promise<[DatabaseSession | null, DatabaseUser | null]> {
			const found = await findSignedIn(database, 'session', sessionId, { isUse: true });
			if (!found) return [null, null];
			const { userId, organizationId, name, roles } = found;
			return [
				{
					id: sessionId,
					userId,
					expiresAt: new Date(found.expiresAt),
					attributes: { organizationId, device: '' }
				},
				{ id: userId, attributes: { organizationId, name, roles } }
			];
		},
		async getUserSessions(): Promise<DatabaseSession[]> {
			// Lucia hands these ids back to `invalidateSession`, which would hash a hash and end nothing.
			throw new Error('sessions are listed and ended by their hashes, not through lucia');
		},
		async setSession(session) {
			await findingOrganization(database, (transaction) =>
				transaction.insert(sessions).values({
					id: secretHash(session.id),
					userId: session.userId,
					...session.attributes,
					expiresAt: sql`session_end(${session.attributes.organizationId}, now())`
				})
			);
		},
		async updateSessionExpiration() {
			// `find_signed_in` has extended it already.
		},
		async deleteSession(sessionId) {
			await findingOrganization(database, (transaction) =>
				transaction.delete(sessions).where(eq(sessions.id, secretHash(sessionId)))
			);
		},
		async deleteUserSessions(userId) {
			await findingOrganization(database, (transaction) =>
				transaction.delete(sessions).where(eq(sessions.userId, userId))
			);
		},
		async deleteExpiredSessions() {
			await findingOrganization(database, (transaction) =>
				transaction.delete(sessions).where(lt(sessions.expiresAt, new Date()))
			);
		}
	};
}
