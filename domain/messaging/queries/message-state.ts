/** What has become of one message. */
import { and, eq } from 'drizzle-orm';
import type { Database } from '../../../db/database.ts';
import { messages } from '../../../db/schema/index.ts';
import { inOrganization } from '../../../db/transaction.ts';
import type { MessageState } from '../message.ts';

/** For whoever queued it and waits. @returns `null`: there is none of that id */
export async function messageState(
	database: Database,
	organizationId: string,
	messageId: string
): Promise<MessageState | null> {
	const [found] = await inOrganization(database, organizationId, (transaction) =>
		transaction
			.select({ state: messages.state })
			.from(messages)
			.where(and(eq(messages.organizationId, organizationId), eq(messages.id, messageId)))
	);
	return found?.state ?? null;
}
