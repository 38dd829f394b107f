/** What machines ask about this process: is it alive, can it work, how much does it do. */
import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { collectDefaultMetrics, register } from 'prom-client';

export interface HealthSource {
	/** `true` when a statement goes through. */
	databaseAnswers(): Promise<boolean>;
	/** `true` when sockets are taken and changes reach the boards. */
	syncListens(): boolean;
	metricsToken: string | null;
	/** Every request comes by way of a proxy, so its address says nothing about who asks. */
	behindProxy: boolean;
}

collectDefaultMetrics();

/**
 * Answers `/healthz`, `/readyz` and `/metrics`.
 *
 * @param source `null` while starting
 * @returns `false` when the request is for somebody else
 */
export function answerHealth(
	source: HealthSource | null,
	request: IncomingMessage,
	response: ServerResponse
): boolean {
	switch (request.url?.split('?')[0]) {
		case '/healthz':
			send(response, 200, 'application/json', JSON.stringify({ status: 'ok' }));
			return true;
		case '/readyz':
			void answerReady(source, response);
			return true;
		case '/metrics':
			void answerMetrics(source, request, response);
			return true;
		default:
			return false;
	}
}

async function answerReady(source: HealthSource | null, response: ServerResponse): Promise<void> {
	const database = source ? await source.databaseAnswers() : false;
	const sync = source?.syncListens() ?? false;
	const ready = database && sync;
	const body = { status: ready ? 'ready' : source ? 'unavailable' : 'starting', database, sync };
	send(response, ready ? 200 : 503, 'application/json', JSON.stringify(body));
}

async function answerMetrics(
	source: HealthSource | null,
	request: IncomingMessage,
	response: ServerResponse
): Promise<void> {
	if (!mayReadMetrics(source, request)) {
		response.setHeader('www-authenticate', 'Bearer');
		return send(response, 401, 'text/plain', 'METRICS_TOKEN is needed here.\n');
	}
	send(response, 200, register.contentType, await register.metrics());
}

function mayReadMetrics(source: HealthSource | null, request: IncomingMessage): boolean {
	const token = source?.metricsToken;
	const given = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1];
	if (token && given) {
		const [expected, actual] = [Buffer.from(token), Buffer.from(given)];
		if (expected.length === actual.length && timingSafeEqual(expected, actual)) return true;
	}
	return source !== null && !source.behindProxy && isLoopback(request.socket.remoteAddress);
}

function isLoopback(address = ''): boolean {
	return /^(::ffff:)?127\./.test(address) || address === '::1';
}

function send(response: ServerResponse, status: number, type: string, body: string): void {
	response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' });
	response.end(body);
}
