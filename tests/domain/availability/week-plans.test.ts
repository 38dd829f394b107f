import { describe, expect, it } from 'vitest';
import {
	emptyPlan,
	parseStretches,
	plansFrom,
	rulesFrom,
	stretchWords,
	type WeekPlan
} from '#domain/availability/week-plans.ts';

const plan = (over: Partial<WeekPlan> & { monday?: [number, number][] } = {}): WeekPlan => {
	const { monday = [], ...rest } = over;
	const made = { ...emptyPlan(), ...rest };
	made.days[0] = monday;
	return made;
};

describe('hours as typed', () => {
	it.each([
		['8-12, 13:00–17:00', '08:00–12:00, 13:00–17:00'],
		['13 to 17; 8.30 - 12', '08:30–12:00, 13:00–17:00'],
		['22:00-6:00', '22:00–06:00'],
		['0-24', '00:00–24:00'],
		['', '']
	])('"%s" means %s', (text, words) => {
		expect(stretchWords(parseStretches(text)!)).toBe(words);
	});

	it.each(['morning', '8', '8-25', '8:61-9', '8:02-9', '8-12, 11-13', '24-8', '8-12-'])(
		'"%s" cannot be read',
		(text) => expect(parseStretches(text)).toBeNull()
	);
});

describe('plans and rules', () => {
	it('a short gap is a break, a long one is not', () => {
		const rules = rulesFrom([
			plan({
				monday: [
					[480, 720],
					[780, 1020],
					[1200, 1260]
				]
			})
		]);
		expect(rules.map(({ kind, startMinute, endMinute }) => [kind, startMinute, endMinute])).toEqual(
			[
				['work', 480, 1020],
				['break', 720, 780],
				['work', 1200, 1260]
			]
		);
	});

	it('come back as they were', () => {
		const plans = [
			plan({
				monday: [
					[480, 720],
					[780, 1020]
				]
			}),
			plan({
				...{ validFrom: '2027-02-01', validTo: '2027-06-30', everyWeeks: 2 },
				...{ weekOf: '2027-02-01', monday: [[1320, 1800]] }
			})
		];
		expect(plansFrom(rulesFrom(plans))).toEqual(plans);
		expect(plansFrom([])).toEqual([]);
	});
});
