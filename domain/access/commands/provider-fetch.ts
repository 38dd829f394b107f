/** Asking a provider over HTTP, at an address that somebody typed. */
import type { CustomFetch } from 'openid-client';
import { isLoopbackName } from '../identity-provider.ts';
import type { UnreachableReason } from '../provider-trial.ts';
import {
	AddressInside,
	AnswerTooLarge,
	exchange,
	isInside,
	pinnedLookup,
	type NameLookup
} from './outgoing-request.ts';

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

/**
 * @param allowPrivate the operator allows providers inside this machine or its network, also without TLS on loopback
 * @returns what openid-client asks with; follows no redirect. Throws ProviderUnreachable
 */
export function providerFetch(allowPrivate: boolean, names?: NameLookup): CustomFetch {
	return async (address, options) => {
		const url = new URL(address);
		checkAddress(url, allowPrivate);
		const { method, headers, body, signal } = options;
		const limits = [AbortSignal.timeout(REQUEST_LIMIT_SECONDS * 1_000), signal];
		const request = {
			...{ method, headers, maxBytes: MAX_ANSWER_BYTES },
			body: body === null || body === undefined ? null : String(body),
			signal: AbortSignal.any(limits.filter((one) => one !== undefined))
		};
		try {
			return await exchange(url, request, pinnedLookup(allowPrivate, names));
		} catch (fault) {
			throw new ProviderUnreachable(reasonOf(fault, options.signal), { cause: fault });
		}
	};
}

/** @throws ProviderUnreachable when the address itself shows that it must not be asked */
export function checkAddress({ protocol, hostname }: URL, allowPrivate: boolean): void {
	const secure = protocol === 'https:';
	const ownMachine = protocol === 'http:' && isLoopbackName(hostname);
	if (!secure && !ownMachine) throw new ProviderUnreachable('not-secure');
	if (isInside(hostname) && !allowPrivate) throw new ProviderUnreachable('inside');
}

/** What went wrong with a connection, by the system's or OpenSSL's code. */
function reasonOf(fault: unknown, signal: AbortSignal | undefined): UnreachableReason {
	if (fault instanceof AddressInside) return 'inside';
	if (fault instanceof AnswerTooLarge) return 'too-large';
	if (signal?.aborted) return 'too-slow';
	const { code = '', name = '' } = (fault ?? {}) as { code?: string; name?: string };
	if (name === 'AbortError' || name === 'TimeoutError' || code === 'ETIMEDOUT') return 'too-slow';
	if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'no-such-name';
	if (/CERT|SSL|TLS|SELF_SIGNED|UNABLE_TO/.test(code)) return 'certificate';
	return 'no-connection';
}
