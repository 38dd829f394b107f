/** Ids that follow from what they are about, so that what is asked for again is found again. */
import { createHash } from 'node:crypto';

/** @returns always the same for one text: a UUID of version 8 (RFC 9562), whose bits are ours to choose */
export function derivedId(text: string): string {
	const bytes = createHash('sha256').update(text).digest();
	bytes[6] = (bytes[6]! & 0x0f) | 0x80;
	bytes[8] = (bytes[8]! & 0x3f) | 0x80;
	return bytes
		.toString('hex', 0, 16)
		.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
