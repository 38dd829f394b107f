/** A patient who wants no more messages by the way by which this one came. */
import { createHash } from 'node:crypto';
import { and, eq } from 'drizzle-orm';
import { closedAddresses, messages, patients } from '../../../db/schema/index.ts';
import type { Transaction } from '../../../db/transaction.ts';
import type { Channel } from '../message.ts';

/** @returns an e-mail address or telephone number as it is compared: spelling and the country's code aside */
export function comparableAddress(channel: Exclude<Channel, 'push'>, address: string): string {
	// As `phone_key` of migration 0022 has it.
	return channel === 'email'
		? address.trim().toLowerCase()
		: address.replace(/[^0-9]/g, '').slice(-9);
}

/** @returns what stands for an address in `closed_addresses` */
export function closedAddressHash(channel: Exclude<Channel, 'push'>, address: string): string {
	return createHash('sha256').update(comparableAddress(channel, address)).digest('hex');
}

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
	await transaction
		.insert(closedAddresses)
		.values({
			...{ organizationId, channel, reason: 'opted-out' },
			addressHash: closedAddressHash(channel, address)
		})
		.onConflictDoNothing();
}
