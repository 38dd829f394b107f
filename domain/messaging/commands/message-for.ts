/** One message, locked, for whoever may do something with it. */
import { and, eq } from 'drizzle-orm';
import { appointments, messages } from '../../../db/schema/index.ts';
import type { Transaction } from '../../../db/transaction.ts';
import type { Actor } from '../../access/actor.ts';
import { authorize } from '../../access/authorize.ts';
import { accept, refuse, type Result } from '../../scheduling/refusals.ts';

/**
 * @returns the message, which nobody else changes until the transaction ends; `not-found` for whoever may not know
 *   that it exists, `not-allowed` for whoever may only read it
 */
export async function messageFor(
	transaction: Transaction,
	actor: Actor,
	messageId: string
): Promise<Result<typeof messages.$inferSelect>> {
	const { organizationId } = actor;
	const [message] = await transaction
		.select()
		.from(messages)
		.where(and(eq(messages.organizationId, organizationId), eq(messages.id, messageId)))
		.for('update');
	if (!message) return refuse('not-found');
	const practitionerId = await practitionerOf(transaction, message);
	const subject = { ...message, practitionerId };
	if (!authorize(actor, 'message.read', subject)) return refuse('not-found');
	if (!authorize(actor, 'message.write', subject)) return refuse('not-allowed');
	return accept(message);
}

async function practitionerOf(
	transaction: Transaction,
	{ organizationId, appointmentId }: typeof messages.$inferSelect
): Promise<string | null> {
	if (appointmentId === null) return null;
	const [visit] = await transaction
		.select({ practitionerId: appointments.practitionerId })
		.from(appointments)
		.where(
			and(eq(appointments.organizationId, organizationId), eq(appointments.id, appointmentId))
		);
	return visit?.practitionerId ?? null;
}
