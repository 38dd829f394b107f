/** Files at rest: encrypted like texts, and each says itself which data key it needs, so that one can replace another. */
import { decrypt, encrypt } from './cipher.ts';
import { bindingOf, type DataKey, type Seal } from './sealing.ts';

/** Names the form; the key's version follows in four bytes, then iv, tag and ciphertext. */
const MARK = Buffer.from('DBF1');
const HEADER_BYTES = MARK.length + 4;

/** @returns what a document's file is sealed for */
export function sealForFile(organizationId: string, documentId: string): Seal {
	return { organizationId, purpose: `documents/${documentId}` };
}

export function sealBytes(key: DataKey, seal: Seal, bytes: Uint8Array): Buffer {
	const header = Buffer.alloc(HEADER_BYTES);
	MARK.copy(header);
	header.writeUInt32BE(key.version, MARK.length);
	return Buffer.concat([header, encrypt(key.bytes, bytes, bindingOf(seal))]);
}

/** @returns the version of the data key that is needed; 0: these are no sealed bytes */
export function keyVersionOfBytes(sealed: Buffer): number {
	const isOurs = sealed.length > HEADER_BYTES && sealed.subarray(0, MARK.length).equals(MARK);
	return isOurs ? sealed.readUInt32BE(MARK.length) : 0;
}

/** @throws Error when they were sealed for something else, were changed, or need another key */
export function unsealBytes(key: DataKey, seal: Seal, sealed: Buffer): Buffer {
	return decrypt(key.bytes, sealed.subarray(HEADER_BYTES), bindingOf(seal));
}
