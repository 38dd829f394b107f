/** Hocuspocus with our rules: what may be opened, written and said. */
import { Hocuspocus, type Document } from '@hocuspocus/server';
import type { Logger } from 'pino';
import { decodeUpdate } from 'yjs';
import type { Database } from '#db/database.ts';
import type { Refusals } from '#domain/access/commands/refusals.ts';
import {
	INTENTS_MAP,
	isOfBoard,
	parseDocumentName,
	type AppointmentRow
} from '#domain/board/documents.ts';
import { CLOSE, REFUSE } from './close-codes.ts';
import type { ConnectionContext } from './connection-context.ts';
import type { BoardRooms } from './documents/board-rooms.ts';
import { MAX_INTENTS, type Desks } from './documents/desks.ts';
import { stampAuthors, tellOpener } from './documents/draft-documents.ts';
import { keptNameOf, type KeptDocuments } from './documents/kept-documents.ts';
import { judgeOpening, MAX_DOCUMENTS_PER_SOCKET } from './documents/opening.ts';
import { refusedOpening, traceOpening } from './documents/traces.ts';
import { saidInNote } from './caret-presence.ts';
import { saidInDraft, saidOnBoard, stampPresence, type Said } from './presence.ts';

/** Yjs's sync messages (y-protocols/sync.js): a question, its answer, an update. */
const SYNC_STEP_1 = 0;
/** An update that changes nothing: no structs, no deletions. What an honest reader answers. */
const EMPTY_UPDATE_BYTES = 2;
/** A desk holds some hundred intents of a few hundred bytes. */
const MAX_STATELESS_BYTES = 64 * 1024;
/** What a browser sends before it hears that its documents are open: a desk after a day without a line. */
const MAX_WAITING_BYTES = 512 * 1024;

export interface HocuspocusParts {
	database: Database;
	rooms: BoardRooms;
	desks: Desks;
	kept: KeptDocuments;
	refusals: Refusals;
	log: Logger;
}

export function createHocuspocus({
	database,
	rooms,
	desks,
	kept,
	refusals,
	log
}: HocuspocusParts): Hocuspocus {
	/** A fault must not reach the browser as a refusal for good. */
	const orUnavailable = async <T>(work: Promise<T>): Promise<T> => {
		try {
			return await work;
		} catch (thrown) {
			if (!(thrown instanceof Error)) throw thrown;
			log.error({ err: thrown }, 'a document could not be opened');
			throw REFUSE.unavailable;
		}
	};
	return new Hocuspocus({
		quiet: true,
		// Waiting to be opened, all on one socket; with more it is closed.
		maxPendingDocuments: 2 * MAX_DOCUMENTS_PER_SOCKET,
		maxUnauthenticatedQueueSize: MAX_WAITING_BYTES,
		async onAuthenticate({ documentName, context, connectionConfig }) {
			const { socket, actor } = context as ConnectionContext;
			const judging = judgeOpening(documentName, context, { database, rooms, kept }).then(
				async (judged) => {
					await traceOpening(database, actor, judged.name);
					return judged;
				}
			);
			const opening = await orUnavailable(judging).catch(async (refusal: { reason?: string }) => {
				socket.asked.delete(documentName);
				const attempt = refusedOpening(documentName, refusal.reason);
				if (attempt) await refusals.note(actor, attempt);
				throw refusal;
			});
			connectionConfig.readOnly = opening.readOnly;
			socket.documents++;
		},
		async onLoadDocument({ documentName, document, instance }) {
			const name = parseDocumentName(documentName);
			const note = keptNameOf(documentName);
			if (name && isOfBoard(name)) await orUnavailable(rooms.load(name, document));
			if (note) {
				const forget = () => void instance.unloadDocument(document);
				if (note.kind === 'draft') stampAuthors(document);
				await orUnavailable(kept.load(note, document, forget));
			}
		},
		async connected({ documentName, connection }) {
			const name = parseDocumentName(documentName);
			// Whoever may only read a draft has opened one that is over.
			if (name?.kind !== 'draft' || !connection.readOnly) return;
			await tellOpener(connection, { database, log }, name.draftId);
		},
		async beforeUnloadDocument({ documentName }) {
			const name = parseDocumentName(documentName);
			// Hocuspocus keeps the document when this throws, and logs nothing when there is no message.
			if (name && isOfBoard(name) && rooms.isInUse(name)) throw new Error();
			if (!kept.mayForget(documentName)) throw new Error();
		},
		async afterUnloadDocument({ documentName, instance }) {
			const name = parseDocumentName(documentName);
			kept.forget(documentName);
			if (!name || !isOfBoard(name)) return;
			for (const document of rooms.close(name)) void instance.unloadDocument(document);
		},
		async onDisconnect({ context }) {
			(context as ConnectionContext).socket.documents--;
		},
		async beforeSync({ type, payload, documentName, document, connection }) {
			if (type === SYNC_STEP_1) return;
			// Hocuspocus would drop the write and go on; whoever sends one does not follow the protocol.
			if (connection?.readOnly && payload.byteLength > EMPTY_UPDATE_BYTES) throw CLOSE.readOnly;
			if (!parseDocumentName(documentName) || !isUpdate(payload)) throw CLOSE.malformed;
			const note = keptNameOf(documentName);
			if (note && !connection?.readOnly) kept.judgeUpdate(note, document, payload);
		},
		async beforeHandleAwareness({ states, context, awareness, connection, document }) {
			if (!connection) return;
			const name = parseDocumentName(document.name);
			const { actor } = context as ConnectionContext;
			const stamp = (say: Said) =>
				stampPresence(states, context as ConnectionContext, awareness.getStates(), say);
			if (name?.kind === 'board') {
				const cards = document.getMap<AppointmentRow>('appointments');
				const practitionerOf = (id: string) => cards.get(id)?.practitionerId ?? null;
				stamp((said) => saidOnBoard(said, actor, { clinicId: name.clinicId, practitionerOf }));
			} else if (name?.kind === 'draft') {
				stamp(saidInDraft);
			} else if (keptNameOf(document.name)) {
				stamp(saidInNote);
			} else {
				states.clear();
			}
		},
		async onChange({ document, documentName, context, connection }) {
			// Not awaited by Hocuspocus: nothing in here may throw.
			if (!connection || parseDocumentName(documentName)?.kind !== 'desk') return;
			if (isOverfull(document)) {
				(context as ConnectionContext).socket.close(CLOSE.tooMany.code, CLOSE.tooMany.reason);
				return;
			}
			desks.changed(document, (context as ConnectionContext).actor);
		},
		async onStateless({ documentName, document, connection, payload }) {
			if (payload.length > MAX_STATELESS_BYTES) return;
			if (keptNameOf(documentName)) return kept.asked(document, connection, payload);
			if (parseDocumentName(documentName)?.kind !== 'desk') return;
			await desks.asked(document, (connection.context as ConnectionContext).actor, payload);
		}
	});
}

/** Yjs itself logs a broken update and goes on with what it could read of it. */
function isUpdate(bytes: Uint8Array): boolean {
	try {
		decodeUpdate(bytes);
		return true;
	} catch {
		return false;
	}
}

function isOverfull(document: Document): boolean {
	return document.getMap(INTENTS_MAP).size > MAX_INTENTS || document.share.size > 1;
}
