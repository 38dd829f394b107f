/** Planning anew for all visits to come, where the rules were changed. */
import type { Database } from '../../../db/database.ts';
import { inOrganization } from '../../../db/transaction.ts';
import { planVisits } from './plan.ts';

/** Visits in one transaction. */
const BATCH = 500;
/** Batches at a time: one is worked out while the other is written. */
const AT_A_TIME = 2;
const NOBODY = '00000000-0000-0000-0000-000000000000';

/** @param now epoch milliseconds */
export async function planAllVisits(
	database: Database,
	organizationId: string,
	now: number = Date.now()
): Promise<void> {
	let after = NOBODY;
	let isLast = false;
	/** The visits after those that were taken last; taken without waiting in between. */
	async function next(): Promise<string[]> {
		const { rows } = await inOrganization(database, organizationId, ({ $client }) =>
			$client.query<{ id: string }>(
				`SELECT id FROM appointments WHERE organization_id = $1 AND starts_at > $2 AND id > $3
					ORDER BY id LIMIT ${BATCH}`,
				[organizationId, new Date(now), after]
			)
		);
		isLast = rows.length < BATCH;
		after = rows.at(-1)?.id ?? after;
		return rows.map(({ id }) => id);
	}
	let coming: Promise<string[]> = next();
	async function line(): Promise<void> {
		for (;;) {
			// One after the other asks, and each gets other visits.
			const mine = coming;
			coming = mine.then(() => (isLast ? [] : next()));
			coming.catch(() => {});
			const ids = await mine;
			if (ids.length === 0) return;
			await planVisits(database, organizationId, ids, { now, isChange: false });
		}
	}
	await Promise.all(Array.from({ length: AT_A_TIME }, line));
}
