/**
 * An S3 service on loopback, as far as Dayboard speaks it: keeps objects, and takes requests only with a signature
 * (AWS Signature Version 4) that it works out for itself from the secret.
 */
import { createHash, createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

const ACCESS_KEY = 'counterpart-key';
const SECRET_KEY = 'counterpart/secret+key';
const REGION = 'eu-test-1';
const BUCKET = 'clinic-files';

export interface S3Counterpart {
	/** As the settings name it. */
	settings: {
		kind: 's3';
		bucket: string;
		endpoint: string;
		region: string;
		accessKey: string;
		secretKey: string;
	};
	/** By `bucket/key`. */
	objects: Map<string, Buffer>;
	/** Method and answer of each request, in order. */
	requests: string[];
	/** What the next requests get instead: a status, nothing, or the beginning of a file. */
	failures: (number | 'silence' | 'half')[];
	close(): Promise<void>;
}

export async function startS3Counterpart(): Promise<S3Counterpart> {
	const objects = new Map<string, Buffer>();
	const requests: string[] = [];
	const failures: S3Counterpart['failures'] = [];
	const server = createServer((request, response) => {
		const chunks: Buffer[] = [];
		request.on('data', (chunk: Buffer) => chunks.push(chunk));
		request.on('end', () => {
			const failure = failures.shift();
			if (failure === 'silence') return requests.push(`${request.method} silence`);
			if (failure === 'half') {
				response.writeHead(200, { 'content-length': 100 }).write('half');
				return requests.push(`${request.method} half`);
			}
			const body = Buffer.concat(chunks);
			const status = failure ?? answer(request, response, body, objects);
			requests.push(`${request.method} ${status}`);
			if (failure !== undefined)
				refuse(response, failure, failure === 403 ? 'AccessDenied' : 'Oops');
			return;
		});
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as AddressInfo;
	const settings = {
		...{
			kind: 's3' as const,
			bucket: BUCKET,
			endpoint: `http://127.0.0.1:${port}`,
			region: REGION
		},
		...{ accessKey: ACCESS_KEY, secretKey: SECRET_KEY }
	};
	return {
		...{ settings, objects, requests, failures },
		close() {
			server.closeAllConnections();
			return new Promise((resolve) => server.close(() => resolve()));
		}
	};
}

/** @returns the status that was answered */
function answer(
	request: IncomingMessage,
	response: ServerResponse,
	body: Buffer,
	objects: Map<string, Buffer>
): number {
	if (!isSigned(request, body)) return refuse(response, 403, 'SignatureDoesNotMatch');
	const name = new URL(request.url!, 'http://x').pathname.slice(1);
	if (!name.startsWith(`${BUCKET}/`)) return refuse(response, 404, 'NoSuchBucket');
	switch (request.method) {
		case 'PUT':
			objects.set(name, body);
			response.writeHead(200, { etag: `"${sha256(body)}"` }).end();
			return 200;
		case 'GET': {
			const object = objects.get(name);
			if (!object) return refuse(response, 404, 'NoSuchKey');
			response.writeHead(200, { 'content-length': object.length }).end(object);
			return 200;
		}
		case 'DELETE':
			objects.delete(name);
			response.writeHead(204).end();
			return 204;
		default:
			return refuse(response, 405, 'MethodNotAllowed');
	}
}

function refuse(response: ServerResponse, status: number, code: string): number {
	response.writeHead(status, { 'content-type': 'application/xml' });
	response.end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>no</Message></Error>`);
	return status;
}

const sha256 = (data: string | Buffer) => createHash('sha256').update(data).digest('hex');
const hmac = (key: string | Buffer, data: string) =>
	createHmac('sha256', key).update(data).digest();

/** https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html */
function isSigned(request: IncomingMessage, body: Buffer): boolean {
	const [, credential, names, signature] =
		/^AWS4-HMAC-SHA256 Credential=([^,]+), ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/.exec(
			request.headers.authorization ?? ''
		) ?? [];
	const at = request.headers['x-amz-date'] as string | undefined;
	const payload = request.headers['x-amz-content-sha256'] as string | undefined;
	if (!credential || !names || !signature || !at || !payload) return false;
	const scope = [at.slice(0, 8), REGION, 's3', 'aws4_request'];
	if (credential !== [ACCESS_KEY, ...scope].join('/')) return false;
	if (!names.split(';').includes('host') || payload !== sha256(body)) return false;
	const url = new URL(request.url!, 'http://x');
	const query = [...url.searchParams]
		.map((pair) => pair.map(encodeURIComponent).join('='))
		.sort()
		.join('&');
	const headers = names
		.split(';')
		.map((name) => `${name}:${String(request.headers[name] ?? '').trim()}\n`)
		.join('');
	const canonical = [request.method, url.pathname, query, headers, names, payload].join('\n');
	const toSign = ['AWS4-HMAC-SHA256', at, scope.join('/'), sha256(canonical)].join('\n');
	const key = scope.reduce<string | Buffer>(hmac, `AWS4${SECRET_KEY}`);
	return hmac(key, toSign).toString('hex') === signature;
}
