/** Blocks that were taken in one go: every week, say. */
import { and, asc, eq, gte, isNull, sql } from 'drizzle-orm';
import type { Database } from '../../../db/database.ts';
import { blocks, events } from '../../../db/schema/index.ts';
import { forActor } from '../../../db/transaction.ts';
import type { Actor } from '../../access/actor.ts';
import { authorize } from '../../access/authorize.ts';
import type { SeriesBlock } from '../block-moves.ts';
import { MAX_PARTS } from '../intents.ts';
import { accept, refuse, type Result } from '../refusals.ts';

/**
 * @returns the block, and those of the same doctor or room that were taken with it, come after it and are still there,
 *   by time; `not-found` where the actor may not give it back
 */
export async function blocksFrom(
	database: Database,
	actor: Actor,
	blockId: string
): Promise<Result<SeriesBlock[]>> {
	const { organizationId } = actor;
	return forActor(database, actor, async (transaction) => {
		const here = and(eq(blocks.organizationId, organizationId), eq(blocks.removed, false));
		const [block] = await transaction
			.select()
			.from(blocks)
			.where(and(here, eq(blocks.id, blockId)));
		const subject = block && { ...block, practitionerId: block.resourceId };
		if (!block || !subject || !authorize(actor, 'block.write', subject)) return refuse('not-found');
		const [made] = await transaction
			.select({ id: events.id, by: events.transactionId, requestId: events.requestId })
			.from(events)
			.where(
				and(
					...[eq(events.organizationId, organizationId), eq(events.subjectId, blockId)],
					...[eq(events.kind, 'block'), isNull(events.before)]
				)
			)
			.orderBy(asc(events.id))
			.limit(1);
		const rows = await transaction
			.select()
			.from(blocks)
			.where(
				and(
					here,
					...[eq(blocks.clinicId, block.clinicId), eq(blocks.resourceId, block.resourceId)],
					gte(blocks.startsAt, block.startsAt),
					// What one intent changed was written one right after the other.
					made
						? sql`${blocks.id} IN (SELECT o.subject_id FROM events o
							WHERE o.organization_id = ${organizationId} AND o.kind = 'block'
								AND o.id BETWEEN ${made.id - MAX_PARTS} AND ${made.id + MAX_PARTS}
								AND o.transaction_id = ${made.by} AND o.request_id = ${made.requestId})`
						: eq(blocks.id, blockId)
				)
			)
			.orderBy(asc(blocks.startsAt));
		return accept(
			rows.map(({ id, startsAt, revision }) => ({
				...{ blockId: id, startsAt: startsAt.getTime(), revision }
			}))
		);
	});
}
