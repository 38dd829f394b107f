/** Messages that no rule writes: a code, a link to an account, whatever somebody waits for. */
import type { Database } from '../../../db/database.ts';
import { sealFor } from '../../../db/encryption/sealed-columns.ts';
import { seal } from '../../../db/encryption/sealing.ts';
import { messages } from '../../../db/schema/index.ts';
import type { Transaction } from '../../../db/transaction.ts';
import type { SiteLanguage } from '../../site/site.ts';
import { directContentSchema, type DirectContent } from '../direct-content.ts';
import type { DirectKind } from '../message.ts';
import { wakeFor } from './attempts.ts';

export interface DirectMessage extends DirectContent {
	organizationId: string;
	kind: DirectKind;
	channel: 'email' | 'sms';
	language: SiteLanguage;
	/** Whom it is for; left out: somebody who is no patient. */
	patientId?: string;
}

/** A message that is ready to be queued. */
export type SealedMessage = typeof messages.$inferInsert;

/**
 * Seals what a message says. Apart from queueing, since it may need a connection of its own.
 * @throws ZodError for an address or a text that is too long
 */
export async function sealedDirect(
	database: Database,
	{ organizationId, kind, channel, language, patientId, ...content }: DirectMessage
): Promise<SealedMessage> {
	const id = crypto.randomUUID();
	const stored = JSON.stringify(directContentSchema.parse(content));
	const purpose = sealFor(organizationId, 'messages.sealed_content', id);
	return {
		...{ organizationId, id, kind, cause: `direct/${id}`, language, channels: [channel] },
		patientId: patientId ?? null,
		dueAt: new Date(),
		sealedContent: await seal(database, purpose, stored)
	};
}

/** Queues a message in the transaction of what causes it: it is sent when that commits, and only then. */
export async function queueMessage(
	transaction: Transaction,
	message: SealedMessage
): Promise<void> {
	await transaction.insert(messages).values(message);
	await wakeFor(transaction, message.organizationId, [message.dueAt.getTime()]);
}
