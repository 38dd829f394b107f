/** A sync server of its own on loopback, and clients that speak to it: honest ones and others. */
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { HocuspocusProvider, HocuspocusProviderWebsocket } from '@hocuspocus/provider';
import * as encoding from 'lib0/encoding';
import { pino } from 'pino';
import { WebSocket } from 'ws';
import * as Y from 'yjs';
import { documentName } from '#domain/board/documents.ts';
import { attachSync, type Sync } from '#sync-server/attach.ts';
import type { FreshDatabase } from './test-postgres.ts';

export interface SyncUnderTest {
	/** `127.0.0.1:<port>` */
	host: string;
	sync: Sync;
	close(): Promise<void>;
}

/** Starts the sync server on a free port of loopback. */
export async function startSync(fresh: FreshDatabase): Promise<SyncUnderTest> {
	const server = http.createServer();
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as AddressInfo;
	const sync = await attachSync({
		httpServer: server,
		database: fresh.database,
		databaseUrl: fresh.ownerUrl,
		allowedOrigin: null,
		log: pino({ level: 'silent' })
	});
	return {
		host: `127.0.0.1:${port}`,
		sync,
		async close() {
			await sync.close();
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		}
	};
}

export interface Headers {
	origin?: string;
	cookie?: string;
}

/** What a browser of ours sends with the upgrade. */
export function honestHeaders(host: string, token: string): Headers {
	return { origin: `http://${host}`, cookie: `dayboard_session=${token}` };
}

/** Asks for a socket. @returns the open socket, or the HTTP status that refused it */
export function openSocket(host: string, headers: Headers): Promise<WebSocket | number> {
	return new Promise((resolve, reject) => {
		const socket = new WebSocket(`ws://${host}/sync`, { headers: { ...headers } });
		socket.once('open', () => resolve(socket));
		socket.once('unexpected-response', (_, response) => resolve(response.statusCode ?? 0));
		socket.once('error', reject);
	});
}

/** Opens a socket as a browser of ours does, for what no browser of ours says on it. */
export async function honestSocket(host: string, token: string): Promise<WebSocket> {
	const socket = await openSocket(host, honestHeaders(host, token));
	if (typeof socket === 'number') throw new Error(`refused: ${socket}`);
	return socket;
}

/** @returns how a socket ends */
export function closeOf(socket: WebSocket): Promise<{ code: number; reason: string }> {
	return new Promise((resolve) => {
		socket.on('error', () => {});
		socket.once('close', (code, reason) => resolve({ code, reason: reason.toString() }));
	});
}

/** An honest client: Hocuspocus's own provider over one socket. */
export class Client {
	readonly websocket: HocuspocusProviderWebsocket;
	readonly providers: HocuspocusProvider[] = [];

	constructor(host: string, headers: Headers) {
		class WithHeaders extends WebSocket {
			constructor(url: string) {
				super(url, { headers: { ...headers } });
			}
		}
		this.websocket = new HocuspocusProviderWebsocket({
			url: `ws://${host}/sync`,
			WebSocketPolyfill: WithHeaders
		});
	}

	/**
	 * @param prepare called before anything is sent
	 * @returns the synced provider, or the reason for which it was refused
	 */
	open(
		name: string,
		document = new Y.Doc(),
		prepare: (provider: HocuspocusProvider) => void = () => {}
	): Promise<HocuspocusProvider | string> {
		return new Promise((resolve) => {
			const provider = new HocuspocusProvider({
				websocketProvider: this.websocket,
				...{ name, document, token: 'cookie' },
				onAuthenticationFailed: ({ reason }) => {
					provider.destroy();
					resolve(reason);
				},
				onSynced: ({ state }) => {
					if (state) resolve(provider);
				}
			});
			this.providers.push(provider);
			prepare(provider);
			provider.attach();
		});
	}

	/** Opens a document that has to open. */
	async mustOpen(...what: Parameters<Client['open']>): Promise<HocuspocusProvider> {
		const opened = await this.open(...what);
		if (typeof opened === 'string') throw new Error(`${what[0]} was refused: ${opened}`);
		return opened;
	}

	/** @returns the epoch in force of a board */
	async epochOf(clinicId: string, date: string): Promise<string> {
		const refused = await this.open(documentName({ kind: 'board', clinicId, date, epoch: 'none' }));
		if (typeof refused !== 'string') throw new Error('no board opens without its epoch');
		return refused.replace('stale-epoch:', '');
	}

	/** Opens a board under the epoch in force. */
	async openBoard(clinicId: string, date: string): Promise<HocuspocusProvider> {
		const epoch = await this.epochOf(clinicId, date);
		return this.mustOpen(documentName({ kind: 'board', clinicId, date, epoch }));
	}

	close(): void {
		for (const provider of this.providers) provider.destroy();
		this.websocket.destroy();
	}
}

/** A frame as Hocuspocus's clients build it: document, type, then whatever. */
export function frame(name: string, type: number, body: (encoder: encoding.Encoder) => void) {
	const encoder = encoding.createEncoder();
	encoding.writeVarString(encoder, name);
	encoding.writeVarUint(encoder, type);
	body(encoder);
	return encoding.toUint8Array(encoder);
}

/** Starts the exchange for a document, as every client does. */
export function authenticationFrame(name: string): Uint8Array {
	return frame(name, 2, (encoder) => {
		encoding.writeVarUint(encoder, 0);
		encoding.writeVarString(encoder, 'cookie');
	});
}

/** An update of a document, whatever its bytes. */
export function updateFrame(name: string, update: Uint8Array): Uint8Array {
	return frame(name, 0, (encoder) => {
		encoding.writeVarUint(encoder, 2);
		encoding.writeVarUint8Array(encoder, update);
	});
}

/** @returns a message that says why a document was closed, once the server has sent it */
export function closedDocument(socket: WebSocket): Promise<string> {
	return new Promise((resolve) => {
		socket.on('message', (data: Buffer) => {
			const text = data.toString('latin1');
			for (const reason of ['read-only', 'malformed', 'forged-presence', 'Reset Connection']) {
				if (text.includes(reason)) resolve(reason);
			}
		});
		void closeOf(socket).then(({ code, reason }) => resolve(`${code} ${reason}`));
	});
}
