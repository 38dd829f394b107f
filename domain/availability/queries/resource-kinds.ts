/** What ids are that came from outside. */
import { and, eq, inArray } from 'drizzle-orm';
import type { Database } from '../../../db/database.ts';
import { resources } from '../../../db/schema/index.ts';
import { forActor } from '../../../db/transaction.ts';
import type { Actor } from '../../access/actor.ts';
import type { ResourceKind } from '../resource-kinds.ts';

/** @returns by id what it is in the actor's organization; an id that it does not know has none */
export async function kindsOf(
	database: Database,
	actor: Actor,
	ids: readonly string[]
): Promise<ReadonlyMap<string, ResourceKind>> {
	const rows = await forActor(database, actor, (transaction) =>
		transaction
			.select({ id: resources.id, kind: resources.kind })
			.from(resources)
			.where(
				and(eq(resources.organizationId, actor.organizationId), inArray(resources.id, [...ids]))
			)
	);
	return new Map(rows.map(({ id, kind }) => [id, kind]));
}
