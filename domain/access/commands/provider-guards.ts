/** What must be so before an organization's provider is saved. Each names the field to blame, or `null`. */
import { and, eq, inArray, sql } from 'drizzle-orm';
import { clinics, providerIdentities, roles, users } from '../../../db/schema/index.ts';
import type { Transaction } from '../../../db/transaction.ts';
import type { Actor } from '../actor.ts';
import type { ProviderInput } from '../identity-provider.ts';
import { STAFF_ROLES } from '../permissions.ts';
import { domainOf } from '../provider-claims.ts';

/** Only one organization may send a domain's people to its provider. */
export async function takenDomain(
	transaction: Transaction,
	organizationId: string,
	{ domains }: Pick<ProviderInput, 'domains'>
): Promise<string | null> {
	const list = sql.join(
		domains.map((one) => sql`${one}`),
		sql`, `
	);
	const { rows } = await transaction.execute<{ taken: string[] }>(
		sql`SELECT domains_elsewhere(${organizationId}, ARRAY[${list}]::text[]) AS taken`
	);
	const at = domains.findIndex((domain) => rows[0]!.taken.includes(domain));
	return at < 0 ? null : `domains.${at}`;
}

export async function missingInRules(
	transaction: Transaction,
	organizationId: string,
	{ roleRules }: Pick<ProviderInput, 'roleRules'>
): Promise<string | null> {
	const usable = await readUsable(transaction, organizationId, roleRules);
	for (const [at, { role, clinicId }] of roleRules.entries()) {
		if (!usable.roles.has(role)) return `roleRules.${at}.role`;
		if (clinicId !== null && !usable.clinics.has(clinicId)) return `roleRules.${at}.clinicId`;
	}
	return null;
}

/**
 * @returns which of the roles and clinics that rules name are there; patients do not come by the staff's provider
 */
export async function readUsable(
	transaction: Transaction,
	organizationId: string,
	rules: readonly { role: string; clinicId: string | null }[]
): Promise<{ roles: Set<string>; clinics: Set<string> }> {
	const own = await transaction
		.select({ key: roles.key })
		.from(roles)
		.where(eq(roles.organizationId, organizationId));
	const named = rules.map(({ clinicId }) => clinicId).filter((id) => id !== null);
	const found =
		named.length === 0
			? []
			: await transaction
					.select({ id: clinics.id })
					.from(clinics)
					.where(and(eq(clinics.organizationId, organizationId), inArray(clinics.id, named)));
	return {
		roles: new Set<string>([...STAFF_ROLES, ...own.map(({ key }) => key)]),
		clinics: new Set(found.map(({ id }) => id))
	};
}

/** Whoever turns passwords off must have come by the provider themselves once, or nobody may get in any more. */
export async function locksOut(
	transaction: Transaction,
	{ organizationId, userId }: Actor,
	{ enabled, passwordsAllowed, domains, issuer }: Omit<ProviderInput, 'clientSecret'>
): Promise<string | null> {
	if (!enabled || passwordsAllowed) return null;
	const [own] = await transaction
		.select({ email: users.email, subject: providerIdentities.subject })
		.from(users)
		.leftJoin(
			providerIdentities,
			and(
				eq(providerIdentities.organizationId, users.organizationId),
				eq(providerIdentities.userId, users.id),
				eq(providerIdentities.issuer, issuer)
			)
		)
		.where(and(eq(users.organizationId, organizationId), eq(users.id, userId)))
		.limit(1);
	const comesOtherwise = own && !domains.includes(domainOf(own.email));
	return comesOtherwise || own?.subject ? null : 'passwordsAllowed';
}
