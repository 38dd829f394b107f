/** Whether a PostgreSQL server that an operator named can be worked on. */
import pg from 'pg';
import { StartupFault } from './startup-fault.ts';

const OLDEST_VERSION = 15;
const CONNECT_LIMIT_MS = 10_000;

/**
 * Looks whether the server answers, lets us in and is young enough.
 *
 * @throws StartupFault with one line when not
 */
export async function checkServer(url: string): Promise<void> {
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
	const code = faultCode(fault);
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
export function faultCode(fault: unknown): string | undefined {
	if (!(fault instanceof Error)) return undefined;
	const own = (fault as { code?: string }).code;
	if (own) return own;
	// Several addresses were tried.
	if (fault instanceof AggregateError) return faultCode(fault.errors[0]);
	return faultCode(fault.cause);
}

/** @returns host, port and database, without the password. */
export function placeOf(url: string): string {
	const { hostname, port, pathname } = new URL(url);
	return `${hostname || 'localhost'}:${port || 5432}${pathname}`;
}
