/** Deletes the files that processes which died left behind: at the start, and every hour. */
import type { Logger } from 'pino';
import type { Database } from '#db/database.ts';
import type { FileStore } from '#db/files/file-store.ts';
import { sweepFiles } from '#domain/documents/commands/unsettled-files.ts';

const INTERVAL_MS = 3_600_000;

/** Starts sweeping. @returns how to stop it; resolves when what is under way has ended */
export function startFileSweep(options: {
	database: Database;
	store: FileStore;
	log: Logger;
}): () => Promise<void> {
	const { database, store, log } = options;
	let sweeping = Promise.resolve();
	const sweep = () => {
		sweeping = sweepFiles(database, store).then(
			(count) => {
				if (count > 0) log.info({ count }, 'deleted files that were left behind');
			},
			(fault: unknown) => log.warn({ err: fault }, 'could not look for files that were left behind')
		);
	};
	sweep();
	const timer = setInterval(sweep, INTERVAL_MS);
	timer.unref();
	return () => {
		clearInterval(timer);
		return sweeping;
	};
}
