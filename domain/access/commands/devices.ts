/** Where somebody is signed in: each session is a device, and there are only so many. */
import { and, desc, eq, inArray, lt, ne, sql } from 'drizzle-orm';
import type { Database } from '../../../db/database.ts';
import { endedSessions, sessions, type SessionEndReason } from '../../../db/schema/index.ts';
import { newSecret, secretHash, sessionsOf, touchSession } from '../../../db/sessions.ts';
import { forActor, inOrganization, type Transaction } from '../../../db/transaction.ts';
import { accept, refuse, type Result } from '../../scheduling/refusals.ts';
import type { Actor, Origin } from '../actor.ts';
import { audit, type Author } from './audit.ts';

/** For so long a device is told why it was signed out. */
const TOLD_DAYS = 30;

/**
 * Opens a session; the devices that were used longest ago are signed out when there are too many.
 * @param told what the audit says of it: by what somebody signed in, and from where; whoever leaves it out writes that
 * @returns the secret for the cookie, and when the session ends however much it is used (epoch milliseconds)
 */
export async function openSession(
	database: Database,
	account: { organizationId: string; id: string },
	device: string,
	told?: { how: string; origin: Origin | null }
): Promise<{ token: string; expiresAt: number }> {
	const { organizationId, id: userId } = account;
	const attributes = { organizationId, device: device.slice(0, 100) };
	const { id: token } = await sessionsOf(database).createSession(userId, attributes, {
		sessionId: newSecret()
	});
	const author = {
		...{ organizationId, userId, sessionId: secretHash(token) },
		origin: told?.origin ?? null
	};
	return inOrganization(database, organizationId, async (transaction) => {
		// Two that sign in at once are counted one after the other.
		await transaction.execute(sql`SELECT pg_advisory_xact_lock(hashtextextended(${userId}, 2))`);
		const {
			rows: [allowed]
		} = await transaction.execute<{ devices: number; hours: number }>(
			sql`SELECT session_setting(${organizationId}, 'devices') AS devices,
				session_setting(${organizationId}, 'maxHours') AS hours`
		);
		const own = eq(sessions.userId, userId);
		await transaction.delete(sessions).where(and(own, lt(sessions.expiresAt, sql`now()`)));
		await transaction
			.delete(endedSessions)
			.where(lt(endedSessions.endedAt, sql`now() - make_interval(days => ${TOLD_DAYS})`));
		const tooMany = await transaction
			.select({ id: sessions.id })
			.from(sessions)
			.where(and(own, ne(sessions.id, secretHash(token))))
			.orderBy(desc(sessions.lastUsedAt))
			.offset(Math.max(0, allowed!.devices - 1));
		await end(transaction, author, userId, tooMany, 'too-many-devices');
		if (told) {
			const detail = { how: told.how };
			await audit(transaction, author, { kind: 'signed-in', detail });
		}
		return { token, expiresAt: Date.now() + allowed!.hours * 3_600_000 };
	});
}

/** Signs another device of the actor's out; it is told why. */
export function endDevice(
	database: Database,
	actor: Actor,
	deviceId: string
): Promise<Result<null>> {
	return forActor(database, actor, async (transaction) => {
		const found = await transaction
			.select({ id: sessions.id })
			.from(sessions)
			.where(and(eq(sessions.id, deviceId), eq(sessions.userId, actor.userId)));
		if (found.length === 0) return refuse('not-found', { field: 'deviceId' });
		await end(transaction, actor, actor.userId, found, 'signed-out-elsewhere');
		return accept(null);
	});
}

/** Signs every device of the actor's out but the one that asks. */
export function endOtherDevices(database: Database, actor: Actor): Promise<Result<null>> {
	return forActor(database, actor, async (transaction) => {
		const others = await transaction
			.select({ id: sessions.id })
			.from(sessions)
			.where(and(eq(sessions.userId, actor.userId), ne(sessions.id, actor.sessionId ?? '')));
		await end(transaction, actor, actor.userId, others, 'signed-out-elsewhere');
		return accept(null);
	});
}

/** Work on the board is use as well: the actor's session goes on. */
export async function keepSession(database: Database, actor: Actor): Promise<void> {
	if (actor.sessionId !== null) {
		await touchSession(database, actor.organizationId, actor.sessionId);
	}
}

/** Signs an account out everywhere. @param author who does it @returns of how many devices */
export async function endAllSessions(
	transaction: Transaction,
	author: Author,
	userId: string,
	reason: SessionEndReason
): Promise<number> {
	const own = eq(sessions.organizationId, author.organizationId);
	const all = await transaction
		.select({ id: sessions.id })
		.from(sessions)
		.where(and(own, eq(sessions.userId, userId)));
	await end(transaction, author, userId, all, reason);
	return all.length;
}

/** Their open sockets are told by PostgreSQL (trigger `session_ended`). */
async function end(
	transaction: Transaction,
	author: Author,
	userId: string,
	ended: { id: string }[],
	reason: SessionEndReason
): Promise<void> {
	if (ended.length === 0) return;
	const ids = ended.map(({ id }) => id);
	await transaction.delete(sessions).where(inArray(sessions.id, ids));
	await transaction
		.insert(endedSessions)
		.values(ids.map((id) => ({ organizationId: author.organizationId, userId, id, reason })))
		.onConflictDoNothing();
	for (const id of ids) {
		const subject = { kind: 'session', id };
		await audit(transaction, author, {
			kind: 'device-ended',
			subject,
			detail: { reason, userId }
		});
	}
}
