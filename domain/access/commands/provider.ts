/** Saying which provider an organization's people sign in with. */
import { eq } from 'drizzle-orm';
import type { Database } from '../../../db/database.ts';
import { sealFor } from '../../../db/encryption/sealed-columns.ts';
import { seal } from '../../../db/encryption/sealing.ts';
import { identityProviders } from '../../../db/schema/index.ts';
import { forActor } from '../../../db/transaction.ts';
import { accept, refuse, type Result } from '../../scheduling/refusals.ts';
import type { Actor } from '../actor.ts';
import { authorize } from '../authorize.ts';
import { keyOfRule, type ProviderInput } from '../identity-provider.ts';
import { mayDecideWhoSignsIn } from '../who-signs-in.ts';
import { audit } from './audit.ts';
import type { ProviderRules } from './provider-client.ts';
import { checkAddress } from './provider-fetch.ts';
import { locksOut, missingInRules, takenDomain } from './provider-guards.ts';

type Provider = typeof identityProviders.$inferSelect;

/** What stands in the row as its organization's client secret is sealed for. */
export const secretSeal = (organizationId: string) =>
	sealFor(organizationId, 'identity_providers.sealed_client_secret', organizationId);

/** Without these whoever changes them would decide who gets in, and as what. */
const DECISIVE = ['issuer', 'clientId', 'domains', 'roleClaim', 'roleRules'] as const;
const OTHERS = ['label', 'passwordsAllowed', 'enabled'] as const;

/**
 * Saves the organization's provider. Who may change settings may name its button, renew its secret, switch it and
 * passwords on and off; what decides who gets in is for those who may do everything (`mayDecideWhoSignsIn`).
 * @returns a refusal with the `field` to blame: `not-allowed`, or `invalid`: a secret that is missing, an address that
 *   lies inside, a domain that another organization uses (`domains.1`), a role or clinic that is not there
 *   (`roleRules.2.role`), or passwords that whoever saves this still needs (`passwordsAllowed`)
 */
export async function saveProvider(
	database: Database,
	actor: Actor,
	{ clientSecret, ...input }: ProviderInput,
	{ allowPrivate }: ProviderRules
): Promise<Result<null>> {
	const { organizationId } = actor;
	if (!mayWriteSettings(actor)) return refuse('not-allowed');
	try {
		checkAddress(new URL(input.issuer), allowPrivate);
	} catch {
		return refuse('invalid', { field: 'issuer' });
	}
	// Sealed before: it may need a new key, which is a transaction of its own.
	const fresh =
		clientSecret === null ? null : await seal(database, secretSeal(organizationId), clientSecret);
	return forActor(database, actor, async (transaction) => {
		const [known] = await transaction
			.select()
			.from(identityProviders)
			.where(eq(identityProviders.organizationId, organizationId))
			.for('update');
		const changed = [...DECISIVE, ...OTHERS].filter((field) => !isSame(field, known, input));
		const decisive = DECISIVE.find((field) => changed.includes(field));
		if (decisive && !mayDecideWhoSignsIn(actor)) return refuse('not-allowed', { field: decisive });
		const elsewhere = !known || known.issuer !== input.issuer || known.clientId !== input.clientId;
		// A secret is for the one whom it was given for: it is never shown to another address.
		if (fresh === null && elsewhere) return refuse('invalid', { field: 'clientSecret' });
		const wrong =
			(await takenDomain(transaction, organizationId, input)) ??
			(await missingInRules(transaction, organizationId, input)) ??
			(await locksOut(transaction, actor, input));
		if (wrong !== null) return refuse('invalid', { field: wrong });
		const sealedClientSecret = fresh ?? known!.sealedClientSecret;
		await transaction
			.insert(identityProviders)
			.values({ organizationId, ...input, sealedClientSecret })
			.onConflictDoUpdate({
				target: identityProviders.organizationId,
				set: { ...input, sealedClientSecret }
			});
		await audit(transaction, actor, {
			kind: 'provider-changed',
			subject: { kind: 'identity_provider', id: organizationId },
			detail: {
				changed: [...changed, ...(fresh === null ? [] : ['clientSecret'])],
				...{ enabled: input.enabled, passwordsAllowed: input.passwordsAllowed }
			}
		});
		return accept(null);
	});
}

/** @returns whether the actor may change what holds for the whole organization */
export function mayWriteSettings(actor: Actor): boolean {
	const { organizationId } = actor;
	const everywhere = { organizationId, clinicId: null, practitionerId: null };
	return authorize(actor, 'settings.write', everywhere);
}

function isSame(
	field: (typeof DECISIVE)[number] | (typeof OTHERS)[number],
	known: Provider | undefined,
	input: Omit<ProviderInput, 'clientSecret'>
): boolean {
	if (!known) return false;
	if (field === 'roleRules') {
		const keys = known.roleRules.map(keyOfRule);
		return String(keys) === String(input.roleRules.map(keyOfRule));
	}
	return String(known[field]) === String(input[field]);
}
