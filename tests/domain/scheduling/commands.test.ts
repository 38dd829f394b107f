import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readBoard } from '#domain/board/queries.ts';
import { carryOut } from '#domain/scheduling/commands.ts';
import type { Intent, IntentOf } from '#domain/scheduling/intents.ts';
import { MINUTE_MS } from '#domain/scheduling/intervals.ts';
import { appointmentHistory, readAppointment, verdictsOf } from '#domain/scheduling/queries.ts';
import {
	bookingOf,
	clinicFactory,
	staffFactory,
	type Booking,
	type Clinic
} from '../../factories/clinic-factory.ts';
import { freshDatabase, type FreshDatabase } from '../../support/test-postgres.ts';

let fresh: FreshDatabase;
let clinic: Clinic;
beforeAll(async () => {
	fresh = await freshDatabase();
	clinic = await clinicFactory(fresh.database, { bufferAfterMinutes: 5, rooms: 3 });
});
afterAll(() => fresh.drop());

/** A day of its own for each test: they share the clinic, not the time. */
let day = 0;
const nextDay = () => Date.UTC(2027, 0, 4 + day++);
const NOW = Date.UTC(2027, 0, 1);

const perform = (intent: Intent, actor = clinic.receptionist) =>
	carryOut(fresh.database, actor, intent, { now: NOW });

async function booked(booking: Booking): Promise<string> {
	const intent = bookingOf(clinic, booking);
	expect(await perform(intent)).toMatchObject({ outcome: 'accepted' });
	return intent.appointmentId;
}

const change = <K extends 'move' | 'resize' | 'set-status' | 'cancel' | 'remark'>(
	kind: K,
	appointmentId: string,
	changes: IntentOf<K>['changes'],
	basedOnRevision = 1
) =>
	({
		kind,
		id: crypto.randomUUID(),
		madeAt: 0,
		appointmentId,
		basedOnRevision,
		changes
	}) as IntentOf<K>;

const refusedWith = (code: string) => ({ outcome: 'refused', refusal: { code } });
const at = (midnight: number, hour: number, minute = 0) =>
	midnight + (hour * 60 + minute) * MINUTE_MS;

describe('booking', () => {
	it('takes doctor, room and patient, and says where it stands', async () => {
		const midnight = nextDay();
		const appointmentId = await booked({ startsAt: at(midnight, 9) });
		const date = new Date(midnight).toISOString().slice(0, 10);
		const board = await readBoard(fresh.database, { ...clinic, date });
		expect(board?.rows.appointments[appointmentId]).toEqual({
			startsAt: at(midnight, 9),
			durationMinutes: 20,
			practitionerId: clinic.practitionerIds[0],
			roomId: clinic.roomIds[0],
			serviceId: clinic.serviceId,
			status: 'booked',
			newPatient: true,
			source: 'reception',
			revision: 1,
			...{ supportIds: [], overridden: false, repeats: false, place: null, walkIn: false },
			...{ arrivedAt: null, wentInAt: null, doneAt: null }
		});
		expect(board?.people[appointmentId]).toMatchObject({ name: 'Patient0 Anna' });
	});

	it.each<[string, Booking, string]>([
		['doctor', { startsAt: 0, room: 1, patient: 1 }, 'practitioner-busy'],
		['room', { startsAt: 0, practitioner: 1, patient: 1 }, 'room-busy'],
		['patient', { startsAt: 0, practitioner: 1, room: 1 }, 'patient-busy']
	])('refuses a %s that is taken, and says what would work', async (_, booking, code) => {
		const midnight = nextDay();
		const first = await booked({ startsAt: at(midnight, 9) });
		const verdict = await perform(bookingOf(clinic, { ...booking, startsAt: at(midnight, 9, 10) }));
		expect(verdict).toMatchObject({
			outcome: 'refused',
			refusal: { code, obstacles: [{ appointmentId: first, from: at(midnight, 9) }] }
		});
		if (verdict.outcome !== 'refused') return;
		const [nearest] = verdict.refusal.alternatives ?? [];
		const retry = bookingOf(clinic, { ...booking, startsAt: nearest!.startsAt });
		retry.changes.roomId = nearest!.roomId;
		expect(await perform(retry)).toMatchObject({ outcome: 'accepted' });
	});

	it('keeps the buffer after a visit free, but not for the patient', async () => {
		const midnight = nextDay();
		await booked({ startsAt: at(midnight, 9) });
		const inBuffer = bookingOf(clinic, { startsAt: at(midnight, 9, 20), room: 1, patient: 1 });
		expect(await perform(inBuffer)).toMatchObject(refusedWith('practitioner-busy'));
		await booked({ startsAt: at(midnight, 9, 20), practitioner: 1, room: 1 });
	});

	it('is refused outside working hours and over a block', async () => {
		const midnight = nextDay();
		const early = bookingOf(clinic, { startsAt: at(midnight, 7) });
		expect(await perform(early)).toMatchObject(refusedWith('outside-hours'));
		await perform({
			...{ kind: 'block', id: crypto.randomUUID(), madeAt: 0, blockId: crypto.randomUUID() },
			changes: {
				...{ clinicId: clinic.clinicId, resourceId: clinic.practitionerIds[0]! },
				...{ startsAt: at(midnight, 9), durationMinutes: 60, kind: 'meeting' }
			}
		});
		const blocked = bookingOf(clinic, { startsAt: at(midnight, 9, 30) });
		expect(await perform(blocked)).toMatchObject(refusedWith('practitioner-blocked'));
	});
});

describe('an intent', () => {
	it('is carried out once however often it is delivered, also at once', async () => {
		const midnight = nextDay();
		const intent = bookingOf(clinic, { startsAt: at(midnight, 9) });
		const verdicts = await Promise.all(Array.from({ length: 8 }, () => perform(intent)));
		expect(new Set(verdicts.map((verdict) => verdict.outcome))).toEqual(new Set(['accepted']));
		const history = await appointmentHistory(
			fresh.database,
			clinic.receptionist,
			intent.appointmentId
		);
		expect(history.ok && history.value).toHaveLength(1);
		expect(await verdictsOf(fresh.database, clinic.receptionist, [intent.id])).toHaveLength(1);
	});

	it('keeps its refusal when it is delivered again after the time became free', async () => {
		const midnight = nextDay();
		const first = await booked({ startsAt: at(midnight, 9) });
		const late = bookingOf(clinic, { startsAt: at(midnight, 9), patient: 1 });
		expect(await perform(late)).toMatchObject(refusedWith('practitioner-busy'));
		await perform(change('cancel', first, { reason: 'patient-asked' }));
		expect(await perform(late)).toMatchObject(refusedWith('practitioner-busy'));
	});

	it('cannot borrow the id of another', async () => {
		const midnight = nextDay();
		const intent = bookingOf(clinic, { startsAt: at(midnight, 9) });
		await perform(intent);
		const other = { ...intent, changes: { ...intent.changes, startsAt: at(midnight, 10) } };
		expect(await perform(other)).toMatchObject(refusedWith('reused-key'));
	});
});

describe('changing a visit', () => {
	it('moves time, doctor and room in one, and frees the old time', async () => {
		const midnight = nextDay();
		const id = await booked({ startsAt: at(midnight, 9) });
		const changes = {
			startsAt: at(midnight, 11),
			practitionerId: clinic.practitionerIds[1]!,
			roomId: clinic.roomIds[1]!
		};
		expect(await perform(change('move', id, changes))).toMatchObject({ revision: 2 });
		await booked({ startsAt: at(midnight, 9), patient: 1 });
	});

	it('may overlap the time that it leaves', async () => {
		const id = await booked({ startsAt: at(nextDay(), 9) });
		const found = await readAppointment(fresh.database, clinic.receptionist, id);
		const startsAt = (found.ok ? found.value.startsAt : 0) + 5 * MINUTE_MS;
		expect(await perform(change('move', id, { startsAt }))).toMatchObject({ outcome: 'accepted' });
	});

	it('resizes up to the next visit and no further', async () => {
		const midnight = nextDay();
		const id = await booked({ startsAt: at(midnight, 9) });
		await booked({ startsAt: at(midnight, 10), patient: 1 });
		const longer = change('resize', id, { durationMinutes: 55 });
		expect(await perform(longer)).toMatchObject({ outcome: 'accepted' });
		const tooLong = change('resize', id, { durationMinutes: 60 }, 2);
		expect(await perform(tooLong)).toMatchObject(refusedWith('practitioner-busy'));
	});

	it('a status set meanwhile is not in the way of a move; another move is', async () => {
		const midnight = nextDay();
		const id = await booked({ startsAt: at(midnight, 9) });
		await perform(change('set-status', id, { status: 'arrived' }));
		const move = (hour: number) => change('move', id, { startsAt: at(midnight, hour) });
		expect(await perform(move(10))).toMatchObject({ outcome: 'adjusted', revision: 3 });
		expect(await perform(move(11))).toMatchObject(refusedWith('stale-revision'));
	});

	it('cancelled and missed visits give their time back, and take it again only if it is free', async () => {
		const midnight = nextDay();
		const missed = await booked({ startsAt: at(midnight, 9) });
		await perform(change('set-status', missed, { status: 'noshow' }));
		await booked({ startsAt: at(midnight, 9), patient: 1 });
		const back = change('set-status', missed, { status: 'booked' }, 2);
		expect(await perform(back)).toMatchObject(refusedWith('practitioner-busy'));
	});

	it('follows the life of a visit', async () => {
		const midnight = nextDay();
		const id = await booked({ startsAt: at(midnight, 9) });
		const leap = change('set-status', id, { status: 'fulfilled' });
		expect(await perform(leap)).toMatchObject(refusedWith('status-not-possible'));
		await perform(change('set-status', id, { status: 'arrived' }));
		await perform(change('set-status', id, { status: 'checked-in' }, 2));
		const move = change('move', id, { startsAt: at(midnight, 10) }, 3);
		expect(await perform(move)).toMatchObject(refusedWith('not-movable'));
	});

	it('tells its history', async () => {
		const midnight = nextDay();
		const id = await booked({ startsAt: at(midnight, 9) });
		await perform(change('move', id, { startsAt: at(midnight, 10) }));
		await perform(change('remark', id, { remark: 'Wheelchair' }, 2));
		await perform(change('cancel', id, { reason: 'clinic-asked' }, 3));
		const history = await appointmentHistory(fresh.database, clinic.receptionist, id);
		expect(history.ok && history.value.map((entry) => entry.kind)).toEqual([
			'cancel',
			'remark',
			'move',
			'book'
		]);
		expect(history.ok && history.value[2]).toMatchObject({
			before: { startsAt: at(midnight, 9) },
			after: { startsAt: at(midnight, 10) },
			actorName: clinic.receptionist.name
		});
	});
});

describe('who may', () => {
	it('a doctor blocks the own time, not a colleague’s, and does not book', async () => {
		const midnight = nextDay();
		const [own, colleague] = clinic.practitionerIds as [string, string];
		const doctor = await staffFactory(fresh.database, clinic, {
			role: 'doctor',
			practitionerId: own
		});
		const block = (resourceId: string): Intent => ({
			...{ kind: 'block', id: crypto.randomUUID(), madeAt: 0, blockId: crypto.randomUUID() },
			changes: {
				...{ clinicId: clinic.clinicId, resourceId, kind: 'leave' },
				...{ startsAt: at(midnight, 9), durationMinutes: 60 }
			}
		});
		expect(await perform(block(own), doctor)).toMatchObject({ outcome: 'accepted' });
		expect(await perform(block(colleague), doctor)).toMatchObject(refusedWith('not-allowed'));
		const booking = bookingOf(clinic, { startsAt: at(midnight, 11) });
		expect(await perform(booking, doctor)).toMatchObject(refusedWith('not-allowed'));
	});

	it('nothing of another organization can be touched or named', async () => {
		const midnight = nextDay();
		const id = await booked({ startsAt: at(midnight, 9) });
		const other = await clinicFactory(fresh.database);
		const stranger = other.receptionist;
		const move = change('move', id, { startsAt: at(midnight, 10) });
		expect(await perform(move, stranger)).toMatchObject(refusedWith('not-found'));
		const parts = ['clinicId', 'serviceId', 'practitionerId', 'roomId', 'patientId'] as const;
		for (const part of parts) {
			const intent = bookingOf(other, { startsAt: at(midnight, 9) });
			intent.changes[part] = bookingOf(clinic, { startsAt: 0 }).changes[part];
			expect([part, await perform(intent, stranger)]).toMatchObject([
				part,
				{ outcome: 'refused', refusal: { code: 'not-found' } }
			]);
		}
	});
});

it('the database refuses an overlap that no rule has seen', async () => {
	const startsAt = at(nextDay(), 9);
	await booked({ startsAt });
	const insert = `WITH visit AS (SELECT * FROM appointments WHERE starts_at = $1 AND organization_id = $2)
		INSERT INTO claims (organization_id, resource_id, busy, appointment_id)
		SELECT organization_id, practitioner_id, tstzrange(starts_at, ends_at), id FROM visit`;
	const owner = new pg.Client(fresh.ownerUrl);
	await owner.connect();
	const attempt = owner.query(insert, [new Date(startsAt), clinic.organizationId]);
	await expect(attempt).rejects.toMatchObject({ code: '23P01' });
	await owner.end();
});
