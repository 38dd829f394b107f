/**
 * Time travel through the days on which the clocks change: visits booked around them in a real database, the clock
 * moved on hour by hour, and at every moment in between for which a job waits to wake the sender. What stands here as
 * expected is written down in local time, or read off by `Intl`; none of it is worked out by the code under test.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { messageRules } from '#db/schema/index.ts';
import { inOrganization } from '#db/transaction.ts';
import { ensureRules } from '#domain/messaging/commands/default-rules.ts';
import type { RuleKind } from '#domain/messaging/message.ts';
import { openMessageDesk, type MessageDesk } from './message-desk.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const TIMES = ['08:00', '09:00', '12:00', '16:00'];

/** A day on which the clocks change, and how far the zone is from UTC on the days before it and from then on. */
interface Change {
	day: string;
	before: string;
	after: string;
}

const CHANGES: Record<string, { spring: Change[]; autumn: Change[] }> = {
	'Europe/London': {
		spring: ['2040-03-25', '2041-03-31'].map((day) => of(day, '+00:00', '+01:00')),
		autumn: ['2040-10-28', '2041-10-27'].map((day) => of(day, '+01:00', '+00:00'))
	},
	'America/New_York': {
		spring: ['2040-03-11', '2041-03-10'].map((day) => of(day, '-05:00', '-04:00')),
		autumn: ['2040-11-04', '2041-11-03'].map((day) => of(day, '-04:00', '-05:00'))
	}
};

function of(day: string, before: string, after: string): Change {
	return { day, before, after };
}

/** @returns the date so many days of the calendar later */
function dateAfter(date: string, days: number): string {
	return new Date(Date.parse(`${date}T00:00Z`) + days * DAY).toISOString().slice(0, 10);
}

function instantOf({ day, before, after }: Change, date: string, time: string): number {
	return Date.parse(`${date}T${time}${date < day ? before : after}`);
}

/** @returns such as `2040-03-25 08:00`, by the clock on the clinic's wall */
function onTheWall(at: number, timeZone: string): string {
	const parts = { dateStyle: 'short', timeStyle: 'short', hourCycle: 'h23', timeZone } as const;
	return new Intl.DateTimeFormat('sv-SE', parts).format(at);
}

type Rules = Partial<Record<RuleKind, Partial<typeof messageRules.$inferInsert>>>;

/** Rules, and when they have a patient told who comes on a date at a time: a date and a time each. */
const CASES: {
	name: string;
	rules: Rules;
	years: number;
	expected(date: string, time: string): string[];
}[] = [
	{
		name: 'two days ahead, and at eight on the day',
		rules: {
			reminder: { enabled: true, offsetMinutes: -2 * 1_440 },
			'same-day-reminder': { enabled: true, localMinute: 480 }
		},
		years: 0,
		expected: (date, time) => [
			`${dateAfter(date, -2)} ${time}`,
			// By eight, whoever comes at eight is there.
			...(time === '08:00' ? [] : [`${date} 08:00`])
		]
	},
	{
		name: 'ten hours ahead, which is by night',
		rules: {
			reminder: { enabled: true, offsetMinutes: -600 },
			'same-day-reminder': { enabled: false }
		},
		years: 1,
		expected: (date, time) => [
			// The quiet hours end too late for whoever comes at eight: they are told before these begin.
			time === '08:00' ? `${dateAfter(date, -1)} 20:45` : `${date} 08:00`
		]
	}
];

describe.each(Object.keys(CHANGES))('in %s', (zone) => {
	let desk: MessageDesk;
	beforeAll(async () => {
		desk = await openMessageDesk(zone);
		const { organizationId } = desk.clinic;
		await inOrganization(desk.database, organizationId, (t) => ensureRules(t, organizationId));
		await desk.ask(`UPDATE message_rules SET enabled = false, channels = '{sms}'`);
		for (const patient of TIMES.keys()) {
			await desk.person(patient, { phone: numberOf(patient), email: null, contactChannel: null });
		}
	});
	afterAll(() => desk.close());

	const numberOf = (patient: number) => `+4860012300${patient}`;

	/** @returns when the sender looks next: at the full hour, or when a job wakes it before that */
	async function nextLook(now: number): Promise<number> {
		const [{ at }] = (await desk.ask(
			`SELECT epoch_ms(min(start_after))::float8 AS at FROM pgboss.job
				WHERE name = 'send-messages' AND start_after > to_timestamp($1::float8 / 1000)`,
			[now]
		)) as [{ at: number | null }];
		return Math.min(now + HOUR - (now % HOUR), at ?? Infinity);
	}

	/** @returns what came to the counterpart: to whom, and what its clinic's clock said */
	async function travel(from: number, until: number): Promise<string[]> {
		const came: string[] = [];
		for (let now = from; now <= until; now = await nextLook(now)) {
			const known = desk.smsProvider.taken.length;
			await desk.send(now);
			const sent = desk.smsProvider.taken.slice(known);
			came.push(...sent.map(({ to }) => `${to} ${onTheWall(now, zone)}`));
		}
		return came;
	}

	describe.each(['spring', 'autumn'] as const)(
		'the day on which the clocks change in %s',
		(season) => {
			it.each(CASES)('every reminder leaves once, $name', async ({ rules, years, expected }) => {
				const change = CHANGES[zone]![season][years]!;
				for (const [kind, rule] of Object.entries(rules)) await desk.rule(kind as RuleKind, rule);
				const bookedAt = instantOf(change, dateAfter(change.day, -6), '10:00');
				const wanted: string[] = [];
				for (const days of [-1, 0, 1, 2, 3]) {
					const date = dateAfter(change.day, days);
					for (const [patient, time] of TIMES.entries()) {
						const startsAt = instantOf(change, date, time);
						expect(onTheWall(startsAt, zone)).toBe(`${date} ${time}`);
						await desk.book({ startsAt, patient, now: bookedAt });
						wanted.push(...expected(date, time).map((at) => `${numberOf(patient)} ${at}`));
					}
				}
				const came = await travel(bookedAt, bookedAt + 10 * DAY);
				expect(came.toSorted()).toEqual(wanted.toSorted());
				const byNight = came.filter((one) => /(2[1-3]|0[0-7]):\d\d$/.test(one));
				expect(byNight).toEqual([]);
			});
		}
	);
});
