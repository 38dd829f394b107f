/** The web app's own way to the files; the process that serves it says where they are. */
import type { FileSettings } from '#db/files/file-settings.ts';
import type { FileStore } from '#db/files/file-store.ts';
import { openFileStore } from '#db/files/open-file-store.ts';

let opened: FileStore | undefined;

/** @returns the one store of this process's pages, opened when first needed. */
export function fileStore(): FileStore {
	const settings = process.env.DAYBOARD_FILES;
	if (!settings) throw new Error('DAYBOARD_FILES is not set: start Dayboard with npm start');
	return (opened ??= openFileStore(JSON.parse(settings) as FileSettings));
}
