/** Who is offered a time that became free. */
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
	clinics,
	patients,
	practitionerServices,
	resources,
	services,
	waitlistOffers,
	waitlistOpenings
} from '#db/schema/index.ts';
import { inOrganization } from '#db/transaction.ts';
import { carryOut } from '#domain/scheduling/commands.ts';
import type { OfferState } from '#domain/waitlist/offer.ts';
import { matchOpening, type Match, type MatchOptions } from '#domain/waitlist/queries/match.ts';
import { WAITLIST_DEFAULTS } from '#domain/waitlist/settings.ts';
import {
	bookingOf,
	clinicFactory,
	type Clinic,
	type ClinicOptions
} from '../../factories/clinic-factory.ts';
import { entryFactory, type EntryOptions } from '../../factories/waitlist-factory.ts';
import { freshDatabase, type FreshDatabase } from '../../support/test-postgres.ts';

let fresh: FreshDatabase;
beforeAll(async () => {
	fresh = await freshDatabase();
});
afterAll(() => fresh.drop());

/** A Monday, in winter: the clinic's clock shows UTC. */
const DATE = '2027-01-04';
const at = (hour: number, minute = 0) => Date.UTC(2027, 0, 4, hour, minute);
const NOW = Date.UTC(2027, 0, 1);

const clinicWith = (options: ClinicOptions = {}) =>
	clinicFactory(fresh.database, { practitioners: 1, rooms: 1, patients: 6, ...options });
const wait = (clinic: Clinic, options: EntryOptions = {}) =>
	entryFactory(fresh.database, clinic, options);

/** Takes the working day of the doctors and rooms of those places but for the gaps. */
async function fill(clinic: Clinic, gaps: [number, number][], places: number[] = [0]) {
	const edges = [at(8), ...gaps.flat(), at(17)];
	for (const place of places) {
		for (let i = 0; i < edges.length; i += 2) {
			const [startsAt, endsAt] = [edges[i]!, edges[i + 1]!];
			if (startsAt === endsAt) continue;
			for (const resourceId of [clinic.practitionerIds[place], clinic.roomIds[place]]) {
				if (resourceId !== undefined) await block(clinic, resourceId, startsAt, endsAt);
			}
		}
	}
}

async function block(clinic: Clinic, resourceId: string, startsAt: number, endsAt: number) {
	const verdict = await carryOut(
		fresh.database,
		clinic.receptionist,
		{
			...{ kind: 'block', id: crypto.randomUUID(), madeAt: 0, blockId: crypto.randomUUID() },
			changes: {
				...{ resourceId, clinicId: clinic.clinicId, startsAt, kind: 'meeting' as const },
				durationMinutes: (endsAt - startsAt) / 60_000
			}
		},
		{ now: NOW }
	);
	expect(verdict.outcome).toBe('accepted');
}

interface Freed {
	from?: number;
	until?: number;
	practitionerId?: string | null;
	roomId?: string | null;
}

const match = (clinic: Clinic, freed: Freed = {}, options: Partial<MatchOptions> = {}) =>
	matchOpening(
		fresh.database,
		clinic.organizationId,
		{
			...{ clinicId: clinic.clinicId, startsAt: freed.from ?? at(10) },
			endsAt: freed.until ?? at(10, 20),
			practitionerId:
				freed.practitionerId === undefined ? clinic.practitionerIds[0]! : freed.practitionerId,
			roomId: freed.roomId === undefined ? clinic.roomIds[0]! : freed.roomId
		},
		{ settings: WAITLIST_DEFAULTS, now: NOW, limit: 10, exceptEntryIds: [], ...options }
	);
const idsOf = (matches: Match[]) => matches.map(({ entryId }) => entryId);
const startOf = (matches: Match[]) =>
	matches.length === 0 ? null : new Date(matches[0]!.time.startsAt).toISOString().slice(11, 16);

async function addService(clinic: Clinic, change: Partial<typeof services.$inferInsert>) {
	const { organizationId } = clinic;
	const id = crypto.randomUUID();
	await inOrganization(fresh.database, organizationId, async (transaction) => {
		await transaction.insert(services).values({
			...{ organizationId, id, name: 'Other', durationMinutes: 15, hue: 1, importKey: id },
			...change
		});
		await transaction.insert(practitionerServices).values(
			clinic.practitionerIds.map((practitionerId) => ({
				...{ organizationId, practitionerId, serviceId: id }
			}))
		);
	});
	return id;
}

async function changePatient(
	clinic: Clinic,
	patient: number,
	change: Partial<typeof patients.$inferInsert>
) {
	await inOrganization(fresh.database, clinic.organizationId, (transaction) =>
		transaction.update(patients).set(change).where(eq(patients.id, clinic.patientIds[patient]!))
	);
}

async function offered(clinic: Clinic, entryId: string, patient: number, state: OfferState) {
	const { organizationId, clinicId, serviceId } = clinic;
	const isOver = state !== 'made' && state !== 'proposed';
	await inOrganization(fresh.database, organizationId, (transaction) =>
		transaction.insert(waitlistOffers).values({
			...{ organizationId, id: crypto.randomUUID(), entryId, state, way: 'engine' },
			...{ clinicId, serviceId, practitionerId: clinic.practitionerIds[0]! },
			...{ roomId: clinic.roomIds[0]!, patientId: clinic.patientIds[patient]! },
			...{ startsAt: new Date(at(12)), durationMinutes: 20, expiresAt: new Date(at(9)) },
			endedAt: isOver ? new Date(at(9)) : null
		})
	);
}

describe('time that became free', () => {
	it('is what a cancelled visit leaves, in the transaction that cancels it', async () => {
		const clinic = await clinicWith();
		const id = await wait(clinic, { patient: 1 });
		await fill(clinic, [[at(10), at(10, 20)]]);
		const booking = bookingOf(clinic, { startsAt: at(10) });
		await carryOut(fresh.database, clinic.receptionist, booking, { now: NOW });
		expect(await match(clinic)).toEqual([]);
		const cancelled = await carryOut(
			fresh.database,
			clinic.receptionist,
			{
				...{ kind: 'cancel', id: crypto.randomUUID(), madeAt: 0, basedOnRevision: 1 },
				...{ appointmentId: booking.appointmentId, changes: { reason: 'patient-asked' } }
			},
			{ now: NOW }
		);
		expect(cancelled.outcome).toBe('accepted');
		const rows = await inOrganization(fresh.database, clinic.organizationId, (transaction) =>
			transaction.select().from(waitlistOpenings)
		);
		expect(rows).toHaveLength(1);
		const [opening] = rows;
		const matches = await matchOpening(
			fresh.database,
			clinic.organizationId,
			{
				...{ clinicId: opening!.clinicId, practitionerId: opening!.practitionerId },
				...{ roomId: opening!.roomId, startsAt: +opening!.startsAt, endsAt: +opening!.endsAt }
			},
			{ settings: WAITLIST_DEFAULTS, now: NOW, limit: 10, exceptEntryIds: [] }
		);
		expect(matches).toMatchObject([
			{
				...{ entryId: id, patientId: clinic.patientIds[1], urgency: 'routine' },
				time: {
					...{ clinicId: clinic.clinicId, serviceId: clinic.serviceId, startsAt: at(10) },
					...{ practitionerId: clinic.practitionerIds[0], roomId: clinic.roomIds[0] },
					durationMinutes: 20
				}
			}
		]);
	});

	it('is offered with what overlaps it, not with what is free elsewhere in the day', async () => {
		const clinic = await clinicWith();
		await wait(clinic);
		await fill(clinic, [
			[at(10), at(10, 15)],
			[at(14), at(15)]
		]);
		expect(await match(clinic)).toEqual([]);
		expect(startOf(await match(clinic, { from: at(14), until: at(15) }))).toBe('14:00');
	});

	it('goes to another service where it is too short for the one it was for', async () => {
		const clinic = await clinicWith();
		await fill(clinic, [[at(10), at(10, 15)]]);
		await wait(clinic, { patient: 0 });
		const short = await addService(clinic, { durationMinutes: 15 });
		const id = await wait(clinic, { patient: 1, serviceId: short });
		expect(idsOf(await match(clinic, { until: at(10, 15) }))).toEqual([id]);
	});

	it('joins with the free time around it', async () => {
		const clinic = await clinicWith({ service: { durationMinutes: 45 } });
		await wait(clinic);
		await fill(clinic, [[at(10), at(10, 45)]]);
		const matches = await match(clinic, { from: at(10, 15), until: at(10, 45) });
		expect(startOf(matches)).toBe('10:00');
		const whole = await match(clinic, { until: at(10, 45) });
		expect(matches[0]!.score.parts.service).toBe(whole[0]!.score.parts.service);
	});

	it('is offered in another room where the doctor’s own is not free', async () => {
		const clinic = await clinicWith({ rooms: 2 });
		await wait(clinic);
		await fill(clinic, [[at(10), at(10, 20)]]);
		await block(clinic, clinic.roomIds[0]!, at(10), at(10, 20));
		const [found] = await match(clinic);
		expect(found!.time.roomId).toBe(clinic.roomIds[1]);
	});

	it('keeps its own room before others', async () => {
		const clinic = await clinicWith({ rooms: 2 });
		await wait(clinic);
		await fill(clinic, [[at(10), at(10, 20)]]);
		const [found] = await match(clinic, { roomId: clinic.roomIds[1]! });
		expect(found!.time.roomId).toBe(clinic.roomIds[1]);
	});

	it('is another doctor’s where the room was all that was missing', async () => {
		const clinic = await clinicWith({ practitioners: 2 });
		const id = await wait(clinic);
		// The freed doctor is not there any more; the other one had no room.
		await block(clinic, clinic.practitionerIds[0]!, at(8), at(17));
		const [found] = await match(clinic);
		expect(found).toMatchObject({ entryId: id, time: { roomId: clinic.roomIds[0] } });
		expect(found!.time.practitionerId).toBe(clinic.practitionerIds[1]);
	});

	it('is none of another doctor’s who had a room already', async () => {
		const clinic = await clinicWith({ practitioners: 2, rooms: 2 });
		await wait(clinic);
		await block(clinic, clinic.practitionerIds[0]!, at(8), at(17));
		expect(await match(clinic)).toEqual([]);
	});

	it('may be a room’s alone, or a doctor’s alone', async () => {
		const clinic = await clinicWith({ practitioners: 2 });
		await wait(clinic);
		await fill(clinic, [[at(10), at(10, 20)]]);
		expect(await match(clinic, { practitionerId: null })).toHaveLength(1);
		expect(await match(clinic, { roomId: null })).toHaveLength(1);
	});

	it('is used from where it wastes least, else from its beginning', async () => {
		const clinic = await clinicWith();
		await wait(clinic);
		await fill(clinic, [[at(9), at(12)]]);
		// Free on both sides of it: nothing to be flush with.
		expect(startOf(await match(clinic, { until: at(11) }))).toBe('10:00');
		expect(startOf(await match(clinic, { from: at(11), until: at(12) }))).toBe('11:40');
		expect(startOf(await match(clinic, { from: at(9), until: at(10) }))).toBe('09:00');
	});

	it('is nobody’s once it has begun', async () => {
		const clinic = await clinicWith();
		await wait(clinic);
		await fill(clinic, [[at(10), at(10, 20)]]);
		expect(await match(clinic, {}, { now: at(10) })).toHaveLength(1);
		expect(await match(clinic, {}, { now: at(10) + 1 })).toEqual([]);
		expect(await match(clinic, {}, { now: at(10, 20) })).toEqual([]);
	});
});

describe('whom it suits', () => {
	/** The gap is from 10:00 to 10:20 on a Monday; the patient is 47. */
	const cases: [string, EntryOptions, number][] = [
		['comes at any time', {}, 1],
		['names that day alone', { firstDate: DATE, lastDate: DATE }, 1],
		['comes from the day after', { firstDate: '2027-01-05' }, 0],
		['comes until the day before', { lastDate: '2027-01-03' }, 0],
		['comes on Mondays', { weekdays: [1] }, 1],
		['comes on all other days', { weekdays: [2, 3, 4, 5, 6, 7] }, 0],
		['comes from the minute when it begins', { fromMinute: 600 }, 1],
		['comes later', { fromMinute: 605 }, 0],
		['comes until the minute when it ends', { untilMinute: 620 }, 1],
		['has to be gone before it ends', { untilMinute: 615 }, 0],
		['has left the list', { state: 'withdrawn' }, 0],
		['has got a time', { state: 'booked' }, 0]
	];
	it.each(cases)('somebody who %s', async (_, options, count) => {
		const clinic = await clinicWith();
		await wait(clinic, options);
		await fill(clinic, [[at(10), at(10, 20)]]);
		expect(await match(clinic)).toHaveLength(count);
	});

	it('not who has to know of it earlier', async () => {
		const clinic = await clinicWith();
		await wait(clinic, { noticeMinutes: 60 });
		await fill(clinic, [[at(10), at(10, 20)]]);
		expect(await match(clinic, {}, { now: at(9) })).toHaveLength(1);
		expect(await match(clinic, {}, { now: at(9) + 1 })).toEqual([]);
	});

	it('who has to know of it earlier takes the later part', async () => {
		const clinic = await clinicWith();
		await wait(clinic, { noticeMinutes: 60 });
		await fill(clinic, [[at(10), at(11)]]);
		const matches = await match(clinic, { until: at(11) }, { now: at(9, 20) });
		expect(startOf(matches)).toBe('10:40');
	});

	it('who waits for this clinic or for every one', async () => {
		const clinic = await clinicWith();
		const other = crypto.randomUUID();
		await inOrganization(fresh.database, clinic.organizationId, async (transaction) => {
			const own = { organizationId: clinic.organizationId, id: other };
			await transaction.insert(resources).values({ ...own, kind: 'clinic' });
			await transaction
				.insert(clinics)
				.values({ ...own, name: 'South', importKey: 'south', zone: 'Europe/London' });
		});
		const here = await wait(clinic, { patient: 0, clinicIds: [other, clinic.clinicId] });
		await wait(clinic, { patient: 1, clinicIds: [other] });
		const everywhere = await wait(clinic, { patient: 2 });
		await fill(clinic, [[at(10), at(10, 20)]]);
		// Whoever names it comes first.
		expect(idsOf(await match(clinic))).toEqual([here, everywhere]);
	});

	it('who waits for this doctor or for every one', async () => {
		const clinic = await clinicWith({ practitioners: 2, rooms: 2 });
		const [doctor, other] = clinic.practitionerIds as [string, string];
		const his = await wait(clinic, { patient: 0, practitionerIds: [other, doctor] });
		await wait(clinic, { patient: 1, practitionerIds: [other] });
		const any = await wait(clinic, { patient: 2 });
		await fill(clinic, [[at(10), at(10, 20)]]);
		expect(idsOf(await match(clinic))).toEqual([his, any]);
	});

	it('not who has something else then', async () => {
		const clinic = await clinicWith({ practitioners: 2, rooms: 2 });
		await wait(clinic, { patient: 0 });
		const free = await wait(clinic, { patient: 1 });
		await fill(clinic, [[at(10), at(10, 20)]]);
		const elsewhere = { practitioner: 1, room: 1, startsAt: at(10, 15) };
		await carryOut(fresh.database, clinic.receptionist, bookingOf(clinic, elsewhere), { now: NOW });
		expect(idsOf(await match(clinic))).toEqual([free]);
	});

	it('whom the service is for', async () => {
		const clinic = await clinicWith({ service: { minAgeYears: 18, sex: 'female' } });
		await changePatient(clinic, 1, { birthDate: '2015-01-01' });
		await changePatient(clinic, 2, { sex: 'male' });
		const fitting = await wait(clinic, { patient: 0 });
		await wait(clinic, { patient: 1 });
		await wait(clinic, { patient: 2 });
		await fill(clinic, [[at(10), at(10, 20)]]);
		expect(idsOf(await match(clinic))).toEqual([fitting]);
	});

	it('nobody who has died, or to whom nothing is to be sent', async () => {
		const clinic = await clinicWith();
		const alive = await wait(clinic, { patient: 0 });
		for (const patient of [1, 2]) await wait(clinic, { patient });
		await changePatient(clinic, 1, { deceased: true });
		await changePatient(clinic, 2, { messagesBlocked: true });
		await fill(clinic, [[at(10), at(10, 20)]]);
		expect(idsOf(await match(clinic))).toEqual([alive]);
	});

	it('nobody to whom a time is offered already; who missed some comes later', async () => {
		const clinic = await clinicWith();
		const ids: string[] = [];
		for (const patient of [0, 1, 2, 3]) ids.push(await wait(clinic, { patient }));
		await offered(clinic, ids[0]!, 0, 'made');
		await offered(clinic, ids[1]!, 1, 'proposed');
		await offered(clinic, ids[2]!, 2, 'expired');
		await offered(clinic, ids[3]!, 3, 'declined');
		await fill(clinic, [[at(10), at(10, 20)]]);
		expect(idsOf(await match(clinic))).toEqual([ids[3], ids[2]]);
	});

	it('none of those who are left out, and no more than are asked for', async () => {
		const clinic = await clinicWith();
		const ids: string[] = [];
		for (const patient of [0, 1, 2, 3]) {
			ids.push(await wait(clinic, { patient, waitingSince: Date.UTC(2026, 10, 1 + patient) }));
		}
		await fill(clinic, [[at(10), at(10, 20)]]);
		const options = { exceptEntryIds: [ids[0]!], limit: 2 };
		expect(idsOf(await match(clinic, {}, options))).toEqual([ids[1], ids[2]]);
	});

	it('the more urgent, then who waits longer', async () => {
		const clinic = await clinicWith();
		const late = await wait(clinic, { patient: 0, waitingSince: Date.UTC(2026, 11, 20) });
		const early = await wait(clinic, { patient: 1, waitingSince: Date.UTC(2026, 10, 1) });
		const urgent = await wait(clinic, {
			...{ patient: 2, urgency: 'urgent', waitingSince: Date.UTC(2026, 11, 30) }
		});
		await fill(clinic, [[at(10), at(10, 20)]]);
		const matches = await match(clinic);
		expect(idsOf(matches)).toEqual([urgent, early, late]);
		for (const { score } of matches) {
			const sum = Object.values(score.parts).reduce((all, part) => all + part, 0);
			expect(sum).toBeCloseTo(score.total, 9);
		}
	});
});
