import { describe, expect, it } from 'vitest';
import { dayInterval, instantAt } from '#domain/availability/local-day.ts';
import { workingDay } from '#domain/availability/working-hours.ts';

const HOUR_MS = 3_600_000;

/** Hours of presence on one day, as minutes after midnight on the clinic's wall. */
function hoursOn(date: string, zone: string, startMinute: number, endMinute: number) {
	const weekday = Temporal.PlainDate.from(date).dayOfWeek;
	const rule = { kind: 'work' as const, weekday, startMinute, endMinute };
	const always = { validFrom: null, validTo: null, everyWeeks: 1, weekOf: null };
	const hours = { rules: [{ ...rule, ...always }], exceptions: [], always: false };
	const { working } = workingDay(hours, date, zone);
	return working.map(({ start, end }) => [start, end].map((at) => new Date(at).toISOString()));
}

/**
 * Written out by hand from the rules of each zone (IANA tz database, 2026): when the clocks change, which offset holds
 * before and after.
 */
const DAYS: [
	zone: string,
	date: string,
	what: string,
	hours: number,
	cases: [from: string, to: string, start: string, end: string][]
][] = [
	[
		'Europe/Warsaw',
		'2027-03-27',
		'the day before, UTC+1',
		24,
		[['08:00', '16:00', '2027-03-27T07:00Z', '2027-03-27T15:00Z']]
	],
	[
		'Europe/Warsaw',
		'2027-03-28',
		'02:00 becomes 03:00, UTC+1 to UTC+2',
		23,
		[
			['08:00', '16:00', '2027-03-28T06:00Z', '2027-03-28T14:00Z'],
			['01:00', '04:00', '2027-03-28T00:00Z', '2027-03-28T02:00Z'],
			['02:30', '05:00', '2027-03-28T01:30Z', '2027-03-28T03:00Z'],
			['00:00', '24:00', '2027-03-27T23:00Z', '2027-03-28T22:00Z']
		]
	],
	[
		'Europe/Warsaw',
		'2027-10-31',
		'03:00 becomes 02:00, UTC+2 to UTC+1',
		25,
		[
			['08:00', '16:00', '2027-10-31T07:00Z', '2027-10-31T15:00Z'],
			['01:00', '04:00', '2027-10-30T23:00Z', '2027-10-31T03:00Z'],
			['02:30', '05:00', '2027-10-31T00:30Z', '2027-10-31T04:00Z']
		]
	],
	[
		'America/New_York',
		'2027-03-14',
		'02:00 becomes 03:00, UTC-5 to UTC-4',
		23,
		[
			['08:00', '16:00', '2027-03-14T12:00Z', '2027-03-14T20:00Z'],
			['01:00', '04:00', '2027-03-14T06:00Z', '2027-03-14T08:00Z']
		]
	],
	[
		'America/New_York',
		'2027-11-07',
		'02:00 becomes 01:00, UTC-4 to UTC-5',
		25,
		[
			['08:00', '16:00', '2027-11-07T13:00Z', '2027-11-07T21:00Z'],
			['00:30', '03:00', '2027-11-07T04:30Z', '2027-11-07T08:00Z'],
			['01:30', '03:00', '2027-11-07T05:30Z', '2027-11-07T08:00Z']
		]
	],
	[
		'Australia/Lord_Howe',
		'2027-04-04',
		'02:00 becomes 01:30, UTC+11 to UTC+10:30',
		24.5,
		[
			['08:00', '16:00', '2027-04-03T21:30Z', '2027-04-04T05:30Z'],
			['01:00', '04:00', '2027-04-03T14:00Z', '2027-04-03T17:30Z'],
			['01:45', '04:00', '2027-04-03T14:45Z', '2027-04-03T17:30Z']
		]
	],
	[
		'Australia/Lord_Howe',
		'2027-10-03',
		'02:00 becomes 02:30, UTC+10:30 to UTC+11',
		23.5,
		[
			['08:00', '16:00', '2027-10-02T21:00Z', '2027-10-03T05:00Z'],
			['01:00', '04:00', '2027-10-02T14:30Z', '2027-10-02T17:00Z'],
			['02:15', '04:00', '2027-10-02T15:45Z', '2027-10-02T17:00Z']
		]
	],
	[
		'Africa/Casablanca',
		'2025-02-22',
		'the day before Ramadan’s time, UTC+1',
		24,
		[['08:00', '16:00', '2025-02-22T07:00Z', '2025-02-22T15:00Z']]
	],
	[
		'Africa/Casablanca',
		'2025-02-23',
		'03:00 becomes 02:00, UTC+1 to UTC+0',
		25,
		[
			['08:00', '16:00', '2025-02-23T08:00Z', '2025-02-23T16:00Z'],
			['01:00', '04:00', '2025-02-23T00:00Z', '2025-02-23T04:00Z']
		]
	],
	[
		'Africa/Casablanca',
		'2025-04-06',
		'02:00 becomes 03:00, UTC+0 to UTC+1',
		23,
		[
			['08:00', '16:00', '2025-04-06T07:00Z', '2025-04-06T15:00Z'],
			['01:00', '04:00', '2025-04-06T01:00Z', '2025-04-06T03:00Z']
		]
	]
];

const minuteOf = (text: string) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3));
const full = (text: string) => new Date(text).toISOString();

describe.each(DAYS)('%s on %s: %s', (zone, date, _, hours, cases) => {
	it(`is ${hours} hours long`, () => {
		const { start, end } = dayInterval(date, zone);
		expect((end - start) / HOUR_MS).toBe(hours);
	});

	it.each(cases)('hours from %s to %s', (from, to, start, end) => {
		expect(hoursOn(date, zone, minuteOf(from), minuteOf(to))).toEqual([[full(start), full(end)]]);
	});

	it('midnight ends the day where the next begins', () => {
		const next = Temporal.PlainDate.from(date).add({ days: 1 }).toString();
		expect(instantAt(date, 1_440, zone)).toBe(instantAt(next, 0, zone));
	});
});
