/** What becomes of a message once a channel has answered. Pure. */
import type { ChannelAnswer } from './channel.ts';
import type { AttemptOutcome, MessageState } from './message.ts';
import { retryDelay, TRIES_BY_WAY } from './retry-delay.ts';

export interface Aftermath {
	outcome: AttemptOutcome;
	state: MessageState;
	/** When it is tried again, by the same way or the next; epoch milliseconds. */
	dueAt: number | null;
}

export interface AnswerSituation {
	/** Tries by this way before this one. */
	tries: number;
	/** Whether there is another way when this one is used up. */
	hasOtherWay: boolean;
	/** After this it says nothing of use any more (epoch milliseconds); `null`: it always does. */
	until: number | null;
	now: number;
	/** From 0 to 1. */
	random: number;
}

/** @param answer anything but `in-doubt`, of which nothing is known yet */
export function afterAnswer(
	answer: Exclude<ChannelAnswer, { outcome: 'in-doubt' }>,
	{ tries, hasOtherWay, until, now, random }: AnswerSituation
): Aftermath {
	if (answer.outcome === 'sent') return { outcome: 'sent', state: 'sent', dueAt: null };
	if (answer.outcome === 'failed-for-now' && tries + 1 < TRIES_BY_WAY) {
		const dueAt = now + retryDelay(tries + 1, random, answer.afterMs);
		if (until === null || dueAt < until) {
			return { outcome: 'failed-for-now', state: 'queued', dueAt };
		}
	}
	// `failed`: this way is not tried again, whatever was wrong with it.
	if (hasOtherWay) return { outcome: 'failed', state: 'queued', dueAt: now };
	return { outcome: 'failed', state: 'failed', dueAt: null };
}
