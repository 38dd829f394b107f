/** What the times of each kind of message are counted from. Pure. */
import type { RuleKind } from './message.ts';

/** `visit`: the visit's start; `change`: the moment at which it came about. */
export const RULE_ANCHORS: Record<RuleKind, 'visit' | 'change'> = {
	confirmation: 'change',
	reminder: 'visit',
	'same-day-reminder': 'visit',
	change: 'change',
	cancellation: 'change',
	missed: 'visit',
	'waitlist-offer': 'change',
	'referral-due': 'visit'
};
