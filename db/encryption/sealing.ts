/**
 * Secrets, notes and papers at rest: encrypted with a data key of their organization, which is wrapped by a key that
 * only the operator's environment has. Who reads the database alone reads none of it.
 */
import { randomBytes } from 'node:crypto';
import { and, desc, eq } from 'drizzle-orm';
import type { Database } from '../database.ts';
import { dataKeys } from '../schema/index.ts';
import { inOrganization, type Transaction } from '../transaction.ts';
import { decrypt, encrypt } from './cipher.ts';
import { KEY_BYTES, type Keyring, type OperatorKey } from './keyring.ts';

/** What a text is sealed for: it opens for nothing else. */
export interface Seal {
	organizationId: string;
	/** Table and column, and the row's id: `second_factors.secret/<user id>`. */
	purpose: string;
}

export interface DataKey {
	version: number;
	bytes: Buffer;
}

/** `1.<key version>.<iv, tag and ciphertext>`; the leading number is the form's own. */
const FORM = /^1\.([1-9]\d{0,9})\.([A-Za-z0-9_-]+)$/;

/**
 * For how long the newest data key is taken for the newest without asking again: sealing costs no round trip. Whoever
 * adds one has to expect texts that are sealed with the one before for as long (domain/access/commands/rotate-keys.ts).
 */
export const NEWEST_KNOWN_MS = 10_000;

/** Unwrapped keys by database: unwrapping needs a round trip, and a version never changes. */
const unwrapped = new WeakMap<Database, Map<string, DataKey>>();
/** Each organization's newest key, and when it was asked for (`performance.now()`). */
const newest = new WeakMap<Database, Map<string, { key: DataKey; at: number }>>();

/** @returns `text` as it may be stored */
export async function seal(
	database: Database,
	seal: Seal,
	text: string | Uint8Array
): Promise<string> {
	return sealWith(await currentDataKey(database, seal.organizationId), seal, text);
}

/** The same with a key at hand, for many texts at once or within a transaction that makes the organization. */
export function sealWith(key: DataKey, seal: Seal, text: string | Uint8Array): string {
	const bytes = typeof text === 'string' ? Buffer.from(text) : text;
	return `1.${key.version}.${encrypt(key.bytes, bytes, bindingOf(seal)).toString('base64url')}`;
}

/**
 * @returns the text that was sealed
 * @throws Error when it was sealed for something else, was changed, or its key is not to be had
 */
export async function unseal(database: Database, seal: Seal, sealed: string): Promise<string> {
	const version = keyVersionOf(sealed);
	if (version === 0) throw new Error('not a sealed text');
	return unsealWith(await dataKeyOf(database, seal.organizationId, version), seal, sealed);
}

/** The same with the key of the version that `keyVersionOf` says. */
export function unsealWith(key: DataKey, seal: Seal, sealed: string): string {
	return unsealToBytes(key, seal, sealed).toString();
}

/** The same for what is no text. */
export function unsealToBytes(key: DataKey, seal: Seal, sealed: string): Buffer {
	const body = FORM.exec(sealed)?.[2] ?? '';
	return decrypt(key.bytes, Buffer.from(body, 'base64url'), bindingOf(seal));
}

/** @returns the version of the data key that a sealed text needs; 0: it is none */
export function keyVersionOf(sealed: string): number {
	return Number(FORM.exec(sealed)?.[1] ?? 0);
}

export function bindingOf({ organizationId, purpose }: Seal): string {
	return `${organizationId}/${purpose}`;
}

/** @returns the newest data key of an organization, made when there is none yet */
export async function currentDataKey(database: Database, organizationId: string): Promise<DataKey> {
	const known = newest.get(database)?.get(organizationId);
	if (known && performance.now() - known.at < NEWEST_KNOWN_MS) return known.key;
	const at = performance.now();
	const key = await inOrganization(database, organizationId, async (transaction) => {
		const [stored] = await transaction
			.select()
			.from(dataKeys)
			.where(eq(dataKeys.organizationId, organizationId))
			.orderBy(desc(dataKeys.version))
			.limit(1);
		if (stored) return opened(database, stored);
		return addDataKey(transaction, database.keyring, organizationId, 1);
	});
	const keys = newest.get(database) ?? new Map<string, { key: DataKey; at: number }>();
	newest.set(database, keys);
	keys.set(organizationId, { key, at });
	return key;
}

/** @returns one version of an organization's data key */
export async function dataKeyOf(
	database: Database,
	organizationId: string,
	version: number
): Promise<DataKey> {
	const known = unwrapped.get(database)?.get(`${organizationId}/${version}`);
	if (known) return known;
	const [stored] = await inOrganization(database, organizationId, (transaction) =>
		transaction
			.select()
			.from(dataKeys)
			.where(and(eq(dataKeys.organizationId, organizationId), eq(dataKeys.version, version)))
	);
	if (!stored) throw new Error('the data key of a sealed text is missing');
	return opened(database, stored);
}

/** Adds a data key, unless somebody else has added this version at the same time. @returns the one that is stored */
export async function addDataKey(
	transaction: Transaction,
	keyring: Keyring,
	organizationId: string,
	version: number
): Promise<DataKey> {
	const wrapping = wrappingKey(keyring);
	const bytes = randomBytes(KEY_BYTES);
	await transaction
		.insert(dataKeys)
		.values({
			...{ organizationId, version, wrappedBy: wrapping.name },
			wrapped: wrap(wrapping, bytes, { organizationId, version })
		})
		.onConflictDoNothing();
	const [stored] = await transaction
		.select()
		.from(dataKeys)
		.where(and(eq(dataKeys.organizationId, organizationId), eq(dataKeys.version, version)));
	return { version, bytes: unwrap(keyring, stored!) };
}

export interface StoredKey {
	organizationId: string;
	version: number;
	wrappedBy: string;
	wrapped: string;
}

/** @returns the operator's key that wraps now */
export function wrappingKey(keyring: Keyring): OperatorKey {
	const [first] = keyring;
	if (!first) throw new Error('ENCRYPTION_KEYS is not set: nothing can be encrypted');
	return first;
}

export function wrap(
	{ bytes: key }: OperatorKey,
	bytes: Buffer,
	{ organizationId, version }: Pick<StoredKey, 'organizationId' | 'version'>
): string {
	return encrypt(key, bytes, keyBinding(organizationId, version)).toString('base64url');
}

export function unwrap(keyring: Keyring, stored: StoredKey): Buffer {
	const key = keyring.find(({ name }) => name === stored.wrappedBy);
	if (!key) throw new Error(`ENCRYPTION_KEYS lacks the key named "${stored.wrappedBy}"`);
	const { organizationId, version, wrapped } = stored;
	return decrypt(key.bytes, Buffer.from(wrapped, 'base64url'), keyBinding(organizationId, version));
}

const keyBinding = (organizationId: string, version: number) =>
	`data_keys/${organizationId}/${version}`;

/** What is known already is not unwrapped again: it may be wrapped by a key by now that this process does not have. */
function opened(database: Database, stored: StoredKey): DataKey {
	const keys = unwrapped.get(database) ?? new Map<string, DataKey>();
	unwrapped.set(database, keys);
	const { organizationId, version } = stored;
	const name = `${organizationId}/${version}`;
	const key = keys.get(name) ?? { version, bytes: unwrap(database.keyring, stored) };
	keys.set(name, key);
	return key;
}
