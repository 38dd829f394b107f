/** One request to a provider over connections that stay open: what thousands of messages a minute need. */
import http from 'node:http';
import https from 'node:https';

export interface HttpAnswer {
	status: number;
	headers: http.IncomingHttpHeaders;
	body: string;
}

export interface HttpClient {
	/** @throws the fault of the connection, with its `code`; `ETIMEDOUT` after the limit */
	ask(
		url: URL,
		request: { method: 'GET' | 'POST'; headers: Record<string, string>; body?: string }
	): Promise<HttpAnswer>;
	close(): void;
}

/** What providers say fits. */
const MAX_ANSWER_LENGTH = 256 * 1024;

/** @param limits `sockets` at a time; `limitMs` for one request from name to last byte */
export function httpClient(limits: { sockets: number; limitMs: number }): HttpClient {
	const options = { keepAlive: true, maxSockets: limits.sockets };
	const agents = { 'http:': new http.Agent(options), 'https:': new https.Agent(options) };
	return {
		ask(url, { method, headers: given, body }) {
			// With its length known, a request is one write.
			const length =
				body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
			const headers = { ...given, ...length };
			const isSafe = url.protocol === 'https:';
			const agent = agents[isSafe ? 'https:' : 'http:'];
			return new Promise((resolve, reject) => {
				const timer = setTimeout(() => {
					request.destroy(Object.assign(new Error('timed out'), { code: 'ETIMEDOUT' }));
				}, limits.limitMs);
				const request = (isSafe ? https : http).request(
					url,
					{ method, agent, headers },
					(response) => {
						let text = '';
						response.setEncoding('utf8');
						response.on('data', (chunk: string) => {
							text += chunk;
							if (text.length > MAX_ANSWER_LENGTH) request.destroy(new Error('too long'));
						});
						response.on('end', () => {
							clearTimeout(timer);
							resolve({ status: response.statusCode!, headers: response.headers, body: text });
						});
						response.on('error', reject);
					}
				);
				request.on('error', (fault) => {
					clearTimeout(timer);
					reject(fault);
				});
				request.end(body);
			});
		},
		close() {
			for (const agent of Object.values(agents)) agent.destroy();
		}
	};
}
