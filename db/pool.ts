/**
 * The connections behind a `Database`. Nobody outside `db/` may take one (`npm run check:imports`): what is read or
 * written goes through `db/transaction.ts` or one of the functions of the migrations, which say whose it is.
 */
import type pg from 'pg';

/** Beside the databases and not in them, so that whoever holds a database holds no connection. */
const pools = new WeakMap<object, pg.Pool>();

/** Called once for each database, by whoever opens it. */
export function keepPool(database: object, pool: pg.Pool): void {
	pools.set(database, pool);
}

/** @returns the connections of an open database; throws for whatever `openDatabase` has not made */
export function poolOf(database: object): pg.Pool {
	const pool = pools.get(database);
	if (!pool) throw new TypeError('this is no database that was opened here');
	return pool;
}

/** Where a function of the migrations runs: on any connection of a database, or on a transaction's own. */
export type Statements = Pick<pg.Pool | pg.PoolClient, 'query'>;

/** @param where an open database, or a transaction */
export function statementsOf(where: object): Statements {
	const pool = pools.get(where);
	if (pool) return pool;
	if ('$client' in where) return where.$client as pg.PoolClient;
	throw new TypeError('this is no database that was opened here, and no transaction');
}
