import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { intersect, subtract, union, type Interval } from '#domain/scheduling/intervals.ts';

const interval = fc
	.tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 20 }))
	.map(([start, length]) => ({ start, end: start + length }));
const intervals = fc.array(interval, { maxLength: 8 });

const covers = (list: readonly Interval[], instant: number) =>
	list.some(({ start, end }) => start <= instant && instant < end);

function isNormal(list: readonly Interval[]): boolean {
	return list.every(({ start, end }, i) => start < end && (i === 0 || list[i - 1]!.end < start));
}

describe('interval lists agree with looking at every instant', () => {
	const instants = Array.from({ length: 90 }, (_, instant) => instant);

	it.each([
		['union', union as (a: Interval[], b: Interval[]) => Interval[], null],
		['subtract', subtract, (a: boolean, b: boolean) => a && !b],
		['intersect', intersect, (a: boolean, b: boolean) => a && b]
	] as const)('%s', (_, operation, expected) => {
		fc.assert(
			fc.property(intervals, intervals, (a, b) => {
				const result = operation(a, b);
				expect(isNormal(result)).toBe(true);
				for (const instant of instants) {
					const wanted = expected
						? expected(covers(a, instant), covers(b, instant))
						: covers(a, instant);
					expect(covers(result, instant)).toBe(wanted);
				}
			})
		);
	});
});
