/** Whether there is an outbox, and for whom. */
import type { Actor } from '#domain/access/actor.ts';
import { CHANNELS, type Channel } from '#domain/messaging/message.ts';
import { mayReadOutbox } from '#domain/messaging/queries/outbox.ts';

/** @returns whether messages go to the outbox here, and the actor may see it */
export function mayOpenOutbox(actor: Actor): boolean {
	const { DAYBOARD_SMTP_URL: mail, DAYBOARD_SMS: sms } = process.env;
	return !mail && !sms && mayReadOutbox(actor);
}

/** @returns the ways by which this Dayboard sends; without any provider the outbox takes them all */
export function availableChannels(): Channel[] {
	const { DAYBOARD_SMTP_URL: mail, DAYBOARD_SMS: sms } = process.env;
	if (!mail && !sms) return [...CHANNELS];
	return CHANNELS.filter((channel) => ({ email: mail, sms, push: true })[channel]);
}
