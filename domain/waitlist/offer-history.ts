/** What was done with times that became free: who was considered, who was asked, and what came of it. Pure. */
import { z } from 'zod';
import { parseLocalDate } from '../availability/local-day.ts';
import type { Channel } from '../messaging/message.ts';
import type { Urgency } from './entry.ts';
import type { AnswerWay, OfferState, OfferWay } from './offer.ts';
import { OPENING_STATES, type OpeningCause, type OpeningState } from './opening.ts';
import type { Score } from './score.ts';

/** What stands in the address of the history; a field that is empty asks for nothing. */
export const historyFilterSchema = z.strictObject({
	clinic: z.uuid('Choose a clinic from the list.').optional(),
	/** Local date of the time at its clinic. */
	day: z
		.string()
		.refine((text) => parseLocalDate(text) !== null, 'A day looks like 2026-11-23.')
		.optional(),
	state: z.enum(OPENING_STATES, 'Choose a state from the list.').optional(),
	/** One time alone, with everybody who was considered. */
	opening: z.uuid('This is not the number of a time.').optional(),
	/** What one entry of the list was offered. */
	entry: z.uuid('This is not the number of an entry.').optional()
});
export type HistoryFilter = z.infer<typeof historyFilterSchema>;

/** Where a page ends: microseconds since 1970, and the row. */
const CURSOR = /^(\d{1,17})-([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

export const historyCursorSchema = z
	.string()
	.regex(CURSOR)
	.transform((text) => {
		const [, at, id] = CURSOR.exec(text)!;
		// As text: microseconds do not fit into a number for ever.
		return { at: at!, id: id! };
	});
export type HistoryCursor = z.infer<typeof historyCursorSchema>;

/** Whom a match or an offer is about. */
export interface HistoryPerson {
	entryId: string;
	/** `null`: whoever looks may not know. */
	name: string | null;
	urgency: Urgency;
	/** When they came onto the list, epoch milliseconds. */
	waitingSince: number;
}

/** Somebody who was considered. */
export interface HistoryMatch extends HistoryPerson, Score {
	round: number;
	/** From 1. */
	rank: number;
}

/** Somebody who was asked, or was to be. Times are epoch milliseconds. */
export interface HistoryOffer extends HistoryPerson {
	id: string;
	round: number;
	state: OfferState;
	way: OfferWay;
	serviceName: string;
	practitionerName: string;
	startsAt: number;
	durationMinutes: number;
	/** Why this patient; `null`: staff chose. */
	score: Score | null;
	/** By which way it arrived, or was tried last; `null`: there is no message. */
	channel: Channel | null;
	madeAt: number;
	expiresAt: number;
	endedAt: number | null;
	/** Of the staff who made, approved or skipped it; `null`: the engine. */
	decidedByName: string | null;
	/** What they said why; empty: nothing. */
	reason: string;
	answeredBy: AnswerWay | null;
}

/** A time that became free, or one that was given to somebody from the list at once. Times are epoch milliseconds. */
export interface HistoryRow {
	id: string;
	cursor: string;
	clinicId: string;
	practitionerName: string | null;
	roomName: string | null;
	startsAt: number;
	endsAt: number;
	/** `null`: booked directly, into time that nobody had given back. */
	cause: OpeningCause | null;
	state: OpeningState;
	madeAt: number;
	endedAt: number | null;
	/** How many were considered in all its rounds. */
	matchCount: number;
	/** The best of each round, in its order. */
	matches: HistoryMatch[];
	/** In the order in which they were made. */
	offers: HistoryOffer[];
}

export interface HistoryPage {
	rows: HistoryRow[];
	/** Where the next page begins; `null`: there is none. */
	next: string | null;
}

/** Considered for one time, in a list of many. */
export const MATCHES_SHOWN = 10;
/** Where one time alone is shown. */
export const MOST_MATCHES_SHOWN = 1_000;
