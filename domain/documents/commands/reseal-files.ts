/** The files' part of a key rotation. */
import { and, asc, eq, gt, lt } from 'drizzle-orm';
import type { Database } from '../../../db/database.ts';
import { newestOf, type Resealed } from '../../../db/encryption/rotation.ts';
import {
	keyVersionOfBytes,
	sealBytes,
	sealForFile,
	unsealBytes
} from '../../../db/encryption/sealed-bytes.ts';
import type { DataKey } from '../../../db/encryption/sealing.ts';
import { fileKey, type FileStore } from '../../../db/files/file-store.ts';
import { documents } from '../../../db/schema/index.ts';
import { inOrganization } from '../../../db/transaction.ts';

const FIRST_ID = '00000000-0000-0000-0000-000000000000';

/**
 * Encrypts with the newest key every file that an older one opens, one after the other. Each says itself which key it
 * needs, so that readers open it at any moment, also where this ends half way.
 * @param onFile is told after each
 * @throws FileStoreFault
 */
export async function resealFiles(
	database: Database,
	store: FileStore,
	{ organizationId, keys }: { organizationId: string; keys: ReadonlyMap<number, DataKey> },
	onFile: () => void = () => {}
): Promise<Resealed> {
	const newest = newestOf(keys);
	const sum: Resealed = { count: 0, unreadable: 0 };
	const older = and(
		eq(documents.organizationId, organizationId),
		eq(documents.removed, false),
		lt(documents.keyVersion, newest.version)
	);
	for (let after = FIRST_ID; ;) {
		const [next] = await inOrganization(database, organizationId, (transaction) =>
			transaction
				.select({ id: documents.id })
				.from(documents)
				.where(and(older, gt(documents.id, after)))
				.orderBy(asc(documents.id))
				.limit(1)
		);
		if (!next) return sum;
		after = next.id;
		const isDone = await resealFile(store, { organizationId, id: next.id, keys });
		if (!isDone) {
			sum.unreadable++;
			continue;
		}
		const { rowCount } = await inOrganization(database, organizationId, (transaction) =>
			transaction
				.update(documents)
				.set({ keyVersion: newest.version })
				.where(and(older, eq(documents.id, next.id)))
		);
		// Somebody has taken it away meanwhile.
		if (rowCount === 0) await store.delete(fileKey(organizationId, next.id));
		sum.count++;
		onFile();
	}
}

/** @returns whether it could be opened */
async function resealFile(
	store: FileStore,
	file: { organizationId: string; id: string; keys: ReadonlyMap<number, DataKey> }
): Promise<boolean> {
	const { organizationId, id, keys } = file;
	const stored = await store.get(fileKey(organizationId, id));
	if (stored === null) return false;
	const newest = newestOf(keys);
	const seal = sealForFile(organizationId, id);
	const version = keyVersionOfBytes(stored);
	if (version === newest.version) return true;
	let bytes: Buffer;
	try {
		bytes = unsealBytes(keys.get(version)!, seal, stored);
	} catch {
		return false;
	}
	await store.put(fileKey(organizationId, id), sealBytes(newest, seal, bytes));
	return true;
}
