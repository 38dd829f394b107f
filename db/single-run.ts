/** Work that only one process may do at a time on a database: an import, a rotation of keys. */
import type { Database } from './database.ts';
import { poolOf } from './pool.ts';

/** Numbers of PostgreSQL's advisory locks; no two kinds of work share one. */
const LOCKS = {
	/** Two imports would each add what the other has not committed yet. */
	import: 4_120_253,
	rotation: 4_120_254
} as const;

/** @returns what `work` returns, or `null` when another of its kind is running */
export async function runAlone<T>(
	database: Database,
	kind: keyof typeof LOCKS,
	work: () => Promise<T>
): Promise<T | null> {
	const client = await poolOf(database).connect();
	try {
		const { rows } = await client.query<{ taken: boolean }>(
			'SELECT pg_try_advisory_lock($1) AS taken',
			[LOCKS[kind]]
		);
		if (!rows[0]!.taken) return null;
		try {
			return await work();
		} finally {
			await client.query('SELECT pg_advisory_unlock($1)', [LOCKS[kind]]);
		}
	} finally {
		client.release();
	}
}
