/** What trying a provider out has shown, in the words of whoever sets it up. */
import type { TrialAnswer } from '#domain/access/provider-trial.ts';

export function trialWords(answer: TrialAnswer): string {
	switch (answer.outcome) {
		case 'works':
			return answer.secret === 'accepted'
				? 'It works: the provider answers and knows Dayboard by this client ID and secret.'
				: 'The provider answers. Enter the client secret to try that as well.';
		case 'unreachable':
			return UNREACHABLE_WORDS[answer.reason];
		case 'other-issuer':
			return 'The provider answers, but calls itself by another address. Enter its address exactly as it writes it, and not a shared one such as “common”.';
		case 'no-description':
			return 'There is something at this address, but no sign-in provider. Check the address: its description must be at …/.well-known/openid-configuration.';
		case 'secret-refused':
			return 'The provider answers, but does not accept this client ID with this secret. Copy both from the provider again.';
		case 'no-keys':
			return 'The provider answers, but does not show the keys that it signs with. Ask whoever runs it.';
	}
}

const UNREACHABLE_WORDS: Record<
	Extract<TrialAnswer, { outcome: 'unreachable' }>['reason'],
	string
> = {
	'no-such-name': 'There is no server of this name. Check the address for a slip of the pen.',
	'no-connection': 'Nothing answers at this address. Check it, or ask whoever runs the provider.',
	'too-slow': 'The provider takes too long to answer. Please try again in a moment.',
	certificate:
		'The provider’s certificate does not fit its address, so its word cannot be trusted.',
	inside:
		'Dayboard may not ask this address: it lies inside its own network. The operator of this server can allow it.',
	'not-secure': 'The address must begin with https://.',
	'too-large': 'What answers at this address is no sign-in provider.'
};
