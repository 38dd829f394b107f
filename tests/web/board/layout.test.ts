import { describe, expect, it } from 'vitest';
import { dayInterval } from '#domain/availability/local-day.ts';
import { timeOf } from '#domain/scheduling/refusal-words.ts';
import { hoursIn, lanesOf, snap, snapDown, visibleRange } from '#web/lib/board/layout.ts';

const MINUTE = 60_000;
const at = (hour: number, minute = 0) => (hour * 60 + minute) * MINUTE;
const span = (from: number, to: number) => ({ start: at(from), end: at(to) });

describe('lanes', () => {
	it.each<[string, [number, number][], [lane: number, lanes: number][]]>([
		['nothing', [], []],
		[
			'one after the other, touching',
			[
				[9, 10],
				[10, 11]
			],
			[
				[0, 1],
				[0, 1]
			]
		],
		[
			'two at once',
			[
				[9, 11],
				[10, 12]
			],
			[
				[0, 2],
				[1, 2]
			]
		],
		[
			'a long one beside two short ones',
			[
				[9, 12],
				[9, 10],
				[10, 11]
			],
			[
				[0, 2],
				[1, 2],
				[1, 2]
			]
		],
		[
			'a chain shares its width, what follows does not',
			[
				[9, 11],
				[10, 12],
				[11, 13],
				[13, 14]
			],
			[
				[0, 2],
				[1, 2],
				[0, 2],
				[0, 1]
			]
		],
		[
			'in whatever order they come',
			[
				[10, 12],
				[9, 11]
			],
			[
				[1, 2],
				[0, 2]
			]
		]
	])('%s', (_, intervals, expected) => {
		const lanes = lanesOf(intervals.map(([from, to]) => span(from, to)));
		expect(lanes).toEqual(expected.map(([lane, lanes]) => ({ lane, lanes })));
	});
});

describe('what is drawn of a day', () => {
	const day = span(0, 24);

	it('is the working time with an hour on each side, in full hours', () => {
		const working = [{ start: at(8, 30), end: at(16, 15) }];
		expect(visibleRange(day, working, [])).toEqual(span(7, 18));
	});

	it('takes in a visit outside of it and ends with the day', () => {
		expect(visibleRange(day, [span(8, 17)], [{ start: at(6, 20), end: at(6, 40) }])).toEqual(
			span(6, 18)
		);
		expect(visibleRange(day, [span(0, 24)], [])).toEqual(day);
	});

	it('is an ordinary day where nobody works', () => {
		expect(visibleRange(day, [], [])).toEqual(span(7, 19));
	});

	it.each([
		['2027-03-28', 'one hour less', ['00:00', '02:00', '03:00']],
		['2027-10-31', 'one hour more', ['00:00', '01:00', '01:00']]
	])('has full hours on %s, %s', (date, _, first) => {
		const zone = 'Europe/London';
		const hours = hoursIn(dayInterval(date, zone)).map((hour) => timeOf(hour, { zone }));
		expect(hours.slice(0, 3)).toEqual(first);
		expect(hours.at(-1)).toBe('23:00');
	});
});

it('a pointer is brought onto the grid of five minutes', () => {
	expect(snap(at(9, 2))).toBe(at(9));
	expect(snap(at(9, 3))).toBe(at(9, 5));
	expect(snapDown(at(9, 4))).toBe(at(9));
});
