/** Addresses that nothing is sent to any more. */
import { createHash } from 'node:crypto';
import type { Transaction } from '../../../db/transaction.ts';
import { comparableAddress } from '../contact.ts';
import type { Channel, ClosedReason } from '../message.ts';

/** @returns what stands for an address in `closed_addresses`, however it is written */
export function addressHash(channel: Channel, address: string): string {
	return createHash('sha256').update(comparableAddress(channel, address)).digest('hex');
}

/** Nothing is sent to an address any more. */
export async function closeAddress(
	{ $client }: Transaction,
	organizationId: string,
	channel: Channel,
	{ address, reason }: { address: string; reason: ClosedReason }
): Promise<void> {
	await $client.query(
		`INSERT INTO closed_addresses (organization_id, channel, address_hash, reason)
			VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`,
		[organizationId, channel, addressHash(channel, address), reason]
	);
}
