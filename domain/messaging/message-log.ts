/** Looking through messages: what can be asked for, and how one is told. Pure. */
import { z } from 'zod';
import { parseLocalDate } from '../availability/local-day.ts';
import {
	CHANNELS,
	MESSAGE_KINDS,
	MESSAGE_STATES,
	type AttemptOutcome,
	type Channel,
	type MessageKind,
	type MessageState,
	type SuppressionReason
} from './message.ts';
import type { PatientMessages } from './patient-messages.ts';

const localDate = z
	.string()
	.refine((text) => parseLocalDate(text) !== null, 'A day looks like 2026-11-23.');

/** What stands in the address of the log; a field that is empty asks for nothing. */
export const messageFilterSchema = z
	.strictObject({
		state: z.enum(MESSAGE_STATES, 'Choose a state from the list.').optional(),
		channel: z.enum(CHANNELS, 'Choose a way from the list.').optional(),
		kind: z.enum(MESSAGE_KINDS, 'Choose a kind from the list.').optional(),
		clinic: z.uuid('Choose a clinic from the list.').optional(),
		/** First and last day on which they were due, in the zone of the first clinic. */
		from: localDate.optional(),
		until: localDate.optional()
	})
	.refine(({ from, until }) => from === undefined || until === undefined || from <= until, {
		message: 'The last day is before the first one.',
		path: ['until']
	});
export type MessageFilter = z.infer<typeof messageFilterSchema>;

/** Where a page ends: microseconds since 1970, and the message. */
const CURSOR = /^(\d{1,17})-([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

export const messageCursorSchema = z
	.string()
	.regex(CURSOR)
	.transform((text) => {
		const [, at, id] = CURSOR.exec(text)!;
		// As text: microseconds do not fit into a number for ever.
		return { at: at!, id: id! };
	});
export type MessageCursor = z.infer<typeof messageCursorSchema>;

/** One try to send a message. Times are epoch milliseconds. */
export interface MessageAttempt {
	number: number;
	channel: Channel;
	outcome: AttemptOutcome;
	/** What the provider answered. */
	response: string;
	startedAt: number;
	endedAt: number | null;
}

/** One message and what became of it. Times are epoch milliseconds. */
export interface ToldMessage {
	id: string;
	kind: MessageKind;
	state: MessageState;
	suppression: SuppressionReason | null;
	/** In the order in which they are tried. */
	channels: Channel[];
	/** The one that was tried last. */
	channel: Channel | null;
	dueAt: number;
	settledAt: number | null;
	/** When the quiet hours end for which it waits; `null`: it does not wait for that. */
	quietUntil: number | null;
	attempts: MessageAttempt[];
	/** What whoever looks may do with it. */
	can: { retry: boolean; holdBack: boolean };
}

export interface LoggedMessage extends ToldMessage {
	/** Names the row as the end of a page. */
	cursor: string;
	clinicId: string | null;
	visit: { id: string; clinicId: string; startsAt: number } | null;
	/** By name only for those who may read who patients are. `null`: it goes to no patient. */
	patient: { name: string } | { initials: string } | null;
}

export interface MessagePage {
	rows: LoggedMessage[];
	/** Of the next page; `null`: there is none. */
	next: string | null;
}

/** What is told of a visit's messages. */
export interface VisitTimeline {
	messages: ToldMessage[];
	/** Whether its patient is written to at all. */
	patient: PatientMessages;
	/** Whether whoever looks may change that. */
	mayChange: boolean;
}
