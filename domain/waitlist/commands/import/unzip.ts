/**
 * A ZIP archive from a stranger, opened within limits, and one of our own, written. A library that trusts what
 * an archive says of itself reserves as much memory as it claims to need.
 */
import { crc32, deflateRawSync, inflateRawSync } from 'node:zlib';
import { UnusableFile } from '../../import/limits.ts';

const END = 0x06054b50;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;
const MAX_FILES = 1_000;
/** The end's own record may have a comment behind it. */
const MAX_END = 22 + 65_535;

export interface UnzipLimits {
	/** Of all files that are opened, together. */
	inflatedBytes: number;
}

/**
 * @param wanted which of its files are opened, by name
 * @throws UnusableFile when it is broken, is encrypted, or comes to more than the limit
 */
export function unzip(
	bytes: Uint8Array,
	wanted: (name: string) => boolean,
	{ inflatedBytes }: UnzipLimits
): Map<string, Buffer> {
	try {
		return open(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length), wanted, inflatedBytes);
	} catch (cause) {
		if (cause instanceof UnusableFile) throw cause;
		if ((cause as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge();
		throw broken();
	}
}

function open(
	archive: Buffer,
	wanted: (name: string) => boolean,
	limit: number
): Map<string, Buffer> {
	const end = archive.lastIndexOf(Buffer.from('PK\x05\x06'));
	if (end < 0 || end < archive.length - MAX_END || archive.readUInt32LE(end) !== END)
		throw broken();
	const count = archive.readUInt16LE(end + 10);
	if (count > MAX_FILES) throw broken();
	let at = archive.readUInt32LE(end + 16);
	let left = limit;
	const files = new Map<string, Buffer>();
	for (let i = 0; i < count; i++) {
		if (archive.readUInt32LE(at) !== CENTRAL) throw broken();
		const flags = archive.readUInt16LE(at + 8);
		const method = archive.readUInt16LE(at + 10);
		const packed = archive.readUInt32LE(at + 20);
		const nameLength = archive.readUInt16LE(at + 28);
		const local = archive.readUInt32LE(at + 42);
		const name = archive.toString('utf8', at + 46, at + 46 + nameLength);
		at += 46 + nameLength + archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32);
		if (!wanted(name)) continue;
		if (flags & 1) throw new UnusableFile('This file has a password. Save it without one.');
		if (archive.readUInt32LE(local) !== LOCAL) throw broken();
		const start = local + 30 + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28);
		if (start + packed > archive.length) throw broken();
		const data = archive.subarray(start, start + packed);
		// What the archive says of the size is not looked at: it may say anything.
		if (method !== 0 && method !== 8) throw broken();
		if (left <= 0 || (method === 0 && data.length > left)) throw tooLarge();
		const file = method === 0 ? data : inflateRawSync(data, { maxOutputLength: left });
		left -= file.length;
		files.set(name, file);
	}
	return files;
}

const broken = () =>
	new UnusableFile(
		'This is no workbook that can be read. Save it as .xlsx again, or as CSV UTF-8.'
	);
const tooLarge = () =>
	new UnusableFile('This file is too large when it is unpacked. Please split it in two.');

/** @returns an archive of these files; `packed`: smaller, for whoever gets it over a line */
export function zip(files: ReadonlyMap<string, Uint8Array>, { packed = false } = {}): Buffer {
	const parts: Buffer[] = [];
	const directory: Buffer[] = [];
	let offset = 0;
	for (const [name, content] of files) {
		const data = packed ? deflateRawSync(content) : content;
		const nameBytes = Buffer.from(name);
		// From the version on to the length of the name: the same in both places.
		const common = Buffer.alloc(24);
		common.writeUInt16LE(20, 0);
		common.writeUInt16LE(0x0800, 2);
		common.writeUInt16LE(packed ? 8 : 0, 4);
		common.writeUInt16LE(0x0021, 8);
		common.writeUInt32LE(crc32(content), 10);
		common.writeUInt32LE(data.length, 14);
		common.writeUInt32LE(content.length, 18);
		common.writeUInt16LE(nameBytes.length, 22);
		const local = Buffer.alloc(4);
		local.writeUInt32LE(LOCAL);
		parts.push(local, common, Buffer.alloc(2), nameBytes, Buffer.from(data));
		const head = Buffer.alloc(6);
		head.writeUInt32LE(CENTRAL);
		head.writeUInt16LE(20, 4);
		const tail = Buffer.alloc(16);
		tail.writeUInt32LE(offset, 12);
		directory.push(head, common, tail, nameBytes);
		offset += 30 + nameBytes.length + data.length;
	}
	const list = Buffer.concat(directory);
	const end = Buffer.alloc(22);
	end.writeUInt32LE(END);
	end.writeUInt16LE(files.size, 8);
	end.writeUInt16LE(files.size, 10);
	end.writeUInt32LE(list.length, 12);
	end.writeUInt32LE(offset, 16);
	return Buffer.concat([...parts, list, end]);
}
