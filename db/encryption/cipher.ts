/** AES-256-GCM, bound to what a text belongs to: moved elsewhere, it does not open. */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

const IV_BYTES = 12;
const TAG_BYTES = 16;

/**
 * @param key 32 bytes
 * @param binding what it belongs to; the same is needed to open it
 * @returns iv, tag and ciphertext in one
 */
export function encrypt(key: Buffer, plain: Uint8Array, binding: string): Buffer {
	const iv = randomBytes(IV_BYTES);
	const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(binding));
	const body = Buffer.concat([cipher.update(plain), cipher.final()]);
	return Buffer.concat([iv, cipher.getAuthTag(), body]);
}

/** @throws Error when key, binding or bytes are not those of `encrypt` */
export function decrypt(key: Buffer, sealed: Uint8Array, binding: string): Buffer {
	const bytes = Buffer.from(sealed);
	if (bytes.length < IV_BYTES + TAG_BYTES) throw new Error('not an encrypted text');
	const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, IV_BYTES), {
		authTagLength: TAG_BYTES
	})
		.setAAD(Buffer.from(binding))
		.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
	return Buffer.concat([decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]);
}
