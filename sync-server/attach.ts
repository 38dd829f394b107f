/** The socket at `/sync`: checks before the upgrade, then documents. */
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Logger } from 'pino';
import { WebSocketServer, type RawData, type WebSocket } from 'ws';
import type { Database } from '#db/database.ts';
import { Listener } from '#db/listener.ts';
import { Refusals } from '#domain/access/commands/refusals.ts';
import { CHANGES_CHANNEL, SESSIONS_CHANNEL } from '#domain/board/feed.ts';
import { startSealing } from './audit-sealing.ts';
import { CLOSE } from './close-codes.ts';
import { BoardRooms } from './documents/board-rooms.ts';
import { Desks } from './documents/desks.ts';
import { tellDraftOver } from './documents/draft-documents.ts';
import { KeptDocuments } from './documents/kept-documents.ts';
import { startCatchUp } from './event-catch-up.ts';
import { createGate, type GateAnswer } from './gate.ts';
import { FRAME, readFrame, type Frame } from './frame.ts';
import { createHocuspocus } from './hocuspocus.ts';
import { refusedSockets } from './metrics.ts';
import { Projector } from './projector.ts';
import { closeWith, createMessageAllowance, Sockets } from './sockets.ts';

export const SYNC_PATH = '/sync';

/** The largest message; `ws` closes a socket that sends a longer one with 1009. */
const MAX_FRAME_BYTES = 256 * 1024;
/** Only the first load of a board is worth packing; a move is smaller than this. */
const COMPRESS_FROM_BYTES = 2 * 1024;
const REVIEW_MS = 4_000;

export interface SyncOptions {
	httpServer: Server;
	database: Database;
	/** Owner's URL, for the connection that listens. */
	databaseUrl: string;
	/** The address that people type, when a proxy stands in front. */
	allowedOrigin: string | null;
	log: Logger;
}

export interface Sync {
	close(): Promise<void>;
	/** Whether changes reach the boards now. */
	isListening(): boolean;
}

/** Takes the upgrades of `/sync` on an HTTP server; leaves all others alone. */
export async function attachSync(options: SyncOptions): Promise<Sync> {
	const { httpServer, database, databaseUrl, allowedOrigin, log } = options;
	const rooms = new BoardRooms(database);
	const onDraftOver = (organizationId: string, draftId: string) =>
		void tellDraftOver(hocuspocus, { database, log }, organizationId, draftId);
	const projector = new Projector({ database, rooms, log, onDraftOver });
	const onCommitted = projector.tell.bind(projector);
	const refusals = new Refusals(database, {
		onFault: (fault) => log.error({ err: fault }, 'a refusal is not in the audit')
	});
	const desks = new Desks({ database, refusals, log, onCommitted });
	const kept = new KeptDocuments({ database, log, onDraftOver });
	const hocuspocus = createHocuspocus({ database, rooms, desks, kept, refusals, log });
	const sockets = new Sockets();
	const gate = createGate({ database, allowedOrigin });
	const listener = new Listener({
		databaseUrl,
		channels: {
			[CHANGES_CHANNEL]: (payload) => projector.take(payload),
			[SESSIONS_CHANNEL]: (sessionId) => sockets.endSession(sessionId)
		},
		onFoundAgain: () => projector.refreshAll(),
		log
	});
	await listener.start();
	const stopCatchUp = startCatchUp({ database, rooms, projector, log });
	const stopSealing = startSealing({ database, log });
	const reviews = setInterval(() => {
		sockets
			.review(database)
			.then(() => kept.review())
			.catch((fault: unknown) => log.warn({ err: fault }, 'no review of sessions'));
	}, REVIEW_MS);
	reviews.unref();

	const server = new WebSocketServer({
		noServer: true,
		maxPayload: MAX_FRAME_BYTES,
		perMessageDeflate: {
			threshold: COMPRESS_FROM_BYTES,
			serverNoContextTakeover: true,
			clientNoContextTakeover: true,
			concurrencyLimit: 4
		}
	});

	const serve = (
		socket: WebSocket,
		request: IncomingMessage,
		visitor: GateAnswer & { ok: true }
	) => {
		// Comes with every broken frame; 'close' follows.
		socket.on('error', () => {});
		const context = sockets.add(socket, visitor.actor, visitor.token);
		if (!context) {
			void refusals.note(visitor.actor, { detail: { code: CLOSE.tooMany.reason } });
			return closeWith(socket, CLOSE.tooMany);
		}
		const connection = hocuspocus.handleConnection(socket, webRequest(request), context);
		const allows = createMessageAllowance();
		socket.on('message', (data: RawData, isBinary: boolean) => {
			if (!allows()) return closeWith(socket, CLOSE.tooMany);
			const bytes = toBytes(data);
			const frame = readFrame(bytes);
			if (!isBinary || !frame) return closeWith(socket, CLOSE.malformed);
			if (isExpected(frame, context.socket.asked)) connection.handleMessage(bytes);
		});
		socket.on('close', (code, reason) =>
			connection.handleClose({ code, reason: reason.toString() })
		);
	};

	const upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => {
		if (request.url?.split('?')[0] !== SYNC_PATH) return;
		socket.on('error', () => {});
		gate(request)
			.then((answer) => {
				if (!answer.ok) {
					const { actor, status } = answer;
					if (actor) void refusals.note(actor, { detail: { code: 'foreign-origin', status } });
					return refuseUpgrade(socket, status);
				}
				server.handleUpgrade(request, socket, head, (opened) => serve(opened, request, answer));
			})
			.catch((fault: unknown) => {
				log.error({ err: fault }, 'an upgrade could not be judged');
				refuseUpgrade(socket, 503);
			});
	};
	httpServer.on('upgrade', upgrade);

	return {
		isListening: () => listener.isListening,
		async close() {
			httpServer.off('upgrade', upgrade);
			clearInterval(reviews);
			stopCatchUp();
			sockets.closeAll();
			server.close();
			await kept.close();
			await refusals.close();
			await stopSealing();
			await listener.close();
		}
	};
}

/**
 * @param asked kept up to date
 * @returns whether a frame is about a document that the browser asked for. After a refusal browsers still send a
 *   last word about it, for which Hocuspocus would keep a queue for as long as the socket lives.
 */
function isExpected({ documentName, type }: Frame, asked: Set<string>): boolean {
	if (type === FRAME.authentication) asked.add(documentName);
	else if (type === FRAME.close) return asked.delete(documentName);
	return asked.has(documentName);
}

const STATUS_TEXT = {
	401: 'Unauthorized',
	403: 'Forbidden',
	429: 'Too Many Requests',
	503: 'Service Unavailable'
};

function refuseUpgrade(socket: Duplex, status: keyof typeof STATUS_TEXT): void {
	refusedSockets.inc({ status });
	socket.end(
		`HTTP/1.1 ${status} ${STATUS_TEXT[status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`
	);
}

/** What Hocuspocus 4 wants to see of the request. The cookie stays out: it was judged before. */
function webRequest(request: IncomingMessage): Request {
	return new Request(new URL(SYNC_PATH, `http://${request.headers.host ?? 'localhost'}`));
}

function toBytes(data: RawData): Uint8Array {
	if (Array.isArray(data)) return Buffer.concat(data);
	return data instanceof ArrayBuffer ? new Uint8Array(data) : data;
}
