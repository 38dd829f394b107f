/** Documents that are kept: how one lies in its table, and its state as it was stored last. */
import { and, eq } from 'drizzle-orm';
import type { Database } from '../../db/database.ts';
import { derivedId } from '../../db/derived-id.ts';
import { sealFor } from '../../db/encryption/sealed-columns.ts';
import {
	dataKeyOf,
	keyVersionOf,
	unsealToBytes,
	type DataKey,
	type Seal
} from '../../db/encryption/sealing.ts';
import { keptDocuments } from '../../db/schema/index.ts';
import { inOrganization } from '../../db/transaction.ts';
import { keptName, type KeptName } from './kept-name.ts';

/** A document and whose it is. */
export interface KeptPlace {
	organizationId: string;
	name: KeptName;
}

/** @returns the id of a document's row: always the same for one name */
export function keptId(name: KeptName): string {
	return name.kind === 'draft' ? name.draftId : derivedId(keptName(name));
}

/** @returns what a document's state is sealed for */
export function sealForKept({ organizationId, name }: KeptPlace): Seal {
	return sealFor(organizationId, 'kept_documents.sealed_state', keptId(name));
}

export interface StoredState {
	/** An update of version 1 that makes an empty Yjs document equal to it. */
	state: Uint8Array;
	revision: number;
}

/**
 * @returns what is stored of a document; `null`: nothing yet; `unreadable`: it was changed outside Dayboard, and is
 *   not to be written over
 */
export async function readKept(
	database: Database,
	place: KeptPlace
): Promise<StoredState | null | 'unreadable'> {
	const { organizationId, name } = place;
	const [stored] = await inOrganization(database, organizationId, (transaction) =>
		transaction
			.select({ sealed: keptDocuments.sealedState, revision: keptDocuments.revision })
			.from(keptDocuments)
			.where(
				and(eq(keptDocuments.organizationId, organizationId), eq(keptDocuments.id, keptId(name)))
			)
	);
	if (!stored) return null;
	const key = await dataKeyOf(database, organizationId, keyVersionOf(stored.sealed));
	const state = openState(key, place, stored.sealed);
	return state === null ? 'unreadable' : { state, revision: stored.revision };
}

/** @returns a stored state with the key of its version; `null`: it was tampered with */
export function openState(key: DataKey, place: KeptPlace, sealed: string): Uint8Array | null {
	try {
		return unsealToBytes(key, sealForKept(place), sealed);
	} catch {
		return null;
	}
}
