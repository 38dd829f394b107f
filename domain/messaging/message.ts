/** What a message is: its kind, its way, what has become of it. Pure. */

/** What organizations make rules for. */
export const RULE_KINDS = [
	'confirmation',
	'reminder',
	'same-day-reminder',
	'change',
	'cancellation',
	'missed',
	'waitlist-offer',
	'referral-due',
	'delay'
] as const;
export type RuleKind = (typeof RULE_KINDS)[number];

/** What somebody waits for at this moment; no rule holds it back. */
export const DIRECT_KINDS = ['sign-in-code', 'account', 'other'] as const;
export type DirectKind = (typeof DIRECT_KINDS)[number];

export const MESSAGE_KINDS = [...RULE_KINDS, ...DIRECT_KINDS] as const;
export type MessageKind = (typeof MESSAGE_KINDS)[number];

/** The ways by which a message can reach somebody. */
export const CHANNELS = ['email', 'sms', 'push'] as const;
export type Channel = (typeof CHANNELS)[number];

/** How a patient wants to be reached; `none`: not at all. */
export const CONTACT_CHANNELS = [...CHANNELS, 'none'] as const;
export type ContactChannel = (typeof CONTACT_CHANNELS)[number];

/**
 * `queued`: is due or will be; `sending`: handed to a provider that has not answered yet; `sent`: taken by the
 * provider; `delivered`: the provider says that it arrived; `failed`: reached nobody by any way; `suppressed`: was
 * not sent on purpose.
 */
export const MESSAGE_STATES = [
	'queued',
	'sending',
	'sent',
	'delivered',
	'failed',
	'suppressed'
] as const;
export type MessageState = (typeof MESSAGE_STATES)[number];

export const SUPPRESSION_REASONS = [
	'cancelled',
	'completed',
	'rescheduled',
	'too-late',
	'already-confirmed',
	'blocked',
	'opted-out',
	'no-address',
	'deceased',
	'rule-off',
	'offer-over'
] as const;
export type SuppressionReason = (typeof SUPPRESSION_REASONS)[number];

export const ATTEMPT_OUTCOMES = [
	'sending',
	'sent',
	'delivered',
	'failed-for-now',
	'failed'
] as const;
export type AttemptOutcome = (typeof ATTEMPT_OUTCOMES)[number];

/** Why an address is not written to any more. */
export const CLOSED_REASONS = ['opted-out', 'bounced', 'invalid', 'gone'] as const;
export type ClosedReason = (typeof CLOSED_REASONS)[number];

/** What one link in a message does; each does nothing else. */
export const LINK_ACTIONS = [
	'confirm',
	'cancel',
	'reschedule',
	'check-in',
	'accept-offer',
	'decline-offer',
	'unsubscribe'
] as const;
export type LinkAction = (typeof LINK_ACTIONS)[number];
