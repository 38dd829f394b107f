/** The links that a message carries. */
import type { Database } from '../../../db/database.ts';
import type { Transaction } from '../../../db/transaction.ts';
import type { LinkAction } from '../message.ts';
import { linkPath } from '../link-path.ts';
import { messageLink } from './message-links.ts';
import type { MessageLinks } from './message-text.ts';

export interface LinksWish {
	organizationId: string;
	messageId: string;
	patientId: string;
	appointmentId: string | null;
	actions: readonly LinkAction[];
	/** The address that people type. */
	origin: string;
	expiresAt: Date;
}

/**
 * Makes a message's links in the transaction that takes it in hand. One that is rendered again carries the same.
 * @returns an address for each action
 */
export async function linksOfMessage(
	transaction: Transaction,
	database: Database,
	{ actions, origin, ...wish }: LinksWish
): Promise<MessageLinks> {
	const links: MessageLinks = {};
	for (const action of actions) {
		const token = await messageLink(transaction, database.keyring, { ...wish, action });
		links[action] = new URL(linkPath(token), origin).href;
	}
	return links;
}
