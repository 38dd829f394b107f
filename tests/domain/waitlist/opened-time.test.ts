/** Hours that are added are openings, in the same transaction. */
import { asc, eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitlistOpenings } from '#db/schema/index.ts';
import { inOrganization } from '#db/transaction.ts';
import type { Actor } from '#domain/access/actor.ts';
import { addException, removeException, saveWeeklyHours } from '#domain/availability/commands.ts';
import { exceptionSchema } from '#domain/availability/hours-input.ts';
import { openedTime } from '#domain/availability/opened-time.ts';
import { readClinicSetup } from '#domain/availability/queries/setup.ts';
import type { ResourceHours } from '#domain/availability/working-hours.ts';
import { clinicFactory, staffFactory, type Clinic } from '../../factories/clinic-factory.ts';
import { entryFactory } from '../../factories/waitlist-factory.ts';
import { freshDatabase, type FreshDatabase } from '../../support/test-postgres.ts';

/** A Monday in winter; everybody works from 8 to 17. */
const DATE = '2027-01-04';
const NOW = Date.UTC(2027, 0, 4, 6);
const at = (hour: number, day = 0) => Date.UTC(2027, 0, 4 + day, hour);

const daily = (startMinute: number, endMinute: number) =>
	[1, 2, 3, 4, 5, 6, 7].map((weekday) => ({
		...{ kind: 'work' as const, weekday, startMinute, endMinute },
		...{ validFrom: null, validTo: null, everyWeeks: 1, weekOf: null }
	}));

let fresh: FreshDatabase;
beforeAll(async () => {
	fresh = await freshDatabase();
});
afterAll(() => fresh.drop());

async function clinicWithWaiting(): Promise<{ clinic: Clinic; administrator: Actor }> {
	const clinic = await clinicFactory(fresh.database, { practitioners: 2, rooms: 1 });
	await entryFactory(fresh.database, clinic);
	const administrator = await staffFactory(fresh.database, clinic, {
		role: 'organization-administrator'
	});
	return { clinic, administrator };
}

const openingsOf = ({ organizationId }: Clinic) =>
	inOrganization(fresh.database, organizationId, async (transaction) => {
		const rows = await transaction
			.select()
			.from(waitlistOpenings)
			.where(eq(waitlistOpenings.organizationId, organizationId))
			.orderBy(asc(waitlistOpenings.startsAt), asc(waitlistOpenings.practitionerId));
		return rows.map(({ startsAt, endsAt, cause, practitionerId, roomId }) => ({
			...{ startsAt: +startsAt, endsAt: +endsAt, cause, practitionerId, roomId }
		}));
	});
const exception = (
	clinic: Clinic,
	resourceId: string,
	kind: 'extra' | 'closed',
	[startMinute, endMinute]: [number, number]
) =>
	exceptionSchema.parse({
		...{ clinicId: clinic.clinicId, resourceId, kind, reason: 'session', firstDate: DATE },
		...{ lastDate: DATE, startMinute, endMinute }
	});

describe('opened time', () => {
	it('of an extra session is an opening for each hour of it', async () => {
		const { clinic, administrator } = await clinicWithWaiting();
		const [doctor] = clinic.practitionerIds as [string];
		const evening = exception(clinic, doctor, 'extra', [960, 1_110]);
		expect(await addException(fresh.database, administrator, evening, NOW)).toMatchObject({
			ok: true
		});
		const own = { cause: 'opened', practitionerId: doctor, roomId: null };
		expect(await openingsOf(clinic)).toEqual([
			{ ...own, startsAt: at(17), endsAt: at(18) },
			{ ...own, startsAt: at(18), endsAt: at(18) + 30 * 60_000 }
		]);
	});

	it('of a longer week is there for sixty days, and no more than 200 of it', async () => {
		const { clinic, administrator } = await clinicWithWaiting();
		const { clinicId } = clinic;
		const save = (resourceId: string, from: number, until: number) =>
			saveWeeklyHours(
				...([fresh.database, administrator] as const),
				{ clinicId, resourceId, rules: daily(from, until) },
				NOW
			);
		await save(clinic.practitionerIds[0]!, 480, 1_080);
		const longer = await openingsOf(clinic);
		expect(longer).toHaveLength(60);
		expect(longer[59]).toMatchObject({ startsAt: at(17, 59), endsAt: at(18, 59) });
		await save(clinic.practitionerIds[1]!, 0, 1_440);
		expect((await openingsOf(clinic)).length).toBe(60 + 200);
	});

	it('is a closure of the clinic that is taken back, where doctors work', async () => {
		const { clinic, administrator } = await clinicWithWaiting();
		const closed = exception(clinic, clinic.clinicId, 'closed', [900, 1_200]);
		await addException(fresh.database, administrator, closed, NOW);
		expect(await openingsOf(clinic)).toEqual([]);
		const setup = await readClinicSetup(fresh.database, administrator, clinic.clinicId, DATE);
		if (!setup.ok) throw new Error(setup.refusal.code);
		const [stored] = setup.value.hours.exceptions;
		const removed = await removeException(
			...([fresh.database, administrator] as const),
			{ clinicId: clinic.clinicId, resourceId: clinic.clinicId, exceptionId: stored!.id },
			NOW
		);
		expect(removed.ok).toBe(true);
		const openings = await openingsOf(clinic);
		// From 15 to 17, of two doctors.
		expect(openings.map(({ startsAt }) => startsAt)).toEqual([at(15), at(15), at(16), at(16)]);
		expect(new Set(openings.map((one) => one.practitionerId))).toEqual(
			new Set(clinic.practitionerIds)
		);
	});

	it('is none where hours are taken away, where a room’s are added, or where nobody waits', async () => {
		const { clinic, administrator } = await clinicWithWaiting();
		const { clinicId } = clinic;
		const [resourceId] = clinic.practitionerIds as [string];
		const fewer = { clinicId, resourceId, rules: daily(540, 960) };
		await saveWeeklyHours(fresh.database, administrator, fewer, NOW);
		const room = exception(clinic, clinic.roomIds[0]!, 'extra', [1_020, 1_080]);
		await addException(fresh.database, administrator, room, NOW);
		expect(await openingsOf(clinic)).toEqual([]);
		const alone = await clinicFactory(fresh.database);
		const extra = exception(alone, alone.practitionerIds[0]!, 'extra', [1_020, 1_080]);
		const other = await staffFactory(fresh.database, alone, { role: 'organization-administrator' });
		await addException(fresh.database, other, extra, NOW);
		expect(await openingsOf(alone)).toEqual([]);
	});
});

describe('what a change adds', () => {
	const hours = (from: number, until: number): ResourceHours => ({
		...{ rules: daily(from, until), exceptions: [], always: false }
	});
	const none: ResourceHours = { rules: [], exceptions: [], always: false };
	const opened = (before: ResourceHours, after: ResourceHours, now = NOW) =>
		openedTime({ before, after }, null, 'Europe/London', now);

	it.each([
		['nothing, where nothing changes', hours(480, 600), hours(480, 600), []],
		['nothing, where hours are fewer', hours(480, 600), hours(500, 590), []],
		['what is before and after', hours(480, 600), hours(450, 630), [30, 30]],
		['a day in hours', none, hours(480, 630), [60, 60, 30]]
	])('%s', (_, before, after, lengths) => {
		const today = opened(before, after).filter(({ start }) => start < at(24));
		expect(today.map(({ start, end }) => (end - start) / 60_000)).toEqual(lengths);
	});

	it('what has gone by today is no more of it', () => {
		const [first] = opened(none, hours(480, 600), at(9) + 1);
		expect(first).toEqual({ start: at(9) + 5 * 60_000, end: at(10) });
	});

	it('hours that cross midnight are there once', () => {
		const all = opened(none, hours(1_380, 1_500));
		expect(new Set(all.map(({ start }) => start)).size).toBe(all.length);
		// The last night goes on beyond what is looked at.
		expect(all).toHaveLength(2 * 60 - 1);
	});
});
