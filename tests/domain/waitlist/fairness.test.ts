import { describe, expect, it } from 'vitest';
import { giniOf, rankedSumsOf, shareOf } from '#domain/waitlist/fairness.ts';

const gini = (values: number[]) => giniOf(rankedSumsOf(values));

/** By its first definition: half the mean difference of all pairs, as a share of the mean. */
function byPairs(values: number[]): number {
	const mean = values.reduce((all, value) => all + value, 0) / values.length;
	const differences = values.flatMap((a) => values.map((b) => Math.abs(a - b)));
	return differences.reduce((all, one) => all + one, 0) / (2 * values.length ** 2 * mean);
}

describe('the Gini coefficient', () => {
	it.each([
		['nobody', [], null],
		['one person', [40], 0],
		['one person who did not wait', [0], 0],
		['nobody waited', [0, 0, 0], 0],
		['everybody the same', [7, 7, 7, 7], 0],
		['one of two waits for both', [0, 10], 0.5],
		['one of four waits for all', [0, 0, 0, 12], 0.75],
		['1, 2, 3', [1, 2, 3], 2 / 9],
		['1 to 5', [1, 2, 3, 4, 5], 4 / 15],
		['a quarter has half', [1, 1, 1, 3], 0.25]
	] as const)('%s', (_, values, expected) => {
		const found = gini([...values]);
		if (expected === null) expect(found).toBeNull();
		else expect(found).toBeCloseTo(expected, 12);
	});

	it('asks neither for an order nor for a unit', () => {
		const days = [3, 90, 12, 0, 45, 12];
		expect(gini(days.toReversed())).toBe(gini(days));
		expect(gini(days.map((one) => one * 86_400))).toBeCloseTo(gini(days)!, 12);
	});

	it('is half the mean difference of all pairs, as a share of the mean', () => {
		const days = [3, 90, 12, 0.5, 45, 12, 61, 200, 7];
		expect(gini(days)).toBeCloseTo(byPairs(days), 12);
	});

	it('is never below 0 or above 1, however many there are', () => {
		const thousand = Array.from({ length: 1000 }, () => 0.1);
		expect(gini(thousand)).toBeGreaterThanOrEqual(0);
		expect(gini(thousand)).toBeLessThan(1e-9);
		expect(gini([...thousand.fill(0), 1])).toBeCloseTo(1 - 1 / 1001, 12);
	});
});

it.each([
	[0, 0, null],
	[0, 4, 0],
	[1, 4, 0.25],
	[4, 4, 1]
])('%s of %s', (part, whole, expected) => {
	expect(shareOf(part, whole)).toBe(expected);
});
