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

/** Settles or queues again what was left behind, and has sent what is overdue. */
export async function lookAfterMessages(
	database: Database,
	organizationId: string,
	options: SendOptions
): Promise<void> {
	await resolveDoubts(database, organizationId, options);
	const overdue = new Date((options.now?.() ?? Date.now()) - OVERDUE_MS);
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
}
