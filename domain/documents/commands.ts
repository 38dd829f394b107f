/**
 * Adds papers to a visit and takes them away. File and row are in two places: every file that is on its way into the
 * store or out of it stands in `unsettled_files` meanwhile, so that a process that dies leaves nothing behind for long.
 */
import { and, count, eq } from 'drizzle-orm';
import { fileTypeFromBuffer } from 'file-type';
import type { Database } from '../../db/database.ts';
import { sealBytes, sealForFile } from '../../db/encryption/sealed-bytes.ts';
import { sealFor } from '../../db/encryption/sealed-columns.ts';
import { currentDataKey, sealWith } from '../../db/encryption/sealing.ts';
import { fileKey, FileStoreFault, type FileStore } from '../../db/files/file-store.ts';
import { appointments, documents, unsettledFiles } from '../../db/schema/index.ts';
import { forActor, type Transaction } from '../../db/transaction.ts';
import type { Actor } from '../access/actor.ts';
import { authorize } from '../access/authorize.ts';
import { audit } from '../access/commands/audit.ts';
import {
	documentName,
	isDocumentKind,
	MAX_DOCUMENT_BYTES,
	MAX_DOCUMENTS,
	type DocumentFault,
	type DocumentResult
} from './document.ts';
import { discard, settle } from './commands/unsettled-files.ts';
import { hashOf, presentDocument, visitOfDocuments } from './queries.ts';

export interface Upload {
	appointmentId: string;
	/** What the browser calls the file. */
	name: string;
	/** Read to its end or to the limit; never more of it is kept than the limit. */
	body: AsyncIterable<Uint8Array>;
}

/**
 * Takes a paper in.
 * @returns its id after COMMIT; when it is not taken, neither row nor file is left
 */
export async function addDocument(
	database: Database,
	store: FileStore,
	actor: Actor,
	{ appointmentId, name, body }: Upload
): Promise<DocumentResult<{ id: string }>> {
	const { organizationId } = actor;
	const refused = await forActor(database, actor, (transaction) =>
		whyNotAdded(transaction, actor, appointmentId)
	);
	const bytes = await readAtMost(body, refused === null ? MAX_DOCUMENT_BYTES : 0);
	if (refused !== null) return { ok: false, fault: refused };
	if (bytes === null) return { ok: false, fault: 'too-large' };
	if (bytes.length === 0) return { ok: false, fault: 'empty' };
	const mediaType = (await fileTypeFromBuffer(bytes))?.mime;
	if (!isDocumentKind(mediaType)) return { ok: false, fault: 'wrong-kind' };

	const id = crypto.randomUUID();
	const key = await currentDataKey(database, organizationId);
	const sealedName = sealWith(
		key,
		sealFor(organizationId, 'documents.sealed_name', id),
		documentName(name, mediaType)
	);
	await forActor(database, actor, (transaction) =>
		transaction.insert(unsettledFiles).values({ organizationId, documentId: id })
	);
	try {
		const sealed = sealBytes(key, sealForFile(organizationId, id), bytes);
		await store.put(fileKey(organizationId, id), sealed);
		const late = await forActor(database, actor, async (transaction) => {
			await oneByOne(transaction, actor, appointmentId);
			const why = await whyNotAdded(transaction, actor, appointmentId);
			if (why !== null) return why;
			await transaction.insert(documents).values({
				...{ organizationId, id, appointmentId, sealedName, mediaType },
				...{ byteCount: bytes.length, contentHash: hashOf(bytes), keyVersion: key.version },
				uploadedBy: actor.userId
			});
			const visit = await visitOfDocuments(transaction, actor, appointmentId);
			await audit(transaction, actor, {
				...{ kind: 'document-added', subject: { kind: 'document', id } },
				clinicId: visit!.clinicId,
				detail: { appointmentId, mediaType, bytes: bytes.length }
			});
			await settle(transaction, organizationId, id);
			return null;
		});
		if (late === null) return { ok: true, value: { id } };
		await discard(database, store, organizationId, id);
		return { ok: false, fault: late };
	} catch (thrown) {
		// Where that fails too the file stays on the list, and a sweep finds it.
		await discard(database, store, organizationId, id).catch(() => {});
		if (thrown instanceof FileStoreFault) return { ok: false, fault: 'not-stored' };
		throw thrown;
	}
}

/** Takes a paper away: its bytes are deleted, its row stays for the history. */
export async function removeDocument(
	database: Database,
	store: FileStore,
	actor: Actor,
	{ appointmentId, documentId }: { appointmentId: string; documentId: string }
): Promise<DocumentResult<null>> {
	const { organizationId } = actor;
	const fault = await forActor(database, actor, async (transaction) => {
		const visit = await visitOfDocuments(transaction, actor, appointmentId);
		if (!visit) return 'not-found';
		if (!authorize(actor, 'document.write', visit)) return 'not-allowed';
		if (!(await presentDocument(transaction, actor, appointmentId, documentId))) return 'not-found';
		const { rowCount } = await transaction
			.update(documents)
			.set({ removed: true })
			.where(
				and(
					eq(documents.organizationId, organizationId),
					eq(documents.id, documentId),
					eq(documents.removed, false)
				)
			);
		if (rowCount === 0) return 'not-found';
		await transaction
			.insert(unsettledFiles)
			.values({ organizationId, documentId })
			.onConflictDoNothing();
		await audit(transaction, actor, {
			...{ kind: 'document-removed', subject: { kind: 'document', id: documentId } },
			...{ clinicId: visit.clinicId, detail: { appointmentId } }
		});
		return null;
	});
	if (fault !== null) return { ok: false, fault };
	await discard(database, store, organizationId, documentId);
	return { ok: true, value: null };
}

/** Others add to the same visit one after the other, so that none is too many. */
async function oneByOne(
	transaction: Transaction,
	{ organizationId }: Actor,
	appointmentId: string
): Promise<void> {
	await transaction
		.select({ id: appointments.id })
		.from(appointments)
		.where(and(eq(appointments.organizationId, organizationId), eq(appointments.id, appointmentId)))
		.for('update');
}

async function whyNotAdded(
	transaction: Transaction,
	actor: Actor,
	appointmentId: string
): Promise<DocumentFault | null> {
	const { organizationId } = actor;
	const visit = await visitOfDocuments(transaction, actor, appointmentId);
	if (!visit) return 'not-found';
	if (!authorize(actor, 'document.write', visit)) return 'not-allowed';
	const [present] = await transaction
		.select({ count: count() })
		.from(documents)
		.where(
			and(
				eq(documents.organizationId, organizationId),
				eq(documents.appointmentId, appointmentId),
				eq(documents.removed, false)
			)
		);
	return present!.count < MAX_DOCUMENTS ? null : 'too-many';
}

/** The rest is read and thrown away, so that an answer arrives; whoever sends more than that gets none. */
const MOST_READ_BYTES = 2 * MAX_DOCUMENT_BYTES;

/** @returns the bytes, or `null` when there are more than `limit` */
async function readAtMost(body: AsyncIterable<Uint8Array>, limit: number): Promise<Buffer | null> {
	const chunks: Uint8Array[] = [];
	let length = 0;
	for await (const chunk of body) {
		length += chunk.byteLength;
		if (length <= limit) chunks.push(chunk);
		else chunks.length = 0;
		if (length > MOST_READ_BYTES) break;
	}
	return length > limit ? null : Buffer.concat(chunks);
}
