/**
 * A real push service on loopback (RFC 8030, 8291, 8292): checks who sends, keeps what was sent until a browser comes
 * for it, and reads it as that browser would.
 */
import { createECDH, createPublicKey, randomBytes, verify, type ECDH } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import ece from 'http_ece';
import { decryptPush } from './push-decryption.ts';

/** RFC 8291 lets a service take no more. */
const MAX_BODY_BYTES = 4_096;
const DAY_SECONDS = 86_400;

export interface TakenPush {
	/** Seconds. */
	ttl: number;
	urgency: string;
	topic: string | null;
	/** What the browser reads. */
	text: string;
	/** Bytes as they were sent. */
	size: number;
	/** Whom the service would write to. */
	subject: string;
}

export interface TestBrowser {
	/** As `PushSubscription.toJSON` gives it. */
	subscription: { endpoint: string; keys: { p256dh: string; auth: string } };
	/** All that was taken for it, oldest first. */
	taken: TakenPush[];
	/** What waits for it: of one topic the newest alone. */
	waiting(): TakenPush[];
	/** From now on; `null`: the service takes what is right. */
	answer(how: Answer | null): void;
}

export interface Answer {
	status: number;
	headers?: Record<string, string>;
	/** Never answers. */
	hangs?: boolean;
}

export interface TestPushService {
	/** For `PUSH_SERVICES`. */
	readonly origin: string;
	/** @param publicKey whose messages it takes, as browsers give it (`applicationServerKey`) */
	browser(publicKey: string): TestBrowser;
	/** What was refused and why. */
	readonly refused: string[];
	/** Told of each push once it is kept; the service answers when that is done. */
	onTaken(listener: () => Promise<void>): void;
	connections(): number;
	close(): Promise<void>;
}

interface Registered extends TestBrowser {
	publicKey: string;
	key: ECDH;
	auth: Buffer;
	how: Answer | null;
}

export async function startPushService(): Promise<TestPushService> {
	const browsers = new Map<string, Registered>();
	const refused: string[] = [];
	let told = async () => {};
	let connections = 0;
	const server = createServer((request, response) => {
		void take(request, response).catch((fault) => {
			refused.push(String(fault));
			response.writeHead(500).end();
		});
	});
	server.on('connection', () => (connections += 1));
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

	async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
		const body = await buffer(request);
		const refuse = (status: number, why: string) => {
			refused.push(`${status} ${why}`);
			response.writeHead(status, { 'content-type': 'text/plain' }).end(why);
		};
		const browser = browsers.get(request.url ?? '');
		if (!browser) return refuse(404, 'no such subscription');
		if (browser.how?.hangs) return;
		if (browser.how) {
			response.writeHead(browser.how.status, browser.how.headers).end('as told');
			return;
		}
		if (request.method !== 'POST') return refuse(405, 'not a POST');
		const sender = checkSender(request.headers.authorization ?? '', origin, browser.publicKey);
		if ('fault' in sender) return refuse(403, sender.fault);
		if (body.length > MAX_BODY_BYTES) return refuse(413, 'too large');
		if (request.headers['content-encoding'] !== 'aes128gcm') return refuse(415, 'not encrypted');
		const { ttl, urgency = 'normal', topic = null } = request.headers as Record<string, string>;
		if (!/^\d+$/.test(ttl ?? '')) return refuse(400, 'no TTL');
		if (topic !== null && !/^[A-Za-z0-9_-]{1,32}$/.test(topic)) return refuse(400, 'Topic');
		if (!/^(very-low|low|normal|high)$/.test(urgency)) return refuse(400, 'Urgency');
		browser.taken.push({
			...{ ttl: Number(ttl), urgency, topic, size: body.length, subject: sender.subject },
			text: readBy(browser, body)
		});
		await told();
		const location = `${origin}/message/${randomBytes(12).toString('base64url')}`;
		response.writeHead(201, { location, ttl }).end();
	}

	return {
		...{ origin, refused },
		browser(publicKey) {
			const key = createECDH('prime256v1');
			key.generateKeys();
			const auth = randomBytes(16);
			const path = `/push/${randomBytes(24).toString('base64url')}`;
			const registered: Registered = {
				...{ publicKey, key, auth, how: null, taken: [] },
				subscription: {
					endpoint: origin + path,
					keys: { p256dh: key.getPublicKey('base64url'), auth: auth.toString('base64url') }
				},
				waiting: () => waitingOf(registered.taken),
				answer: (how) => (registered.how = how)
			};
			browsers.set(path, registered);
			return registered;
		},
		onTaken: (listener) => (told = listener),
		connections: () => connections,
		async close() {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		}
	};
}

function waitingOf(taken: readonly TakenPush[]): TakenPush[] {
	return taken.filter(
		({ topic }, at) => topic === null || !taken.slice(at + 1).some((one) => one.topic === topic)
	);
}

/** By two who know nothing of each other: what both read is what was meant. */
function readBy({ key, auth }: Registered, body: Buffer): string {
	const options = { version: 'aes128gcm', privateKey: key, authSecret: auth.toString('base64url') };
	const text = ece.decrypt(body, options as Parameters<typeof ece.decrypt>[1]).toString();
	if (decryptPush(body, key, auth).toString() !== text) throw new Error('read in two ways');
	return text;
}

/** RFC 8292: a token signed by the key that the browser was given, for this service, for a day at most. */
function checkSender(
	authorization: string,
	origin: string,
	publicKey: string
): { subject: string } | { fault: string } {
	const [, token = '', key] = /^vapid t=([\w.-]+), ?k=([\w-]+)$/.exec(authorization) ?? [];
	if (key !== publicKey) return { fault: 'not the key that the browser was given' };
	const point = Buffer.from(key, 'base64url');
	if (point.length !== 65 || point[0] !== 4) return { fault: 'not a point of P-256' };
	const [header, claims, signature] = token.split('.').map((part) => part);
	const signer = createPublicKey({
		format: 'jwk',
		key: {
			...{ kty: 'EC', crv: 'P-256' },
			x: point.subarray(1, 33).toString('base64url'),
			y: point.subarray(33).toString('base64url')
		}
	});
	const isSigned = verify(
		'sha256',
		Buffer.from(`${header}.${claims}`),
		{ key: signer, dsaEncoding: 'ieee-p1363' },
		Buffer.from(signature ?? '', 'base64url')
	);
	if (!isSigned) return { fault: 'the signature is not of this key' };
	const read = (part: string | undefined) =>
		JSON.parse(Buffer.from(part ?? '', 'base64url').toString()) as Record<string, unknown>;
	if (read(header).alg !== 'ES256') return { fault: 'not ES256' };
	const { aud, exp, sub } = read(claims);
	const now = Date.now() / 1_000;
	if (aud !== origin) return { fault: 'signed for another service' };
	if (typeof exp !== 'number' || exp <= now || exp > now + DAY_SECONDS) return { fault: 'exp' };
	if (typeof sub !== 'string' || !/^(mailto:.+@.+|https:\/\/.+)$/.test(sub)) {
		return { fault: 'nobody to write to' };
	}
	return { subject: sub };
}
