import { describe, expect, it } from 'vitest';
import { MOST_TIMES, timesElsewhere } from '#domain/scheduling/move-out.ts';
import { at, hours, situation, span, type Given } from './day-situation.ts';

const visit = (id: string, from: number, durationMinutes = 30, roomId = 'room') => ({
	...{ id, roomId, startsAt: at(from), durationMinutes }
});
const clock = (minutes: number) => (minutes - at(0)) / 60_000;
/** Nearest first, as minutes after midnight. */
const elsewhere = (
	blocked: [number, number],
	visits: ReturnType<typeof visit>[],
	given: Given = {},
	earliest = 0
) =>
	timesElsewhere(span(...blocked), visits, () => situation(given), at(earliest)).map(
		({ appointmentId, times }) => [appointmentId, times.map(clock)] as const
	);

describe('visits in the way of a block', () => {
	it('go to the nearest times outside of it', () => {
		const [[id, times]] = elsewhere([hours(10), hours(11)], [visit('a', hours(10))]) as [
			readonly [string, number[]]
		];
		expect(id).toBe('a');
		expect(times).toHaveLength(MOST_TIMES);
		// Half an hour before the block ends it would still meet it.
		expect(times[0]).toBe(hours(9, 30));
		expect(times.every((time) => time <= hours(9, 30) || time >= hours(11))).toBe(true);
	});

	it('do not take each other’s', () => {
		const [a, b] = elsewhere(
			[hours(10), hours(11)],
			[visit('b', hours(10, 30)), visit('a', hours(10))]
		);
		expect([a![0], a![1][0]]).toEqual(['a', hours(9, 30)]);
		expect([b![0], b![1][0]]).toEqual(['b', hours(11)]);
		const crowded = elsewhere(
			[hours(8), hours(11, 30)],
			[visit('a', hours(8)), visit('b', hours(8, 30))],
			{ practitionerBusy: [span(hours(13), hours(17))] }
		);
		expect(crowded).toEqual([
			['a', [hours(11, 30)]],
			['b', []]
		]);
	});

	it('keep to buffers, to what is taken and to the present', () => {
		const given = { bufferAfter: 10, practitionerBusy: [span(hours(11), hours(12))] };
		const one = elsewhere([hours(10), hours(11)], [visit('a', hours(10))], given, hours(9));
		expect(one).toEqual([['a', [hours(9, 20), hours(9, 15), hours(9, 10), hours(9, 5), hours(9)]]]);
	});

	it('without anything known of them go nowhere', () => {
		const none = timesElsewhere(span(0, 60), [visit('a', 0)], () => null, 0);
		expect(none).toEqual([{ appointmentId: 'a', times: [] }]);
	});
});
