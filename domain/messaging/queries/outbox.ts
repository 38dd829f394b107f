/** What would have been sent: with addresses and codes in it, for those who set Dayboard up alone. */
import { and, desc, eq, lt } from 'drizzle-orm';
import type { Database } from '../../../db/database.ts';
import { sealFor } from '../../../db/encryption/sealed-columns.ts';
import { unseal } from '../../../db/encryption/sealing.ts';
import { messages, outbox } from '../../../db/schema/index.ts';
import { forActor } from '../../../db/transaction.ts';
import type { Actor } from '../../access/actor.ts';
import { authorize } from '../../access/authorize.ts';
import { audit } from '../../access/commands/audit.ts';
import { accept, refuse, type Result } from '../../scheduling/refusals.ts';
import { outboxContentSchema, type OutboxEntry } from '../outbox.ts';

export interface OutboxWish {
	/** Entries of the page. */
	limit: number;
	/** Older than this, epoch milliseconds; left out: the newest. */
	before?: number | undefined;
}

/** @returns whether the actor may see what would have been sent: the settings are theirs, and so are the patients */
export function mayReadOutbox(actor: Actor): boolean {
	const everywhere = {
		...{ organizationId: actor.organizationId, clinicId: null, practitionerId: null }
	};
	return (
		authorize(actor, 'settings.read', everywhere) && authorize(actor, 'people.read', everywhere)
	);
}

/** @returns a page of the outbox, newest first; the audit says who looked */
export async function readOutbox(
	database: Database,
	actor: Actor,
	{ limit, before }: OutboxWish
): Promise<Result<{ entries: OutboxEntry[]; next: number | null }>> {
	if (!mayReadOutbox(actor)) return refuse('not-allowed');
	const { organizationId } = actor;
	const rows = await forActor(database, actor, async (transaction) => {
		const found = await transaction
			.select({ entry: outbox, kind: messages.kind, patientId: messages.patientId })
			.from(outbox)
			.innerJoin(
				messages,
				and(eq(messages.organizationId, outbox.organizationId), eq(messages.id, outbox.messageId))
			)
			.where(
				and(
					eq(outbox.organizationId, organizationId),
					...(before === undefined ? [] : [lt(outbox.at, new Date(before))])
				)
			)
			.orderBy(desc(outbox.at), desc(outbox.id))
			.limit(limit + 1);
		const patientIds = found.flatMap(({ patientId }) => (patientId === null ? [] : [patientId]));
		await audit(transaction, actor, {
			...{ kind: 'messages-read', detail: { patientIds: [...new Set(patientIds)] } }
		});
		return found;
	});
	const entries = await Promise.all(
		rows.slice(0, limit).map(async ({ entry, kind }): Promise<OutboxEntry> => {
			const purpose = sealFor(organizationId, 'outbox.sealed_content', entry.id);
			const text = await unseal(database, purpose, entry.sealedContent);
			return {
				...{ id: entry.id, messageId: entry.messageId, channel: entry.channel, kind },
				...{ at: entry.at.getTime(), content: outboxContentSchema.parse(JSON.parse(text)) }
			};
		})
	);
	return accept({ entries, next: rows.length > limit ? entries.at(-1)!.at : null });
}
