/** An organization's own sign-in provider (OpenID Connect): what may be said about it. */
import { z } from 'zod';

/** Whoever has this value in the claim has this role. */
export interface RoleRule {
	value: string;
	role: string;
	/** `null`: at every clinic. */
	clinicId: string | null;
}

export const MAX_DOMAINS = 20;
export const MAX_RULES = 50;

const plain = (what: string, most: number) =>
	z
		.string()
		.trim()
		.min(1, `Enter ${what}.`)
		.max(most, `Shorten ${what} to ${most} characters.`)
		// Neither line breaks nor what cannot be stored: some of it travels in headers.
		.refine((typed) => /^[^\p{Cc}\p{Cs}]*$/u.test(typed), {
			message: `Check ${what}: it holds characters that nobody can see.`
		});

/** People copy the address of the description itself as often as that of the provider. */
const DESCRIPTION = /\/\.well-known\/openid-configuration\/?$/;

const issuer = plain("the provider's address", 500).transform((typed, context) => {
	const complain = (message: string) => {
		context.addIssue({ code: 'custom', message });
		return z.NEVER;
	};
	const text = typed.replace(DESCRIPTION, '');
	if (!URL.canParse(text))
		return complain("The provider's address must look like https://login.clinic.example.");
	const url = new URL(text);
	const ownMachine = isLoopbackName(url.hostname);
	if (url.protocol !== 'https:' && !(url.protocol === 'http:' && ownMachine))
		return complain("The provider's address must begin with https://.");
	if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '')
		return complain("The provider's address must not hold a password, a ? or a #.");
	return text;
});

const domain = z
	.string()
	.trim()
	.toLowerCase()
	.transform((typed) => typed.replace(/^@/, ''))
	.pipe(
		z
			.string()
			.max(253, 'This e-mail domain is too long.')
			.regex(
				/^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$/,
				'An e-mail domain must look like clinic.example.'
			)
	);

const rule = z.strictObject({
	value: plain('a value in every rule', 200),
	role: plain('a role in every rule', 100),
	clinicId: z.uuid('Choose a clinic in every rule.').nullable()
});

export const providerSchema = z
	.strictObject({
		label: plain('a name for the button', 60),
		issuer,
		clientId: plain('the client ID', 300),
		/** `null`: the one that is kept already. */
		clientSecret: plain('the client secret', 500).nullable(),
		domains: z
			.array(domain)
			.min(1, 'Enter at least one e-mail domain.')
			.max(MAX_DOMAINS, `Enter ${MAX_DOMAINS} e-mail domains at most.`)
			.transform((list) => [...new Set(list)]),
		roleClaim: plain('the name of the field that holds the groups', 200),
		roleRules: z.array(rule).max(MAX_RULES, `Make ${MAX_RULES} rules at most.`),
		passwordsAllowed: z.boolean(),
		enabled: z.boolean()
	})
	.refine(({ roleRules }) => new Set(roleRules.map(keyOfRule)).size === roleRules.length, {
		path: ['roleRules'],
		message: 'The same rule is there twice.'
	});
export type ProviderInput = z.infer<typeof providerSchema>;

/** What is shown of a provider: everything but its secret. */
export type ProviderSettings = Omit<ProviderInput, 'clientSecret'>;

/** What its page shows. */
export interface ProviderSetup {
	/** `null`: there is none yet. Its secret is never told. */
	provider: ProviderSettings | null;
	/** What rules can give, as screens call it. */
	roles: { key: string; name: string }[];
	clinics: { id: string; name: string }[];
	can: {
		/** Name its button, renew its secret, switch it and passwords. */
		write: boolean;
		/** Say who gets in and as what. */
		decide: boolean;
	};
}

/** What is enough to try a provider out, saved or not. */
export const providerTrialSchema = z.strictObject({
	issuer,
	clientId: plain('the client ID', 300),
	clientSecret: plain('the client secret', 500).nullable()
});
export type ProviderTrial = z.infer<typeof providerTrialSchema>;

/** What is typed to be sent to a provider. */
export const providerStartSchema = z.object({
	email: z
		.string()
		.trim()
		.toLowerCase()
		.max(254, 'This e-mail address is too long.')
		.regex(/^[^@\s]+@[^@\s]+$/, 'Enter your e-mail address, such as anna@clinic.example.'),
	/** Only a path of this site: a link must not send anybody elsewhere after signing in. */
	next: z
		.string()
		.max(500)
		.regex(/^\/(?![/\\])[^\\\p{Cc}]*$/u)
		.catch('/')
});

/** @returns whether two rules say the same when their keys are the same */
export function keyOfRule({ value, role, clinicId }: RoleRule): string {
	return JSON.stringify([value, role, clinicId]);
}

/** @param hostname as `URL` writes it */
export function isLoopbackName(hostname: string): boolean {
	return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname);
}
