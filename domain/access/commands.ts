/** Signing out, and tokens for integrators. */
import { eq } from 'drizzle-orm';
import { apiTokens, sessions, users } from '../../db/schema/index.ts';
import { newSecret, secretHash } from '../../db/sessions.ts';
import { findingOrganization, forActor, inOrganization } from '../../db/transaction.ts';
import type { Database } from '../../db/database.ts';
import { accept, refuse, type Result } from '../scheduling/refusals.ts';
import type { Actor } from './actor.ts';
import type { ApiScope } from './api-scope.ts';
import { audit } from './commands/audit.ts';

/** Ends the actor's session; its open sockets are told by PostgreSQL (trigger `session_ended`). */
export async function signOut(database: Database, actor: Actor): Promise<void> {
	const { sessionId } = actor;
	if (sessionId === null) return;
	await forActor(database, actor, async (transaction) => {
		await transaction.delete(sessions).where(eq(sessions.id, sessionId));
		await audit(transaction, actor, { kind: 'signed-out' });
	});
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
	const { organizationId } = account;
	await inOrganization(database, organizationId, async (transaction) => {
		await transaction.insert(apiTokens).values({
			organizationId,
			id: secretHash(token),
			userId: account.id,
			scopes,
			expiresAt: new Date(expiresAt)
		});
		const operator = { organizationId, userId: null, sessionId: null, origin: null };
		await audit(transaction, operator, {
			kind: 'token-made',
			subject: { kind: 'user', id: account.id },
			detail: { scopes, expiresAt }
		});
	});
	return accept(token);
}
