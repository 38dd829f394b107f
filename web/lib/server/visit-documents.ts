/** The papers of a visit over HTTP: list, upload, download, remove. */
import { error } from '@sveltejs/kit';
import { z } from 'zod';
import type { Actor } from '#domain/access/actor.ts';
import { addDocument, removeDocument } from '#domain/documents/commands.ts';
import {
	DOCUMENT_WORDS,
	MAX_DOCUMENT_BYTES,
	type DocumentFault,
	type DocumentList,
	type DocumentResult
} from '#domain/documents/document.ts';
import { listDocuments, readDocument } from '#domain/documents/queries.ts';
import { database } from './database.ts';
import { fileStore } from './file-store.ts';

const STATUS: Record<DocumentFault, number> = {
	'not-found': 404,
	'not-allowed': 403,
	empty: 400,
	'too-large': 413,
	'wrong-kind': 415,
	'too-many': 409,
	'not-stored': 503,
	'not-readable': 503
};

/** Percent-encoded, in a header: addresses end up in logs. */
export const FILE_NAME_HEADER = 'x-file-name';
const MAX_HEADER_LENGTH = 2_000;

/** @returns a visit's papers; 404 for whoever may not read them */
export async function visitDocuments(actor: Actor, appointmentId: string): Promise<DocumentList> {
	return valueOf(await listDocuments(database(), actor, idFrom(appointmentId)));
}

/** Takes the body of a request in as a paper. @returns its id */
export async function uploadDocument(
	actor: Actor,
	appointmentId: string,
	request: Request
): Promise<{ id: string }> {
	idFrom(appointmentId);
	const name = nameFrom(request.headers.get(FILE_NAME_HEADER));
	const announced = Number(request.headers.get('content-length') ?? 0);
	if (announced > MAX_DOCUMENT_BYTES) return valueOf({ ok: false, fault: 'too-large' });
	const body = (request.body ?? []) as unknown as AsyncIterable<Uint8Array>;
	return valueOf(await addDocument(database(), fileStore(), actor, { appointmentId, name, body }));
}

/** @returns a paper to be saved, never to be shown in Dayboard's own name: nobody knows what is in it */
export async function downloadDocument(
	actor: Actor,
	appointmentId: string,
	documentId: string
): Promise<Response> {
	const ids = { appointmentId: idFrom(appointmentId), documentId: idFrom(documentId) };
	const { name, mediaType, bytes } = valueOf(
		await readDocument(database(), fileStore(), actor, ids)
	);
	return new Response(new Uint8Array(bytes), {
		headers: {
			'content-type': mediaType,
			'content-length': String(bytes.length),
			'content-disposition': attachment(name),
			'content-security-policy': "default-src 'none'; sandbox",
			'cross-origin-resource-policy': 'same-origin',
			'x-content-type-options': 'nosniff',
			'cache-control': 'private, no-store'
		}
	});
}

export async function deleteDocument(
	actor: Actor,
	appointmentId: string,
	documentId: string
): Promise<void> {
	const ids = { appointmentId: idFrom(appointmentId), documentId: idFrom(documentId) };
	valueOf(await removeDocument(database(), fileStore(), actor, ids));
}

function valueOf<T>(result: DocumentResult<T>): T {
	if (result.ok) return result.value;
	error(STATUS[result.fault], DOCUMENT_WORDS[result.fault]);
}

function idFrom(text: string): string {
	if (!z.uuid().safeParse(text).success) error(404, DOCUMENT_WORDS['not-found']);
	return text.toLowerCase();
}

function nameFrom(header: string | null): string {
	if ((header?.length ?? 0) > MAX_HEADER_LENGTH) error(400, "The file's name is too long.");
	try {
		return decodeURIComponent(header ?? '');
	} catch {
		error(400, "The file's name is not readable.");
	}
}

/** RFC 6266: plain letters for old programs, and the whole name (RFC 8187) for all others. */
function attachment(name: string): string {
	const plain = name.replace(/[^\x20-\x7e]|["\\%]/g, '_');
	const whole = encodeURIComponent(name).replace(
		/['()*]/g,
		(letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`
	);
	return `attachment; filename="${plain}"; filename*=UTF-8''${whole}`;
}
