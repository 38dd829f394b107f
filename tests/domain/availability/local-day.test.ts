import { describe, expect, it } from 'vitest';
import type { HoursException } from '#domain/availability/exceptions.ts';
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
		...{ validFrom: null, validTo: null, everyWeeks: 1, weekOf: null },
		...over
	});

	const dayOf = (
		rules: WorkingHoursRule[],
		date: string,
		exceptions: HoursException[] = [],
		always = false
	) => workingDay({ rules, exceptions, always }, date, 'Europe/London');
	const clock = (spans: { start: number; end: number }[]) =>
		spans.map(({ start, end }) =>
			[start, end].map((at) => new Date(at).toISOString().slice(5, 16)).join(' to ')
		);
	const closed = (over: Partial<HoursException> = {}): HoursException => ({
		...{ kind: 'closed', reason: 'leave', firstDate: '2026-11-23', lastDate: '2026-11-23' },
		...{ startMinute: 0, endMinute: 1440, ...over }
	});

	it('holds every second week only, counted from a week in which it holds', () => {
		const rules = [rule({ everyWeeks: 2, weekOf: '2026-11-25' })];
		const dates = ['2026-11-09', '2026-11-16', '2026-11-23', '2026-11-30', '2026-12-07'];
		expect(dates.map((date) => dayOf(rules, date).working.length)).toEqual([1, 0, 1, 0, 1]);
	});

	it('goes on past midnight, on both days', () => {
		const night = [rule({ startMinute: 1320, endMinute: 1800 })];
		const whole = ['11-23T22:00 to 11-24T06:00'];
		expect(clock(dayOf(night, '2026-11-23').working)).toEqual(whole);
		expect(clock(dayOf(night, '2026-11-24').working)).toEqual(whole);
		expect(dayOf(night, '2026-11-25').working).toEqual([]);
		const leaveAfter = [closed({ firstDate: '2026-11-24', lastDate: '2026-11-24' })];
		expect(clock(dayOf(night, '2026-11-23', leaveAfter).working)).toEqual([
			'11-23T22:00 to 11-24T00:00'
		]);
	});

	it('joins the hours of two days at midnight', () => {
		const all = [1, 2, 3, 4, 5, 6, 7].map((weekday) =>
			rule({ weekday, startMinute: 0, endMinute: 1440 })
		);
		expect(clock(dayOf(all, '2026-11-23').working)).toEqual(['11-23T00:00 to 11-25T00:00']);
	});

	it('takes days off out and puts extra sessions in, also where the day would be off', () => {
		const off = closed();
		expect(dayOf([rule({})], '2026-11-23', [off])).toMatchObject({
			working: [],
			away: [{ start: utc('2026-11-23T00:00Z'), reason: 'leave' }]
		});
		const extra = closed({ kind: 'extra', reason: 'session', startMinute: 600, endMinute: 660 });
		expect(clock(dayOf([rule({})], '2026-11-23', [off, extra]).working)).toEqual([
			'11-23T10:00 to 11-23T11:00'
		]);
		expect(dayOf([rule({})], '2026-11-30', [off]).working).toHaveLength(1);
	});

	it('is always there without rules of its own, but for its closures', () => {
		const some = [closed({ reason: 'closure', startMinute: 0, endMinute: 600 })];
		expect(clock(dayOf([], '2026-11-23', some, true).working)).toEqual([
			'11-23T10:00 to 11-25T00:00'
		]);
	});

	it('cuts breaks out of the hours of presence', () => {
		const rules = [rule({}), rule({ kind: 'break', startMinute: 720, endMinute: 780 })];
		expect(dayOf(rules, '2026-11-23')).toEqual({
			working: [
				{ start: utc('2026-11-23T08:00Z'), end: utc('2026-11-23T12:00Z') },
				{ start: utc('2026-11-23T13:00Z'), end: utc('2026-11-23T17:00Z') }
			],
			breaks: [{ start: utc('2026-11-23T12:00Z'), end: utc('2026-11-23T13:00Z') }],
			away: []
		});
	});

	it('holds only on its weekday and between its dates', () => {
		const rules = [rule({ validFrom: '2026-11-24', validTo: '2026-11-30' })];
		expect(dayOf(rules, '2026-11-23').working).toEqual([]);
		expect(dayOf(rules, '2026-11-30').working).toHaveLength(1);
		expect(dayOf(rules, '2026-12-07').working).toEqual([]);
		expect(dayOf([rule({ weekday: 2 })], '2026-11-23').working).toEqual([]);
	});
});
