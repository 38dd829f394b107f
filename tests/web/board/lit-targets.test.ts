/** Lit times of a column as targets for a mouse and for a finger. */
import { describe, expect, it } from 'vitest';
import { MINUTE_MS } from '#domain/scheduling/intervals.ts';
import { litTargets } from '#web/lib/board/lit-targets.ts';

/** At the default zoom a finger's 45 pixels are 28 minutes. */
const FINGER_MS = 28 * MINUTE_MS;

/** @returns `0-30` for each target, in brackets where it is covered; minutes */
function told(starts: readonly number[], durationMinutes: number, leastMs: number): string[] {
	const times = starts.map((minutes) => ({
		...{ practitionerId: 'd', roomId: 'r', startsAt: minutes * MINUTE_MS, durationMinutes }
	}));
	return litTargets(times, leastMs).map(({ time, until, isCovered }) => {
		const words = `${time.startsAt / MINUTE_MS}-${until / MINUTE_MS}`;
		return isCovered ? `(${words})` : words;
	});
}

describe('lit times', () => {
	it.each([
		['a mouse has each quarter', [0, 15, 30], 30, 0, ['0-15', '15-30', '30-45']],
		['none lies over the next one', [5, 15, 30], 30, 0, ['5-15', '15-30', '30-45']],
		[
			'a finger has every second',
			[0, 15, 30, 45],
			30,
			FINGER_MS,
			['0-30', '(15-30)', '30-60', '(45-60)']
		],
		[
			'the last is as tall as the visit leaves it',
			[0, 15, 30],
			30,
			FINGER_MS,
			['0-30', '(15-30)', '30-58']
		],
		[
			'what is too short at the end goes with the one before',
			[0, 15, 30],
			15,
			FINGER_MS,
			['0-45', '(15-30)', '(30-45)']
		],
		['alone in a gap that is too short', [0], 15, FINGER_MS, ['0-15']],
		['what lies behind a visit is a target of its own', [0, 20], 15, FINGER_MS, ['0-15', '20-35']],
		['zoomed in, a finger has each too', [0, 15], 15, 14 * MINUTE_MS, ['0-15', '15-30']]
	])('%s', (_, starts, duration, least, targets) => {
		expect(told(starts, duration, least)).toEqual(targets);
	});
});
