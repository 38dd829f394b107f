import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addException, removeException, saveWeeklyHours } from '#domain/availability/commands.ts';
import { exceptionSchema, weeklyHoursSchema } from '#domain/availability/hours-input.ts';
import { readClinicSetup } from '#domain/availability/queries/setup.ts';
import { readBoard } from '#domain/board/queries.ts';
import { addResource, removeResource, saveService } from '#domain/directory/commands.ts';
import { readServices } from '#domain/directory/queries/services.ts';
import { serviceSchema } from '#domain/directory/service-input.ts';
import type { Actor } from '#domain/access/actor.ts';
import { clinicFactory, staffFactory, type Clinic } from '../../factories/clinic-factory.ts';
import { freshDatabase, type FreshDatabase } from '../../support/test-postgres.ts';
import { ACCEPTED, at, deskOf, nextDay, NOW, refusedWith } from '../scheduling/clinic-desk.ts';

let fresh: FreshDatabase;
let clinic: Clinic;
let administrator: Actor;
let desk: ReturnType<typeof deskOf>;
beforeAll(async () => {
	fresh = await freshDatabase();
	clinic = await clinicFactory(fresh.database, { practitioners: 3, patients: 9 });
	administrator = await staffFactory(fresh.database, clinic, {
		role: 'organization-administrator'
	});
	desk = deskOf(fresh, clinic);
});
afterAll(() => fresh.drop());

const dateOf = (midnight: number) => new Date(midnight).toISOString().slice(0, 10);
const place = (resourceId: string) => ({ clinicId: clinic.clinicId, resourceId });
const daily = (startMinute: number, endMinute: number) =>
	[1, 2, 3, 4, 5, 6, 7].map((weekday) => ({
		...{ kind: 'work' as const, weekday, startMinute, endMinute },
		...{ validFrom: null, validTo: null, everyWeeks: 1, weekOf: null }
	}));
const save = (resourceId: string, rules: ReturnType<typeof daily>, actor = administrator) =>
	saveWeeklyHours(fresh.database, actor, { ...place(resourceId), rules }, NOW);
const off = (resourceId: string, midnight: number, kind: 'closed' | 'extra' = 'closed') =>
	addException(
		fresh.database,
		administrator,
		exceptionSchema.parse({
			...{ ...place(resourceId), kind, reason: 'leave' },
			...{ firstDate: dateOf(midnight), lastDate: dateOf(midnight) },
			...{ startMinute: 0, endMinute: 1440 }
		}),
		NOW
	);

describe('hours', () => {
	it('change what can be booked from then on, and show on the board', async () => {
		const [doctor] = clinic.practitionerIds as [string];
		const midnight = nextDay();
		expect(await save(doctor, daily(600, 720))).toEqual({ ok: true, value: null });
		const early = desk.booking({ startsAt: at(midnight, 9) });
		expect(await desk.perform(early)).toMatchObject(refusedWith('outside-hours'));
		const board = await readBoard(fresh.database, { ...clinic, date: dateOf(midnight) });
		expect(board!.rows.practitioners[doctor]!.working).toEqual([
			[at(midnight, 10), at(midnight, 12)]
		]);
		expect(await save(doctor, daily(480, 1020))).toMatchObject({ ok: true });
		expect(await desk.perform(early)).toMatchObject(ACCEPTED);
	});

	it('stay while visits are booked into them: the answer lists them, and nothing is stored', async () => {
		const doctor = clinic.practitionerIds[1]!;
		const midnight = nextDay();
		const booking = { startsAt: at(midnight, 9), practitioner: 1, room: 1, patient: 1 };
		const id = await desk.booked(booking);
		const busy = { ok: false, refusal: { code: 'has-bookings' } };
		const listed = { refusal: { obstacles: [{ appointmentId: id, from: at(midnight, 9) }] } };
		for (const attempt of [
			() => save(doctor, daily(600, 1020)),
			() => save(doctor, []),
			() => off(doctor, midnight),
			() => off(clinic.clinicId, midnight),
			() => off(clinic.roomIds[1]!, midnight),
			() => removeResource(fresh.database, administrator, place(clinic.roomIds[1]!), NOW)
		]) {
			const refused = await attempt();
			expect(refused).toMatchObject(busy);
			expect(refused).toMatchObject(listed);
		}
		const again = desk.booking({ ...booking, startsAt: at(midnight, 9, 20), patient: 2 });
		expect(await desk.perform(again)).toMatchObject(ACCEPTED);
		// Hours that still hold the visits may change.
		expect(await save(doctor, daily(525, 600))).toMatchObject({ ok: true });
		expect(await save(doctor, daily(480, 1020))).toMatchObject({ ok: true });
	});

	it('a day off is free to take when nobody is booked, and to give back', async () => {
		const doctor = clinic.practitionerIds[2]!;
		const midnight = nextDay();
		expect(await off(doctor, midnight)).toMatchObject({ ok: true });
		const booking = () => desk.booking({ startsAt: at(midnight, 9), practitioner: 2, room: 1 });
		expect(await desk.perform(booking())).toMatchObject(refusedWith('away'));
		const setup = await readClinicSetup(
			...([fresh.database, administrator, clinic.clinicId, dateOf(NOW)] as const)
		);
		if (!setup.ok) throw new Error(setup.refusal.code);
		const [exception] = setup.value.hours.exceptions;
		expect(exception).toMatchObject({ resourceId: doctor, firstDate: dateOf(midnight) });
		const back = { ...place(doctor), exceptionId: exception!.id };
		expect(await removeException(fresh.database, administrator, back, NOW)).toMatchObject({
			ok: true
		});
		expect(await desk.perform(booking())).toMatchObject(ACCEPTED);
	});

	it('an extra session stays while somebody is booked into it', async () => {
		const midnight = nextDay();
		const [doctor, room] = [clinic.practitionerIds[2]!, clinic.roomIds[1]!];
		await off(doctor, midnight, 'extra');
		await off(room, midnight, 'extra');
		await desk.booked({ startsAt: at(midnight, 20), practitioner: 2, room: 1, patient: 3 });
		const setup = await readClinicSetup(
			...([fresh.database, administrator, clinic.clinicId, dateOf(NOW)] as const)
		);
		const extra =
			setup.ok && setup.value.hours.exceptions.find(({ resourceId }) => resourceId === doctor);
		if (!extra) throw new Error('the extra session is not stored');
		const back = { ...place(doctor), exceptionId: extra.id };
		expect(await removeException(fresh.database, administrator, back, NOW)).toMatchObject({
			refusal: { code: 'has-bookings' }
		});
	});

	it('are for administrators, and for one organization', async () => {
		const [doctor] = clinic.practitionerIds as [string];
		const refused = { ok: false, refusal: { code: 'not-allowed' } };
		expect(await save(doctor, [], clinic.receptionist)).toMatchObject(refused);
		const stranger = await clinicFactory(fresh.database);
		const strange = await staffFactory(fresh.database, stranger, {
			role: 'organization-administrator'
		});
		expect(await save(doctor, [], strange)).toMatchObject({
			refusal: { code: 'not-found', field: 'clinicId' }
		});
		const unknown = await save(stranger.practitionerIds[0]!, []);
		expect(unknown).toMatchObject({ refusal: { code: 'not-found', field: 'resourceId' } });
	});
});

describe('what is said about hours', () => {
	const hours = (change: object) =>
		weeklyHoursSchema
			.safeParse({ ...place(crypto.randomUUID()), rules: [{ ...daily(480, 1020)[0], ...change }] })
			.error?.issues.map(({ path }) => path.join('.'));
	const exception = (change: object) =>
		exceptionSchema
			.safeParse({
				...{ ...place(crypto.randomUUID()), kind: 'closed', reason: 'leave' },
				...{ firstDate: '2027-01-04', lastDate: '2027-01-08', startMinute: 0, endMinute: 1440 },
				...change
			})
			.error?.issues.map(({ path }) => path.join('.'));

	it.each<[string, object, string]>([
		['end before they start', { endMinute: 400 }, 'rules.0.endMinute'],
		['last no time', { endMinute: 480 }, 'rules.0.endMinute'],
		['last 25 hours', { startMinute: 0, endMinute: 1500 }, 'rules.0.endMinute'],
		['lie on no weekday', { weekday: 8 }, 'rules.0.weekday'],
		['lie between the steps', { startMinute: 481 }, 'rules.0.startMinute'],
		['hold in the year 1900', { validFrom: '1900-01-01' }, 'rules.0.validFrom'],
		['hold in the year 9999', { validTo: '9999-01-01' }, 'rules.0.validTo'],
		[
			'end before they begin to hold',
			{ validFrom: '2027-02-01', validTo: '2027-01-01' },
			'rules.0.validTo'
		],
		['come every second week of none', { everyWeeks: 2 }, 'rules.0.weekOf'],
		['have a field that nobody knows', { colour: 'red' }, 'rules.0']
	])('is refused when they %s', (_, change, field) => {
		expect(hours({})).toBeUndefined();
		expect(hours(change)).toEqual([field]);
	});

	it.each<[string, object, string]>([
		['ends before it begins', { lastDate: '2027-01-03' }, 'lastDate'],
		['lasts for years', { lastDate: '2029-01-03' }, 'lastDate'],
		['is a day that does not exist', { firstDate: '2027-02-30' }, 'firstDate'],
		['ends before it starts', { startMinute: 600, endMinute: 540 }, 'endMinute']
	])('is refused when a day off %s', (_, change, field) => {
		expect(exception({})).toBeUndefined();
		expect(exception(change)).toContain(field);
	});
});

describe('services and rooms', () => {
	const input = serviceSchema.parse({
		...{ name: 'Stress test', durationMinutes: 30, hue: 20, roomKind: null },
		...{ bufferBeforeMinutes: 0, bufferAfterMinutes: 5 },
		...{ places: 1, roomBufferBeforeMinutes: 5, roomBufferAfterMinutes: 10 },
		...{ equipmentKinds: [], staffKinds: ['nurse'], minAgeYears: 16, maxAgeYears: null, sex: null },
		...{ patients: 'all', referralNeeded: true, bookableBy: 'staff', bookAheadDays: 90 },
		...{ bookNoticeMinutes: 0, cancelNoticeMinutes: 60, priceMinor: 12_000 },
		...{
			description: '',
			preparation: 'Please bring sports shoes.',
			translations: {},
			offeredBy: []
		}
	});

	it('are added, read back as they were said, and booked with the length of each doctor', async () => {
		const [doctor] = clinic.practitionerIds as [string];
		const offeredBy = [{ practitionerId: doctor, durationMinutes: 45 }];
		const bare = { ...input, staffKinds: [], referralNeeded: false, offeredBy };
		const saved = await saveService(fresh.database, administrator, bare);
		if (!saved.ok) throw new Error(saved.refusal.code);
		const read = await readServices(fresh.database, administrator);
		const stored = read.ok && read.value.services.find(({ id }) => id === saved.value.id);
		expect(stored).toEqual({ ...bare, id: saved.value.id });
		const startsAt = at(nextDay(), 10);
		const booking = desk.booking({ startsAt });
		booking.changes.serviceId = saved.value.id;
		expect(await desk.perform(booking)).toMatchObject(ACCEPTED);
		const board = await readBoard(fresh.database, { ...clinic, date: dateOf(startsAt) });
		expect(board!.rows.appointments[booking.appointmentId]!.durationMinutes).toBe(45);
		const stranger = await clinicFactory(fresh.database);
		const strange = await staffFactory(fresh.database, stranger, {
			role: 'organization-administrator'
		});
		const foreign = await saveService(fresh.database, strange, { ...bare, id: saved.value.id });
		expect(foreign).toMatchObject({ refusal: { code: 'not-found' } });
		expect(await saveService(fresh.database, clinic.receptionist, bare)).toMatchObject({
			refusal: { code: 'not-allowed' }
		});
	});

	it('a room comes, is booked, and goes when nobody is booked into it', async () => {
		const room = {
			clinicId: clinic.clinicId,
			type: 'room' as const,
			name: 'Garden',
			kind: 'quiet'
		};
		const added = await addResource(fresh.database, administrator, room);
		if (!added.ok) throw new Error(added.refusal.code);
		const startsAt = at(nextDay(), 11);
		const booking = () => {
			const made = desk.booking({ startsAt });
			made.changes.roomId = added.value.id;
			return made;
		};
		const first = booking();
		expect(await desk.perform(first)).toMatchObject(ACCEPTED);
		const remove = () => removeResource(fresh.database, administrator, place(added.value.id), NOW);
		expect(await remove()).toMatchObject({ refusal: { code: 'has-bookings' } });
		await desk.perform({
			...{ kind: 'cancel', appointmentId: first.appointmentId, basedOnRevision: 1 },
			changes: { reason: 'other' }
		});
		expect(await remove()).toMatchObject({ ok: true });
		expect(await desk.perform(booking())).toMatchObject(refusedWith('not-found'));
	});

	it.each<[string, object, string]>([
		['takes no time', { durationMinutes: 0 }, 'durationMinutes'],
		['takes 25 hours', { durationMinutes: 1500 }, 'durationMinutes'],
		['has no name', { name: ' ' }, 'name'],
		['is for nobody', { minAgeYears: 20, maxAgeYears: 10 }, 'maxAgeYears'],
		['costs less than nothing', { priceMinor: -1 }, 'priceMinor']
	])('a service that %s is refused', (_, change, field) => {
		const issues = serviceSchema.safeParse({ ...input, ...change }).error?.issues;
		expect(issues?.map(({ path }) => path.join('.'))).toEqual([field]);
	});
});
