/** What a browser does with a pushed message: RFC 8291 by node:crypto alone, apart from every library. */
import { createDecipheriv, hkdfSync, type ECDH } from 'node:crypto';

const TAG_BYTES = 16;
const POINT_BYTES = 65;

/**
 * @param body salt, record size, length of the key's id, the sender's point, one record (RFC 8188)
 * @returns what was encrypted
 * @throws Error when it was not encrypted for this browser
 */
export function decryptPush(body: Buffer, browser: ECDH, authSecret: Buffer): Buffer {
	const salt = body.subarray(0, 16);
	const recordSize = body.readUInt32BE(16);
	if (body[20] !== POINT_BYTES) throw new Error('the sender’s key is missing');
	const sender = body.subarray(21, 21 + POINT_BYTES);
	const record = body.subarray(21 + POINT_BYTES);
	if (record.length > recordSize) throw new Error('a push is one record');
	const keyInfo = Buffer.concat([
		...[Buffer.from('WebPush: info\0'), browser.getPublicKey(), sender]
	]);
	const input = derived(browser.computeSecret(sender), authSecret, keyInfo, 32);
	const key = derived(input, salt, Buffer.from('Content-Encoding: aes128gcm\0'), 16);
	const nonce = derived(input, salt, Buffer.from('Content-Encoding: nonce\0'), 12);
	const cipher = createDecipheriv('aes-128-gcm', key, nonce).setAuthTag(
		record.subarray(-TAG_BYTES)
	);
	const padded = Buffer.concat([cipher.update(record.subarray(0, -TAG_BYTES)), cipher.final()]);
	const end = padded.lastIndexOf(2);
	if (end < 0 || padded.subarray(end + 1).some((byte) => byte !== 0)) {
		throw new Error('the last record is marked as such');
	}
	return padded.subarray(0, end);
}

function derived(secret: Uint8Array, salt: Uint8Array, info: Uint8Array, bytes: number): Buffer {
	return Buffer.from(hkdfSync('sha256', secret, salt, info, bytes));
}
