/** The application's connections to PostgreSQL: as a role that owns nothing and cannot leave its organization. */
import pg from 'pg';
import { keyringFrom, type Keyring } from './encryption/keyring.ts';
import { letGo } from './holding.ts';
import { keepPool, poolOf } from './pool.ts';

/** Role of every connection of the application; made by `migrate`. */
export const APP_ROLE = 'dayboard_app';

/**
 * An open database. It gives no connection away: everything goes through `db/transaction.ts` or one of the functions
 * of the migrations, and those say whose data it is.
 */
export interface Database {
	/** The operator's keys. */
	readonly keyring: Keyring;
	/** Ends every connection, after what runs has finished. */
	close(): Promise<void>;
}

export interface DatabaseOptions {
	/** Connections at most. */
	max?: number;
	/** How long a statement waits for a lock before it gives up, in milliseconds. */
	lockTimeoutMs?: number;
	/** Default: those that the environment of this process names (`ENCRYPTION_KEYS`). */
	keyring?: Keyring;
}

/**
 * @param url of the owner's account; each connection takes the application's role from its first moment
 */
export function openDatabase(url: string, options: DatabaseOptions = {}): Database {
	const lockTimeoutMs = options.lockTimeoutMs ?? 5_000;
	const pool = new pg.Pool({
		connectionString: url,
		max: options.max ?? 12,
		options: `-c role=${APP_ROLE} -c lock_timeout=${lockTimeoutMs} -c timezone=UTC`
	});
	// An idle connection that the server drops must not end the process; the next query gets a new one.
	pool.on('error', () => {});
	const keyring = options.keyring ?? keyringFrom(process.env.ENCRYPTION_KEYS);
	const database: Database = {
		keyring,
		async close() {
			await letGo(database);
			await pool.end();
		}
	};
	keepPool(database, pool);
	return database;
}

/** @returns whether a statement goes through within `limitMs` milliseconds */
export async function databaseAnswers(database: Database, limitMs: number): Promise<boolean> {
	const query = poolOf(database)
		.query('SELECT 1')
		.then(
			() => true,
			() => false
		);
	const limit = Promise.withResolvers<boolean>();
	const timer = setTimeout(() => limit.resolve(false), limitMs);
	try {
		return await Promise.race([query, limit.promise]);
	} finally {
		clearTimeout(timer);
	}
}
