/** Where somebody is signed in, and why a device is not any more. */
import { and, desc, eq, gt, sql } from 'drizzle-orm';
import type { Database } from '../../../db/database.ts';
import { endedSessions, sessions, type SessionEndReason } from '../../../db/schema/index.ts';
import { secretHash } from '../../../db/sessions.ts';
import { findingOrganization, forActor } from '../../../db/transaction.ts';
import type { Actor } from '../actor.ts';
import type { Device } from '../device.ts';

/** @returns the actor's devices, the one that was used last first */
export async function readDevices(database: Database, actor: Actor): Promise<Device[]> {
	const rows = await forActor(database, actor, (transaction) =>
		transaction
			.select()
			.from(sessions)
			.where(and(eq(sessions.userId, actor.userId), gt(sessions.expiresAt, sql`now()`)))
			.orderBy(desc(sessions.lastUsedAt))
	);
	return rows.map(({ id, device, createdAt, lastUsedAt }) => ({
		...{ id, name: device, isThis: id === actor.sessionId },
		...{ signedInAt: createdAt.getTime(), lastUsedAt: lastUsedAt.getTime() }
	}));
}

/**
 * @param token the session's secret from the cookie
 * @returns why it was ended from somewhere else, or `null`
 */
export async function whySignedOut(
	database: Database,
	token: string
): Promise<SessionEndReason | null> {
	const [ended] = await findingOrganization(database, (transaction) =>
		transaction
			.select({ reason: endedSessions.reason })
			.from(endedSessions)
			.where(eq(endedSessions.id, secretHash(token)))
	);
	return ended?.reason ?? null;
}
