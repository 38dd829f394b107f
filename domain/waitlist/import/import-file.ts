/** Which kinds of files a list may be. Pure. */
import { MAX_IMPORT_BYTES, UnusableFile } from './limits.ts';

export type ImportKind = 'xlsx' | 'csv';

export const TOO_LARGE = 'This file is larger than 10 MB. Please split it in two.';

const startsWith = (bytes: Uint8Array, start: readonly number[]) =>
	start.every((byte, index) => bytes[index] === byte);

/** @throws UnusableFile for what is neither; what a file is, its first bytes say, not its name */
export function kindOf(bytes: Uint8Array): ImportKind {
	if (bytes.length === 0) throw new UnusableFile('This file is empty.');
	if (bytes.length > MAX_IMPORT_BYTES) throw new UnusableFile(TOO_LARGE);
	if (startsWith(bytes, [0x50, 0x4b, 0x03, 0x04])) return 'xlsx';
	if (startsWith(bytes, [0xd0, 0xcf, 0x11, 0xe0])) {
		throw new UnusableFile(
			'This is an old Excel file (.xls) or one with a password. Save it as .xlsx without a password.'
		);
	}
	return 'csv';
}
