/** A rule of messages in one plain sentence. */
import { clockWords } from '#domain/availability/week-plans.ts';
import type { Channel, RuleKind } from '#domain/messaging/message.ts';
import { AHEAD } from '#domain/messaging/due-time.ts';
import type { RuleInput, StoredRule } from '#domain/messaging/rule-input.ts';
import { BY_CHANNEL, CHANNEL_WORDS } from '../message-words.ts';

/** What each kind is for. */
export const KIND_MEANINGS: Record<RuleKind, string> = {
	confirmation: 'When a visit was booked.',
	reminder: 'Some days before a visit; the patient can confirm or cancel.',
	'same-day-reminder': 'On the day of a visit.',
	change: 'When a visit was moved, or has another doctor.',
	cancellation: 'When a visit was cancelled.',
	missed: 'When a patient did not come.',
	'waitlist-offer': 'When a time has become free for somebody who waits.',
	'referral-due': 'When a visit needs a referral that nobody has seen yet.',
	delay: 'When the doctor runs late and somebody says that patients are to be told.'
};

/** How the next messages of each kind are worked out, and why there may be none. */
export const NEXT_MEANINGS: Record<RuleKind, string> = {
	confirmation: 'As if each of these visits were booked now.',
	reminder: 'Visits to come, as they are booked.',
	'same-day-reminder': 'Visits to come, as they are booked.',
	change: 'As if each of these visits were moved now.',
	cancellation: 'As if each of these visits were cancelled now.',
	missed: 'As if each of these visits were missed now.',
	'waitlist-offer': 'Nobody can tell yet which times become free.',
	'referral-due': 'Nobody can tell yet which visits need a referral.',
	delay: 'Nobody can tell yet who will run late.'
};

/** What the times of each kind are counted from, after 'before' or 'after'. */
const ANCHOR_WORDS: Record<RuleKind, string> = {
	confirmation: 'the booking',
	reminder: 'the visit',
	'same-day-reminder': 'the visit',
	change: 'the change',
	cancellation: 'the cancellation',
	missed: 'it was missed',
	'waitlist-offer': 'the time became free',
	'referral-due': 'it was booked',
	delay: 'somebody said so'
};

const HOUR = 60;
const DAY = 1_440;
/** Up to here people say hours: 'the 48-hour reminder'. */
const HOURS_UNTIL = 3 * DAY;

type When = Pick<RuleInput, 'kind' | 'offsetMinutes' | 'localMinute'>;
type Told = When & Pick<RuleInput, 'channels' | 'quietFromMinute' | 'quietUntilMinute'>;

/** @returns `48 hours before the visit, by e-mail, then SMS, not between 21:00 and 08:00` */
export function ruleWords(rule: Told): string {
	return [whenWords(rule), channelWords(rule.channels), quietWords(rule)].join(', ');
}

/** @returns `2 days before the visit at 18:00`, `at once` */
export function whenWords({ kind, offsetMinutes, localMinute }: When): string {
	const anchor = ANCHOR_WORDS[kind];
	const side = offsetMinutes < 0 ? 'before' : 'after';
	if (localMinute !== null) {
		const days = Math.round(Math.abs(offsetMinutes) / DAY);
		const clock = clockWords(localMinute);
		const day =
			days === 0 ? `on the day of ${anchor}` : `${amountWords(days, 'day')} ${side} ${anchor}`;
		// Hours that lead to a day of their own are said as they are.
		return Math.abs(offsetMinutes) % DAY === 0
			? `${day} at ${clock}`
			: `${durationWords(Math.abs(offsetMinutes))} ${side} ${anchor}, that day at ${clock}`;
	}
	if (offsetMinutes !== 0) {
		return `${durationWords(Math.abs(offsetMinutes))} ${side} ${anchor}`;
	}
	return AHEAD.includes(kind) ? 'when the visit begins' : 'at once';
}

function durationWords(minutes: number): string {
	if (minutes % DAY === 0 && minutes > HOURS_UNTIL) return amountWords(minutes / DAY, 'day');
	if (minutes % HOUR === 0) return amountWords(minutes / HOUR, 'hour');
	return amountWords(minutes, 'minute');
}

function amountWords(count: number, unit: string): string {
	return `${count} ${unit}${count === 1 ? '' : 's'}`;
}

function channelWords(channels: readonly Channel[]): string {
	return channels
		.map((channel, i) => (i === 0 ? BY_CHANNEL[channel] : inside(CHANNEL_WORDS[channel])))
		.join(', then ');
}

/** `SMS` stays as it is. */
function inside(word: string): string {
	return word === word.toUpperCase() ? word : word.charAt(0).toLowerCase() + word.slice(1);
}

function quietWords({
	quietFromMinute,
	quietUntilMinute
}: Pick<Told, 'quietFromMinute' | 'quietUntilMinute'>): string {
	if (quietFromMinute === quietUntilMinute) return 'at any hour';
	return `not between ${clockWords(quietFromMinute)} and ${clockWords(quietUntilMinute)}`;
}

/** @returns `Every clinic, every service`, `Riverside, check-up` */
export function placeWords({
	clinicName,
	serviceName
}: Pick<StoredRule, 'clinicName' | 'serviceName'>): string {
	return `${clinicName ?? 'Every clinic'}, ${serviceName ?? 'every service'}`;
}
