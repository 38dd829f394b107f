/** What no job speaks of any more: messages of servers that died, and of jobs that were lost with them. */
import { and, eq, lt } from 'drizzle-orm';
import type { Database } from '../../../db/database.ts';
import { messages, organizations } from '../../../db/schema/index.ts';
import { findingOrganization, inOrganization } from '../../../db/transaction.ts';
import { resolveDoubts } from './doubt.ts';
import type { SendOptions } from './send.ts';
import { queueSending } from './wake.ts';

/** So long after they were due messages are looked after by a job of their own, or by none. */
const OVERDUE_MS = 15_000;

/** @returns every organization */
export async function organizationsWithMessages(database: Database): Promise<string[]> {
	const rows = await findingOrganization(database, (transaction) =>
		transaction.select({ id: organizations.id }).from(organizations)
	);
	return rows.map(({ id }) => id);
}

/**
 * Settles or queues again what was left behind, and has sent what is overdue.
 * @param overdueMs how long it has been due. 0 for a server that starts: the job may have died with the last one
 * @returns in how many milliseconds there is more of it; `null`: nothing that is known of
 */
export async function lookAfterMessages(
	database: Database,
	organizationId: string,
	{ overdueMs = OVERDUE_MS, ...options }: SendOptions & { overdueMs?: number }
): Promise<number | null> {
	const { count, askInMs } = await resolveDoubts(database, organizationId, options);
	// What was given back was due before.
	const since = count > 0 ? 0 : overdueMs;
	const overdue = new Date((options.now?.() ?? Date.now()) - since);
	const [found] = await inOrganization(database, organizationId, (transaction) =>
		transaction
			.select({ id: messages.id })
			.from(messages)
			.where(
				and(
					eq(messages.organizationId, organizationId),
					eq(messages.state, 'queued'),
					lt(messages.dueAt, overdue)
				)
			)
			.limit(1)
	);
	if (found) await queueSending(database, organizationId);
	return askInMs;
}
