/** The database that Dayboard works on: the operator's or the embedded one, checked and brought up to date. */
import { startEmbeddedServer } from '#db/embedded-server.ts';
import { migrate } from '#db/migrate.ts';
import { checkServer, faultCode, placeOf } from '#db/server-check.ts';
import type { Settings } from '#db/settings.ts';
import { StartupFault } from '#db/startup-fault.ts';

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
		await checkServer(settings.databaseUrl);
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
		if (faultCode(fault) !== '42501') throw fault;
		throw new StartupFault(
			`The account of DATABASE_URL at ${placeOf(url)} may not prepare the database: it must own it and be allowed to create roles and extensions.`,
			{ cause: fault }
		);
	}
}
