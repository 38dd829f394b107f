/**
 * Who of those that wait is offered a time first, and why. Pure: the same on the server, in the panel and in the dry
 * run. Each part lies between 0 and 1; what an organization weighs is how much each counts. Being more urgent or
 * waiting longer never makes a score lower.
 */
import type { Urgency } from './entry.ts';

export const SCORE_PARTS = [
	'urgency',
	'waiting',
	'service',
	'doctor',
	'clinic',
	'window',
	'missed'
] as const;
export type ScorePart = (typeof SCORE_PARTS)[number];

/** What each part counts; 0: not at all. */
export type Weights = Record<ScorePart, number>;

export const MAX_WEIGHT = 100;

export const DEFAULT_WEIGHTS: Weights = {
	...{ urgency: 40, waiting: 30, service: 5, doctor: 8 },
	...{ clinic: 5, window: 7, missed: 5 }
};

/** What is weighed of one entry against one time. */
export interface ScoreFacts {
	urgency: Urgency;
	waitedMinutes: number;
	/** The visit takes as long as the time is, or leaves a gap (0 to 1: how much of the time it uses). */
	fills: number;
	/** Whether the entry names the doctor, or takes every one. */
	namesDoctor: boolean;
	namesClinic: boolean;
	/** How much of a week the entry could come at: 0 (never) to 1 (always). */
	weekShare: number;
	/** Offers that the patient did not answer in time. */
	missedOffers: number;
}

export interface Score {
	/** 0 to 100. */
	total: number;
	/** What each part adds to it; they sum up to the total. */
	parts: Record<ScorePart, number>;
}

const URGENCY: Record<Urgency, number> = { routine: 0, soon: 0.5, urgent: 1 };
/** After as long somebody has waited about two thirds of what waiting can count. */
const WAIT_SCALE_MINUTES = 60 * 24 * 60;
/** As many missed offers take all of their part away. */
const MOST_MISSED = 4;

/** @returns how each part is met, 0 to 1 */
export function scoreParts(facts: ScoreFacts): Record<ScorePart, number> {
	return {
		urgency: URGENCY[facts.urgency],
		// Never full: who waits longer is ahead, however long both have waited.
		waiting: 1 - Math.exp(-Math.max(facts.waitedMinutes, 0) / WAIT_SCALE_MINUTES),
		service: within(facts.fills),
		doctor: facts.namesDoctor ? 1 : 0.5,
		clinic: facts.namesClinic ? 1 : 0.5,
		// Whoever can come at few times has few chances.
		window: 1 - within(facts.weekShare),
		missed: 1 - Math.min(facts.missedOffers, MOST_MISSED) / MOST_MISSED
	};
}

/** @returns the score by these weights; all weights 0: everybody has 0, and the longest waiting is first */
export function scoreOf(facts: ScoreFacts, weights: Weights): Score {
	const met = scoreParts(facts);
	const sum = SCORE_PARTS.reduce((all, part) => all + weights[part], 0);
	const parts = Object.fromEntries(
		SCORE_PARTS.map((part) => [part, sum === 0 ? 0 : (100 * weights[part] * met[part]) / sum])
	) as Record<ScorePart, number>;
	return { total: SCORE_PARTS.reduce((all, part) => all + parts[part], 0), parts };
}

/** What the order goes by. */
export interface Ranked {
	score: Score;
	/** Epoch milliseconds. */
	waitingSince: number;
	entryId: string;
}

/** The best first; of equals the longest waiting, and the order is always the same. */
export function byRank(a: Ranked, b: Ranked): number {
	if (a.score.total !== b.score.total) return b.score.total - a.score.total;
	if (a.waitingSince !== b.waitingSince) return a.waitingSince - b.waitingSince;
	return a.entryId < b.entryId ? -1 : a.entryId > b.entryId ? 1 : 0;
}

function within(share: number): number {
	return Math.min(Math.max(share, 0), 1);
}
