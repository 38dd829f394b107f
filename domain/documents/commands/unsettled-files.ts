/** Files that are on their way into the store or out of it: `unsettled_files` names each until it has arrived. */
import { and, eq, lt } from 'drizzle-orm';
import type { Database } from '../../../db/database.ts';
import { everyOrganization } from '../../../db/encryption/check-keys.ts';
import { fileKey, FileStoreFault, type FileStore } from '../../../db/files/file-store.ts';
import { documents, unsettledFiles } from '../../../db/schema/index.ts';
import { inOrganization, type Transaction } from '../../../db/transaction.ts';

/** No upload takes that long. */
const LEFT_BEHIND_MS = 3_600_000;

/**
 * Deletes the files that processes which died left behind.
 * @param now epoch milliseconds
 * @returns how many there were
 */
export async function sweepFiles(
	database: Database,
	store: FileStore,
	now: number = Date.now()
): Promise<number> {
	let sum = 0;
	for (const { id: organizationId } of await everyOrganization(database)) {
		const left = await inOrganization(database, organizationId, (transaction) =>
			transaction
				.select()
				.from(unsettledFiles)
				.where(
					and(
						eq(unsettledFiles.organizationId, organizationId),
						lt(unsettledFiles.since, new Date(now - LEFT_BEHIND_MS))
					)
				)
		);
		for (const { documentId } of left) {
			if (await discard(database, store, organizationId, documentId)) sum++;
		}
	}
	return sum;
}

/**
 * Deletes a file that no document has.
 * @returns whether it is gone; where the store refuses, it stays on the list and a sweep tries again
 */
export async function discard(
	database: Database,
	store: FileStore,
	organizationId: string,
	documentId: string
): Promise<boolean> {
	// A commit may have arrived though its answer did not.
	if (await isPresent(database, organizationId, documentId)) return false;
	try {
		await store.delete(fileKey(organizationId, documentId));
	} catch (fault) {
		if (fault instanceof FileStoreFault) return false;
		throw fault;
	}
	await inOrganization(database, organizationId, (transaction) =>
		settle(transaction, organizationId, documentId)
	);
	return true;
}

async function isPresent(
	database: Database,
	organizationId: string,
	documentId: string
): Promise<boolean> {
	const found = await inOrganization(database, organizationId, (transaction) =>
		transaction
			.select({ id: documents.id })
			.from(documents)
			.where(
				and(
					eq(documents.organizationId, organizationId),
					eq(documents.id, documentId),
					eq(documents.removed, false)
				)
			)
	);
	return found.length > 0;
}

/** Takes a file from the list. */
export async function settle(
	transaction: Transaction,
	organizationId: string,
	documentId: string
): Promise<void> {
	await transaction
		.delete(unsettledFiles)
		.where(
			and(
				eq(unsettledFiles.organizationId, organizationId),
				eq(unsettledFiles.documentId, documentId)
			)
		);
}
