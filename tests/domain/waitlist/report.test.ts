/** The figures of the waitlist, each beside what was counted by hand. */
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clinics, patients, resources } from '#db/schema/index.ts';
import { inOrganization } from '#db/transaction.ts';
import type { Actor } from '#domain/access/actor.ts';
import { readReport } from '#domain/waitlist/queries/report.ts';
import {
	daysOf,
	dayStepOf,
	isEmptyReport,
	periodBefore,
	REPORTED_ENDS,
	reportWishSchema,
	type Grouping,
	type WaitlistReport
} from '#domain/waitlist/report.ts';
import { clinicFactory, staffFactory, type Clinic } from '../../factories/clinic-factory.ts';
import { messageFactory } from '../../factories/message-factory.ts';
import { offerFactory, openingFactory } from '../../factories/offer-factory.ts';
import { entryFactory } from '../../factories/waitlist-factory.ts';
import { freshDatabase, type FreshDatabase } from '../../support/test-postgres.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;
/** Noon in Warsaw on the last day of the period. */
const NOW = Date.UTC(2026, 5, 30, 10);
const ZONE = 'Europe/Warsaw';
const PERIOD = { from: '2026-06-01', until: '2026-06-30', zone: ZONE, now: NOW };
const before = (days: number, minutes = 0) => new Date(NOW - days * DAY - minutes * MINUTE);

let fresh: FreshDatabase;
let clinic: Clinic;
let administrator: Actor;
let southId: string;
let manager: Actor;
beforeAll(async () => {
	fresh = await freshDatabase();
	clinic = await clinicFactory(fresh.database, { patients: 8, zone: ZONE });
	administrator = await staffFactory(fresh.database, clinic, {
		role: 'organization-administrator'
	});
	manager = await staffFactory(fresh.database, clinic, { role: 'operations-manager' });
	southId = await secondClinic();
	await fill();
	await fillAnother();
});
afterAll(() => fresh.drop());

/** A clinic of the same organization, without anything of its own. */
async function secondClinic(): Promise<string> {
	const id = crypto.randomUUID();
	const { organizationId } = clinic;
	await inOrganization(fresh.database, organizationId, async (transaction) => {
		await transaction.insert(resources).values({ organizationId, id, kind: 'clinic' });
		await transaction
			.insert(clinics)
			.values({ organizationId, id, name: 'South', zone: ZONE, importKey: 'south' });
	});
	return id;
}

const entry = (patient: number, more: Parameters<typeof entryFactory>[2] = {}) =>
	entryFactory(fresh.database, clinic, { patient, ...more });
const opening = (more: Parameters<typeof openingFactory>[2]) =>
	openingFactory(fresh.database, clinic, more);
const offer = (patient: number, more: Parameters<typeof offerFactory>[2]) =>
	offerFactory(fresh.database, clinic, { patient, ...more });
const hour = (count: number, startsAt: Date) => ({
	startsAt,
	endsAt: new Date(startsAt.getTime() + count * 60 * MINUTE)
});

async function fill(): Promise<void> {
	const { database } = fresh;
	await inOrganization(database, clinic.organizationId, async (transaction) => {
		const reach = (patient: number, how: Partial<typeof patients.$inferInsert>) =>
			transaction.update(patients).set(how).where(eq(patients.id, clinic.patientIds[patient]!));
		await reach(0, { phone: '+48500100200', email: 'a@example.test' });
		await reach(1, { email: 'b@example.test' });
		await reach(2, { phone: '+48500100201', email: 'c@example.test', contactChannel: 'email' });
	});
	// Waited 10 days, got a time 2 days ago: accepted 20 minutes after it was free.
	const freed = before(2, 20);
	const got = await entry(0, {
		...{ urgency: 'urgent', waitingSince: before(12), state: 'booked', endedAt: before(2) },
		clinicIds: [clinic.clinicId]
	});
	const taken = await opening({ madeAt: freed, state: 'filled', ...hour(1, before(-1)) });
	const accepted = await offer(0, {
		...{ entryId: got, openingId: taken, state: 'accepted', madeAt: before(2, 15) },
		...{ endedAt: before(2), durationMinutes: 45 }
	});
	await messageFactory(database, clinic.organizationId, {
		...{ offerId: accepted, patientId: clinic.patientIds[0]!, state: 'delivered', channel: 'sms' },
		channels: ['push', 'sms', 'email']
	});
	// Waits since 40 days for any clinic; was first for the same time and did not answer, and passed another.
	const waits = await entry(1, { urgency: 'soon', waitingSince: before(40) });
	const expired = await offer(1, {
		...{ entryId: waits, openingId: taken, state: 'expired', madeAt: before(2, 18) }
	});
	await messageFactory(database, clinic.organizationId, {
		...{ offerId: expired, patientId: clinic.patientIds[1]!, state: 'sent', channel: 'email' }
	});
	const empty = await opening({ madeAt: before(5), state: 'gone', clinicId: southId });
	await offer(1, {
		...{ entryId: waits, openingId: empty, state: 'passed', madeAt: before(5) },
		clinicId: southId
	});
	// Waits since 20 days, and was booked by hand before: accepted 100 minutes after it was free.
	await entry(2, { waitingSince: before(20), clinicIds: [southId] });
	const earlier = await entry(3, {
		...{ waitingSince: before(30), state: 'booked', endedAt: before(10), urgency: 'urgent' }
	});
	const byHand = await opening({ madeAt: before(10, 100), state: 'filled' });
	await offer(3, {
		...{ entryId: earlier, openingId: byHand, state: 'accepted', way: 'by-hand' },
		...{ madeAt: before(10, 50), endedAt: before(10), durationMinutes: 30 }
	});
	// Left by themselves, and were skipped once; a time that staff took back; one whose last day went by.
	const left = await entry(4, {
		...{ waitingSince: before(25), state: 'withdrawn', endedAt: before(15) }
	});
	await offer(4, { entryId: left, state: 'skipped', reason: 'On holiday', madeAt: before(16) });
	await offer(4, { entryId: left, state: 'unreachable', madeAt: before(17) });
	// Nobody approved it in time: the patient never heard of it.
	await offer(4, { entryId: left, state: 'expired', madeAt: before(18) });
	await entry(5, { waitingSince: before(100), lastDate: '2026-05-20' });
	// Of the days before: got a time 40 days ago after 2 days, booked into time that nobody had given back.
	const long = await entry(6, {
		...{ waitingSince: before(42), state: 'booked', endedAt: before(40) }
	});
	await offer(6, { entryId: long, state: 'accepted', way: 'direct', madeAt: before(40) });
	// Older than both periods.
	const old = await entry(7, {
		...{ waitingSince: before(200), state: 'booked', endedAt: before(90) }
	});
	await offer(7, { entryId: old, state: 'accepted', madeAt: before(90) });
	await opening({ madeAt: before(90), state: 'filled' });
}

/** Everything again, of somebody else. */
async function fillAnother(): Promise<void> {
	const other = await clinicFactory(fresh.database, { patients: 1 });
	const entryId = await entryFactory(fresh.database, other, {
		...{ waitingSince: before(9), state: 'booked', endedAt: before(1) }
	});
	const openingId = await openingFactory(fresh.database, other, {
		...{ madeAt: before(1, 10), state: 'filled' }
	});
	await offerFactory(fresh.database, other, {
		...{ entryId, openingId, state: 'accepted', madeAt: before(1) }
	});
}

async function report(
	actor: Actor = administrator,
	more: Partial<Parameters<typeof readReport>[2]> = {}
): Promise<WaitlistReport> {
	const read = await readReport(fresh.database, actor, { ...PERIOD, ...more });
	if (!read.ok) throw new Error(read.refusal.code);
	return read.value;
}

const of = (
	read: WaitlistReport,
	grouping: Grouping,
	key: string,
	which: 'now' | 'before' = 'now'
) => read.groups[grouping].find((group) => group.key === key)![which];

describe('the figures', () => {
	it('of all together', async () => {
		const read = await report();
		expect(of(read, 'all', 'all')).toEqual({
			// The last day of the sixth was before these days.
			...{ waiting: 5, offered: 5, open: 0, withheld: 2 },
			...{ accepted: 2, passed: 1, declined: 0, expired: 1, unreachable: 1, lost: 0, withdrawn: 0 },
			// 20 and 100 minutes.
			...{ medianMinutes: 60, p90Minutes: 92 },
			// 10 and 20 days: a sixth.
			got: { count: 2, medianDays: 15, gini: expect.closeTo(1 / 6, 9) },
			// 20 and 40 days: the same.
			still: { count: 2, medianDays: 30, gini: expect.closeTo(1 / 6, 9) }
		});
		expect(of(read, 'all', 'all', 'before')).toMatchObject({
			...{ offered: 1, accepted: 1, withheld: 0, medianMinutes: null, p90Minutes: null },
			got: { count: 1, medianDays: 2, gini: 0 }
		});
	});

	it('of offers that went out add up: how they ended, and those still open', async () => {
		for (const group of Object.values((await report()).groups).flat()) {
			const { offered, open } = group.now;
			const ended = REPORTED_ENDS.reduce((all, end) => all + group.now[end], 0);
			expect([group.key, offered]).toEqual([group.key, ended + open]);
		}
	});

	it('of times that became free', async () => {
		const { openings, openingsByClinic } = await report();
		// An hour and two half hours; 45 and 30 minutes of them were taken.
		expect(openings.now).toEqual({ count: 3, filled: 2, freedMinutes: 120, filledMinutes: 75 });
		expect(openings.before).toEqual({ count: 0, filled: 0, freedMinutes: 0, filledMinutes: 0 });
		expect(openingsByClinic.find(({ clinicId }) => clinicId === southId)!.now).toEqual({
			...{ count: 1, filled: 0, freedMinutes: 30, filledMinutes: 0 }
		});
	});

	it('by urgency', async () => {
		const read = await report();
		expect(of(read, 'urgency', 'urgent')).toMatchObject({ waiting: 2, offered: 2, accepted: 2 });
		expect(of(read, 'urgency', 'soon')).toMatchObject({ waiting: 1, offered: 2, accepted: 0 });
		expect(of(read, 'urgency', 'routine')).toMatchObject({ waiting: 2, offered: 1, withheld: 2 });
	});

	it('by how long ago they asked: at the end of their waiting, or when they were offered a time', async () => {
		const read = await report();
		const figures = ['0-7', '8-30', '31-90', '91+'].map((band) => {
			const { waiting, offered, accepted } = of(read, 'age', band);
			return [band, waiting, offered, accepted];
		});
		expect(figures).toEqual([
			['0-7', 0, 0, 0],
			// One of the offers was made after exactly 8 days.
			['8-30', 4, 3, 2],
			['31-90', 1, 2, 0],
			['91+', 0, 0, 0]
		]);
	});

	it('by clinic: whoever would come to any counts at each', async () => {
		const read = await report();
		expect(of(read, 'clinic', clinic.clinicId)).toMatchObject({
			waiting: 4,
			offered: 4,
			passed: 0
		});
		expect(of(read, 'clinic', southId)).toMatchObject({ waiting: 4, offered: 1, passed: 1 });
	});

	it('by channel: how the offer arrived, and how those who wait can be reached', async () => {
		const read = await report();
		expect(of(read, 'channel', 'sms')).toMatchObject({ waiting: 1, offered: 1, accepted: 1 });
		expect(of(read, 'channel', 'email')).toMatchObject({ waiting: 2, offered: 1 });
		expect(of(read, 'channel', 'none')).toMatchObject({ waiting: 2, offered: 3, accepted: 1 });
	});

	it('by day, also without any', async () => {
		const { days, dayStep } = await report();
		expect([days.length, dayStep]).toEqual([30, 1]);
		const some = days.filter(({ freedMinutes }) => freedMinutes > 0);
		expect(some).toEqual([
			{ date: '2026-06-20', freedMinutes: 30, filledMinutes: 30 },
			{ date: '2026-06-25', freedMinutes: 30, filledMinutes: 0 },
			{ date: '2026-06-28', freedMinutes: 60, filledMinutes: 45 }
		]);
	});

	it('of a long period are by weeks, and hold everything once', async () => {
		const { days, dayStep, openings } = await report(administrator, { from: '2025-06-30' });
		expect([days.length, dayStep]).toEqual([53, 7]);
		const sum = days.reduce((all, { freedMinutes }) => all + freedMinutes, 0);
		expect([sum, openings.now.freedMinutes]).toEqual([150, 150]);
	});

	it('name no patient', async () => {
		const text = JSON.stringify(await report());
		expect(clinic.patientIds.filter((id) => text.includes(id))).toEqual([]);
		expect(text).not.toContain('Patient');
	});

	it('of an organization without a waitlist are empty', async () => {
		const bare = await clinicFactory(fresh.database);
		const actor = await staffFactory(fresh.database, bare, { role: 'operations-manager' });
		const read = await report(actor);
		expect(isEmptyReport(read)).toBe(true);
		expect(of(read, 'all', 'all').got).toEqual({ count: 0, medianDays: null, gini: null });
		expect(isEmptyReport(await report())).toBe(false);
	});
});

describe('who sees them', () => {
	it('a manager sees all, and one clinic where it is asked for', async () => {
		expect(of(await report(manager), 'all', 'all')).toMatchObject({ waiting: 5, offered: 5 });
		const south = await report(manager, { clinicId: southId });
		expect(of(south, 'all', 'all')).toMatchObject({ waiting: 4, offered: 1, passed: 1 });
		expect(south.openings.now).toMatchObject({ count: 1 });
	});

	it("a clinic's administrator sees that clinic's alone", async () => {
		const actor = await staffFactory(fresh.database, clinic, {
			...{ role: 'clinic-administrator', clinicId: southId }
		});
		const read = await report(actor);
		expect(of(read, 'all', 'all')).toMatchObject({ waiting: 4, offered: 1 });
		expect(read.groups.clinic.map(({ key }) => key)).toEqual([southId]);
		const { clinicId } = clinic;
		expect(await readReport(fresh.database, actor, { ...PERIOD, clinicId })).toMatchObject({
			refusal: { code: 'not-allowed', field: 'clinicId' }
		});
	});

	it('reception does not', async () => {
		expect(await readReport(fresh.database, clinic.receptionist, PERIOD)).toEqual({
			...{ ok: false, refusal: { code: 'not-allowed' } }
		});
	});
});

describe('the period', () => {
	const wish = (asked: object) => reportWishSchema('2026-06-30').safeParse(asked);

	it.each([
		[{}, { from: '2026-06-01', until: '2026-06-30' }],
		[{ until: '2026-03-01' }, { from: '2026-01-31', until: '2026-03-01' }],
		[{ from: '2026-06-30' }, { from: '2026-06-30', until: '2026-06-30' }]
	])('%j', (asked, expected) => {
		expect(wish(asked).data).toMatchObject(expected);
	});

	it.each([
		[{ from: '2026-02-30' }, 'A day looks like'],
		[{ from: '2026-06-10', until: '2026-06-09' }, 'before the first'],
		[{ until: '2026-07-01' }, 'still to come'],
		[{ from: '2025-06-29' }, 'at most'],
		[{ clinic: 'north' }, 'Choose a clinic'],
		[{ patient: 'x' }, 'patient']
	])('%j is refused', (asked, words) => {
		expect(wish(asked).error!.issues[0]!.message).toContain(words);
	});

	it('is compared with the same number of days before', () => {
		expect(periodBefore({ from: '2026-06-01', until: '2026-06-30' })).toEqual({
			...{ from: '2026-05-02', until: '2026-05-31' }
		});
		expect(daysOf({ from: '2026-03-28', until: '2026-03-29' })).toBe(2);
		expect(dayStepOf({ from: '2026-05-01', until: '2026-07-01' })).toBe(1);
		expect(dayStepOf({ from: '2026-05-01', until: '2026-07-02' })).toBe(7);
	});

	it('of more than a year is refused by the query as well', async () => {
		const asked = { ...PERIOD, from: '2020-01-01' };
		expect(await readReport(fresh.database, administrator, asked)).toMatchObject({
			refusal: { code: 'date-out-of-range' }
		});
	});
});
