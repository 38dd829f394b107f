/** Trying a provider out before anybody signs in with it. */
import { eq } from 'drizzle-orm';
import * as client from 'openid-client';
import type { Database } from '../../../db/database.ts';
import { unseal } from '../../../db/encryption/sealing.ts';
import { identityProviders } from '../../../db/schema/index.ts';
import { forActor } from '../../../db/transaction.ts';
import { accept, refuse, type Result } from '../../scheduling/refusals.ts';
import type { Actor } from '../actor.ts';
import type { ProviderTrial } from '../identity-provider.ts';
import type { TrialAnswer, UnreachableReason } from '../provider-trial.ts';
import { mayDecideWhoSignsIn } from '../who-signs-in.ts';
import {
	discoverProvider,
	failureOf,
	NotAsDescribed,
	type ProviderRules
} from './provider-client.ts';
import { ProviderUnreachable } from './provider-fetch.ts';
import { mayWriteSettings, secretSeal } from './provider.ts';

/**
 * Asks a provider for its description and its keys, and shows it the client's secret, without anybody signing in.
 * The secret that is kept is shown to nobody but the provider that it is kept for.
 */
export async function tryProvider(
	database: Database,
	actor: Actor,
	{ issuer, clientId, clientSecret }: ProviderTrial,
	rules: ProviderRules
): Promise<Result<TrialAnswer>> {
	const { organizationId } = actor;
	if (!mayWriteSettings(actor)) return refuse('not-allowed');
	const [known] = await forActor(database, actor, (transaction) =>
		transaction
			.select()
			.from(identityProviders)
			.where(eq(identityProviders.organizationId, organizationId))
	);
	const isKnown = known?.issuer === issuer && known.clientId === clientId;
	// Others may not send requests to wherever they like.
	if (!isKnown && !mayDecideWhoSignsIn(actor)) return refuse('not-allowed', { field: 'issuer' });
	const kept = isKnown ? known.sealedClientSecret : null;
	const secret =
		clientSecret ?? (kept && (await unseal(database, secretSeal(organizationId), kept)));
	return accept(await askProvider({ issuer, clientId, clientSecret: secret }, rules));
}

async function askProvider(
	{ clientSecret, ...address }: { issuer: string; clientId: string; clientSecret: string | null },
	rules: ProviderRules
): Promise<TrialAnswer> {
	try {
		const provider = await discoverProvider(
			{ ...address, clientSecret: clientSecret ?? 'none' },
			rules
		);
		if (!(await hasKeys(provider))) return { outcome: 'no-keys' };
		if (clientSecret === null) return { outcome: 'works', secret: 'not-tried' };
		return (await takesSecret(provider))
			? { outcome: 'works', secret: 'accepted' }
			: { outcome: 'secret-refused' };
	} catch (fault) {
		if (fault instanceof ProviderUnreachable)
			return { outcome: 'unreachable', reason: fault.reason };
		if (fault instanceof NotAsDescribed && fault.because === 'issuer')
			return { outcome: 'other-issuer' };
		const known = failureOf(fault);
		if (known === null) throw fault;
		if (known.failure === 'unreachable')
			return { outcome: 'unreachable', reason: known.because as UnreachableReason };
		return { outcome: 'no-description' };
	}
}

async function hasKeys(provider: client.Configuration): Promise<boolean> {
	const ask = provider[client.customFetch]!;
	const answer = await ask(provider.serverMetadata().jwks_uri!, {
		...{ method: 'GET', body: undefined, redirect: 'manual' },
		headers: { accept: 'application/json' }
	});
	const found = (await answer.json().catch(() => null)) as { keys?: unknown } | null;
	return answer.status === 200 && Array.isArray(found?.keys) && found.keys.length > 0;
}

/** A code that nobody gave out: a provider that knows the secret complains about the code, else about the secret. */
async function takesSecret(provider: client.Configuration): Promise<boolean> {
	try {
		await client.genericGrantRequest(provider, 'authorization_code', {
			...{
				code: 'dayboard-asks-whether-the-secret-fits',
				redirect_uri: 'https://dayboard.invalid/'
			}
		});
	} catch (fault) {
		const known = failureOf(fault);
		if (known?.failure === 'client-refused') return false;
		if (known?.failure === 'unreachable' || known === null) throw fault;
	}
	return true;
}
