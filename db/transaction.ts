/** The one way to open a transaction. */
import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres';
import type pg from 'pg';
import type { Actor } from '../domain/access/actor.ts';
import type { Database } from './database.ts';
import { poolOf } from './pool.ts';

export type Transaction = NodePgDatabase & {
	$client: pg.PoolClient;
};

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** What stands in a setting of PostgreSQL unquoted by us: nothing but an address. */
const ADDRESS = /^[0-9A-Fa-f:.%]{1,64}$/;

/**
 * Runs `work` in one transaction of `actor`: it can only see and write rows of the actor's organization, and what it
 * writes into the history says where it came from. Commits when `work` resolves; rolls back and rethrows when it
 * throws.
 */
export function forActor<T>(
	database: Database,
	actor: Actor,
	work: (transaction: Transaction) => Promise<T>
): Promise<T> {
	return inTransaction(
		database,
		`${organizationSetting(actor.organizationId)}, ${addressSetting(actor)}`,
		work
	);
}

/** @returns the actor's network address as the history may keep it; empty when it is not known */
export function addressOf(actor: Pick<Actor, 'origin'>): string {
	const address = actor.origin?.address ?? '';
	return ADDRESS.test(address) ? address : '';
}

/**
 * The same for whoever is no actor: jobs, imports and the projector.
 * Runs `work` in one transaction that can only see and write rows of `organizationId`.
 * Commits when `work` resolves; rolls back and rethrows when it throws.
 */
export function inOrganization<T>(
	database: Database,
	organizationId: string,
	work: (transaction: Transaction) => Promise<T>
): Promise<T> {
	return inTransaction(database, organizationSetting(organizationId), work);
}

/**
 * The same for work in large batches on tables that grow fast: without statistics of today the planner would read a
 * table from end to end that it believes to be small.
 */
export function alongIndexes<T>(
	database: Database,
	organizationId: string,
	work: (transaction: Transaction) => Promise<T>
): Promise<T> {
	const setting = `${organizationSetting(organizationId)}, set_config('enable_seqscan', 'off', true)`;
	return inTransaction(database, setting, work);
}

/**
 * Runs a part of a transaction: an error in it undoes that part alone, and whoever catches it goes on. Such parts do not
 * lie in each other. Rethrows.
 */
export async function partOf<T>({ $client }: Transaction, work: () => Promise<T>): Promise<T> {
	await $client.query('SAVEPOINT part');
	try {
		const result = await work();
		await $client.query('RELEASE SAVEPOINT part');
		return result;
	} catch (cause) {
		await $client.query('ROLLBACK TO SAVEPOINT part');
		throw cause;
	}
}

function organizationSetting(organizationId: string): string {
	if (!UUID.test(organizationId)) throw new TypeError('organizationId must be a UUID');
	return `set_config('dayboard.organization_id', '${organizationId}', true)`;
}

function addressSetting(actor: Actor): string {
	return `set_config('dayboard.address', '${addressOf(actor)}', true)`;
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

/** The same for reading in several statements what has to be of one moment. */
export function inOneMoment<T>(
	database: Database,
	organizationId: string,
	work: (transaction: Transaction) => Promise<T>
): Promise<T> {
	const mode = 'ISOLATION LEVEL REPEATABLE READ, READ ONLY';
	return inTransaction(database, organizationSetting(organizationId), work, mode);
}

async function inTransaction<T>(
	database: Database,
	setting: string,
	work: (transaction: Transaction) => Promise<T>,
	mode = ''
): Promise<T> {
	const client = await poolOf(database).connect();
	let broken: Error | undefined;
	try {
		// One simple query: the setting costs no round trip of its own.
		await client.query(`BEGIN ${mode}; SELECT ${setting}`);
		// Without the schema: drizzle would go through all of it each time, half a millisecond, for queries nobody makes.
		const result = await work(drizzle(client));
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
