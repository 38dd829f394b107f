/** What a provider says of a person, and what follows from it. Pure: whether it is true was checked before. */
import type { RoleRule } from './identity-provider.ts';

/** As signed by the provider: anything may be missing or of another kind. */
export type Claims = Readonly<Record<string, unknown>>;

/** A person as a provider describes them. */
export interface ProviderPerson {
	issuer: string;
	/** The provider's own name for the person. */
	subject: string;
	/** Lower case; `null`: not told. */
	email: string | null;
	/** Whether the provider answers for the address being theirs. */
	emailVerified: boolean;
	name: string;
	/** What stands in the claim that roles follow from. */
	values: readonly string[];
}

const MAX_VALUES = 500;

/** @returns the person, or `null` when the claims do not even say who it is */
export function personFrom(claims: Claims, roleClaim: string): ProviderPerson | null {
	const { iss: issuer, sub: subject } = claims;
	if (typeof issuer !== 'string' || typeof subject !== 'string' || subject === '') return null;
	const email = emailFrom(claims);
	return {
		...{ issuer, subject, email, emailVerified: isVerified(claims) },
		name: nameFrom(claims) ?? email ?? subject.slice(0, 200),
		values: valuesOf(claims, roleClaim)
	};
}

/** @returns an address's domain, lower case; empty when it has none */
export function domainOf(email: string): string {
	const at = email.lastIndexOf('@');
	return at < 0 ? '' : email.slice(at + 1).toLowerCase();
}

/**
 * @param name a claim's own name, or a path with dots to one that lies deeper (`realm_access.roles`)
 * @returns its texts, whether there is one or a list of them
 */
export function valuesOf(claims: Claims, name: string): string[] {
	const found = Object.hasOwn(claims, name) ? claims[name] : deeper(claims, name.split('.'));
	return (Array.isArray(found) ? found : [found])
		.filter((value) => typeof value === 'string')
		.slice(0, MAX_VALUES);
}

/** @returns the roles of somebody with these values, each once, in the order of the rules */
export function rolesByRules(
	rules: readonly RoleRule[],
	values: readonly string[]
): { role: string; clinicId: string | null }[] {
	const has = new Set(values);
	const roles = rules
		.filter(({ value }) => has.has(value))
		.map(({ role, clinicId }) => ({ role, clinicId }));
	return roles.filter((one, at) => roles.findIndex((other) => isSamePlace(other, one)) === at);
}

/** @returns whether both are the same role at the same clinic */
export function isSamePlace(
	a: { role: string; clinicId: string | null },
	b: { role: string; clinicId: string | null }
): boolean {
	return a.role === b.role && a.clinicId === b.clinicId;
}

function deeper(claims: Claims, [first, ...rest]: string[]): unknown {
	const found = first !== undefined && Object.hasOwn(claims, first) ? claims[first] : undefined;
	if (rest.length === 0 || typeof found !== 'object' || found === null) {
		return rest.length === 0 ? found : undefined;
	}
	return deeper(found as Claims, rest);
}

function emailFrom({ email }: Claims): string | null {
	if (typeof email !== 'string') return null;
	const typed = email.trim().toLowerCase();
	return typed.length <= 254 && /^[^@\s\p{Cc}]+@[^@\s\p{Cc}]+$/u.test(typed) ? typed : null;
}

/** Some send a text; Microsoft's own word for it is `xms_edov`: the domain's owner has shown that it is theirs. */
function isVerified({ email_verified: verified, xms_edov: ownDomain }: Claims): boolean {
	const yes: unknown[] = [true, 'true', 1, '1'];
	return yes.includes(verified) || (verified === undefined && yes.includes(ownDomain));
}

function nameFrom({ name, given_name: given, family_name: family }: Claims): string | null {
	const whole = typeof name === 'string' ? name : [given, family].filter(isText).join(' ');
	const shown = whole
		.replace(/[\p{Cc}\p{Cs}]/gu, ' ')
		.trim()
		.slice(0, 200);
	return shown === '' ? null : shown;
}

const isText = (value: unknown): value is string => typeof value === 'string';
