/** A real OpenID Connect provider on loopback, with people whom a test invents and tokens that it may spoil. */
import { createSign, generateKeyPairSync, randomUUID, type KeyObject } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import type { AddressInfo } from 'node:net';
import Provider, { type Configuration } from 'oidc-provider';

export const CLIENT = { clientId: 'dayboard', clientSecret: 'a secret of the test' };

type JsonObject = Record<string, unknown>;

/** Changes an id token's claims, or the key that signs it, before it is given out. */
export interface Spoiling {
	claims?: JsonObject;
	wrongKey?: boolean;
}

export interface TestProvider {
	readonly issuer: string;
	/** What it says of whom, by the name that they sign in with. */
	readonly people: Map<string, JsonObject>;
	/** From now on; `null`: nothing is spoilt. */
	spoil(spoiling: Spoiling | null): void;
	/** How many connections it has taken. */
	connections(): number;
	close(): Promise<void>;
}

/** @param redirectUris where it may send people back to */
export async function startIdentityProvider(redirectUris: string[]): Promise<TestProvider> {
	let handle: (request: IncomingMessage, response: ServerResponse) => void = () => {};
	let connections = 0;
	const server = createServer((request, response) => handle(request, response));
	server.on('connection', () => (connections += 1));
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	const keys = generateKeyPairSync('rsa', { modulusLength: 2048 });
	const others = generateKeyPairSync('rsa', { modulusLength: 2048 });
	const people = new Map<string, JsonObject>();
	let spoiling: Spoiling | null = null;

	const provider = new Provider(issuer, configurationOf(people, keys.privateKey, redirectUris));
	provider.use(async (context, next) => {
		await next();
		const body = context.body as { id_token?: string } | undefined;
		if (spoiling && context.path === '/token' && body?.id_token) {
			const key = spoiling.wrongKey ? others.privateKey : keys.privateKey;
			context.body = { ...body, id_token: signedAnew(body.id_token, spoiling.claims ?? {}, key) };
		}
	});
	const answer = provider.callback();
	handle = (request, response) => {
		const isQuestion = request.url?.startsWith('/interaction/');
		void (isQuestion ? askWho(provider, request, response) : answer(request, response));
	};
	return {
		...{ issuer, people },
		spoil: (how) => (spoiling = how),
		connections: () => connections,
		async close() {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		}
	};
}

function configurationOf(
	people: Map<string, JsonObject>,
	key: KeyObject,
	redirectUris: string[]
): Configuration {
	return {
		clients: [
			{
				...{ client_id: CLIENT.clientId, client_secret: CLIENT.clientSecret },
				redirect_uris: redirectUris
			}
		],
		jwks: { keys: [{ ...key.export({ format: 'jwk' }), kid: 'one', use: 'sig', alg: 'RS256' }] },
		cookies: { keys: [randomUUID()] },
		claims: {
			openid: ['sub'],
			email: ['email', 'email_verified'],
			profile: ['name'],
			groups: ['groups']
		},
		features: { devInteractions: { enabled: false } },
		ttl: { Session: 600, Grant: 600, Interaction: 600, AccessToken: 60, IdToken: 60 },
		interactions: { url: (_, { uid }) => `/interaction/${uid}` },
		findAccount: (_, accountId) =>
			people.has(accountId)
				? { accountId, claims: () => ({ sub: accountId, ...people.get(accountId) }) }
				: undefined,
		// Dayboard is the clinic's own: nobody is asked whether it may know them.
		async loadExistingGrant({ oidc }) {
			const grant = new oidc.provider.Grant({
				...{ clientId: oidc.client!.clientId, accountId: oidc.session!.accountId! }
			});
			grant.addOIDCScope('openid email profile groups');
			await grant.save();
			return grant;
		}
	};
}

/** The provider's own page: who are you? `decline` instead of a name says no. */
async function askWho(
	provider: Provider,
	request: IncomingMessage,
	response: ServerResponse
): Promise<void> {
	if (request.method !== 'POST') {
		response.setHeader('content-type', 'text/html');
		response.end(
			`<!doctype html><html lang="en"><title>Clinic accounts</title><h1>Clinic accounts</h1>
			<form method="post"><label>Name <input name="login"></label><button>Sign in</button>
			<button name="decline" value="yes">No, thanks</button></form></html>`
		);
		return;
	}
	const form = new URLSearchParams(await text(request));
	const result = form.has('decline')
		? { error: 'access_denied', error_description: 'declined' }
		: { login: { accountId: form.get('login') ?? '' } };
	await provider.interactionFinished(request, response, result, {
		mergeWithLastSubmission: false
	});
}

function signedAnew(token: string, changes: JsonObject, key: KeyObject): string {
	const [header, payload] = token.split('.');
	const claims = JSON.parse(Buffer.from(payload!, 'base64url').toString()) as JsonObject;
	const body = Buffer.from(JSON.stringify({ ...claims, ...changes })).toString('base64url');
	const signature = createSign('RSA-SHA256').update(`${header}.${body}`).sign(key, 'base64url');
	return `${header}.${body}.${signature}`;
}

/**
 * Goes through the provider's pages as a browser would, with cookies of its own.
 * @param start where Dayboard sent the browser
 * @param login who signs in; `null`: says no
 * @returns the address that it is sent back to
 */
export async function walkThrough(start: string, login: string | null): Promise<URL> {
	const cookies = new Map<string, string>();
	const home = new URL(start).origin;
	const ask = async (address: URL, body?: URLSearchParams) => {
		const answer = await fetch(address, {
			...(body ? { method: 'POST', body } : {}),
			redirect: 'manual',
			headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') }
		});
		for (const line of answer.headers.getSetCookie()) {
			const [name, ...value] = line.split(';')[0]!.split('=');
			if (name) cookies.set(name, value.join('='));
		}
		return answer;
	};
	let at = new URL(start);
	for (let step = 0; step < 10; step++) {
		const asksWho = at.pathname.startsWith('/interaction/');
		const said = new URLSearchParams(login === null ? { decline: 'yes' } : { login });
		const answer = await ask(at, asksWho ? said : undefined);
		const location = answer.headers.get('location');
		if (location === null) throw new Error(`the provider answers ${await answer.text()}`);
		at = new URL(location, at);
		if (at.origin !== home) return at;
	}
	throw new Error('the provider sends round in circles');
}
