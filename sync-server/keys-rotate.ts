/** `npm run keys:rotate`: wraps every data key with the first of ENCRYPTION_KEYS. README.md tells when to use it. */
import './require-node.js';
import { parseArgs } from 'node:util';
import { FileStoreFault } from '#db/files/file-store.ts';
import { openFileStore } from '#db/files/open-file-store.ts';
import { readSettings } from '#db/settings.ts';
import { StartupFault } from '#db/startup-fault.ts';
import { rotateKeys } from '#domain/access/commands/rotate-keys.ts';
import { withDatabase } from './with-database.ts';

const USAGE = `Usage: npm run keys:rotate -- [options]
  --data-keys  also gives every organization a new data key, and encrypts with it all that is encrypted`;

class UsageFault extends Error {}

try {
	process.exitCode = await run();
} catch (fault) {
	const isOurs =
		fault instanceof UsageFault || fault instanceof StartupFault || fault instanceof FileStoreFault;
	if (!isOurs) throw fault;
	console.error(fault.message);
	process.exitCode = 1;
}

/** @returns the exit code: 1 also when something could not be read and was left as it is. */
async function run(): Promise<number> {
	const { dataKeys } = readArguments();
	const settings = readSettings();
	const store = openFileStore(settings.files);
	const report = await withDatabase(settings, (database) =>
		rotateKeys(database, { dataKeys, store, onProgress: (line) => console.error(line) })
	);
	if (report === null) {
		console.error('Another rotation is running on this database. Please wait for its end.');
		return 1;
	}
	const { wrapped, resealed, unreadable, unneeded } = report;
	console.log(`${wrapped} data keys wrapped anew, ${resealed} texts and files encrypted anew.`);
	if (unneeded.length > 0) {
		const names = unneeded.map((name) => `"${name}"`).join(', ');
		console.log(`Nothing needs ${names} any more: take it out of ENCRYPTION_KEYS and restart.`);
	}
	if (unreadable === 0) return 0;
	console.error(`${unreadable} texts or files cannot be opened with any key and stay as they are.`);
	return 1;
}

function readArguments(): { dataKeys: boolean } {
	try {
		const { values } = parseArgs({ options: { 'data-keys': { type: 'boolean', default: false } } });
		return { dataKeys: values['data-keys'] };
	} catch (cause) {
		throw new UsageFault(`${(cause as Error).message}\n${USAGE}`, { cause });
	}
}
