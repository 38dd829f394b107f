/** The papers of a visit, for those who may read them. */
import { createHash } from 'node:crypto';
import { and, asc, desc, eq, inArray } from 'drizzle-orm';
import type { Database } from '../../db/database.ts';
import { keyVersionOfBytes, sealForFile, unsealBytes } from '../../db/encryption/sealed-bytes.ts';
import { sealFor } from '../../db/encryption/sealed-columns.ts';
import { dataKeyOf, unseal } from '../../db/encryption/sealing.ts';
import { fileKey, FileStoreFault, type FileStore } from '../../db/files/file-store.ts';
import { appointments, auditEntries, documents, users } from '../../db/schema/index.ts';
import { forActor, type Transaction } from '../../db/transaction.ts';
import type { Actor } from '../access/actor.ts';
import { authorize } from '../access/authorize.ts';
import { audit } from '../access/commands/audit.ts';
import type { DocumentKind, DocumentList, DocumentResult } from './document.ts';

export type StoredDocument = typeof documents.$inferSelect;

/** @returns the visit, or `null` where the actor may not read its papers */
export async function visitOfDocuments(
	transaction: Transaction,
	actor: Actor,
	appointmentId: string
) {
	const { organizationId } = actor;
	const [visit] = await transaction
		.select()
		.from(appointments)
		.where(
			and(eq(appointments.organizationId, organizationId), eq(appointments.id, appointmentId))
		);
	return visit && authorize(actor, 'document.read', visit) ? visit : null;
}

/** @returns a visit's paper that has not been removed */
export async function presentDocument(
	transaction: Transaction,
	{ organizationId }: Actor,
	appointmentId: string,
	documentId: string
): Promise<StoredDocument | undefined> {
	const [found] = await transaction
		.select()
		.from(documents)
		.where(
			and(
				eq(documents.organizationId, organizationId),
				eq(documents.appointmentId, appointmentId),
				eq(documents.id, documentId),
				eq(documents.removed, false)
			)
		);
	return found;
}

/** @returns a visit's papers, oldest first, and what was taken away; `not-found` where the actor may not read them */
export async function listDocuments(
	database: Database,
	actor: Actor,
	appointmentId: string
): Promise<DocumentResult<DocumentList>> {
	const { organizationId } = actor;
	const read = await forActor(database, actor, async (transaction) => {
		const visit = await visitOfDocuments(transaction, actor, appointmentId);
		if (!visit) return null;
		const rows = await transaction
			.select({ document: documents, uploadedBy: users.name })
			.from(documents)
			.innerJoin(
				users,
				and(eq(users.organizationId, documents.organizationId), eq(users.id, documents.uploadedBy))
			)
			.where(
				and(
					eq(documents.organizationId, organizationId),
					eq(documents.appointmentId, appointmentId)
				)
			)
			.orderBy(asc(documents.uploadedAt), asc(documents.id));
		const gone = rows.filter(({ document }) => document.removed).map(({ document }) => document.id);
		const removals = gone.length === 0 ? [] : await removalsOf(transaction, organizationId, gone);
		return { rows, removals, mayWrite: authorize(actor, 'document.write', visit) };
	});
	if (read === null) return { ok: false, fault: 'not-found' };
	const names = new Map(
		await Promise.all(
			read.rows.map(async ({ document }): Promise<[string, string]> => [
				document.id,
				await nameOf(database, document)
			])
		)
	);
	const present = read.rows.filter(({ document }) => !document.removed);
	return {
		ok: true,
		value: {
			mayWrite: read.mayWrite,
			documents: present.map(({ document, uploadedBy }) => ({
				...{ id: document.id, name: names.get(document.id)!, uploadedBy },
				...{ mediaType: document.mediaType as DocumentKind, byteCount: document.byteCount },
				uploadedAt: document.uploadedAt.getTime()
			})),
			removed: read.removals.map(({ id, at, removedBy }) => ({
				...{ id: id!, name: names.get(id!)!, removedAt: at.getTime(), removedBy }
			}))
		}
	};
}

function removalsOf(transaction: Transaction, organizationId: string, ids: string[]) {
	return transaction
		.select({ id: auditEntries.subjectId, at: auditEntries.at, removedBy: users.name })
		.from(auditEntries)
		.leftJoin(
			users,
			and(
				eq(users.organizationId, auditEntries.organizationId),
				eq(users.id, auditEntries.actorUserId)
			)
		)
		.where(
			and(
				eq(auditEntries.organizationId, organizationId),
				eq(auditEntries.kind, 'document-removed'),
				inArray(auditEntries.subjectId, ids)
			)
		)
		.orderBy(desc(auditEntries.at));
}

/** Somebody changed it outside Dayboard: the others are listed all the same. */
const UNREADABLE_NAME = 'Name cannot be read';

async function nameOf(database: Database, document: StoredDocument): Promise<string> {
	const { organizationId, id, sealedName } = document;
	const seal = sealFor(organizationId, 'documents.sealed_name', id);
	return unseal(database, seal, sealedName).catch(() => UNREADABLE_NAME);
}

export interface ReadDocument {
	name: string;
	mediaType: DocumentKind;
	bytes: Buffer;
}

/** Gives a paper out, which is written down. @returns it as it was uploaded */
export async function readDocument(
	database: Database,
	store: FileStore,
	actor: Actor,
	{ appointmentId, documentId }: { appointmentId: string; documentId: string }
): Promise<DocumentResult<ReadDocument>> {
	const { organizationId } = actor;
	const document = await forActor(database, actor, async (transaction) => {
		const visit = await visitOfDocuments(transaction, actor, appointmentId);
		if (!visit) return undefined;
		const found = await presentDocument(transaction, actor, appointmentId, documentId);
		if (!found) return undefined;
		await audit(transaction, actor, {
			...{ kind: 'document-read', subject: { kind: 'document', id: documentId } },
			...{ clinicId: visit.clinicId, detail: { appointmentId } }
		});
		return found;
	});
	if (!document) return { ok: false, fault: 'not-found' };
	const stored = await storedBytes(store, fileKey(organizationId, documentId));
	if (stored === null) return { ok: false, fault: 'not-readable' };
	const key = await dataKeyOf(database, organizationId, keyVersionOfBytes(stored));
	const bytes = unsealBytes(key, sealForFile(organizationId, documentId), stored);
	if (hashOf(bytes) !== document.contentHash) throw new Error('a file is not the one that it was');
	return {
		ok: true,
		value: {
			name: await nameOf(database, document),
			mediaType: document.mediaType as DocumentKind,
			bytes
		}
	};
}

async function storedBytes(store: FileStore, key: string): Promise<Buffer | null> {
	try {
		return await store.get(key);
	} catch (fault) {
		if (fault instanceof FileStoreFault) return null;
		throw fault;
	}
}

/** @returns SHA-256, hex */
export function hashOf(bytes: Uint8Array): string {
	return createHash('sha256').update(bytes).digest('hex');
}
