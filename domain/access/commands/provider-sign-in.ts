/** Signing in through the organization's own provider (OpenID Connect, authorization code with PKCE). */
import { and, eq } from 'drizzle-orm';
import * as client from 'openid-client';
import type { Database } from '../../../db/database.ts';
import { unseal } from '../../../db/encryption/sealing.ts';
import { identityProviders } from '../../../db/schema/index.ts';
import { secretHash } from '../../../db/sessions.ts';
import { inOrganization } from '../../../db/transaction.ts';
import type { Origin } from '../actor.ts';
import type { AuditDetail } from '../audit-entry.ts';
import type { LockoutRule } from '../lockout.ts';
import { personFrom, valuesOf, type Claims, type ProviderPerson } from '../provider-claims.ts';
import type { ProviderFailure } from '../provider-failure.ts';
import { providerOfAddress } from '../queries/provider.ts';
import { countAttempts, forgiveOneAttempt } from './attempts.ts';
import { openSession } from './devices.ts';
import { accountOfPerson } from './provider-account.ts';
import { audit } from './audit.ts';
import { discoverProvider, failureOf, type ProviderRules } from './provider-client.ts';
import { beginFlow, endFlow, type BrowserKey } from './provider-flow.ts';
import { secretSeal } from './provider.ts';

type Provider = typeof identityProviders.$inferSelect;

/** Each that sets out makes us ask a provider: a clinic's whole staff may, a script may not. */
const START_RULE: LockoutRule = { free: 120, firstLockMs: 60_000, longestLockMs: 15 * 60_000 };

const startsFrom = ({ address }: Origin) => ({
	...{ id: secretHash(`provider:${address ?? 'unknown'}`), rule: START_RULE }
});

export interface Start {
	email: string;
	/** A path of ours to go to afterwards. */
	next: string;
	/** Ours, as it is registered at the provider. */
	redirectUri: string;
	origin: Origin;
}

export type StartAnswer =
	/** Where the browser goes, and what it keeps. */
	| { outcome: 'go'; url: string; label: string; key: BrowserKey }
	/** The address's domain is no organization's. */
	| { outcome: 'no-provider' }
	/** Too many set out from there (epoch milliseconds). */
	| { outcome: 'locked'; until: number }
	| { outcome: 'failed'; failure: ProviderFailure; label: string };

/** @param now epoch milliseconds */
export async function startProviderSignIn(
	database: Database,
	{ email, next, redirectUri, origin }: Start,
	rules: ProviderRules,
	now: number = Date.now()
): Promise<StartAnswer> {
	const found = await providerOfAddress(database, email);
	if (!found) return { outcome: 'no-provider' };
	const { organizationId, label } = found;
	const until = await countAttempts(database, [startsFrom(origin)], now);
	if (until !== null) return { outcome: 'locked', until };
	const provider = await enabledProvider(database, organizationId);
	if (!provider) return { outcome: 'no-provider' };
	try {
		const asked = await clientOf(database, provider, rules);
		const [state, nonce] = [client.randomState(), client.randomNonce()];
		const verifier = client.randomPKCECodeVerifier();
		const url = client.buildAuthorizationUrl(asked, {
			...{ redirect_uri: redirectUri, scope: scopesFor(asked, provider), state, nonce },
			...{ login_hint: email, code_challenge_method: 'S256' },
			code_challenge: await client.calculatePKCECodeChallenge(verifier)
		});
		const flow = { organizationId, state, nonce, verifier, next };
		const key = await beginFlow(database, flow, now);
		return { outcome: 'go', url: url.href, label, key };
	} catch (fault) {
		const known = failureOf(fault);
		if (known === null) throw fault;
		await writeFailure(database, organizationId, origin, known.failure, {
			because: known.because
		});
		return { outcome: 'failed', failure: known.failure, label };
	}
}

export interface Return {
	/** The whole address that the browser came back to. */
	url: URL;
	/** What it kept, from the cookie named `browserKeyName(state)`. */
	secret: string | undefined;
	/** Browser and system in words. */
	device: string;
	origin: Origin;
}

export type ReturnAnswer =
	/** The session's secret for the cookie, when it ends (epoch milliseconds), and where to go. */
	| { outcome: 'signed-in'; token: string; expiresAt: number; next: string }
	| { outcome: 'failed'; failure: ProviderFailure };

/** Nothing of a failure is kept but the audit's entry; it has none where nobody knows whose it was. */
export async function finishProviderSignIn(
	database: Database,
	{ url, secret, device, origin }: Return,
	rules: ProviderRules,
	now: number = Date.now()
): Promise<ReturnAnswer> {
	const state = url.searchParams.get('state') ?? '';
	const flow = await endFlow(database, { state, secret }, now);
	const fail = async (failure: ProviderFailure, detail: AuditDetail = {}, userId?: string) => {
		if (flow.organizationId !== null)
			await writeFailure(database, flow.organizationId, origin, failure, detail, userId);
		return { outcome: 'failed', failure } as const;
	};
	if (!flow.ok) return fail(flow.failure);
	const provider = await enabledProvider(database, flow.organizationId);
	if (!provider) return fail('switched-off');
	let person: ProviderPerson | null;
	try {
		const asked = await clientOf(database, provider, rules);
		person = await personWhoCame(asked, provider, { url, state, ...flow });
	} catch (fault) {
		const known = failureOf(fault);
		if (known === null) throw fault;
		return fail(known.failure, { because: known.because });
	}
	if (person === null) return fail('not-trusted', { because: 'no-subject' });
	const settled = await accountOfPerson(database, provider, person, origin);
	if (!settled.ok) {
		// What the provider says somebody is helps whoever writes the rules.
		const said = { subject: person.subject.slice(0, 200), values: shortened(person.values) };
		return fail(settled.failure, said, settled.userId ?? undefined);
	}
	const session = await openSession(database, settled.account, device);
	await inOrganization(database, flow.organizationId, (transaction) =>
		audit(
			transaction,
			{
				...{ organizationId: flow.organizationId, userId: settled.account.id, origin },
				sessionId: secretHash(session.token)
			},
			{ kind: 'signed-in', detail: { how: 'provider' } }
		)
	);
	await forgiveOneAttempt(database, startsFrom(origin));
	return { outcome: 'signed-in', ...session, next: flow.next };
}

async function enabledProvider(
	database: Database,
	organizationId: string
): Promise<Provider | undefined> {
	const [found] = await inOrganization(database, organizationId, (transaction) =>
		transaction
			.select()
			.from(identityProviders)
			.where(and(eq(identityProviders.organizationId, organizationId), identityProviders.enabled))
	);
	return found;
}

async function clientOf(
	database: Database,
	{ organizationId, issuer, clientId, sealedClientSecret }: Provider,
	rules: ProviderRules
): Promise<client.Configuration> {
	const clientSecret = await unseal(database, secretSeal(organizationId), sealedClientSecret);
	return discoverProvider({ issuer, clientId, clientSecret }, rules);
}

/** Some give out the claim that roles follow from only to whoever asks for a scope of that name. */
function scopesFor(asked: client.Configuration, { roleClaim }: Provider): string {
	const offered = asked.serverMetadata().scopes_supported ?? [];
	const named = [roleClaim, ...roleClaim.split('.')].filter((name) => offered.includes(name));
	const scopes = [
		'openid',
		'email',
		'profile',
		...named.filter((name) => /^[\w:/.-]+$/.test(name))
	];
	return [...new Set(scopes)].join(' ');
}

/** State, issuer, audience, expiry, nonce and signature are checked by openid-client. */
async function personWhoCame(
	asked: client.Configuration,
	{ roleClaim }: Provider,
	{ url, state, nonce, verifier }: { url: URL; state: string; nonce: string; verifier: string }
): Promise<ProviderPerson | null> {
	const tokens = await client.authorizationCodeGrant(asked, url, {
		...{ expectedState: state, expectedNonce: nonce, pkceCodeVerifier: verifier },
		idTokenExpected: true
	});
	const signed = tokens.claims() as Claims | undefined;
	if (typeof signed?.sub !== 'string') return null;
	const isWhole =
		signed.email !== undefined &&
		signed.email_verified !== undefined &&
		valuesOf(signed, roleClaim).length > 0;
	if (isWhole || !asked.serverMetadata().userinfo_endpoint) return personFrom(signed, roleClaim);
	const more = await client.fetchUserInfo(asked, tokens.access_token, signed.sub);
	// An address and the word that it is verified belong together.
	const { email, email_verified } = more.email === undefined ? signed : more;
	return personFrom({ ...more, ...signed, email, email_verified }, roleClaim);
}

function shortened(values: readonly string[]): string[] {
	return values.slice(0, 20).map((value) => value.slice(0, 100));
}

async function writeFailure(
	database: Database,
	organizationId: string,
	origin: Origin,
	failure: ProviderFailure,
	detail: AuditDetail,
	userId?: string
): Promise<void> {
	await inOrganization(database, organizationId, (transaction) =>
		audit(
			transaction,
			{ organizationId, userId: null, sessionId: null, origin },
			{
				kind: 'sign-in-failed',
				...(userId === undefined ? {} : { subject: { kind: 'user', id: userId } }),
				detail: { how: 'provider', why: failure, ...detail }
			}
		)
	);
}
