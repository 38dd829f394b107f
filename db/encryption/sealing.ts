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

/** Unwrapped keys by database: unwrapping needs a round trip, and a version never changes. */
const unwrapped = new WeakMap<Database, Map<string, DataKey>>();

/** @returns `text` as it may be stored */
export async function seal(database: Database, seal: Seal, text: string): Promise<string> {
	const key = await currentDataKey(database, seal.organizationId);
	return `1.${key.version}.${encrypt(key.bytes, Buffer.from(text), bindingOf(seal)).toString('base64url')}`;
}

/**
 * @returns the text that was sealed
 * @throws Error when it was sealed for something else, was changed, or its key is not to be had
 */
export async function unseal(database: Database, seal: Seal, sealed: string): Promise<string> {
	const [, version, body] = FORM.exec(sealed) ?? [];
	if (body === undefined) throw new Error('not a sealed text');
	const key = await dataKeyOf(database, seal.organizationId, Number(version));
	return decrypt(key.bytes, Buffer.from(body, 'base64url'), bindingOf(seal)).toString();
}

/** @returns the version of the data key that a sealed text needs */
export function keyVersionOf(sealed: string): number {
	return Number(FORM.exec(sealed)?.[1] ?? 0);
}

export function bindingOf({ organizationId, purpose }: Seal): string {
	return `${organizationId}/${purpose}`;
}

/** @returns the newest data key of an organization, made when there is none yet */
export async function currentDataKey(database: Database, organizationId: string): Promise<DataKey> {
	return inOrganization(database, organizationId, async (transaction) => {
		const [newest] = await transaction
			.select()
			.from(dataKeys)
			.where(eq(dataKeys.organizationId, organizationId))
			.orderBy(desc(dataKeys.version))
			.limit(1);
		if (newest) return remember(database, newest, unwrap(database.keyring, newest));
		return addDataKey(transaction, database.keyring, organizationId, 1);
	});
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
	return remember(database, stored, unwrap(database.keyring, stored));
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

interface StoredKey {
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

function remember(
	database: Database,
	{ organizationId, version }: StoredKey,
	bytes: Buffer
): DataKey {
	const keys = unwrapped.get(database) ?? new Map<string, DataKey>();
	unwrapped.set(database, keys);
	const key = { version, bytes };
	keys.set(`${organizationId}/${version}`, key);
	return key;
}
