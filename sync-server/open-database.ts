/** The database that Dayboard works on: the operator's or the embedded one, checked and brought up to date. */
import pg from 'pg';
import { startEmbeddedServer } from '#db/embedded-server.ts';
import { migrate } from '#db/migrate.ts';
import type { Settings } from '#db/settings.ts';
import { StartupFault } from '#db/startup-fault.ts';

const OLDEST_VERSION = 15;
const CONNECT_LIMIT_MS = 10_000;

export interface DatabaseInForce {
	/** URL of the owner's account. */
	readonly url: string;
	/** Resolves when an embedded server ends by itself; never for the operator's own. */
	readonly lost: Promise<void>;
	/** Stops an embedded server. */
	close(): Promise<void>;
}

/**
 * Starts the embedded server, or takes that of DATABASE_URL when it answers and is young enough.
 *
 * @throws StartupFault with one line when neither works
 */
export async function findDatabase(settings: Settings): Promise<DatabaseInForce> {
	if (settings.databaseUrl !== null) {
		await check(settings.databaseUrl);
		return { url: settings.databaseUrl, lost: new Promise(() => {}), close: async () => {} };
	}
	const server = await startEmbeddedServer({ dataDir: settings.dataDir });
	return { url: server.url, lost: server.lost, close: () => server.stop() };
}

/**
 * Brings the schema up to date.
 *
 * @throws StartupFault when the account may not do that
 */
export async function bringUpToDate(url: string): Promise<void> {
	try {
		await migrate(url);
	} catch (fault) {
		if (sqlState(fault) !== '42501') throw fault;
		throw new StartupFault(
			`The account of DATABASE_URL at ${placeOf(url)} may not prepare the database: it must own it and be allowed to create roles and extensions.`,
			{ cause: fault }
		);
	}
}

async function check(url: string): Promise<void> {
	const client = new pg.Client({
		connectionString: url,
		connectionTimeoutMillis: CONNECT_LIMIT_MS
	});
	client.on('error', () => {});
	try {
		await client.connect();
		const { rows } = await client.query('SHOW server_version_num');
		const version = Math.floor(Number(rows[0].server_version_num) / 10_000);
		if (version < OLDEST_VERSION)
			throw new StartupFault(
				`The database at ${placeOf(url)} is PostgreSQL ${version}; Dayboard needs ${OLDEST_VERSION} or newer.`
			);
	} catch (fault) {
		if (fault instanceof StartupFault) throw fault;
		throw new StartupFault(`${whyUnreachable(fault, url)}: check DATABASE_URL.`, { cause: fault });
	} finally {
		await client.end().catch(() => {});
	}
}

function whyUnreachable(fault: unknown, url: string): string {
	const place = placeOf(url);
	const code = sqlState(fault);
	switch (code) {
		case '28P01':
		case '28000':
			return `The database at ${place} refuses that user or password`;
		case '3D000':
			return `There is no such database at ${place}`;
		case '53300':
			return `The database at ${place} has no connection left`;
		default:
			return `The database at ${place} cannot be reached (${code ?? 'no answer'})`;
	}
}

/** @returns SQLSTATE or the system's code of a fault or what caused it. */
function sqlState(fault: unknown): string | undefined {
	if (!(fault instanceof Error)) return undefined;
	const own = (fault as { code?: string }).code;
	if (own) return own;
	// Several addresses were tried.
	if (fault instanceof AggregateError) return sqlState(fault.errors[0]);
	return sqlState(fault.cause);
}

/** @returns host, port and database, without the password. */
function placeOf(url: string): string {
	const { hostname, port, pathname } = new URL(url);
	return `${hostname || 'localhost'}:${port || 5432}${pathname}`;
}
