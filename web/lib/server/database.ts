/** The web app's own connections; the process that serves it says to which database. */
import { openDatabase, type Database } from '#db/database.ts';

let opened: Database | undefined;

/** @returns the one pool of this process's pages, opened when first needed. */
export function database(): Database {
	if (opened) return opened;
	const url = process.env.DAYBOARD_DATABASE_URL;
	if (!url) throw new Error('DAYBOARD_DATABASE_URL is not set: start Dayboard with npm start');
	opened = openDatabase(url);
	process.once('sveltekit:shutdown' as 'exit', () => void opened?.close());
	return opened;
}
