/** The one way to open a transaction. */
import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres';
import type pg from 'pg';
import type { Database } from './database.ts';
import * as schema from './schema/index.ts';

export type Transaction = NodePgDatabase<typeof schema> & {
	$client: pg.PoolClient;
};

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * Runs `work` in one transaction that can only see and write rows of `organizationId`.
 * Commits when `work` resolves; rolls back and rethrows when it throws.
 */
export function inOrganization<T>(
	database: Database,
	organizationId: string,
	work: (transaction: Transaction) => Promise<T>
): Promise<T> {
	if (!UUID.test(organizationId)) throw new TypeError('organizationId must be a UUID');
	return inTransaction(
		database,
		`set_config('dayboard.organization_id', '${organizationId}', true)`,
		work
	);
}

/**
 * Runs `work` in one transaction that can find accounts, sessions and organizations, and nothing else: for the
 * moment before it is known who asks.
 */
export function findingOrganization<T>(
	database: Database,
	work: (transaction: Transaction) => Promise<T>
): Promise<T> {
	return inTransaction(database, `set_config('dayboard.purpose', 'find-organization', true)`, work);
}

async function inTransaction<T>(
	database: Database,
	setting: string,
	work: (transaction: Transaction) => Promise<T>
): Promise<T> {
	const client = await database.pool.connect();
	let broken: Error | undefined;
	try {
		// One simple query: the setting costs no round trip of its own.
		await client.query(`BEGIN; SELECT ${setting}`);
		const result = await work(drizzle(client, { schema }));
		await client.query('COMMIT');
		return result;
	} catch (cause) {
		await client.query('ROLLBACK').catch((fault: Error) => {
			broken = fault;
		});
		throw cause;
	} finally {
		client.release(broken);
	}
}
