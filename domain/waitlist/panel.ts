/** Who waits, as staff look for them: what can be asked for, and how an entry is told. The schemas are the edge. Pure. */
import { z } from 'zod';
import { URGENCIES, type EntrySource, type Urgency } from './entry.ts';
import type { LiveOfferState } from './offer.ts';
import type { Score, Weights } from './score.ts';

export const MAX_LISTED = 200;
export const MAX_SEARCH_TEXT = 100;

/** `urgency`: the most urgent first, of equals the longest waiting; `age`: the longest waiting first. */
export const WAITING_ORDERS = ['urgency', 'age'] as const;
export type WaitingOrder = (typeof WAITING_ORDERS)[number];

/** How long somebody has waited, in days; each goes up to where the next one begins. */
export const AGES = { week: 0, month: 7, quarter: 30, longer: 91 } as const;
export type Age = keyof typeof AGES;
export const AGE_NAMES = Object.keys(AGES) as Age[];

/** @returns the days from which on and before which somebody of that age has waited; `null`: for ever */
export function daysOfAge(age: Age): { from: number; before: number | null } {
	const next = AGE_NAMES[AGE_NAMES.indexOf(age) + 1];
	return { from: AGES[age], before: next === undefined ? null : AGES[next] };
}

export const waitingQuerySchema = z.strictObject({
	/** Only who would come to this clinic; who names none would come to every one. */
	clinicId: z.uuid().optional(),
	serviceId: z.uuid().optional(),
	urgency: z.enum(URGENCIES).optional(),
	age: z.enum(AGE_NAMES).optional(),
	/** Names, birth date or phone as typed. */
	text: z.string().max(MAX_SEARCH_TEXT).default(''),
	order: z.enum(WAITING_ORDERS).default('urgency'),
	/** The last entry of the page before. */
	after: z.uuid().optional(),
	limit: z.int().min(1).max(MAX_LISTED).default(50)
});
export type WaitingQuery = z.output<typeof waitingQuerySchema>;

export interface WaitingPerson {
	id: string;
	revision: number;
	/** `null`: whoever looks may not know who it is. */
	patient: { id: string; name: string; birthDate: string | null; phone: string | null } | null;
	service: { id: string; name: string; durationMinutes: number };
	/** None: at every clinic. */
	clinics: { id: string; name: string }[];
	/** None: every doctor. */
	doctors: { id: string; name: string }[];
	urgency: Urgency;
	/** Local dates, both count. */
	firstDate: string;
	lastDate: string;
	/** Monday is 1. */
	weekdays: number[];
	fromMinute: number;
	untilMinute: number;
	noticeMinutes: number;
	/** Empty: none, or not for whoever looks. */
	note: string;
	source: EntrySource;
	/** Epoch milliseconds. */
	waitingSince: number;
	/** Earlier offers: not answered in time; answered with no. */
	missed: number;
	passed: number;
	/** The offer that waits for an answer, or for reception. */
	offer: { id: string; state: LiveOfferState; startsAt: number; expiresAt: number } | null;
}

export interface WaitingPage {
	people: WaitingPerson[];
	/** All that fit. */
	found: number;
	/** Of the next page; `null`: there is none. */
	next: string | null;
}

export interface Counted<Key = string> {
	key: Key;
	name: string;
	count: number;
}

/** How many wait, by what they wait for, and for how long. */
export interface WaitingFigures {
	waiting: number;
	/** Who waits for a time at once: urgent entries. */
	urgent: number;
	/** Who has an offer now. */
	offered: number;
	clinics: Counted[];
	services: Counted[];
	urgencies: { key: Urgency; count: number }[];
	ages: { key: Age; count: number }[];
}

/** What an entry can name. */
export interface WaitingChoices {
	services: { id: string; name: string; durationMinutes: number }[];
	doctors: { id: string; name: string; serviceIds: string[] }[];
	clinics: { id: string; name: string }[];
}

/** A time that suits an entry, at one clinic on one day. */
export interface SuitableTime {
	practitionerId: string;
	roomId: string;
	/** Epoch milliseconds. */
	startsAt: number;
	durationMinutes: number;
}

/** Somebody whom a time suits, and why they come where they come. */
export interface RankedPerson {
	person: WaitingPerson;
	score: Score;
	/** How it would be booked. */
	time: SuitableTime;
}

export interface RankedPeople {
	ranked: RankedPerson[];
	/** What each part counts. */
	weights: Weights;
}
