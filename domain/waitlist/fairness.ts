/** How evenly the waiting is spread over those who wait. Pure. */

/** What is known of a list of values, from the smallest on: enough for its Gini coefficient. */
export interface RankedSums {
	count: number;
	/** Of the values. */
	sum: number;
	/** Of each value times its place from 1. */
	rankedSum: number;
}

/** @param values none below 0, in any order and any unit */
export function rankedSumsOf(values: readonly number[]): RankedSums {
	const sorted = values.toSorted((a, b) => a - b);
	return {
		count: sorted.length,
		sum: sorted.reduce((all, value) => all + value, 0),
		rankedSum: sorted.reduce((all, value, index) => all + value * (index + 1), 0)
	};
}

/**
 * The Gini coefficient: 0 where all values are the same, towards 1 where one has everything. Worked out from sums, so
 * that a database can make them (Sen 1973: G = 2 Σ i·xᵢ / (n Σ xᵢ) − (n + 1) / n).
 * @returns 0 to 1; `null`: nobody is there; 0 where nobody waited at all
 */
export function giniOf({ count, sum, rankedSum }: RankedSums): number | null {
	if (count === 0) return null;
	if (sum <= 0) return 0;
	const gini = (2 * rankedSum) / (count * sum) - (count + 1) / count;
	// Sums of many parts may be a hair below.
	return Math.min(Math.max(gini, 0), 1);
}

/** @returns the part of the whole, 0 to 1; `null`: there is no whole */
export function shareOf(part: number, whole: number): number | null {
	return whole === 0 ? null : part / whole;
}
