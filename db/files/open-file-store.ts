/** The store that the operator wants. */
import type { FileSettings } from './file-settings.ts';
import type { FileStore } from './file-store.ts';
import { folderStore } from './folder-store.ts';

/** The client for S3 is loaded when it is used first: most installations never need it. */
export function openFileStore(settings: FileSettings): FileStore {
	if (settings.kind === 'folder') return folderStore(settings.folder);
	let opened: Promise<FileStore> | undefined;
	const store = () => (opened ??= import('./s3-store.ts').then(({ s3Store }) => s3Store(settings)));
	return {
		put: async (key, bytes) => (await store()).put(key, bytes),
		get: async (key) => (await store()).get(key),
		delete: async (key) => (await store()).delete(key)
	};
}
