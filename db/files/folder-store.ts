/** Files in a folder of this machine, readable by this account alone. */
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { checkedKey, FileStoreFault, type FileStore } from './file-store.ts';

/** @param folder absolute; made when the first file comes */
export function folderStore(folder: string): FileStore {
	const pathOf = (key: string) => path.join(folder, ...checkedKey(key).split('/'));
	return {
		put(key, bytes) {
			const file = pathOf(key);
			return wrapped('written to', () => write(file, bytes));
		},
		get(key) {
			const file = pathOf(key);
			return wrapped('read', () =>
				readFile(file).catch((fault: NodeJS.ErrnoException) => {
					if (fault.code === 'ENOENT') return null;
					throw fault;
				})
			);
		},
		delete(key) {
			const file = pathOf(key);
			return wrapped('written to', async () => {
				await rm(file, { force: true });
				await rm(draftOf(file), { force: true });
			});
		}
	};
}

/** One name for each file: what a process that died left there is written over, or deleted with the file. */
const draftOf = (file: string) => `${file}.part`;

/** Beside its place, to the disk, and then into its place: nobody ever sees half of it. */
async function write(file: string, bytes: Uint8Array): Promise<void> {
	await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
	const draft = draftOf(file);
	try {
		const handle = await open(draft, 'w', 0o600);
		try {
			await handle.writeFile(bytes);
			await handle.sync();
		} finally {
			await handle.close();
		}
		await rename(draft, file);
	} catch (fault) {
		await rm(draft, { force: true }).catch(() => {});
		throw fault;
	}
	await syncFolder(path.dirname(file));
}

/** The new name is on the disk too. Windows knows no such thing. */
async function syncFolder(folder: string): Promise<void> {
	if (process.platform === 'win32') return;
	const handle = await open(folder, 'r');
	try {
		await handle.sync();
	} finally {
		await handle.close();
	}
}

async function wrapped<T>(done: string, work: () => Promise<T>): Promise<T> {
	try {
		return await work();
	} catch (cause) {
		const code = (cause as NodeJS.ErrnoException).code ?? 'no code';
		throw new FileStoreFault(`the folder of files cannot be ${done} (${code})`, { cause });
	}
}
