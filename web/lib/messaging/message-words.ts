/** Messages in plain words: what they are, where they stand, why one was not sent. */
import type {
	AttemptOutcome,
	Channel,
	MessageKind,
	MessageState,
	SuppressionReason
} from '#domain/messaging/message.ts';
import type { MessageAttempt, ToldMessage } from '#domain/messaging/message-log.ts';

export const KIND_WORDS: Record<MessageKind, string> = {
	confirmation: 'Confirmation',
	reminder: 'Reminder',
	'same-day-reminder': 'Reminder on the day',
	change: 'Change of a visit',
	cancellation: 'Cancellation',
	missed: 'We missed you',
	'waitlist-offer': 'Offer from the waitlist',
	'referral-due': 'Referral needed',
	delay: 'Running late',
	'sign-in-code': 'Code for signing in',
	account: 'About an account',
	other: 'Something else'
};

export const CHANNEL_WORDS: Record<Channel, string> = {
	email: 'E-mail',
	sms: 'SMS',
	push: 'Web push'
};

/** The same in a sentence: `by e-mail`. */
export const BY_CHANNEL: Record<Channel, string> = {
	email: 'by e-mail',
	sms: 'by SMS',
	push: 'by web push'
};

export const STATE_WORDS: Record<MessageState, string> = {
	queued: 'Waiting',
	sending: 'Being sent',
	sent: 'Sent',
	delivered: 'Arrived',
	failed: 'Failed',
	suppressed: 'Not sent'
};

export const SUPPRESSION_WORDS: Record<SuppressionReason, string> = {
	cancelled: 'The visit was cancelled.',
	completed: 'The visit had taken place.',
	rescheduled: 'The visit was moved to another time.',
	'too-late': 'It would have come too late to help.',
	'already-confirmed': 'The patient had confirmed already.',
	blocked: 'Staff said that nothing is to be sent.',
	'opted-out': 'The patient does not want such messages.',
	'no-address': 'There is no address or number to send it to.',
	deceased: 'The patient has died.',
	'rule-off': 'The rule was turned off.',
	'offer-over': 'The offer was over already.'
};

const OUTCOME_WORDS: Record<AttemptOutcome, string> = {
	sending: 'Handed over, no answer yet',
	sent: 'Taken by the provider',
	delivered: 'Arrived',
	'failed-for-now': 'Failed, tried again later',
	failed: 'Failed'
};

/** @returns `By SMS: failed, tried again later` */
export function attemptWords({ channel, outcome }: MessageAttempt): string {
	const by = BY_CHANNEL[channel];
	return `${by.charAt(0).toUpperCase()}${by.slice(1)}: ${lowerFirst(OUTCOME_WORDS[outcome])}`;
}

/** @returns why it stands where it stands, where there is something to say; @param zone of its clinic */
export function reasonWords(message: ToldMessage, zone: string): string | null {
	const { state, suppression, attempts } = message;
	if (state === 'suppressed') {
		return suppression === null ? 'Nobody knows why.' : SUPPRESSION_WORDS[suppression];
	}
	if (state === 'failed') {
		if (attempts.length === 0) return 'There was nobody to send it to.';
		const ways = [...new Set(attempts.map(({ channel }) => BY_CHANNEL[channel]))];
		const tries = attempts.length === 1 ? 'once' : `${attempts.length} times`;
		return `Tried ${tries} ${inWords(ways)}.`;
	}
	if (state === 'queued') return waitWords(message, zone);
	return null;
}

function waitWords({ attempts, quietUntil }: ToldMessage, zone: string): string | null {
	const tries = attempts.length;
	const words = [
		...(tries === 0 ? [] : [tries === 1 ? 'The first try failed.' : `${tries} tries failed.`]),
		...(quietUntil === null ? [] : [`Waits until ${timeWords(quietUntil, zone)}: quiet hours.`])
	];
	return words.length === 0 ? null : words.join(' ');
}

function timeWords(at: number, zone: string): string {
	const options = { timeZone: zone, hour: '2-digit', minute: '2-digit' } as const;
	return new Date(at).toLocaleTimeString('en-GB', options);
}

/** @returns `E-mail, then SMS`: in which order the ways are tried */
export function orderWords(channels: readonly Channel[]): string {
	return channels
		.map((channel, i) => (i === 0 ? CHANNEL_WORDS[channel] : inside(CHANNEL_WORDS[channel])))
		.join(', then ');
}

function inWords(parts: readonly string[]): string {
	return new Intl.ListFormat('en-GB').format(parts);
}

/** `SMS` stays as it is. */
function inside(word: string): string {
	return word === word.toUpperCase() ? word : lowerFirst(word);
}

function lowerFirst(text: string): string {
	return text.charAt(0).toLowerCase() + text.slice(1);
}

/** @returns `Wed 25 Nov, 09:20` by a clinic's clock; with the year where it is another one than `now`'s */
export function momentWords(at: number, zone: string, now: number): string {
	const options = { timeZone: zone } as const;
	const year = (instant: number) =>
		new Date(instant).toLocaleDateString('en-GB', { ...options, year: 'numeric' });
	return new Date(at).toLocaleString('en-GB', {
		...{ ...options, weekday: 'short', day: 'numeric', month: 'short' },
		...{ hour: '2-digit', minute: '2-digit' },
		...(year(at) === year(now) ? {} : { year: 'numeric' })
	});
}
