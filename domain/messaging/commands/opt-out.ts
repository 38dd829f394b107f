/** A patient who wants no more messages by the way by which this one came. */
import { and, eq } from 'drizzle-orm';
import { messages, patients } from '../../../db/schema/index.ts';
import type { Transaction } from '../../../db/transaction.ts';
import { closeAddress } from './closed-addresses.ts';

/** Closes the patient's address of the message's way: e-mail, where the message does not say. */
export async function optOut(
	transaction: Transaction,
	{
		organizationId,
		patientId,
		messageId
	}: { organizationId: string; patientId: string; messageId: string | null }
): Promise<void> {
	const [patient] = await transaction
		.select({ email: patients.email, phone: patients.phone })
		.from(patients)
		.where(and(eq(patients.organizationId, organizationId), eq(patients.id, patientId)));
	const [message] =
		messageId === null
			? []
			: await transaction
					.select({ channel: messages.channel })
					.from(messages)
					.where(and(eq(messages.organizationId, organizationId), eq(messages.id, messageId)));
	const channel = message?.channel === 'sms' ? 'sms' : 'email';
	const address = channel === 'sms' ? patient?.phone : patient?.email;
	// Whoever has another address since then is not written to at this one anyway.
	if (!address) return;
	await closeAddress(transaction, organizationId, channel, { address, reason: 'opted-out' });
}
