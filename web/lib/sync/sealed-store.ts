/**
 * What this browser keeps so that it can be read without a line: sealed with a key that can be used here and not be
 * taken out, for one person at a time, for so many hours. Also used by the service worker. What this protects against
 * and what not: docs/decisions/0024-kept-on-the-device.md
 */

const DATABASE = 'dayboard-kept';
const KEYS = 'keys';
const RECORDS = 'records';
const THE_KEY = 'key';
const HOUR_MS = 3_600_000;
/** Clocks of devices are put right now and then by this much. */
const CLOCK_MS = 5 * 60_000;

/** What stands beside a record in clear; all of it is bound to what is sealed. */
export interface KeptFacts {
	name: string;
	userId: string;
	/** When it was true, and until when it may be read here (epoch milliseconds). */
	keptAt: number;
	until: number;
}

interface KeptRecord extends KeptFacts {
	iv: Uint8Array<ArrayBuffer>;
	sealed: ArrayBuffer;
}

/** Whoever signs out has left this page: nothing that is still on its way is kept. */
let isOver = false;

/**
 * Keeps something in place of what had its name. Whatever another person had kept here is wiped.
 * @param value as JSON takes it
 * @param options.hours how long it may be read
 */
export async function keep(
	name: string,
	value: unknown,
	{ userId, hours, now }: { userId: string; hours: number; now: number }
): Promise<void> {
	if (isOver) return;
	const facts = { name, userId, keptAt: now, until: now + hours * HOUR_MS };
	const isStrangers = (await keptFacts()).some((one) => one.userId !== userId);
	if (isStrangers) await wipeKept();
	const key = await theKey();
	const iv = crypto.getRandomValues(new Uint8Array(12));
	const text = new TextEncoder().encode(JSON.stringify(value));
	const sealed = await crypto.subtle.encrypt(sealing(iv, facts), key, text);
	if (isOver) return;
	await inStore(RECORDS, 'readwrite', (records) => records.put({ ...facts, iv, sealed }));
}

/** @returns what is kept under a name; `null`: nothing, or nothing that may be read any longer */
export async function recall<T>(
	name: string,
	now: number
): Promise<{ value: T; userId: string; keptAt: number } | null> {
	await wipeOutdated(now);
	const record = await inStore<KeptRecord | undefined>(RECORDS, 'readonly', (records) =>
		records.get(name)
	);
	// A clock that was set back would let it be read for longer.
	if (!record || now < record.keptAt - CLOCK_MS) return null;
	try {
		const key = await theKey();
		const bytes = await crypto.subtle.decrypt(sealing(record.iv, record), key, record.sealed);
		const value = JSON.parse(new TextDecoder().decode(bytes)) as T;
		return { value, userId: record.userId, keptAt: record.keptAt };
	} catch {
		// Tampered with, or sealed with a key that is gone.
		return null;
	}
}

/** @returns what is kept, without opening it */
export function keptFacts(): Promise<KeptFacts[]> {
	return inStore<KeptRecord[]>(RECORDS, 'readonly', (records) => records.getAll());
}

/** Forgets everything and keeps nothing from now on: at signing out, and when the session was refused. */
export async function endKeeping(): Promise<void> {
	isOver = true;
	await wipeKept();
}

/** Forgets everything and the key. */
export function wipeKept(): Promise<void> {
	return new Promise((resolve, reject) => {
		const request = indexedDB.deleteDatabase(DATABASE);
		request.onsuccess = () => resolve();
		request.onerror = () => reject(request.error ?? new Error('what is kept was not deleted'));
	});
}

/** Forgets what may not be read any longer; with the last of it the key goes as well. */
export async function wipeOutdated(now: number): Promise<void> {
	const all = await keptFacts();
	const outdated = all.filter(({ until }) => now >= until);
	if (outdated.length === 0) return;
	if (outdated.length === all.length) return wipeKept();
	for (const { name } of outdated) {
		await inStore(RECORDS, 'readwrite', (records) => records.delete(name));
	}
}

function sealing(iv: Uint8Array<ArrayBuffer>, { name, userId, keptAt, until }: KeptFacts) {
	const bound = new TextEncoder().encode([name, userId, keptAt, until].join('\n'));
	return { name: 'AES-GCM', iv, additionalData: bound };
}

/** Made at the first use. Of two windows that make one at once, the first that stores it has made it. */
async function theKey(): Promise<CryptoKey> {
	const known = () => inStore<CryptoKey | undefined>(KEYS, 'readonly', (keys) => keys.get(THE_KEY));
	const stored = await known();
	if (stored) return stored;
	const fresh = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, [
		...(['encrypt', 'decrypt'] as const)
	]);
	await inStore(KEYS, 'readwrite', (keys) => keys.add(fresh, THE_KEY)).catch(() => {});
	return (await known())!;
}

async function inStore<T>(
	name: string,
	mode: IDBTransactionMode,
	ask: (store: IDBObjectStore) => IDBRequest
): Promise<T> {
	const database = await opened();
	try {
		return await new Promise<T>((resolve, reject) => {
			const transaction = database.transaction(name, mode);
			const request = ask(transaction.objectStore(name));
			transaction.oncomplete = () => resolve(request.result as T);
			transaction.onabort = () => reject(transaction.error ?? new Error('nothing was stored'));
		});
	} finally {
		// An open connection would keep it from being wiped.
		database.close();
	}
}

function opened(): Promise<IDBDatabase> {
	return new Promise((resolve, reject) => {
		const request = indexedDB.open(DATABASE, 1);
		request.onupgradeneeded = () => {
			request.result.createObjectStore(KEYS);
			request.result.createObjectStore(RECORDS, { keyPath: 'name' });
		};
		request.onsuccess = () => {
			request.result.onversionchange = () => request.result.close();
			resolve(request.result);
		};
		request.onerror = () => reject(request.error ?? new Error('nothing can be kept here'));
	});
}
