/** One import at a time for each database: two would each add what the other has not committed yet. */
import type { Database } from '../database.ts';
import { poolOf } from '../pool.ts';

const IMPORT_LOCK = 4_120_253;

/** @returns what `work` returns, or `null` when another import is running. */
export async function withImportLock<T>(
	database: Database,
	work: () => Promise<T>
): Promise<T | null> {
	const client = await poolOf(database).connect();
	try {
		const { rows } = await client.query<{ taken: boolean }>(
			'SELECT pg_try_advisory_lock($1) AS taken',
			[IMPORT_LOCK]
		);
		if (!rows[0]!.taken) return null;
		try {
			return await work();
		} finally {
			await client.query('SELECT pg_advisory_unlock($1)', [IMPORT_LOCK]);
		}
	} finally {
		client.release();
	}
}
