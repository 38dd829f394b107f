/** What other weights would have changed: asked and told. Pure. */
import { z } from 'zod';
import { parseLocalDate } from '../availability/local-day.ts';
import type { Score } from './score.ts';
import { weightsSchema } from './settings.ts';

/** Days that may be asked for at once. */
export const MAX_DRY_RUN_DAYS = 31;
/** Times that are worked out at once, the newest of those days: each goes through the whole list. */
export const MAX_DRY_RUN_TIMES = 500;

const date = z.string().refine((text) => parseLocalDate(text) !== null, {
	message: 'A day looks like 2026-11-23.',
	// What compares two days is not asked of what is none.
	abort: true
});

export const dryRunWishSchema = z
	.strictObject({ weights: weightsSchema, from: date, until: date })
	.refine(
		({ from, until }) => {
			const { days } = Temporal.PlainDate.from(from).until(until, { largestUnit: 'days' });
			return days >= 0 && days < MAX_DRY_RUN_DAYS;
		},
		{ message: `A dry run goes over ${MAX_DRY_RUN_DAYS} days at most.`, path: ['until'] }
	);
export type DryRunWish = z.infer<typeof dryRunWishSchema>;

/** Somebody who would have been asked first. */
export interface DryRunPerson {
	entryId: string;
	/** `null`: whoever looks may not know. */
	name: string | null;
	score: Score;
}

/** A time that would have gone to somebody else first. */
export interface DryRunChange {
	openingId: string;
	clinicId: string;
	/** Epoch milliseconds. */
	startsAt: number;
	/** With the weights that hold. */
	now: DryRunPerson;
	/** With those that are tried. */
	then: DryRunPerson;
}

export interface DryRunSlice {
	/** Times that became free in these days and suited somebody. */
	times: number;
	/** Of those, the newest first. */
	changes: DryRunChange[];
	/** Times that became free in these days and are too many to be worked out with the others. */
	leftOut: number;
}
