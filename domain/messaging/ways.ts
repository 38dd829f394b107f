/** Which way a message takes next. Pure. */
import { addressOf, inOrder, type Contact } from './contact.ts';
import type { AttemptOutcome, Channel, ClosedReason, SuppressionReason } from './message.ts';
import { TRIES_BY_WAY } from './retry-delay.ts';

/** A try that was made. */
export interface Try {
	channel: Channel;
	outcome: AttemptOutcome;
}

export interface Way {
	channel: Channel;
	to: string;
	/** Tries by it so far. */
	tries: number;
}

export interface WaysAsked {
	patientId: string;
	contact: Contact;
	/** As the rule has them. */
	channels: readonly Channel[];
	/** Those that are set up. */
	available: readonly Channel[];
	/** Why an address is closed. */
	closed: Partial<Record<Channel, ClosedReason>>;
	tried: readonly Try[];
}

/**
 * @returns the ways that are left, first the one to take; or why there is none: `opted-out` where the patient closed
 *   the last one, `no-address` where there never was one, `used-up` where all were tried
 */
export function waysLeft(
	asked: WaysAsked
): { ways: Way[] } | { none: SuppressionReason | 'used-up' } {
	const { contact, channels, available, closed, tried, patientId } = asked;
	const reasons: ClosedReason[] = [];
	const ways = inOrder(channels, contact.preferred).flatMap((channel): Way[] => {
		const to = addressOf(contact, channel, patientId);
		if (to === null || !available.includes(channel)) return [];
		const reason = closed[channel];
		if (reason !== undefined) {
			reasons.push(reason);
			return [];
		}
		const left = triesLeft(tried, channel);
		return left === null ? [] : [{ channel, to, tries: left }];
	});
	if (ways.length > 0) return { ways };
	if (tried.length > 0) return { none: 'used-up' };
	return { none: reasons.includes('opted-out') ? 'opted-out' : 'no-address' };
}

/** @returns how many tries were made by a way; `null`: it is used up */
export function triesLeft(tried: readonly Try[], channel: Channel): number | null {
	const own = tried.filter((one) => one.channel === channel);
	const isOver = own.some(({ outcome }) => outcome === 'failed') || own.length >= TRIES_BY_WAY;
	return isOver ? null : own.length;
}
