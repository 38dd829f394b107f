/** Requests to a provider over connections that stay open: what thousands of messages a minute need. */
import { Pool, type Dispatcher } from 'undici';

export interface HttpAnswer {
	status: number;
	headers: Record<string, string | string[] | undefined>;
	body: string;
}

export interface HttpRequest {
	method: 'GET' | 'POST';
	/** With its query. */
	path: string;
	headers: Record<string, string>;
	body?: string;
}

export interface HttpClient {
	/**
	 * One request, made once: a connection that breaks is not tried again behind the caller's back.
	 * @throws the fault of the connection, with its `code`; `ETIMEDOUT` after the limit
	 */
	ask(request: HttpRequest): Promise<HttpAnswer>;
	close(): Promise<void>;
}

/** What providers say fits. */
const MAX_ANSWER_LENGTH = 256 * 1024;

/**
 * @param origin of the provider, such as `https://api.example.com`
 * @param limits `sockets` at a time; `limitMs` for one request from name to last byte
 */
export function httpClient(
	origin: string,
	limits: { sockets: number; limitMs: number }
): HttpClient {
	const pool = new Pool(origin, {
		connections: limits.sockets,
		// A message is not written behind another one of which it is not known yet whether it was taken.
		pipelining: 1,
		maxResponseSize: MAX_ANSWER_LENGTH,
		// The one limit is ours, for all of it.
		...{ headersTimeout: 0, bodyTimeout: 0 }
	});
	return {
		ask: (request) =>
			new Promise((resolve, reject) => {
				// Not `pool.request` with a signal: that costs as much again as all the rest.
				pool.dispatch(request, new Answer(limits.limitMs, resolve, reject));
			}),
		close: () => pool.destroy()
	};
}

/** Collects what a provider says. */
class Answer implements Dispatcher.DispatchHandler {
	readonly #resolve: (answer: HttpAnswer) => void;
	readonly #reject: (fault: Error) => void;
	readonly #timer: NodeJS.Timeout;
	#request: Dispatcher.DispatchController | undefined;
	#isLate = false;
	readonly #answer: HttpAnswer = { status: 0, headers: {}, body: '' };
	readonly #decoder = new TextDecoder();

	constructor(
		limitMs: number,
		resolve: (answer: HttpAnswer) => void,
		reject: (fault: Error) => void
	) {
		this.#resolve = resolve;
		this.#reject = reject;
		this.#timer = setTimeout(() => {
			this.#isLate = true;
			this.#request?.abort(timedOut());
		}, limitMs);
	}

	onRequestStart(request: Dispatcher.DispatchController): void {
		this.#request = request;
		// Its turn came after its time: nothing of it was written.
		if (this.#isLate) request.abort(timedOut());
	}

	onResponseStart(
		_request: Dispatcher.DispatchController,
		status: number,
		headers: HttpAnswer['headers']
	): void {
		this.#answer.status = status;
		this.#answer.headers = headers;
	}

	onResponseData(_request: Dispatcher.DispatchController, chunk: Buffer): void {
		this.#answer.body += this.#decoder.decode(chunk, { stream: true });
	}

	onResponseEnd(): void {
		clearTimeout(this.#timer);
		this.#resolve(this.#answer);
	}

	onResponseError(_request: Dispatcher.DispatchController, fault: Error): void {
		clearTimeout(this.#timer);
		this.#reject(fault);
	}
}

const timedOut = () => Object.assign(new Error('timed out'), { code: 'ETIMEDOUT' });
