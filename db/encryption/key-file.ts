/** A key for those who set none: made at the first start, kept beside the data, readable by this account alone. */
import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile } from 'node:fs/promises';
import path from 'node:path';
import { StartupFault } from '../startup-fault.ts';
import { KEY_BYTES, keyringFrom } from './keyring.ts';

const NAME = 'encryption.key';

/**
 * @param dataDir folder of everything that this machine keeps
 * @returns the keys as `ENCRYPTION_KEYS` would list them
 * @throws StartupFault when the file cannot be read or holds no key
 */
export async function keysOfMachine(dataDir: string): Promise<string> {
	const file = path.join(dataDir, NAME);
	const made = `machine:${randomBytes(KEY_BYTES).toString('base64')}`;
	try {
		await mkdir(dataDir, { recursive: true });
		// Fails where there is one already: it is never written over.
		const created = await open(file, 'wx', 0o600).catch((fault: NodeJS.ErrnoException) => {
			if (fault.code === 'EEXIST') return null;
			throw fault;
		});
		if (created) {
			await created.writeFile(`${made}\n`);
			await created.sync();
			await created.close();
			return made;
		}
		const text = (await readFile(file, 'utf8')).trim();
		if (keyringFrom(text).length > 0) return text;
	} catch (cause) {
		throw new StartupFault([`The key in ${file} cannot be used: restore it from a backup.`], {
			cause
		});
	}
	throw new StartupFault([`${file} is empty: restore it from a backup.`]);
}
