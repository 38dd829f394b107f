/** Storing a document that people edit together. */
import { and, eq, sql } from 'drizzle-orm';
import type { Database } from '../../db/database.ts';
import {
	currentDataKey,
	dataKeyOf,
	keyVersionOf,
	sealWith,
	type DataKey
} from '../../db/encryption/sealing.ts';
import { keptDocuments } from '../../db/schema/index.ts';
import { forActor, type Transaction } from '../../db/transaction.ts';
import type { Actor } from '../access/actor.ts';
import { audit } from '../access/commands/audit.ts';
import type { AuditEntry, AuditKind } from '../access/audit-entry.ts';
import type { KeptKind, KeptName } from './kept-name.ts';
import { keptId, openState, sealForKept, type KeptPlace } from './queries.ts';

/** What the audit says of a change to each kind; the text is never in it. */
const WRITTEN: Record<KeptKind, AuditKind> = {
	handover: 'note-written',
	'visit-note': 'note-written',
	draft: 'draft-changed'
};

export interface StoreRequest {
	place: KeptPlace;
	/** The revision that the document in memory holds; 0: nothing was stored when it was loaded. */
	knownRevision: number;
	/**
	 * @param stored what another process stored meanwhile, to be taken into the document in memory; `null`: nothing
	 * @returns the whole state as it is to be stored
	 */
	merge(stored: Uint8Array | null): Uint8Array;
	/** Who wrote since it was stored last, in the order of their last words; somebody did. */
	authors: readonly Actor[];
	/** Those of them whom the audit has not named for a while. */
	toAudit: readonly Actor[];
	/** What follows from the new state, in the same transaction. */
	also?(transaction: Transaction): Promise<void>;
}

/**
 * Stores a document's state, under its row's lock: what another process stored meanwhile is merged and never
 * overwritten.
 * @returns the new revision after COMMIT; `gone`: it was stored once and its row is not there any more
 * @throws Error when it could not be stored, also where what is stored cannot be read
 */
export async function storeKept(
	database: Database,
	request: StoreRequest
): Promise<number | 'gone'> {
	const { organizationId } = request.place;
	const author = request.authors.at(-1)!;
	const keys = new Map<number, DataKey>();
	for (;;) {
		const key = await currentDataKey(database, organizationId);
		keys.set(key.version, key);
		const stored = await forActor(database, author, (transaction) =>
			storeOnce(transaction, request, key, keys)
		);
		if (typeof stored !== 'object') return stored;
		// Within the transaction a key that is not known yet would need a second connection.
		const { missingKey } = stored;
		keys.set(missingKey, await dataKeyOf(database, organizationId, missingKey));
	}
}

async function storeOnce(
	transaction: Transaction,
	request: StoreRequest,
	key: DataKey,
	keys: ReadonlyMap<number, DataKey>
): Promise<number | 'gone' | { missingKey: number }> {
	const { place, knownRevision, authors, toAudit } = request;
	const { organizationId, name } = place;
	const id = keptId(name);
	const isThis = and(eq(keptDocuments.organizationId, organizationId), eq(keptDocuments.id, id));
	const lock = () =>
		transaction
			.select({ sealed: keptDocuments.sealedState, revision: keptDocuments.revision })
			.from(keptDocuments)
			.where(isThis)
			.for('update');
	const changedBy = authors.at(-1)!.userId;
	const sealed = (state: Uint8Array) => ({
		sealedState: sealWith(key, sealForKept(place), state),
		byteCount: state.byteLength
	});
	let [row] = await lock();
	if (!row && knownRevision > 0) return 'gone';
	let revision = 1;
	if (!row) {
		const { rowCount } = await transaction
			.insert(keptDocuments)
			.values({
				organizationId,
				id,
				...placeColumns(name),
				changedBy,
				...sealed(request.merge(null))
			})
			.onConflictDoNothing();
		// Another process was first, between our look and our insert.
		if (rowCount === 0) [row] = await lock();
	}
	if (row) {
		let theirs: Uint8Array | null = null;
		if (row.revision !== knownRevision) {
			const version = keyVersionOf(row.sealed);
			const theirKey = keys.get(version);
			if (!theirKey) return { missingKey: version };
			theirs = openState(theirKey, place, row.sealed);
			if (theirs === null) throw new Error('a document that is kept cannot be read');
		}
		revision = row.revision + 1;
		await transaction
			.update(keptDocuments)
			.set({ ...sealed(request.merge(theirs)), revision, changedBy, changedAt: sql`now()` })
			.where(isThis);
	}
	for (const actor of toAudit) {
		await audit(transaction, actor, { kind: WRITTEN[name.kind], ...subjectOfKept(name) });
	}
	await request.also?.(transaction);
	return revision;
}

function placeColumns(name: KeptName) {
	switch (name.kind) {
		case 'handover':
			return { kind: name.kind, clinicId: name.clinicId, day: name.date };
		case 'visit-note':
			return { kind: name.kind, appointmentId: name.appointmentId };
		case 'draft':
			return { kind: name.kind };
	}
}

/** @returns what an entry of the audit is about when it tells of a document: ids and a day */
export function subjectOfKept(name: KeptName): Omit<AuditEntry, 'kind'> {
	switch (name.kind) {
		case 'handover':
			return { clinicId: name.clinicId, detail: { note: name.kind, date: name.date } };
		case 'visit-note':
			return {
				subject: { kind: 'appointment', id: name.appointmentId },
				detail: { note: name.kind }
			};
		case 'draft':
			return { subject: { kind: 'draft', id: name.draftId }, detail: {} };
	}
}
