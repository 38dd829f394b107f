import { describe, expect, it } from 'vitest';
import {
	dayInterval,
	instantAt,
	localDatesOf,
	parseLocalDate
} from '#domain/availability/local-day.ts';
import { workingDay, type WorkingHoursRule } from '#domain/availability/working-hours.ts';

const utc = (text: string) => Date.parse(text);

describe('parseLocalDate', () => {
	it.each(['2026-11-23', '2028-02-29', '2000-01-01', '2100-12-31'])('takes %s', (text) => {
		expect(parseLocalDate(text)?.toString()).toBe(text);
	});
	it.each([
		'2026-02-29',
		'2026-13-01',
		'1999-12-31',
		'2101-01-01',
		'23.11.2026',
		'20261123',
		'',
		'2026-11-23T10:00'
	])('refuses %s', (text) => expect(parseLocalDate(text)).toBeNull());
});

describe('a day in its zone', () => {
	// Written out by hand from the zones' rules.
	it.each([
		['Europe/London', '2026-03-29', '2026-03-29T00:00Z', '2026-03-29T23:00Z'],
		['Europe/London', '2026-10-25', '2026-10-24T23:00Z', '2026-10-26T00:00Z'],
		['Europe/Warsaw', '2026-03-29', '2026-03-28T23:00Z', '2026-03-29T22:00Z'],
		['America/New_York', '2026-11-01', '2026-11-01T04:00Z', '2026-11-02T05:00Z'],
		['Australia/Lord_Howe', '2026-04-05', '2026-04-04T13:00Z', '2026-04-05T13:30Z']
	])('%s %s', (zone, date, start, end) => {
		expect(dayInterval(date, zone)).toEqual({ start: utc(start), end: utc(end) });
	});

	it('gives the instant at which the clock on the wall shows a time', () => {
		expect(instantAt('2026-03-29', 9 * 60, 'Europe/London')).toBe(utc('2026-03-29T08:00Z'));
		expect(instantAt('2026-10-25', 9 * 60, 'Europe/London')).toBe(utc('2026-10-25T09:00Z'));
		expect(instantAt('2026-10-25', 1440, 'Europe/London')).toBe(utc('2026-10-26T00:00Z'));
	});

	it('lists the days that an interval touches', () => {
		const night = { start: utc('2026-11-23T23:50Z'), end: utc('2026-11-24T00:10Z') };
		expect(localDatesOf(night, 'Europe/London')).toEqual(['2026-11-23', '2026-11-24']);
		const upToMidnight = { start: utc('2026-11-23T23:00Z'), end: utc('2026-11-24T00:00Z') };
		expect(localDatesOf(upToMidnight, 'Europe/London')).toEqual(['2026-11-23']);
	});
});

describe('workingDay', () => {
	const rule = (over: Partial<WorkingHoursRule>): WorkingHoursRule => ({
		...{ kind: 'work', weekday: 1, startMinute: 480, endMinute: 1020 },
		...{ validFrom: null, validTo: null },
		...over
	});

	it('cuts breaks out of the hours of presence', () => {
		const rules = [rule({}), rule({ kind: 'break', startMinute: 720, endMinute: 780 })];
		expect(workingDay(rules, '2026-11-23', 'Europe/London')).toEqual({
			working: [
				{ start: utc('2026-11-23T08:00Z'), end: utc('2026-11-23T12:00Z') },
				{ start: utc('2026-11-23T13:00Z'), end: utc('2026-11-23T17:00Z') }
			],
			breaks: [{ start: utc('2026-11-23T12:00Z'), end: utc('2026-11-23T13:00Z') }]
		});
	});

	it('holds only on its weekday and between its dates', () => {
		const rules = [rule({ validFrom: '2026-11-24', validTo: '2026-11-30' })];
		expect(workingDay(rules, '2026-11-23', 'Europe/London').working).toEqual([]);
		expect(workingDay(rules, '2026-11-30', 'Europe/London').working).toHaveLength(1);
		expect(workingDay(rules, '2026-12-07', 'Europe/London').working).toEqual([]);
		expect(workingDay([rule({ weekday: 2 })], '2026-11-23', 'Europe/London').working).toEqual([]);
	});
});
