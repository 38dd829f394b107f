/** Keeping one message from being sent. */
import { and, eq } from 'drizzle-orm';
import type { Database } from '../../../db/database.ts';
import { messages } from '../../../db/schema/index.ts';
import { forActor } from '../../../db/transaction.ts';
import type { Actor } from '../../access/actor.ts';
import { audit } from '../../access/commands/audit.ts';
import { accept, refuse, type Result } from '../../scheduling/refusals.ts';
import { isHeldBack } from '../settling.ts';
import { messageFor } from './message-for.ts';

/** Makes a message that waits one that is not sent. @returns `status-not-possible` where it does not wait any more */
export function holdBackMessage(
	database: Database,
	actor: Actor,
	messageId: string
): Promise<Result<null>> {
	const { organizationId } = actor;
	return forActor(database, actor, async (transaction) => {
		const message = await messageFor(transaction, actor, messageId);
		if (!message.ok) return message;
		if (!isHeldBack(message.value)) return refuse('status-not-possible');
		await transaction
			.update(messages)
			.set({ state: 'suppressed', suppression: 'blocked', settledAt: new Date() })
			.where(and(eq(messages.organizationId, organizationId), eq(messages.id, messageId)));
		await audit(transaction, actor, {
			...{ kind: 'message-held-back', subject: { kind: 'message', id: messageId } },
			clinicId: message.value.clinicId
		});
		return accept(null);
	});
}
