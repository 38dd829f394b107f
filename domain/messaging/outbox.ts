/** What would have been sent, where no provider is set. Pure. */
import { z } from 'zod';
import type { Channel, MessageKind } from './message.ts';

/** What stands sealed in the outbox; what a channel has no use for is left out. */
export const outboxContentSchema = z.object({
	/** An e-mail address, a telephone number, or a device. */
	to: z.string().default(''),
	/** Of an e-mail; a push notification's title. */
	subject: z.string().default(''),
	/** Of an e-mail; plain text. */
	body: z.string().default(''),
	/** Of an SMS, and of a push notification. */
	short: z.string().default('')
});
export type OutboxContent = z.infer<typeof outboxContentSchema>;

export interface OutboxEntry {
	id: string;
	messageId: string;
	channel: Channel;
	kind: MessageKind;
	/** Epoch milliseconds. */
	at: number;
	content: OutboxContent;
}

/** A piece of a text: an address that can be followed, or anything else. */
export interface TextPiece {
	text: string;
	isLink: boolean;
}

/** @returns a text in pieces, in order; what ends a sentence is no part of an address */
export function linkPieces(text: string): TextPiece[] {
	return text
		.split(/(https?:\/\/[^\s<>"]+[^\s<>".,;:!?)])/)
		.map((piece, i) => ({ text: piece, isLink: i % 2 === 1 }))
		.filter((piece) => piece.text !== '');
}
