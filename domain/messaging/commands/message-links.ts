/** Makes the links that messages carry: each does one thing, once, until it expires. */
import { createHash } from 'node:crypto';
import { sql, type SQL } from 'drizzle-orm';
import type { Keyring } from '../../../db/encryption/keyring.ts';
import { signLink } from '../../../db/encryption/link-token.ts';
import { messageLinks } from '../../../db/schema/index.ts';
import type { Transaction } from '../../../db/transaction.ts';
import type { LinkAction } from '../message.ts';

export interface LinkWish {
	organizationId: string;
	action: LinkAction;
	/** As whom whoever has the link acts. */
	patientId: string;
	/** `null`: it is about no visit. */
	appointmentId: string | null;
	/** The message that carries it: rendered again, it carries the same link. Left out: a link of its own. */
	messageId?: string;
	expiresAt: Date;
}

/**
 * Makes a link within the transaction of its message, or finds the one that the message has already.
 * @param keyring the operator's, `database.keyring`
 * @returns the token that `linkPath` makes an address of
 */
export async function messageLink(
	transaction: Transaction,
	keyring: Keyring,
	wish: LinkWish
): Promise<string> {
	const { organizationId, action, patientId, appointmentId, messageId, expiresAt } = wish;
	const id = messageId === undefined ? crypto.randomUUID() : idWithin(messageId, wish);
	const token = signLink(keyring, { id, action });
	await transaction
		.insert(messageLinks)
		.values({
			...{ organizationId, id, action, patientId, appointmentId },
			...{ messageId: messageId ?? null, expiresAt },
			aboutStart: startOf(organizationId, appointmentId)
		})
		.onConflictDoNothing();
	return token;
}

function startOf(organizationId: string, appointmentId: string | null): SQL<Date> | null {
	if (appointmentId === null) return null;
	return sql`(select starts_at from appointments
		where organization_id = ${organizationId} and id = ${appointmentId})`;
}

/** Always the same for one message, action and visit: a UUID of version 8, whose bits are ours to choose. */
function idWithin(messageId: string, { organizationId, action, appointmentId }: LinkWish): string {
	const bytes = createHash('sha256')
		.update(`${organizationId}/${messageId}/${action}/${appointmentId ?? ''}`)
		.digest();
	bytes[6] = (bytes[6]! & 0x0f) | 0x80;
	bytes[8] = (bytes[8]! & 0x3f) | 0x80;
	return bytes
		.toString('hex', 0, 16)
		.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
