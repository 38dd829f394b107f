import { eq } from 'drizzle-orm';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hoursExceptions, patients, services } from '#db/schema/index.ts';
import { inOrganization } from '#db/transaction.ts';
import { readBoard } from '#domain/board/queries.ts';
import { clinicFactory, staffFactory, type Clinic } from '../../factories/clinic-factory.ts';
import { freshDatabase, type FreshDatabase } from '../../support/test-postgres.ts';
import { ACCEPTED, at, deskOf, nextDay, refusedWith } from './clinic-desk.ts';

let fresh: FreshDatabase;
beforeAll(async () => {
	fresh = await freshDatabase();
});
afterAll(() => fresh.drop());

describe('equipment and staff', () => {
	let clinic: Clinic;
	let desk: ReturnType<typeof deskOf>;
	beforeAll(async () => {
		clinic = await clinicFactory(fresh.database, {
			...{ practitioners: 3, rooms: 3, equipment: ['ecg', 'ecg'], staff: ['nurse'] },
			service: {
				...{ equipmentKinds: ['ecg'], staffKinds: ['nurse'] },
				...{ roomBufferAfterMinutes: 15, bufferAfterMinutes: 0 }
			}
		});
		desk = deskOf(fresh, clinic);
	});

	it('go with the visit: each is in one place at a time, and the answer says which is in the way', async () => {
		const startsAt = at(nextDay(), 9);
		const id = await desk.booked({ startsAt });
		const board = await readBoard(fresh.database, {
			...{ ...clinic, date: new Date(startsAt).toISOString().slice(0, 10) }
		});
		const { supportIds } = board!.rows.appointments[id]!;
		expect(supportIds).toEqual([clinic.equipmentIds[0], clinic.staffIds[0]]);
		const second = await desk.perform(
			desk.booking({ startsAt, practitioner: 1, room: 1, patient: 1 })
		);
		expect(second).toMatchObject({
			outcome: 'refused',
			refusal: {
				code: 'staff-busy',
				obstacles: [{ resourceId: clinic.staffIds[0], until: at(startsAt, 0, 20) }]
			}
		});
		const proposed = (second.outcome === 'refused' && second.refusal.alternatives) || [];
		// The nurse is free at once, the first device only after its turnover: the second one is taken.
		const next = at(startsAt, 0, 20);
		expect(proposed.map((one) => one.startsAt)).toContain(next);
		expect(
			await desk.perform(desk.booking({ startsAt: next, practitioner: 1, room: 1, patient: 1 }))
		).toMatchObject(ACCEPTED);
	});

	it('stay with a visit that is moved where they can, and are free again when it is cancelled', async () => {
		const midnight = nextDay();
		const id = await desk.booked({ startsAt: at(midnight, 9) });
		const move = { kind: 'move', appointmentId: id, basedOnRevision: 1 } as const;
		expect(await desk.perform({ ...move, changes: { startsAt: at(midnight, 10) } })).toMatchObject(
			ACCEPTED
		);
		await desk.perform({
			...{ kind: 'cancel', appointmentId: id, basedOnRevision: 2 },
			changes: { reason: 'other' }
		});
		await desk.booked({ startsAt: at(midnight, 10), practitioner: 1, room: 1, patient: 1 });
	});

	it('rooms have their own turnover: the doctor goes on in another', async () => {
		const midnight = nextDay();
		await desk.booked({ startsAt: at(midnight, 9) });
		const startsAt = at(midnight, 9, 20);
		const next = desk.booking({ startsAt, patient: 1 });
		expect(await desk.perform(next)).toMatchObject(refusedWith('room-busy'));
		expect(await desk.perform(desk.booking({ startsAt, room: 1, patient: 1 }))).toMatchObject(
			ACCEPTED
		);
	});
});

describe('a service says', () => {
	let clinic: Clinic;
	let desk: ReturnType<typeof deskOf>;
	beforeAll(async () => {
		clinic = await clinicFactory(fresh.database);
		desk = deskOf(fresh, clinic);
	});
	const inClinic = (work: Parameters<typeof inOrganization>[2]) =>
		inOrganization(fresh.database, clinic.organizationId, work);
	const serviceIs = (change: Partial<typeof services.$inferInsert>) =>
		inClinic((transaction) =>
			transaction.update(services).set(change).where(eq(services.id, clinic.serviceId))
		);
	const patientIs = (change: Partial<typeof patients.$inferInsert>) =>
		inClinic((transaction) =>
			transaction.update(patients).set(change).where(eq(patients.id, clinic.patientIds[0]!))
		);

	it.each<
		[string, Partial<typeof services.$inferInsert>, Partial<typeof patients.$inferInsert>, string]
	>([
		['the age', { minAgeYears: 60 }, { birthDate: '1980-01-01' }, 'age-not-fitting'],
		['the age', { maxAgeYears: 12 }, { birthDate: '1980-01-01' }, 'age-not-fitting'],
		['the sex', { sex: 'female' }, { sex: 'male' }, 'sex-not-fitting'],
		[
			'that it is for new patients',
			{ patients: 'new' },
			{ established: true },
			'only-new-patients'
		],
		[
			'that it is for others',
			{ patients: 'established' },
			{ established: false },
			'only-established-patients'
		],
		[
			'that a referral is needed',
			{ referralNeeded: true },
			{ established: true },
			'referral-needed'
		]
	])('%s', async (_, service, patient, code) => {
		const usual = {
			...{ minAgeYears: null, maxAgeYears: null, sex: null, patients: 'all' as const },
			referralNeeded: false
		};
		await serviceIs({ ...usual, ...service });
		await patientIs(patient);
		const booking = desk.booking({ startsAt: at(nextDay(), 9) });
		expect(await desk.perform(booking)).toMatchObject(refusedWith(code));
		const administrator = await staffFactory(fresh.database, clinic, {
			role: 'organization-administrator'
		});
		const anyway = { ...booking, override: 'The doctor asked for it' };
		expect(await desk.perform(anyway, administrator)).toMatchObject(ACCEPTED);
		await serviceIs(usual);
	});

	it('the birthday counts on the day of the visit', async () => {
		await serviceIs({ minAgeYears: 18 });
		const midnight = nextDay();
		const day = new Date(midnight);
		const on = (days: number) =>
			new Date(Date.UTC(day.getUTCFullYear() - 18, day.getUTCMonth(), day.getUTCDate() + days))
				.toISOString()
				.slice(0, 10);
		await patientIs({ birthDate: on(1) });
		const booking = () => desk.booking({ startsAt: at(midnight, 9) });
		expect(await desk.perform(booking())).toMatchObject(refusedWith('age-not-fitting'));
		await patientIs({ birthDate: on(0) });
		expect(await desk.perform(booking())).toMatchObject(ACCEPTED);
		await serviceIs({ minAgeYears: null });
	});

	it('when the public may book; the desk is not bound by it', async () => {
		await serviceIs({ bookAheadDays: 2, bookNoticeMinutes: 120 });
		const midnight = nextDay();
		const booking = (minute = 0) => desk.booking({ startsAt: at(midnight, 9, minute) });
		const online = (now: number, minute = 0) =>
			desk.perform(booking(minute), clinic.receptionist, { source: 'online', now });
		expect(await online(at(midnight, -40))).toMatchObject(refusedWith('too-early'));
		expect(await online(at(midnight, 8))).toMatchObject(refusedWith('too-late'));
		expect(await online(at(midnight, 6))).toMatchObject(ACCEPTED);
		await serviceIs({ bookableBy: 'staff' });
		expect(await online(at(midnight, 6), 30)).toMatchObject(refusedWith('staff-only'));
		expect(await desk.perform(booking(30))).toMatchObject(ACCEPTED);
	});
});

describe('days off', () => {
	let clinic: Clinic;
	let desk: ReturnType<typeof deskOf>;
	beforeAll(async () => {
		clinic = await clinicFactory(fresh.database);
		desk = deskOf(fresh, clinic);
	});
	const off = (resourceId: string, midnight: number, kind: 'closed' | 'extra' = 'closed') => {
		const date = new Date(midnight).toISOString().slice(0, 10);
		return inOrganization(fresh.database, clinic.organizationId, (transaction) =>
			transaction.insert(hoursExceptions).values({
				...{ organizationId: clinic.organizationId, id: crypto.randomUUID(), resourceId, kind },
				...{ clinicId: clinic.clinicId, reason: 'public-holiday' as const },
				...{ firstDate: date, lastDate: date, startMinute: 0, endMinute: 1440 }
			})
		);
	};

	it('close the clinic, a doctor or a room, and open what would be closed', async () => {
		for (const [resourceId, code] of [
			[clinic.clinicId, 'clinic-closed'],
			[clinic.practitionerIds[0]!, 'away'],
			[clinic.roomIds[0]!, 'away']
		] as const) {
			const midnight = nextDay();
			await off(resourceId, midnight);
			const refused = await desk.perform(desk.booking({ startsAt: at(midnight, 9) }));
			expect(refused).toMatchObject({ refusal: { code, obstacles: [{ resourceId }] } });
			// The next day is free: it is proposed.
			const [next] = (refused.outcome === 'refused' && refused.refusal.alternatives) || [];
			expect(next && next.startsAt >= at(midnight, code === 'away' ? 0 : 24)).toBe(true);
		}
		const night = nextDay();
		const late = () => desk.booking({ startsAt: at(night, 20) });
		expect(await desk.perform(late())).toMatchObject(refusedWith('outside-hours'));
		await off(clinic.practitionerIds[0]!, night, 'extra');
		expect(await desk.perform(late())).toMatchObject(refusedWith('outside-hours'));
		await off(clinic.roomIds[0]!, night, 'extra');
		expect(await desk.perform(late())).toMatchObject(ACCEPTED);
	});
});

describe('overrides', () => {
	let clinic: Clinic;
	let desk: ReturnType<typeof deskOf>;
	const reason = { override: 'Pain, cannot wait' };
	beforeAll(async () => {
		clinic = await clinicFactory(fresh.database, { patients: 9 });
		desk = deskOf(fresh, clinic);
	});
	const administrator = () =>
		staffFactory(fresh.database, clinic, { role: 'organization-administrator' });

	it('book over others for those who may, with a reason that the history keeps', async () => {
		const midnight = nextDay();
		await desk.booked({ startsAt: at(midnight, 9) });
		const over = desk.booking({ startsAt: at(midnight, 9, 10), room: 1, patient: 1 });
		expect(await desk.perform({ ...over, ...reason })).toMatchObject({
			refusal: { code: 'not-allowed', field: 'override' }
		});
		expect(await desk.perform({ ...over, ...reason }, await administrator())).toMatchObject(
			ACCEPTED
		);
		const date = new Date(midnight).toISOString().slice(0, 10);
		const board = await readBoard(fresh.database, { ...clinic, date });
		expect(board!.rows.appointments[over.appointmentId]!.overridden).toBe(true);
		expect(board!.people[over.appointmentId]!.overrideReason).toBe(reason.override);
		// What was booked over is taken: nobody comes in without an override of their own.
		const third = desk.booking({ startsAt: at(midnight, 9, 20), room: 1, patient: 2 });
		expect(await desk.perform(third)).toMatchObject(refusedWith('practitioner-busy'));
	});

	it('are as many a day as the doctor agreed to', async () => {
		const midnight = nextDay();
		const by = await administrator();
		const late = (minute: number, patient: number) => ({
			...desk.booking({ startsAt: at(midnight, 18, minute), patient }),
			...reason
		});
		for (const n of [0, 1, 2]) {
			expect(await desk.perform(late(n * 20, n), by)).toMatchObject(ACCEPTED);
		}
		expect(await desk.perform(late(60, 3), by)).toMatchObject(refusedWith('override-limit'));
		expect(await desk.perform({ ...late(60, 3), ...{} }, by)).toMatchObject(
			refusedWith('override-limit')
		);
	});

	it('end when the visit is moved to where the rules have it', async () => {
		const midnight = nextDay();
		const late = desk.booking({ startsAt: at(midnight, 18) });
		await desk.perform({ ...late, ...reason }, await administrator());
		const move = { kind: 'move', appointmentId: late.appointmentId, basedOnRevision: 1 } as const;
		const back = { ...move, changes: { startsAt: at(midnight, 10) } };
		expect(await desk.perform(back)).toMatchObject(ACCEPTED);
		const date = new Date(midnight).toISOString().slice(0, 10);
		const board = await readBoard(fresh.database, { ...clinic, date });
		expect(board!.rows.appointments[late.appointmentId]!.overridden).toBe(false);
	});

	it('are refused by the database where they are not marked', async () => {
		const startsAt = at(nextDay(), 9);
		const id = await desk.booked({ startsAt });
		const owner = new pg.Client(fresh.ownerUrl);
		await owner.connect();
		const attempt = owner.query(
			`INSERT INTO claims (organization_id, resource_id, busy, appointment_id, exclusive)
				SELECT organization_id, practitioner_id, tstzrange(starts_at, ends_at), id, false
				FROM appointments WHERE id = $1`,
			[id]
		);
		await expect(attempt).rejects.toMatchObject({ code: '23514' });
		await owner.end();
	});
});

describe('needs review', () => {
	it('gives the time back, and takes it again only where it is free', async () => {
		const clinic = await clinicFactory(fresh.database);
		const desk = deskOf(fresh, clinic);
		const startsAt = at(nextDay(), 9);
		const set = (id: string, revision: number, status: 'needs-review' | 'booked') =>
			desk.perform({
				...{ kind: 'set-status', appointmentId: id, basedOnRevision: revision },
				changes: { status }
			});
		const first = await desk.booked({ startsAt });
		expect(await set(first, 1, 'needs-review')).toMatchObject(ACCEPTED);
		const second = await desk.booked({ startsAt, patient: 1 });
		expect(await set(second, 1, 'needs-review')).toMatchObject(ACCEPTED);
		// Two that wait for one time cannot both be confirmed.
		expect(await set(first, 2, 'booked')).toMatchObject(ACCEPTED);
		expect(await set(second, 2, 'booked')).toMatchObject(refusedWith('practitioner-busy'));
		const elsewhere = await desk.perform({
			...{ kind: 'move', appointmentId: second, basedOnRevision: 2 },
			changes: { startsAt: startsAt + 3_600_000 }
		});
		expect(elsewhere).toMatchObject(ACCEPTED);
	});

	it('ends with another time, and not with another length', async () => {
		const clinic = await clinicFactory(fresh.database);
		const desk = deskOf(fresh, clinic);
		const startsAt = at(nextDay(), 9);
		const id = await desk.booked({ startsAt });
		const change = (basedOnRevision: number, change: object) =>
			desk.perform({ appointmentId: id, basedOnRevision, ...change } as never);
		await change(1, { kind: 'set-status', changes: { status: 'needs-review' } });
		const longer = await change(2, { kind: 'resize', changes: { durationMinutes: 40 } });
		expect(longer).toMatchObject(ACCEPTED);
		// Still nobody's time.
		const other = await desk.booked({ startsAt, patient: 1 });
		const moved = await change(3, { kind: 'move', changes: { startsAt: startsAt + 3_600_000 } });
		expect(moved).toMatchObject(ACCEPTED);
		const owner = new pg.Client(fresh.ownerUrl);
		await owner.connect();
		const { rows } = await owner.query(
			`SELECT status, count(*)::int AS claims FROM appointments JOIN claims ON appointment_id = appointments.id
				WHERE appointments.id = ANY ($1) GROUP BY appointments.id, status`,
			[[id, other]]
		);
		await owner.end();
		expect(rows).toEqual([
			{ status: 'booked', claims: 3 },
			{ status: 'booked', claims: 3 }
		]);
	});
});
