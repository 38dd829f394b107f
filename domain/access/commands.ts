/** Signing in and out, and tokens for integrators. */
import { eq } from 'drizzle-orm';
import { UNKNOWN_ACCOUNT_HASH, verifyPassword } from '../../db/passwords.ts';
import { apiTokens, sessions, users } from '../../db/schema/index.ts';
import { newSecret, secretHash, sessionsOf } from '../../db/sessions.ts';
import { findingOrganization, inOrganization } from '../../db/transaction.ts';
import type { Database } from '../../db/database.ts';
import { accept, refuse, type Result } from '../scheduling/refusals.ts';
import type { Actor } from './actor.ts';
import type { ApiScope } from './api-scope.ts';

/** No password that anybody types is longer; argon2 is not made to work on megabytes. */
const MAX_PASSWORD_LENGTH = 256;

/**
 * @returns the session's secret for the cookie and when it ends (epoch milliseconds), or `not-allowed`: the same
 *   answer, after the same time, whether the account does not exist or the password is wrong
 */
export async function signIn(
	database: Database,
	{ email, password }: { email: string; password: string }
): Promise<Result<{ token: string; expiresAt: number }>> {
	if (password.length > MAX_PASSWORD_LENGTH) return refuse('not-allowed');
	const [account] = await findingOrganization(database, (transaction) =>
		transaction.select().from(users).where(eq(users.email, email.trim().toLowerCase()))
	);
	const matches = await verifyPassword(account?.passwordHash ?? UNKNOWN_ACCOUNT_HASH, password);
	if (!account || !matches) return refuse('not-allowed');
	const session = await sessionsOf(database).createSession(
		account.id,
		{ organizationId: account.organizationId },
		{ sessionId: newSecret() }
	);
	return accept({ token: session.id, expiresAt: session.expiresAt.getTime() });
}

/** Ends the actor's session; its open sockets are told by PostgreSQL (trigger `session_ended`). */
export async function signOut(database: Database, actor: Actor): Promise<void> {
	const { sessionId } = actor;
	if (sessionId === null) return;
	await inOrganization(database, actor.organizationId, (transaction) =>
		transaction.delete(sessions).where(eq(sessions.id, sessionId))
	);
}

/** Marks a secret as ours, so that scanners of leaked secrets can recognise it. */
const TOKEN_PREFIX = 'dayboard_';

/**
 * Makes a bearer token for an account. For the operator's command line only: it asks for no password.
 * @returns the token, shown this once, or `not-found` when there is no such account
 */
export async function createApiToken(
	database: Database,
	{ email, scopes, expiresAt }: { email: string; scopes: ApiScope[]; expiresAt: number }
): Promise<Result<string>> {
	const [account] = await findingOrganization(database, (transaction) =>
		transaction.select().from(users).where(eq(users.email, email.trim().toLowerCase()))
	);
	if (!account) return refuse('not-found', { field: 'email' });
	const token = TOKEN_PREFIX + newSecret();
	await inOrganization(database, account.organizationId, (transaction) =>
		transaction.insert(apiTokens).values({
			organizationId: account.organizationId,
			id: secretHash(token),
			userId: account.id,
			scopes,
			expiresAt: new Date(expiresAt)
		})
	);
	return accept(token);
}
