/** What is known of an organization's provider: for its page, and for those who are about to sign in. */
import { and, arrayContains, asc, eq } from 'drizzle-orm';
import type { Database } from '../../../db/database.ts';
import { clinics, identityProviders, roles } from '../../../db/schema/index.ts';
import { findingOrganization, forActor } from '../../../db/transaction.ts';
import { accept, refuse, type Result } from '../../scheduling/refusals.ts';
import type { Actor } from '../actor.ts';
import { authorize } from '../authorize.ts';
import type { ProviderSettings, ProviderSetup } from '../identity-provider.ts';
import { BUILT_IN_ROLES } from '../permissions.ts';
import { domainOf } from '../provider-claims.ts';
import { roleWords } from '../role-words.ts';
import { mayDecideWhoSignsIn } from '../who-signs-in.ts';

/** For whoever may read the organization's settings. */
export async function readProvider(
	database: Database,
	actor: Actor
): Promise<Result<ProviderSetup>> {
	const { organizationId } = actor;
	const everywhere = { organizationId, clinicId: null, practitionerId: null };
	if (!authorize(actor, 'settings.read', everywhere)) return refuse('not-allowed');
	return forActor(database, actor, async (transaction) => {
		const [found] = await transaction
			.select()
			.from(identityProviders)
			.where(eq(identityProviders.organizationId, organizationId));
		const own = await transaction
			.select({ key: roles.key, name: roles.name })
			.from(roles)
			.where(eq(roles.organizationId, organizationId))
			.orderBy(asc(roles.name));
		const places = await transaction
			.select({ id: clinics.id, name: clinics.name })
			.from(clinics)
			.where(eq(clinics.organizationId, organizationId))
			.orderBy(asc(clinics.name));
		const builtIn = BUILT_IN_ROLES.filter((role) => role !== 'patient');
		const write = authorize(actor, 'settings.write', everywhere);
		return accept({
			provider: found ? settingsOf(found) : null,
			roles: [...builtIn.map((key) => ({ key, name: roleWords({ role: key }) })), ...own],
			clinics: places,
			can: { write, decide: write && mayDecideWhoSignsIn(actor) }
		});
	});
}

function settingsOf({
	organizationId: _,
	sealedClientSecret: __,
	...settings
}: typeof identityProviders.$inferSelect): ProviderSettings {
	return settings;
}

/**
 * For anybody: which organization's provider people of an address's domain sign in with. Says nothing of accounts.
 * @returns `null` when the domain is nobody's, or its provider is switched off
 */
export async function providerOfAddress(
	database: Database,
	email: string
): Promise<{ organizationId: string; label: string } | null> {
	const domain = domainOf(email);
	if (domain === '') return null;
	const [found] = await findingOrganization(database, (transaction) =>
		transaction
			.select({ organizationId: identityProviders.organizationId, label: identityProviders.label })
			.from(identityProviders)
			.where(and(identityProviders.enabled, arrayContains(identityProviders.domains, [domain])))
	);
	return found ?? null;
}
