/** openid-client, as we use it for every organization's provider, and what its faults mean. */
import * as client from 'openid-client';
import type { ProviderFailure } from '../provider-failure.ts';
import {
	checkAddress,
	providerFetch,
	ProviderUnreachable,
	REQUEST_LIMIT_SECONDS
} from './provider-fetch.ts';

export interface ProviderAddress {
	issuer: string;
	clientId: string;
	clientSecret: string;
}

/** What the operator of this server allows. */
export interface ProviderRules {
	/** Also providers inside this machine or its network. */
	allowPrivate: boolean;
}

/** The provider's description of itself is not one that can be trusted. */
export class NotAsDescribed extends Error {
	override readonly name = 'NotAsDescribed';
	readonly because: 'issuer' | 'endpoint';

	constructor(because: 'issuer' | 'endpoint', options?: ErrorOptions) {
		super(`the provider's description does not fit: ${because}`, options);
		this.because = because;
	}
}

/**
 * Reads the provider's description of itself and checks that it is the one that was meant. From then on signatures are
 * always checked, also on what comes over TLS.
 * @throws ProviderUnreachable, NotAsDescribed, or an error of openid-client when there is no description
 */
export async function discoverProvider(
	{ issuer, clientId, clientSecret }: ProviderAddress,
	{ allowPrivate }: ProviderRules
): Promise<client.Configuration> {
	const address = new URL(issuer);
	checkAddress(address, allowPrivate);
	// Only loopback gets here without TLS.
	const plain = address.protocol === 'http:' ? [client.allowInsecureRequests] : [];
	const found = await client
		.discovery(address, clientId, undefined, authenticationBy(clientSecret), {
			execute: [client.enableNonRepudiationChecks, ...plain],
			[client.customFetch]: providerFetch(allowPrivate),
			timeout: REQUEST_LIMIT_SECONDS
		})
		.catch((fault: unknown) => {
			if (fault instanceof client.ClientError && fault.code === OTHER_ATTRIBUTE)
				throw new NotAsDescribed('issuer', { cause: fault });
			throw fault;
		});
	const server = found.serverMetadata();
	// openid-client lets some shared addresses name a different one, behind which anybody may have an account.
	if (new URL(server.issuer).href !== address.href) throw new NotAsDescribed('issuer');
	const needed = [server.authorization_endpoint, server.token_endpoint, server.jwks_uri];
	for (const endpoint of needed) {
		if (endpoint === undefined || !URL.canParse(endpoint)) throw new NotAsDescribed('endpoint');
		// The browser is sent to the first of them; the others are looked at again when they are asked.
		const { protocol } = new URL(endpoint);
		if (protocol !== 'https:' && protocol !== address.protocol)
			throw new NotAsDescribed('endpoint');
	}
	return found;
}

/** The standard's own way to show the secret, unless the provider says that it takes only the other. */
function authenticationBy(secret: string): client.ClientAuth {
	const [basic, post] = [client.ClientSecretBasic(secret), client.ClientSecretPost(secret)];
	return (server, ...rest) => {
		const ways = server.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
		return (ways.includes('client_secret_basic') ? basic : post)(server, ...rest);
	};
}

const OTHER_ATTRIBUTE = 'OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED';

/** openid-client's codes for what is wrong with an answer as a whole, not with what it says. */
const NO_ANSWER = [
	'OAUTH_RESPONSE_IS_NOT_CONFORM',
	'OAUTH_RESPONSE_IS_NOT_JSON',
	'OAUTH_PARSE_ERROR'
];
const NO_DESCRIPTION = ['OAUTH_MISSING_SERVER_METADATA', 'OAUTH_INVALID_SERVER_METADATA'];

/** @returns what a fault of openid-client or of the line says, with its code for the audit; `null`: it is our own */
export function failureOf(fault: unknown): { failure: ProviderFailure; because: string } | null {
	const chain: Error[] = [];
	for (let one = fault; one instanceof Error && chain.length < 5; one = one.cause) chain.push(one);
	const line = chain.find((one) => one instanceof ProviderUnreachable);
	if (line) return { failure: 'unreachable', because: line.reason };
	if (fault instanceof NotAsDescribed)
		return { failure: 'not-as-described', because: fault.because };
	if (fault instanceof client.AuthorizationResponseError) {
		const declined = fault.error === 'access_denied';
		return { failure: declined ? 'declined' : 'provider-error', because: codeOf(fault.error) };
	}
	if (fault instanceof client.ResponseBodyError) {
		const ours = ['invalid_client', 'unauthorized_client'].includes(fault.error);
		return { failure: ours ? 'client-refused' : 'provider-error', because: codeOf(fault.error) };
	}
	if (fault instanceof client.WWWAuthenticateChallengeError)
		return { failure: 'client-refused', because: 'challenge' };
	if (fault instanceof client.ClientError) {
		const code = codeOf(fault.code ?? fault.message);
		if (NO_ANSWER.includes(code)) return { failure: 'provider-error', because: code };
		if (NO_DESCRIPTION.includes(code)) return { failure: 'not-as-described', because: code };
		return { failure: 'not-trusted', because: code };
	}
	return null;
}

/** Somebody else's text: only what looks like a code is kept. */
function codeOf(text: string): string {
	return /^[\w -]{1,60}$/.test(text) ? text : 'unknown';
}
