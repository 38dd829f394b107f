/** The way to the provider and back: each is gone once, within minutes, by the browser that set out. */
import { and, eq, lt } from 'drizzle-orm';
import type { Database } from '../../../db/database.ts';
import { seal, unseal } from '../../../db/encryption/sealing.ts';
import { providerFlows } from '../../../db/schema/index.ts';
import { newSecret, secretHash } from '../../../db/sessions.ts';
import { findingOrganization, inOrganization } from '../../../db/transaction.ts';

/** Long enough for a password, a second factor and a phone that has to be found first. */
export const FLOW_MINUTES = 10;

/** What the browser keeps until it comes back. */
export interface BrowserKey {
	/** The cookie's name: one for each way, so that two windows do not take each other's. */
	name: string;
	secret: string;
}

export interface NewFlow {
	organizationId: string;
	/** Random, and sent along to the provider. */
	state: string;
	nonce: string;
	/** PKCE's secret. */
	verifier: string;
	/** A path of ours. */
	next: string;
}

export type FoundFlow =
	| { ok: true; organizationId: string; nonce: string; verifier: string; next: string }
	| { ok: false; failure: 'unknown-flow'; organizationId: null }
	| { ok: false; failure: 'expired' | 'other-browser'; organizationId: string };

/** @param state as it came back, be it from anybody */
export function browserKeyName(state: string): string {
	return `dayboard_provider_${secretHash(state).slice(0, 16)}`;
}

const verifierSeal = (organizationId: string, id: string) => ({
	...{ organizationId, purpose: `provider_flows.verifier/${id}` }
});

/** @returns what the browser has to keep */
export async function beginFlow(
	database: Database,
	{ organizationId, state, nonce, verifier, next }: NewFlow,
	now: number
): Promise<BrowserKey> {
	const id = secretHash(state);
	const secret = newSecret();
	const sealedVerifier = await seal(database, verifierSeal(organizationId, id), verifier);
	await inOrganization(database, organizationId, async (transaction) => {
		// Most that set out and never came back are swept away by the next one.
		await transaction.delete(providerFlows).where(lt(providerFlows.expiresAt, new Date(now)));
		await transaction.insert(providerFlows).values({
			...{ organizationId, id, nonce, sealedVerifier, next },
			browserHash: secretHash(secret),
			expiresAt: new Date(now + FLOW_MINUTES * 60_000)
		});
	});
	return { name: browserKeyName(state), secret };
}

/**
 * Ends the way that a browser comes back by: found once, then gone, also where it turns out to be somebody else's.
 * @param secret from the browser's cookie
 */
export async function endFlow(
	database: Database,
	{ state, secret }: { state: string; secret: string | undefined },
	now: number
): Promise<FoundFlow> {
	const id = secretHash(state);
	const unknown = { ok: false, failure: 'unknown-flow', organizationId: null } as const;
	const [place] = await findingOrganization(database, (transaction) =>
		transaction
			.select({ organizationId: providerFlows.organizationId })
			.from(providerFlows)
			.where(eq(providerFlows.id, id))
	);
	if (!place) return unknown;
	const { organizationId } = place;
	const [flow] = await inOrganization(database, organizationId, (transaction) =>
		transaction
			.delete(providerFlows)
			.where(and(eq(providerFlows.organizationId, organizationId), eq(providerFlows.id, id)))
			.returning()
	);
	if (!flow) return unknown;
	if (flow.expiresAt.getTime() <= now) return { ok: false, failure: 'expired', organizationId };
	if (secret === undefined || secretHash(secret) !== flow.browserHash)
		return { ok: false, failure: 'other-browser', organizationId };
	const verifier = await unseal(database, verifierSeal(organizationId, id), flow.sealedVerifier);
	return { ok: true, organizationId, nonce: flow.nonce, verifier, next: flow.next };
}
