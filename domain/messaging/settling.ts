/** What staff can do with a message by hand. Pure. */
import type { MessageState } from './message.ts';

interface Standing {
	state: MessageState;
	/** `null`: no rule says it, and what it said is gone once it was settled. */
	ruleId: string | null;
}

/** @returns whether it can be sent once more: it reached nobody, and what it says can be written again */
export function isRetried({ state, ruleId }: Standing): boolean {
	return state === 'failed' && ruleId !== null;
}

/** @returns whether it can be kept from being sent: nobody has begun to send it */
export function isHeldBack({ state, ruleId }: Standing): boolean {
	return state === 'queued' && ruleId !== null;
}
