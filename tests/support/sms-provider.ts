/** An SMS provider on loopback that answers like Twilio, keeps what it is sent, and calls back what it was told to. */
import { createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { until } from './until.ts';

export interface TakenSms {
	sid: string;
	to: string;
	body: string;
	callback: string | null;
	at: number;
}

export interface RefusedSms {
	status: number;
	/** The provider's own number. */
	code?: number;
	retryAfter?: number;
	/** Takes it all the same, and says nothing. */
	hangsUp?: boolean;
}

export interface SmsProvider {
	/** As SMS_API_URL. */
	readonly url: string;
	readonly account: string;
	readonly token: string;
	readonly taken: TakenSms[];
	/** Requests with a wrong name or password. */
	readonly strangers: number;
	/** Waits for the next SMS to a number that nobody has asked for yet. */
	next(to: string): Promise<TakenSms>;
	/** What it answers to SMS to a number; `null`: it takes them again. */
	refuse(to: string, answer: RefusedSms | null): void;
	/** Told of each SMS once it is kept; the provider answers when that is done. */
	onTaken(listener: () => Promise<void>): void;
	/** Calls back about an SMS. @returns the status of the answer */
	report(
		sms: TakenSms,
		status: string,
		more?: { errorCode?: number; signature?: string; origin?: string }
	): Promise<number>;
	/** A patient's SMS comes in. @returns what is to be written back */
	write(
		url: string,
		from: string,
		text: string,
		more?: { origin?: string }
	): Promise<{ status: number; text: string }>;
	close(): Promise<void>;
}

const ACCOUNT = 'AC0123456789';
const TOKEN = 'a secret of the account';

export async function startSmsProvider(): Promise<SmsProvider> {
	const taken: TakenSms[] = [];
	const given = new Set<TakenSms>();
	const refusals = new Map<string, RefusedSms>();
	let told = async () => {};
	let strangers = 0;
	let count = 0;

	async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
		const url = new URL(request.url!, 'http://localhost');
		const say = (status: number, body: object, headers: Record<string, string> = {}) => {
			response.writeHead(status, { 'content-type': 'application/json', ...headers });
			response.end(JSON.stringify(body));
		};
		const expected = `Basic ${Buffer.from(`${ACCOUNT}:${TOKEN}`).toString('base64')}`;
		if (request.headers.authorization !== expected) {
			strangers++;
			return say(401, { code: 20003, message: 'Authenticate' });
		}
		if (url.pathname !== `/2010-04-01/Accounts/${ACCOUNT}/Messages.json`) return say(404, {});
		if (request.method === 'GET') {
			const since = Date.parse(url.searchParams.get('DateSent>') ?? '');
			const to = url.searchParams.get('To');
			const messages = taken
				.filter((one) => one.to === to && !(one.at < since))
				.map(({ sid, body }) => ({ sid, body, status: 'sent' }));
			return say(200, { messages });
		}
		const chunks: Buffer[] = [];
		for await (const chunk of request) chunks.push(chunk as Buffer);
		const form = new URLSearchParams(Buffer.concat(chunks).toString());
		const to = form.get('To') ?? '';
		const refusal = refusals.get(to);
		if (refusal && !refusal.hangsUp) {
			const { status, code, retryAfter } = refusal;
			const headers: Record<string, string> = retryAfter
				? { 'retry-after': String(retryAfter) }
				: {};
			return say(status, { code, message: `not to ${to}`, status }, headers);
		}
		const sms = {
			...{ sid: `SM${++count}`, to, body: form.get('Body') ?? '', at: Date.now() },
			callback: form.get('StatusCallback')
		};
		taken.push(sms);
		await told();
		if (refusal?.hangsUp) return void request.socket.destroy();
		say(201, { sid: sms.sid, status: 'queued' });
	}

	const server = createServer((request, response) => {
		// Whoever is killed ends requests in the middle; nothing of those is kept.
		void answer(request, response).catch(() => response.destroy());
	});
	server.keepAliveTimeout = 60_000;
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as AddressInfo;

	/** @param origin where it is sent in truth, while the address that is signed stays */
	async function call(
		url: string,
		form: URLSearchParams,
		{ signature, origin }: { signature?: string; origin?: string }
	) {
		const names = [...form.keys()].toSorted();
		const text = url + names.map((name) => name + form.get(name)).join('');
		const signed = createHmac('sha1', TOKEN).update(text).digest('base64');
		const { pathname, search } = new URL(url);
		return fetch(origin ? origin + pathname + search : url, {
			...{ method: 'POST', body: form },
			headers: { 'x-twilio-signature': signature ?? signed }
		});
	}

	return {
		...{ url: `http://127.0.0.1:${port}`, account: ACCOUNT, token: TOKEN, taken },
		get strangers() {
			return strangers;
		},
		async next(to) {
			const sms = await until(
				() => taken.find((one) => one.to === to && !given.has(one)),
				`an SMS to ${to}`
			);
			given.add(sms);
			return sms;
		},
		refuse(to, how) {
			if (how) refusals.set(to, how);
			else refusals.delete(to);
		},
		onTaken: (listener) => (told = listener),
		async report({ sid, to, callback }, status, { errorCode, ...more } = {}) {
			const form = new URLSearchParams({ MessageSid: sid, MessageStatus: status, To: to });
			if (errorCode) form.set('ErrorCode', String(errorCode));
			return (await call(callback!, form, more)).status;
		},
		async write(url, from, text, more = {}) {
			const form = new URLSearchParams({ From: from, Body: text, MessageSid: `SM${++count}` });
			const response = await call(url, form, more);
			return { status: response.status, text: await response.text() };
		},
		close: () =>
			new Promise((resolve) => {
				server.closeAllConnections();
				server.close(() => resolve());
			})
	};
}
