/** The head of a message on the socket: which document it is about, and what kind of message it is. */
import * as decoding from 'lib0/decoding';
import { parseDocumentName } from '#domain/board/documents.ts';

/** Hocuspocus's message types, those that a client may send. */
export const FRAME = {
	sync: 0,
	awareness: 1,
	authentication: 2,
	queryAwareness: 3,
	syncReply: 4,
	stateless: 5,
	close: 7,
	syncStatus: 8,
	ping: 9,
	pong: 10
} as const;

export interface Frame {
	documentName: string;
	type: number;
}

const TYPES = new Set<number>(Object.values(FRAME));

/** @returns the head of a frame, or `null` for whatever is none of ours. */
export function readFrame(data: Uint8Array): Frame | null {
	try {
		const decoder = decoding.createDecoder(data);
		const documentName = decoding.readVarString(decoder);
		const type = decoding.readVarUint(decoder);
		return parseDocumentName(documentName) !== null && TYPES.has(type)
			? { documentName, type }
			: null;
	} catch {
		return null;
	}
}
