/** Why somebody who came by the organization's provider was not let in. */

export const PROVIDER_FAILURES = [
	// On the way.
	'unknown-flow',
	'expired',
	'other-browser',
	'switched-off',
	'declined',
	'provider-error',
	'unreachable',
	'not-as-described',
	'client-refused',
	'not-trusted',
	// About the person.
	'no-email',
	'email-unverified',
	'foreign-domain',
	'no-role',
	'address-taken',
	'account-closed'
] as const;
export type ProviderFailure = (typeof PROVIDER_FAILURES)[number];
