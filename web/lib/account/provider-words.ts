/** What somebody is told who could not sign in through the organization's provider. */
import type { ProviderFailure } from '#domain/access/provider-failure.ts';

const AGAIN = 'Please start again from the sign-in page.';
const ASK = 'Your administrator can help.';

/** Plain, and without whatever the provider itself wrote. */
export const FAILURE_WORDS: Record<ProviderFailure, string> = {
	'unknown-flow': `This way to sign in was used before, or was never begun here. ${AGAIN}`,
	expired: `Signing in took longer than ten minutes. ${AGAIN}`,
	'other-browser': `Signing in began in another browser. ${AGAIN}`,
	'switched-off': `Your organization has just switched this way to sign in off. ${ASK}`,
	declined:
		'You chose not to sign in, or your organization’s provider did not let you. You can try again.',
	'provider-error': `Your organization’s provider could not finish signing you in. Please try again in a moment. ${ASK}`,
	unreachable:
		'Your organization’s provider cannot be reached at the moment. Please try again in a moment.',
	'not-as-described': `Your organization’s provider is not set up here as it should be. ${ASK}`,
	'client-refused': `Your organization’s provider does not accept Dayboard’s secret. ${ASK}`,
	'not-trusted': `What came back from your organization’s provider could not be trusted, so you were not signed in. ${AGAIN}`,
	'no-email': `Your organization’s provider did not say what your e-mail address is, so Dayboard does not know who you are. ${ASK}`,
	'email-unverified': `Your organization’s provider does not say that your e-mail address is really yours. ${ASK}`,
	'foreign-domain': `Your e-mail address is not one of your organization’s. ${ASK}`,
	'no-role': `Your organization knows you, but has given you no role in Dayboard. ${ASK}`,
	'address-taken': `There is another account with your e-mail address. ${ASK}`,
	'account-closed': `Your account here is closed. Ask your administrator if this is a surprise.`
};

/** HTTP's word for it: whose turn it is to do something. */
export function failureStatus(failure: ProviderFailure): number {
	switch (failure) {
		case 'unknown-flow':
		case 'expired':
		case 'other-browser':
			return 400;
		case 'provider-error':
		case 'unreachable':
		case 'not-as-described':
		case 'client-refused':
		case 'not-trusted':
			return 502;
		default:
			return 403;
	}
}
