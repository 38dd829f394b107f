/** How patients are reached, what messages were about and what became of them, as patients are told. */
import type { ContactChannel, MessageKind, MessageState } from '#domain/messaging/message.ts';
import type { TaskKind } from '#domain/tasks/task.ts';
import { m } from '#web/lib/paraglide/messages.js';

const CHANNEL_WORDS: Record<ContactChannel, () => string> = {
	email: m.account_channel_email,
	sms: m.account_channel_sms,
	push: m.account_channel_push,
	none: m.account_channel_none
};

/** @returns how somebody is reached; `null`: the clinic chooses */
export function channelTold(channel: ContactChannel | null): string {
	return channel === null ? m.account_channel_any() : CHANNEL_WORDS[channel]();
}

const KINDS: Record<MessageKind, () => string> = {
	confirmation: m.account_message_confirmation,
	reminder: m.account_message_reminder,
	'same-day-reminder': m.account_message_reminder,
	change: m.account_message_change,
	cancellation: m.account_message_cancellation,
	missed: m.account_message_missed,
	'waitlist-offer': m.account_message_offer,
	delay: m.account_message_change,
	'referral-due': m.account_message_referral,
	'sign-in-code': m.account_message_code,
	account: m.account_message_other,
	other: m.account_message_other
};

/** @returns what a message was about */
export function kindTold(kind: MessageKind): string {
	return KINDS[kind]();
}

const STATES: Record<MessageState, () => string> = {
	queued: m.account_sent_queued,
	sending: m.account_sent_queued,
	sent: m.account_sent_sent,
	delivered: m.account_sent_delivered,
	failed: m.account_sent_failed,
	suppressed: m.account_sent_suppressed
};

/** @returns what became of a message */
export function messageStateTold(state: MessageState): string {
	return STATES[state]();
}

const TASKS: Record<TaskKind, () => string> = {
	contact: m.account_task_contact,
	'failed-message': m.account_task_failed,
	'ask-about-visit': m.account_task_visit,
	'refused-change': m.account_task_change,
	'visit-in-block': m.account_task_visit,
	// Names no patient, and so is in nobody's own data.
	mention: m.account_task_visit
};

/** @returns what the staff were asked to do */
export function taskTold(kind: TaskKind): string {
	return TASKS[kind]();
}
