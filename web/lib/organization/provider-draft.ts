/** An organization's provider as the form holds it. */
import type { ProviderInput, ProviderSettings } from '#domain/access/identity-provider.ts';

export interface RuleDraft {
	/** Tells rows apart while they are typed. */
	key: number;
	value: string;
	role: string;
	/** Empty: at every clinic. */
	clinicId: string;
}

export interface ProviderDraft {
	label: string;
	issuer: string;
	clientId: string;
	/** Empty: the one that is kept. */
	clientSecret: string;
	/** With commas or spaces between them. */
	domains: string;
	roleClaim: string;
	rules: RuleDraft[];
	passwordsAllowed: boolean;
	enabled: boolean;
}

let lastKey = 0;

export function newRule(): RuleDraft {
	return { key: ++lastKey, value: '', role: '', clinicId: '' };
}

/** @param provider `null`: a first one */
export function draftFrom(provider: ProviderSettings | null): ProviderDraft {
	return {
		label: provider?.label ?? '',
		issuer: provider?.issuer ?? '',
		clientId: provider?.clientId ?? '',
		clientSecret: '',
		domains: provider?.domains.join(', ') ?? '',
		roleClaim: provider?.roleClaim ?? 'groups',
		rules: provider
			? provider.roleRules.map(({ value, role, clinicId }) => ({
					...{ key: ++lastKey, value, role, clinicId: clinicId ?? '' }
				}))
			: [newRule()],
		passwordsAllowed: provider?.passwordsAllowed ?? true,
		enabled: provider?.enabled ?? false
	};
}

/** @returns what is sent; whether it is right is the schema's to say */
export function inputFrom({ rules, domains, clientSecret, ...rest }: ProviderDraft): ProviderInput {
	return {
		...rest,
		clientSecret: clientSecret.trim() || null,
		domains: domains.split(/[\s,;]+/).filter(Boolean),
		roleRules: rules
			// A row that nobody has begun is none.
			.filter(({ value, role }) => value.trim() !== '' || role !== '')
			.map(({ value, role, clinicId }) => ({ value, role, clinicId: clinicId || null }))
	};
}

/** @returns whether both would be sent as the same */
export function isSameDraft(one: ProviderDraft, other: ProviderDraft): boolean {
	return JSON.stringify(inputFrom(one)) === JSON.stringify(inputFrom(other));
}
