/** Planning anew for all visits to come, where the rules were changed. */
import type { Database } from '../../../db/database.ts';
import { inOrganization } from '../../../db/transaction.ts';
import { planVisits } from './plan.ts';

/** Visits in one transaction. */
const BATCH = 500;
const NOBODY = '00000000-0000-0000-0000-000000000000';

/** @param now epoch milliseconds */
export async function planAllVisits(
	database: Database,
	organizationId: string,
	now: number = Date.now()
): Promise<void> {
	let after = NOBODY;
	for (;;) {
		const { rows } = await inOrganization(database, organizationId, ({ $client }) =>
			$client.query<{ id: string }>(
				`SELECT id FROM appointments WHERE organization_id = $1 AND starts_at > $2 AND id > $3
					ORDER BY id LIMIT ${BATCH}`,
				[organizationId, new Date(now), after]
			)
		);
		if (rows.length === 0) return;
		const ids = rows.map(({ id }) => id);
		await planVisits(database, organizationId, ids, { now, isChange: false });
		after = ids.at(-1)!;
	}
}
