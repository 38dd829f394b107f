/** This browser's own name among a person's devices, and what it keeps for them. */

const DEVICE_KEY = 'dayboard-device';
const DESK_PREFIX = 'dayboard-desk-';
/** What was seen of boards, in `localStorage`. */
export const LOOKED_PREFIX = 'dayboard-looked-';

/** What was read of handover notes, in `localStorage`: numbers, and nothing of what they say. */
export const NOTED_PREFIX = 'dayboard-noted-';

/** @returns a UUID that stays the same in this browser until somebody signs out. */
export function deviceId(): string {
	const known = localStorage.getItem(DEVICE_KEY);
	if (known) return known;
	const fresh = crypto.randomUUID();
	localStorage.setItem(DEVICE_KEY, fresh);
	return fresh;
}

/** @returns the name of the IndexedDB database in which a person's desk waits. */
export function deskStorageName(userId: string): string {
	return `${DESK_PREFIX}${userId}-${deviceId()}`;
}

/** Forgets everything that this browser keeps for the person: done before signing out. */
export async function wipeDesk(): Promise<void> {
	const databases = (await indexedDB.databases?.()) ?? [];
	for (const { name } of databases) {
		if (name?.startsWith(DESK_PREFIX)) indexedDB.deleteDatabase(name);
	}
	for (const key of Object.keys(localStorage)) {
		if (key.startsWith(LOOKED_PREFIX) || key.startsWith(NOTED_PREFIX)) localStorage.removeItem(key);
	}
	localStorage.removeItem(DEVICE_KEY);
}
