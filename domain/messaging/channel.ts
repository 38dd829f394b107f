/** What sends messages: one small interface for e-mail, SMS, push and the outbox. Types only. */
import type { SiteLanguage } from '../site/site.ts';
import type { Channel, ClosedReason, MessageKind } from './message.ts';
import type { RenderedText } from './template.ts';

/** A message as it is handed over. */
export interface OutgoingMessage {
	organizationId: string;
	/** The message's own id; providers are told it where they have a place for it. */
	id: string;
	/** Which try of this message it is, from 1. */
	attempt: number;
	kind: MessageKind;
	/** An address or a number; of a push the patient's id. */
	to: string;
	/** `null`: it goes to somebody who is no patient. */
	patientId: string | null;
	appointmentId: string | null;
	/** Of the waitlist; `null`: it offers nothing. */
	offerId: string | null;
	/** Until when the offer holds (epoch milliseconds). */
	offerUntil: number | null;
	/** The visit's start as it is told (epoch milliseconds): after it the message says nothing of use any more. */
	aboutStart: number | null;
	language: SiteLanguage;
	text: RenderedText;
	/** Where one click ends messages of this kind; `null`: there is no such link. */
	unsubscribeUrl: string | null;
}

/** What became of a try. `response` says what the provider answered, without the address. */
export type ChannelAnswer =
	/** Taken. `providerId`: what the provider calls it, for its later reports. */
	| { outcome: 'sent'; providerId: string | null; response: string }
	/** May work later. `afterMs`: the provider said when. */
	| { outcome: 'failed-for-now'; response: string; afterMs?: number }
	/** Will not work. `closes`: the address is to blame, and is not written to any more. */
	| { outcome: 'failed'; response: string; closes: ClosedReason | null }
	/** It began, and nobody said how it ended. */
	| { outcome: 'in-doubt'; response: string };

export interface MessageChannel {
	/** How many messages it takes at a time from one process. */
	readonly concurrency: number;
	/**
	 * Whether the provider can say what became of a message that is in doubt. Then many are written down as begun
	 * together; where it cannot, each is at the last moment.
	 */
	readonly isAskable: boolean;
	/**
	 * Hands a message over. Never throws for what the provider answers.
	 * @param begin to be awaited at the last moment before the message may arrive: it writes down that it may. `false`:
	 *   somebody else has this message in hand; nothing may be sent
	 * @returns what became of it; `null`: `begin` said no
	 */
	send(message: OutgoingMessage, begin: () => Promise<boolean>): Promise<ChannelAnswer | null>;
	/**
	 * Finds out what became of a message after `begin`, where the process died before it could write it down.
	 * @param since when it began (epoch milliseconds)
	 * @returns as `send`; `never-came`: the provider does not have it, and it may be sent again
	 */
	find(message: OutgoingMessage, since: number): Promise<ChannelAnswer | 'never-came'>;
	/** Ends connections. */
	close(): Promise<void>;
}

/** Those that are set up; a message falls through to the next way where there is none. */
export type MessageChannels = Partial<Record<Channel, MessageChannel>>;

/** Longest response that is kept. */
const MAX_RESPONSE_LENGTH = 500;

/** @returns what a provider answered as it may be stored: one line, without the address it was about */
export function storableResponse(response: string, to: string): string {
	const digits = to.replace(/\D/g, '');
	const secrets = [
		to,
		...(digits.length >= 6 && !to.includes('@') ? [digits, digits.slice(-9)] : [])
	];
	return secrets
		.reduce((text, secret) => text.replaceAll(secret, '…'), response)
		.replace(/\s+/g, ' ')
		.trim()
		.slice(0, MAX_RESPONSE_LENGTH);
}
