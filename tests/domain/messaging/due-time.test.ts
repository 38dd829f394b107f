import { describe, expect, it } from 'vitest';
import { dueTime, type RuleTiming } from '#domain/messaging/due-time.ts';

const timing = (some: Partial<RuleTiming>): RuleTiming => ({
	...{ offsetMinutes: 0, localMinute: null, quietFromMinute: 1_260, quietUntilMinute: 480 },
	...some
});
const at = (local: string, zone: string) =>
	Temporal.PlainDateTime.from(local).toZonedDateTime(zone).epochMilliseconds;
const local = (instant: number | null, zone: string) =>
	instant === null
		? null
		: Temporal.Instant.fromEpochMilliseconds(instant)
				.toZonedDateTimeISO(zone)
				.toPlainDateTime()
				.toString({ smallestUnit: 'minute' });

/** 2 days before, and at eight in the morning. */
const AHEAD = timing({ offsetMinutes: -2_880 });
const MORNING = timing({ localMinute: 480 });

describe('across the days on which the clocks change, every reminder is due at the right local hour', () => {
	// Clocks go forward and back: Warsaw on 29 March and 25 October 2026, New York on 8 March and 1 November 2026.
	const DAYS = {
		'Europe/Warsaw': ['2026-03-29', '2026-10-25'],
		'America/New_York': ['2026-03-08', '2026-11-01']
	};
	for (const [zone, changes] of Object.entries(DAYS)) {
		for (const change of changes) {
			it(`${zone}, ${change}`, () => {
				const day = Temporal.PlainDate.from(change);
				for (let ahead = 0; ahead <= 3; ahead++) {
					for (const time of ['09:00', '12:30', '20:45']) {
						const date = day.add({ days: ahead });
						const startsAt = at(`${date.toString()}T${time}`, zone);
						const due = (rule: RuleTiming) =>
							local(dueTime(rule, { base: startsAt, zone, startsAt, isAhead: true }), zone);
						expect(due(AHEAD)).toBe(`${date.subtract({ days: 2 }).toString()}T${time}`);
						expect(due(MORNING)).toBe(`${date.toString()}T08:00`);
					}
				}
			});
		}
	}

	it('an hour that there is not is the one after it, and of one that there is twice it is the first', () => {
		const zone = 'Europe/Warsaw';
		const night = timing({ localMinute: 150, quietFromMinute: 0, quietUntilMinute: 0 });
		const due = (date: string) => {
			const startsAt = at(`${date}T09:00`, zone);
			return dueTime(night, { base: startsAt, zone, startsAt, isAhead: true });
		};
		expect(due('2026-03-29')).toBe(Date.UTC(2026, 2, 29, 1, 30));
		expect(due('2026-10-25')).toBe(Date.UTC(2026, 9, 25, 0, 30));
	});
});

describe('quiet hours', () => {
	const zone = 'Europe/Warsaw';
	it.each<[string, string, boolean, Partial<RuleTiming>, string | null]>([
		// What, the visit's start, whether it is sent ahead, its rule, when it is due.
		[
			'over the night, to the morning',
			'2026-06-10T07:30',
			true,
			{ offsetMinutes: -2_880 },
			'2026-06-08T08:00'
		],
		[
			'at their end nothing is quiet',
			'2026-06-10T08:00',
			true,
			{ offsetMinutes: -2_880 },
			'2026-06-08T08:00'
		],
		['as they begin', '2026-06-10T21:00', true, { offsetMinutes: -2_880 }, '2026-06-09T08:00'],
		['before they begin', '2026-06-10T20:59', true, { offsetMinutes: -2_880 }, '2026-06-08T20:59'],
		[
			'a visit in the early morning is told of the evening before',
			'2026-06-10T08:30',
			true,
			{ offsetMinutes: -90 },
			'2026-06-09T20:45'
		],
		[
			'what happened by night is told at once if the visit is so near',
			'2026-06-10T08:30',
			false,
			{ offsetMinutes: -300 },
			'2026-06-10T03:30'
		],
		[
			'none',
			'2026-06-10T04:00',
			true,
			{ offsetMinutes: -60, quietFromMinute: 0, quietUntilMinute: 0 },
			'2026-06-10T03:00'
		],
		[
			'over noon',
			'2026-06-10T13:00',
			true,
			{ offsetMinutes: -1_440, quietFromMinute: 720, quietUntilMinute: 840 },
			'2026-06-09T14:00'
		]
	])('%s', (_, start, isAhead, some, expected) => {
		const startsAt = at(start, zone);
		const due = dueTime(timing(some), { base: startsAt, zone, startsAt, isAhead });
		expect(local(due, zone)).toBe(expected);
	});

	it('what has nothing to do with the start waits for the morning', () => {
		const base = at('2026-06-10T22:00', zone);
		const due = dueTime(timing({}), { base, zone, startsAt: null, isAhead: false });
		expect(local(due, zone)).toBe('2026-06-11T08:00');
	});
});
