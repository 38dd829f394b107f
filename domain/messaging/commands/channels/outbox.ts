/** What would have been sent, where no provider is set: kept, sealed, for the page that shows it. */
import { createHash } from 'node:crypto';
import { and, eq } from 'drizzle-orm';
import type { Database } from '../../../../db/database.ts';
import { sealFor } from '../../../../db/encryption/sealed-columns.ts';
import { seal } from '../../../../db/encryption/sealing.ts';
import { outbox } from '../../../../db/schema/index.ts';
import { inOrganization } from '../../../../db/transaction.ts';
import type { MessageChannel, OutgoingMessage } from '../../channel.ts';
import type { Channel } from '../../message.ts';

/** What a row of the outbox holds, once opened. */
export interface OutboxContent {
	to: string;
	subject: string;
	body: string;
	short: string;
}

const CONCURRENCY = 8;
const KEPT = { outcome: 'sent', providerId: null, response: 'kept in the outbox' } as const;

export function outboxChannel(database: Database, channel: Channel): MessageChannel {
	return {
		...{ concurrency: CONCURRENCY, isAskable: true },
		async send(message, { begin }) {
			const { organizationId, to, text } = message;
			const id = outboxId(message, channel);
			const { subject, body, short } = text;
			const content: OutboxContent = { to, subject, body, short };
			const purpose = sealFor(organizationId, 'outbox.sealed_content', id);
			const sealedContent = await seal(database, purpose, JSON.stringify(content));
			if (!(await begin())) return null;
			const row = { organizationId, id, messageId: message.id, channel, sealedContent };
			await inOrganization(database, organizationId, (transaction) =>
				transaction.insert(outbox).values(row).onConflictDoNothing()
			);
			return KEPT;
		},
		async find(message) {
			const { organizationId } = message;
			const id = outboxId(message, channel);
			const rows = await inOrganization(database, organizationId, (transaction) =>
				transaction
					.select({ id: outbox.id })
					.from(outbox)
					.where(and(eq(outbox.organizationId, organizationId), eq(outbox.id, id)))
			);
			return rows.length > 0 ? KEPT : 'never-came';
		},
		async close() {}
	};
}

/** One for each message and way: a second try writes nothing a second time. */
function outboxId({ id }: OutgoingMessage, channel: Channel): string {
	const hex = createHash('sha256').update(`${id}/${channel}`).digest('hex');
	return [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`]
		.concat(hex.slice(20, 32))
		.join('-');
}
