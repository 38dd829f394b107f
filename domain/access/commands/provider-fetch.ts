/**
 * Asking a provider over HTTP. Its address was typed by somebody: it must not reach inside this machine or its
 * network, keep us waiting, or fill our memory.
 */
import { lookup, type LookupAddress, type LookupAllOptions } from 'node:dns';
import http from 'node:http';
import https from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import type { CustomFetch, CustomFetchOptions } from 'openid-client';
import { isLoopbackName } from '../identity-provider.ts';
import type { UnreachableReason } from '../provider-trial.ts';
import { isPublicAddress } from './public-address.ts';

/** For each request, from name to last byte. */
export const REQUEST_LIMIT_SECONDS = 8;
/** Microsoft's keys, the largest that are known, are 30 KiB. */
export const MAX_ANSWER_BYTES = 256 * 1024;

/** A provider could not be asked. Names no address: the page shows what was typed, nothing that it led to. */
export class ProviderUnreachable extends Error {
	readonly reason: UnreachableReason;

	constructor(reason: UnreachableReason, options?: ErrorOptions) {
		super(`the provider cannot be asked: ${reason}`, options);
		this.name = 'ProviderUnreachable';
		this.reason = reason;
	}
}

/** Finds the addresses of a name, as `dns.lookup` does. */
export type NameLookup = (
	hostname: string,
	options: LookupAllOptions,
	callback: (fault: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void
) => void;

/**
 * @param allowPrivate the operator allows providers inside this machine or its network, also without TLS on loopback
 * @returns what openid-client asks with; follows no redirect. Throws ProviderUnreachable
 */
export function providerFetch(allowPrivate: boolean, names: NameLookup = lookup): CustomFetch {
	return async (address, options) => {
		const url = new URL(address);
		checkAddress(url, allowPrivate);
		try {
			return await exchange(url, options, lookupOf(allowPrivate, names));
		} catch (fault) {
			if (fault instanceof ProviderUnreachable) throw fault;
			throw new ProviderUnreachable(reasonOf(fault, options.signal), { cause: fault });
		}
	};
}

/** @throws ProviderUnreachable when the address itself shows that it must not be asked */
export function checkAddress({ protocol, hostname }: URL, allowPrivate: boolean): void {
	const secure = protocol === 'https:';
	const ownMachine = protocol === 'http:' && isLoopbackName(hostname);
	if (!secure && !ownMachine) throw new ProviderUnreachable('not-secure');
	// Node asks nobody for the address of what is one already.
	const literal = hostname.replace(/^\[|\]$/g, '');
	const inside = isLoopbackName(hostname) || (isIP(literal) !== 0 && !isPublicAddress(literal));
	if (inside && !allowPrivate) throw new ProviderUnreachable('inside');
}

/** The connection goes to the very addresses that were looked at: asked again, a name may answer differently. */
function lookupOf(allowPrivate: boolean, names: NameLookup): LookupFunction {
	return (hostname, options, callback) => {
		names(hostname, { ...options, all: true }, (fault, addresses) => {
			if (fault) return callback(fault, '', 0);
			if (!allowPrivate && !addresses.every(({ address }) => isPublicAddress(address))) {
				return callback(new ProviderUnreachable('inside'), '', 0);
			}
			if (options.all) return callback(null, addresses);
			const [first] = addresses;
			callback(null, first!.address, first!.family);
		});
	};
}

function exchange(
	url: URL,
	{ method, headers, body, signal }: CustomFetchOptions,
	pinned: LookupFunction
): Promise<Response> {
	const { promise, resolve, reject } = Promise.withResolvers<Response>();
	const limits = [AbortSignal.timeout(REQUEST_LIMIT_SECONDS * 1_000), signal];
	const sent = body === null || body === undefined ? null : String(body);
	const request = (url.protocol === 'https:' ? https : http).request(url, {
		...{ method, lookup: pinned, agent: false },
		signal: AbortSignal.any(limits.filter((one) => one !== undefined)),
		headers: {
			...headers,
			'accept-encoding': 'identity',
			...(sent === null ? {} : { 'content-length': String(Buffer.byteLength(sent)) })
		}
	});
	request.on('error', reject);
	request.on('response', (answer) => {
		const parts: Buffer[] = [];
		let size = 0;
		answer.on('data', (part: Buffer) => {
			size += part.length;
			if (size <= MAX_ANSWER_BYTES) return void parts.push(part);
			reject(new ProviderUnreachable('too-large'));
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
	request.end(sent ?? undefined);
	return promise;
}

function headersOf(raw: string[]): Headers {
	const headers = new Headers();
	for (let at = 0; at < raw.length; at += 2) headers.append(raw[at]!, raw[at + 1]!);
	return headers;
}

/** What went wrong with a connection, by the system's or OpenSSL's code. */
function reasonOf(fault: unknown, signal: AbortSignal | undefined): UnreachableReason {
	if (signal?.aborted) return 'too-slow';
	const { code = '', name = '' } = (fault ?? {}) as { code?: string; name?: string };
	if (name === 'AbortError' || name === 'TimeoutError' || code === 'ETIMEDOUT') return 'too-slow';
	if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'no-such-name';
	if (/CERT|SSL|TLS|SELF_SIGNED|UNABLE_TO/.test(code)) return 'certificate';
	return 'no-connection';
}
