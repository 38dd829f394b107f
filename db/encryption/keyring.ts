/** The operator's keys, which wrap each organization's data keys. The first one wraps; the others only unwrap. */

export const KEY_BYTES = 32;

export interface OperatorKey {
	/** What a wrapped data key names it by. */
	name: string;
	bytes: Buffer;
}

/** In the order in which they were given; empty: nothing can be encrypted here. */
export type Keyring = readonly OperatorKey[];

const ENTRY = /^([a-z0-9-]{1,40}):([A-Za-z0-9+/_-]{43}=?)$/;

export const KEYRING_HINT =
	'ENCRYPTION_KEYS must list keys as name:key, separated by commas, each key 32 bytes in base64';

/**
 * @param text `name:key,name:key`, as ENCRYPTION_KEYS has it
 * @throws TypeError that names no key when the text is not of that form
 */
export function keyringFrom(text: string | undefined): Keyring {
	const entries = (text ?? '')
		.split(',')
		.map((entry) => entry.trim())
		.filter((entry) => entry !== '');
	const keys = entries.map((entry) => {
		const [, name, encoded] = ENTRY.exec(entry) ?? [];
		const bytes = Buffer.from(encoded ?? '', 'base64');
		if (name === undefined || bytes.length !== KEY_BYTES) throw new TypeError(KEYRING_HINT);
		return { name, bytes };
	});
	if (new Set(keys.map(({ name }) => name)).size < keys.length) throw new TypeError(KEYRING_HINT);
	return keys;
}
