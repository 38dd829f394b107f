/** What people call the practitioners and rooms that a refusal speaks of. */
import { and, eq, inArray } from 'drizzle-orm';
import type { Database } from '../../../db/database.ts';
import { practitioners, rooms } from '../../../db/schema/index.ts';
import { inOrganization } from '../../../db/transaction.ts';
import type { Actor } from '../../access/actor.ts';

/**
 * @returns names of the actor's organization's practitioners and rooms by id; ids of anything else, patients above
 *   all, have none
 */
export async function resourceNames(
	database: Database,
	{ organizationId }: Actor,
	resourceIds: readonly string[]
): Promise<ReadonlyMap<string, string>> {
	const ids = [...new Set(resourceIds)];
	if (ids.length === 0) return new Map();
	const rows = await inOrganization(database, organizationId, async (transaction) => {
		const namesIn = (table: typeof practitioners | typeof rooms) =>
			transaction
				.select({ id: table.id, name: table.name })
				.from(table)
				.where(and(eq(table.organizationId, organizationId), inArray(table.id, ids)));
		return [...(await namesIn(practitioners)), ...(await namesIn(rooms))];
	});
	return new Map(rows.map(({ id, name }) => [id, name]));
}
