/**
 * Asking another server whose address came from outside: it must not lead inside this machine or its network, keep us
 * waiting, or fill our memory.
 */
import { lookup, type LookupAddress, type LookupAllOptions } from 'node:dns';
import http from 'node:http';
import https from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { isLoopbackName } from '../identity-provider.ts';
import { isPublicAddress } from './public-address.ts';

/** The address, or one that its name stands for, lies inside this machine or its network. */
export class AddressInside extends Error {
	constructor() {
		super('the address lies inside');
		this.name = 'AddressInside';
	}
}

/** More came back than anybody needs. */
export class AnswerTooLarge extends Error {
	constructor() {
		super('the answer is too large');
		this.name = 'AnswerTooLarge';
	}
}

/** Finds the addresses of a name, as `dns.lookup` does. */
export type NameLookup = (
	hostname: string,
	options: LookupAllOptions,
	callback: (fault: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void
) => void;

/** @returns whether a host's name itself shows that it lies inside; Node asks nobody for what is an address already */
export function isInside(hostname: string): boolean {
	const literal = hostname.replace(/^\[|\]$/g, '');
	return isLoopbackName(hostname) || (isIP(literal) !== 0 && !isPublicAddress(literal));
}

/**
 * The connection goes to the very addresses that were looked at: asked again, a name may answer differently.
 * @returns what fails with `AddressInside` for a name that stands for an address inside, unless `allowPrivate`
 */
export function pinnedLookup(allowPrivate: boolean, names: NameLookup = lookup): LookupFunction {
	return (hostname, options, callback) => {
		names(hostname, { ...options, all: true }, (fault, addresses) => {
			if (fault) return callback(fault, '', 0);
			if (!allowPrivate && !addresses.every(({ address }) => isPublicAddress(address))) {
				return callback(new AddressInside(), '', 0);
			}
			if (options.all) return callback(null, addresses);
			const [first] = addresses;
			callback(null, first!.address, first!.family);
		});
	};
}

export interface OutgoingRequest {
	method: string;
	headers: Record<string, string>;
	body: string | Uint8Array | null;
	/** Ends it, from name to last byte. */
	signal: AbortSignal;
	/** Of the answer's body. */
	maxBytes: number;
}

/**
 * One request and its answer; follows no redirect.
 * @throws AddressInside, AnswerTooLarge, or what the connection fails with
 */
export function exchange(
	url: URL,
	{ method, headers, body, signal, maxBytes }: OutgoingRequest,
	pinned: LookupFunction
): Promise<Response> {
	const { promise, resolve, reject } = Promise.withResolvers<Response>();
	const request = (url.protocol === 'https:' ? https : http).request(url, {
		...{ method, lookup: pinned, agent: false, signal },
		headers: {
			...headers,
			'accept-encoding': 'identity',
			...(body === null ? {} : { 'content-length': String(Buffer.byteLength(body)) })
		}
	});
	request.on('error', reject);
	request.on('response', (answer) => {
		const parts: Buffer[] = [];
		let size = 0;
		answer.on('data', (part: Buffer) => {
			size += part.length;
			if (size <= maxBytes) return void parts.push(part);
			reject(new AnswerTooLarge());
			request.destroy();
		});
		answer.on('error', reject);
		answer.on('end', () => {
			const { statusCode: told = 0, rawHeaders } = answer;
			const status = told >= 200 && told <= 599 ? told : 502;
			const empty = status === 204 || status === 304;
			const content = empty ? null : Buffer.concat(parts);
			resolve(new Response(content, { status, headers: headersOf(rawHeaders) }));
		});
	});
	request.end(body ?? undefined);
	return promise;
}

function headersOf(raw: string[]): Headers {
	const headers = new Headers();
	for (let at = 0; at < raw.length; at += 2) headers.append(raw[at]!, raw[at + 1]!);
	return headers;
}
