/** Where uploaded files lie. What is stored is encrypted before it comes here: a store keeps bytes and reads none. */
import { MAX_DOCUMENT_BYTES } from '../../domain/documents/document.ts';

/** A document with what encryption adds. */
export const MAX_STORED_BYTES = MAX_DOCUMENT_BYTES + 1024;

export interface FileStore {
	/** Stores a file whole or not at all, in place of one with the same key. */
	put(key: string, bytes: Uint8Array): Promise<void>;
	/** @returns the file, or `null` when there is none with this key */
	get(key: string): Promise<Buffer | null>;
	/** A file that is gone already is no fault. */
	delete(key: string): Promise<void>;
}

/** The store does not do what it should: full, unreachable, or it refuses. Names no key and no secret. */
export class FileStoreFault extends Error {
	override readonly name = 'FileStoreFault';
}

const UUID = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';
const KEY = new RegExp(`^${UUID}/${UUID}$`);

/** @returns the key of a document's file */
export function fileKey(organizationId: string, documentId: string): string {
	return checkedKey(`${organizationId}/${documentId}`);
}

/**
 * Every store asks this first: no name that came from outside ever becomes a path.
 * @throws TypeError when it is no key of `fileKey`
 */
export function checkedKey(key: string): string {
	if (!KEY.test(key)) throw new TypeError('not a key of a stored file');
	return key;
}
