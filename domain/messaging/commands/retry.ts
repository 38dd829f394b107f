/** Sending a message that failed once more. */
import { and, eq } from 'drizzle-orm';
import type { Database } from '../../../db/database.ts';
import { messages } from '../../../db/schema/index.ts';
import { forActor } from '../../../db/transaction.ts';
import type { Actor } from '../../access/actor.ts';
import { audit } from '../../access/commands/audit.ts';
import { accept, refuse, type Result } from '../../scheduling/refusals.ts';
import { isRetried } from '../settling.ts';
import { messageFor } from './message-for.ts';
import { wakeSender } from './wake.ts';

/**
 * Queues a message that reached nobody to be sent at once; whether it still should be is judged just before it leaves.
 * @returns `status-not-possible` where it did not fail
 */
export function retryMessage(
	database: Database,
	actor: Actor,
	messageId: string
): Promise<Result<null>> {
	const { organizationId } = actor;
	return forActor(database, actor, async (transaction) => {
		const message = await messageFor(transaction, actor, messageId);
		if (!message.ok) return message;
		if (!isRetried(message.value)) return refuse('status-not-possible');
		await transaction
			.update(messages)
			.set({
				...{ state: 'queued', dueAt: new Date(), settledAt: null },
				triesFrom: message.value.attempts
			})
			.where(and(eq(messages.organizationId, organizationId), eq(messages.id, messageId)));
		await wakeSender(transaction, organizationId);
		await audit(transaction, actor, {
			...{ kind: 'message-retried', subject: { kind: 'message', id: messageId } },
			clinicId: message.value.clinicId
		});
		return accept(null);
	});
}
