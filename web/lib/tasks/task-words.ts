/** What a task is about, in plain words. */
import type { Channel, MessageKind } from '#domain/messaging/message.ts';
import type { Task, TaskKind } from '#domain/tasks/task.ts';

const KIND_WORDS: Record<TaskKind, string> = {
	contact: 'Message from the website',
	'failed-message': 'A message did not arrive',
	'ask-about-visit': 'Please speak with the patient',
	'refused-change': 'A change could not be made',
	'visit-in-block': 'A visit lies in blocked time',
	mention: 'You are mentioned in a note'
};

/** @returns a headline; for a kind that came later than this page, what is certain */
export function taskTitle({ kind }: Pick<Task, 'kind'>): string {
	return KIND_WORDS[kind] ?? 'Something to do';
}

const MESSAGE_WORDS: Record<MessageKind, string> = {
	confirmation: 'the confirmation of a visit',
	reminder: 'the reminder of a visit',
	'same-day-reminder': 'the reminder on the day of the visit',
	change: 'the news that a visit was changed',
	cancellation: 'the news that a visit was cancelled',
	missed: 'the note about a missed visit',
	'waitlist-offer': 'the offer of a time from the waitlist',
	'referral-due': 'the note that a referral is due',
	delay: 'the news that the doctor runs late',
	'sign-in-code': 'a code to sign in',
	account: 'a message about an account',
	other: 'a message'
};

const CHANNEL_WORDS: Record<Channel, string> = {
	email: 'by e-mail',
	sms: 'by SMS',
	push: 'as a notification'
};

/** @returns what is known of it, a sentence each */
export function taskSentences({ kind, message, visit, mention }: Task): string[] {
	const sentences: string[] = [];
	if (message) {
		const what = MESSAGE_WORDS[message.kind] ?? 'a message';
		const way = message.channel === null ? '' : ` ${CHANNEL_WORDS[message.channel]}`;
		const reason = message.response === '' ? '' : ` The answer was: ${message.response}`;
		sentences.push(
			kind === 'failed-message'
				? `${capital(what)} did not arrive${way}. Please call, and ask for an address that works.${reason}`
				: `It is about ${what}${way}.`
		);
	}
	if (kind === 'failed-message' && !message) {
		sentences.push('Please call, and ask for an address or a number that works.');
	}
	if (kind === 'ask-about-visit' && visit) {
		sentences.push('The patient has a question about this visit, or could not settle it online.');
	}
	if (kind === 'refused-change') {
		sentences.push('A colleague asks you to find another way with the patient.');
	}
	if (mention) {
		const who = mention.by ?? 'A colleague';
		const where = mention.date === null ? 'the team’s note on a visit' : 'the handover notes';
		sentences.push(`${who} mentioned you in ${where}.`);
	}
	if (kind === 'visit-in-block') {
		sentences.push(
			'The doctor took this time for something else. Please find another time for the visit, or ask the doctor whether it can stay.'
		);
	}
	return sentences;
}

const capital = (words: string) => words.charAt(0).toUpperCase() + words.slice(1);

/** @returns `Mon 30 Nov, 14:05` by the clock of a zone; the year where it is another one */
export function whenWords(instant: number, zone: string, now: number): string {
	const year = (at: number) =>
		new Intl.DateTimeFormat('en-GB', { year: 'numeric', timeZone: zone }).format(at);
	return new Intl.DateTimeFormat('en-GB', {
		...{ weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' },
		...(year(instant) === year(now) ? {} : { year: 'numeric' }),
		timeZone: zone
	}).format(instant);
}

/** @returns `Mon 30 Nov` of a local day */
export function dayWords(date: string): string {
	return Temporal.PlainDate.from(date).toLocaleString('en-GB', {
		...{ weekday: 'short', day: 'numeric', month: 'short' }
	});
}
