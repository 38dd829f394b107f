/** Changing keys while Dayboard runs: the operator's, which wrap, and each organization's own, which encrypt. */
import { setTimeout as wait } from 'node:timers/promises';
import { and, eq, sql } from 'drizzle-orm';
import type { Database } from '../../../db/database.ts';
import { everyOrganization, storedKeysOf } from '../../../db/encryption/check-keys.ts';
import {
	countOlder,
	newestOf,
	resealColumn,
	wrapAnew,
	type Resealed
} from '../../../db/encryption/rotation.ts';
import { SEALED_COLUMNS } from '../../../db/encryption/sealed-columns.ts';
import {
	addDataKey,
	NEWEST_KNOWN_MS,
	unwrap,
	wrappingKey,
	type DataKey
} from '../../../db/encryption/sealing.ts';
import type { FileStore } from '../../../db/files/file-store.ts';
import { auditEntries } from '../../../db/schema/index.ts';
import { inOrganization } from '../../../db/transaction.ts';
import { runAlone } from '../../../db/single-run.ts';
import { resealFiles } from '../../documents/commands/reseal-files.ts';
import { auditOfOperator } from './audit.ts';

/** What was sealed with the key before is stored by then. */
const SETTLE_MS = NEWEST_KNOWN_MS + 5_000;
/** After that many rounds somebody holds a row for good. */
const MAX_ROUNDS = 10;

export interface RotateOptions {
	/** Gives every organization a new data key too, and seals with it all that is sealed. */
	dataKeys: boolean;
	/** Where the documents are; left out: there are none. */
	store?: FileStore;
	/** Resolves when texts that were on their way, sealed with the key before, are stored. */
	settle?: () => Promise<unknown>;
	/** Is told in one line how far it is. */
	onProgress?: (line: string) => void;
}

export interface RotationReport {
	/** Data keys that were wrapped with another operator's key before. */
	wrapped: number;
	/** Texts and files that were sealed anew. */
	resealed: number;
	/** Texts and files that cannot be opened; they stay as they are. */
	unreadable: number;
	/** Names of the operator's keys that nothing needs any more. */
	unneeded: string[];
}

/**
 * Wraps every data key with the first of the operator's keys. Killed half way, it is repeated and goes on from there.
 * @returns what was done, or `null` when another rotation is running
 * @throws Error when a data key cannot be unwrapped
 */
export async function rotateKeys(
	database: Database,
	options: RotateOptions
): Promise<RotationReport | null> {
	return runAlone(database, 'rotation', async () => {
		const organizations = await everyOrganization(database);
		const report: RotationReport = { wrapped: 0, resealed: 0, unreadable: 0, unneeded: [] };
		for (const { id, name } of organizations) {
			const count = await wrap(database, id);
			report.wrapped += count;
			if (count > 0) options.onProgress?.(`${name}: ${keysWords(count)} wrapped anew.`);
		}
		if (options.dataKeys) await renewDataKeys(database, organizations, options, report);
		report.unneeded = await unneededKeys(database, organizations);
		return report;
	});
}

async function wrap(database: Database, organizationId: string): Promise<number> {
	return inOrganization(database, organizationId, async (transaction) => {
		const count = await wrapAnew(transaction, database, organizationId);
		if (count > 0) {
			const detail = { wrapped: count, wrappedBy: wrappingKey(database.keyring).name };
			await auditOfOperator(transaction, organizationId, { kind: 'keys-rotated', detail });
		}
		return count;
	});
}

async function renewDataKeys(
	database: Database,
	organizations: readonly { id: string; name: string }[],
	{ store, settle = () => wait(SETTLE_MS), onProgress = () => {} }: RotateOptions,
	report: RotationReport
): Promise<void> {
	const begun: { id: string; name: string; keys: ReadonlyMap<number, DataKey>; count: number }[] =
		[];
	for (const { id, name } of organizations) {
		const keys = await newKeyOf(database, id, () =>
			onProgress(`${name}: going on with a rotation that was interrupted.`)
		);
		if (keys === null) continue;
		const say = (line: string) => onProgress(`${name}: ${line}`);
		const { count } = await reseal(database, store, { organizationId: id, keys }, say);
		begun.push({ id, name, keys, count });
	}
	if (begun.length === 0) return;
	onProgress('Waiting a moment for what is being written meanwhile.');
	await settle();
	for (const { id, name, keys, count } of begun) {
		const say = (line: string) => onProgress(`${name}: ${line}`);
		const late = await reseal(database, store, { organizationId: id, keys }, say);
		const resealed = count + late.count;
		const { version } = newestOf(keys);
		await inOrganization(database, id, (transaction) =>
			auditOfOperator(transaction, id, {
				kind: 'keys-rotated',
				detail: { dataKeyVersion: version, resealed, unreadable: late.unreadable }
			})
		);
		report.resealed += resealed;
		report.unreadable += late.unreadable;
		onProgress(
			`${name}: data key ${version} is in force, ${resealed} texts and files sealed with it.`
		);
	}
}

/**
 * @param onResume is told when the newest key is one of an earlier rotation that did not come to its end
 * @returns the organization's data keys with a new one among them; `null`: it has none, for nothing is sealed
 */
async function newKeyOf(
	database: Database,
	organizationId: string,
	onResume: () => void
): Promise<ReadonlyMap<number, DataKey> | null> {
	const stored = await storedKeysOf(database, organizationId);
	const newest = stored.at(-1);
	if (!newest) return null;
	const keys = new Map(
		stored.map((key) => [
			key.version,
			{ version: key.version, bytes: unwrap(database.keyring, key) }
		])
	);
	return inOrganization(database, organizationId, async (transaction) => {
		if (newest.version > 1) {
			const done = await transaction
				.select({ id: auditEntries.id })
				.from(auditEntries)
				.where(
					and(
						eq(auditEntries.organizationId, organizationId),
						eq(auditEntries.kind, 'keys-rotated'),
						sql`(${auditEntries.detail} ->> 'dataKeyVersion')::int = ${newest.version}`
					)
				)
				.limit(1);
			if (done.length === 0) {
				onResume();
				return keys;
			}
		}
		const version = newest.version + 1;
		const added = await addDataKey(transaction, database.keyring, organizationId, version);
		return keys.set(version, added);
	});
}

/** Every sealed column, again and again until no row is left that somebody was changing; then the files. */
async function reseal(
	database: Database,
	store: FileStore | undefined,
	whose: { organizationId: string; keys: ReadonlyMap<number, DataKey> },
	say: (line: string) => void
): Promise<Resealed> {
	const { organizationId, keys } = whose;
	const sum = { count: 0, unreadable: 0 };
	for (const column of SEALED_COLUMNS) {
		const name = `${column.table}.${column.column}`;
		let done = 0;
		const onBatch = (count: number) => {
			done += count;
			if (count > 0) say(`${name}, ${done} so far`);
		};
		for (let round = 0; round < MAX_ROUNDS; round++) {
			const { count, unreadable } = await resealColumn(database, column, whose, onBatch);
			sum.count += count;
			const left = await countOlder(database, column, organizationId, newestOf(keys).version);
			if (left > unreadable) continue;
			sum.unreadable += unreadable;
			break;
		}
	}
	if (!store) return sum;
	let done = 0;
	const files = await resealFiles(database, store, whose, () => say(`files, ${++done} so far`));
	return { count: sum.count + files.count, unreadable: sum.unreadable + files.unreadable };
}

async function unneededKeys(
	database: Database,
	organizations: readonly { id: string }[]
): Promise<string[]> {
	const needed = new Set<string>([wrappingKey(database.keyring).name]);
	for (const { id } of organizations) {
		for (const { wrappedBy } of await storedKeysOf(database, id)) needed.add(wrappedBy);
	}
	return database.keyring.map(({ name }) => name).filter((name) => !needed.has(name));
}

const keysWords = (count: number) => (count === 1 ? 'one data key' : `${count} data keys`);
