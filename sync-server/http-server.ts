/** The one port that everything is served on. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Settings } from '#db/settings.ts';
import { StartupFault } from '#db/startup-fault.ts';
import { answerHealth, type HealthSource } from './health.ts';
import { refusedRequests } from './metrics.ts';
import { visitorAddress } from './visitor-address.ts';

/** Path of the socket for documents. */
export const SYNC_PATH = '/sync';

const REFUSED = new Set([401, 403, 404, 429]);

/** How long answers under way may take once everything closes. */
const DRAIN_MS = 2_000;

export type RequestHandler = (request: IncomingMessage, response: ServerResponse) => void;

export interface Front {
	readonly server: Server;
	/** The port in force, also where any free one was asked for. */
	readonly port: number;
	/** From now on requests are answered; before, all but `/healthz` get 503. */
	open(web: RequestHandler, health: HealthSource): void;
	/** Takes no new connections; those without a request under way end. */
	stopAccepting(): void;
	/** Resolves when the last connection has ended; those that take too long are cut. */
	drained(): Promise<void>;
}

/**
 * Listens, so that a port in use shows before anything else is started.
 *
 * @param ownUpgrade `true` for paths whose upgrade somebody else takes, beside `/sync`
 * @throws StartupFault when it cannot listen there
 */
export async function listen(
	settings: Settings,
	ownUpgrade: (request: IncomingMessage) => boolean
): Promise<Front> {
	let web: RequestHandler | null = null;
	let health: HealthSource | null = null;
	const server = createServer((request, response) => {
		stampOrigin(request, settings);
		response.once('finish', () => {
			const { statusCode: status } = response;
			if (REFUSED.has(status)) refusedRequests.inc({ status });
		});
		if (answerHealth(health, request, response)) return;
		if (web) return web(request, response);
		response.writeHead(503, { 'content-type': 'text/plain', 'retry-after': '1' });
		response.end('Dayboard is starting.\n');
	});
	server.on('upgrade', (request, socket) => {
		const taken = pathOf(request) === SYNC_PATH ? web !== null : ownUpgrade(request);
		if (!taken) socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n');
	});
	// Node's own list leaves out the connections that were upgraded.
	const connections = new Set<Socket>();
	server.on('connection', (connection) => {
		connections.add(connection);
		connection.once('close', () => connections.delete(connection));
	});
	await startListening(server, settings);
	const closed = new Promise<void>((resolve) => server.once('close', resolve));
	return {
		server,
		port: (server.address() as AddressInfo).port,
		open(handler, source) {
			health = source;
			web = handler;
		},
		stopAccepting() {
			server.close();
		},
		async drained() {
			const cut = setTimeout(() => {
				for (const connection of connections) connection.destroy();
			}, DRAIN_MS);
			await closed;
			clearTimeout(cut);
		}
	};
}

/** @returns the path of a request without its query. */
export function pathOf(request: IncomingMessage): string {
	return request.url?.split('?')[0] ?? '';
}

/**
 * SvelteKit checks a form's origin against these headers. We write them ourselves on every request, so that no client
 * can. With an https ORIGIN a proxy stands before us, and only then is its word on the client's address taken.
 */
function stampOrigin(request: IncomingMessage, settings: Settings): void {
	const origin = settings.origin ? new URL(settings.origin) : null;
	request.headers['x-forwarded-proto'] = origin ? origin.protocol.slice(0, -1) : 'http';
	request.headers['x-forwarded-host'] = origin?.host ?? request.headers.host;
	request.headers['x-forwarded-for'] = visitorAddress(request, settings.origin);
}

function startListening(server: Server, { host, port }: Settings): Promise<void> {
	return new Promise((resolve, reject) => {
		server.once('error', (fault: NodeJS.ErrnoException) => {
			reject(new StartupFault(whyNotListening(fault, host, port), { cause: fault }));
		});
		server.listen(port, host, resolve);
	});
}

function whyNotListening(fault: NodeJS.ErrnoException, host: string, port: number): string {
	switch (fault.code) {
		case 'EADDRINUSE':
			return `Port ${port} is in use: stop the program that has it, or start with another PORT.`;
		case 'EACCES':
			return `Port ${port} may not be opened by this account: start with a PORT from 1024 up.`;
		case 'EADDRNOTAVAIL':
		case 'ENOTFOUND':
		case 'EAI_AGAIN':
			return `HOST ${host} is no address of this machine.`;
		default:
			return `Dayboard cannot listen on ${host}:${port} (${fault.code}).`;
	}
}
