/** The database for a command that does one thing and ends, beside a running Dayboard or without one. */
import { openDatabase, type Database } from '#db/database.ts';
import { checkKeys } from '#db/encryption/check-keys.ts';
import { keysOfMachine } from '#db/encryption/key-file.ts';
import { keyringFrom } from '#db/encryption/keyring.ts';
import { sealOldTexts } from '#db/encryption/old-texts.ts';
import { runningEmbeddedServer } from '#db/embedded/running-server.ts';
import type { Settings } from '#db/settings.ts';
import { bringUpToDate, findDatabase } from './open-database.ts';

/**
 * Runs `work` on the database of DATABASE_URL, on the embedded server that Dayboard keeps running, or on one that is
 * started for this alone; closes what it opened.
 * @throws StartupFault when there is no database to be had, or not with the keys that it was encrypted with
 */
export async function withDatabase<T>(
	settings: Settings,
	work: (database: Database) => Promise<T>
): Promise<T> {
	const running =
		settings.databaseUrl === null ? await runningEmbeddedServer(settings.dataDir) : null;
	const server = running === null ? await findDatabase(settings) : null;
	try {
		const url = running ?? server!.url;
		await bringUpToDate(url);
		const keys = settings.encryptionKeys ?? (await keysOfMachine(settings.dataDir));
		const database = openDatabase(url, { keyring: keyringFrom(keys) });
		try {
			await checkKeys(database);
			await sealOldTexts(url, database);
			return await work(database);
		} finally {
			await database.close();
		}
	} finally {
		await server?.close();
	}
}
