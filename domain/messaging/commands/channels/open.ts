/** The ways by which this process sends, by what the operator has set. */
import type { Database } from '../../../../db/database.ts';
import type { MessageChannels } from '../../channel.ts';
import type { Channel } from '../../message.ts';
import { emailChannel, type MailSettings } from './email.ts';
import { outboxChannel } from './outbox.ts';
import type { PushRules } from '../push-sending.ts';
import { pushChannel } from './push.ts';
import { smsChannel, type SmsSettings } from './sms.ts';

export interface ChannelSettings {
	mail: MailSettings | null;
	sms: Omit<SmsSettings, 'origin'> | null;
	/** Left out: browsers are told by the outbox alone, where nothing else is set up either. */
	push?: PushRules;
	/** The address that people type; `null`: there is none that others reach. */
	origin: string | null;
}

/**
 * @returns the channels that are set up. With none at all everything goes to the outbox, so that Dayboard can be tried
 *   out; with some, what is not set up is not there, and messages fall through to what is
 */
export function openChannels(database: Database, settings: ChannelSettings): MessageChannels {
	const { mail, sms, push, origin } = settings;
	if (!mail && !sms) {
		const outbox = (channel: Channel) => outboxChannel(database, channel);
		const told = push ? pushChannel(database, push) : outbox('push');
		return { email: outbox('email'), sms: outbox('sms'), push: told };
	}
	return {
		...(push ? { push: pushChannel(database, push) } : {}),
		...(mail ? { email: emailChannel(mail) } : {}),
		...(sms ? { sms: smsChannel({ ...sms, origin }) } : {})
	};
}

export async function closeChannels(channels: MessageChannels): Promise<void> {
	await Promise.all(Object.values(channels).map((channel) => channel.close()));
}
