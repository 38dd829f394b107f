import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { dayInterval } from '#domain/availability/local-day.ts';
import { readBoard } from '#domain/board/queries.ts';
import { DAY_HISTORY_PAGE, dayHistory } from '#domain/board/queries/day-history.ts';
import { rowsBefore } from '#domain/board/replay.ts';
import type { Part } from '#domain/scheduling/intents.ts';
import { clinicFactory, staffFactory, type Clinic } from '../../factories/clinic-factory.ts';
import { freshDatabase, type FreshDatabase } from '../../support/test-postgres.ts';
import { at, deskOf, nextDay } from '../scheduling/clinic-desk.ts';

let fresh: FreshDatabase;
let owner: pg.Client;
let clinic: Clinic;
let desk: ReturnType<typeof deskOf>;
let midnight = 0;
let date = '';
beforeAll(async () => {
	fresh = await freshDatabase();
	owner = new pg.Client(fresh.ownerUrl);
	await owner.connect();
	clinic = await clinicFactory(fresh.database, { practitioners: 2, rooms: 2, patients: 5 });
	desk = deskOf(fresh, clinic);
});
afterAll(async () => {
	await owner.end();
	await fresh.drop();
});
beforeEach(() => {
	midnight = nextDay();
	date = new Date(midnight).toISOString().slice(0, 10);
});

const place = () => ({ clinicId: clinic.clinicId, date });

/** What the board shows: without what is said of the present alone. */
async function boardNow() {
	const { organizationId } = clinic;
	const { rows } = (await readBoard(fresh.database, { organizationId, ...place() }))!;
	return {
		appointments: sorted(Object.entries(rows.appointments)),
		blocks: sorted(Object.entries(rows.blocks))
	};
}
function sorted(entries: [string, object][]) {
	return entries
		.map(([id, row]) => {
			const { revision: _, ...rest } = row as Record<string, unknown>;
			return [id, { ...rest, arrivedAt: null, wentInAt: null, doneAt: null }] as const;
		})
		.sort(([a], [b]) => (a < b ? -1 : 1));
}

const read = async (actor = clinic.receptionist, before?: number) => {
	const found = await dayHistory(fresh.database, actor, { ...place(), before });
	if (!found.ok) throw new Error(found.refusal.code);
	return found.value;
};

describe('a day’s history', () => {
	it('leads back through every moment of the board, one after the other', async () => {
		const moments = [await boardNow()];
		const id = crypto.randomUUID();
		const blockId = crypto.randomUUID();
		const elsewhere = await desk.booked({ startsAt: at(nextDay(), 9), patient: 1 });
		const based = (basedOnRevision: number) => ({ appointmentId: id, basedOnRevision });
		const steps: Part[] = [
			{ ...desk.booking({ startsAt: at(midnight, 9) }), appointmentId: id },
			{ kind: 'move', ...based(1), changes: { startsAt: at(midnight, 10) } },
			{
				...{ kind: 'block', blockId },
				changes: {
					...{ clinicId: clinic.clinicId, resourceId: clinic.practitionerIds[1]! },
					...{ startsAt: at(midnight, 12), durationMinutes: 30, kind: 'break' }
				}
			},
			{ kind: 'resize', ...based(2), changes: { durationMinutes: 45 } },
			{
				...{ kind: 'move', ...based(3) },
				changes: { practitionerId: clinic.practitionerIds[1]!, roomId: clinic.roomIds[1]! }
			},
			{ kind: 'set-status', ...based(4), changes: { status: 'arrived' } },
			{ kind: 'unblock', blockId, basedOnRevision: 1 },
			{
				...{ kind: 'move', appointmentId: elsewhere, basedOnRevision: 1 },
				changes: { startsAt: at(midnight, 14) }
			},
			{ kind: 'move', ...based(5), changes: { startsAt: at(midnight + 86_400_000, 15) } }
		];
		nextDay();
		for (const step of steps) {
			expect(await desk.perform(step)).toMatchObject({ outcome: 'accepted' });
			moments.push(await boardNow());
		}
		const history = await read();
		const here = history.events.filter(({ isHere }) => isHere);
		expect(here.map(({ kind }) => kind)).toEqual(steps.map(({ kind }) => kind).toReversed());
		expect(here.every(({ actorName }) => actorName === clinic.receptionist.name)).toBe(true);
		// Both had something here, and nothing now.
		const [ada, ben] = clinic.practitionerIds;
		expect(Object.keys(history.doctors).sort()).toEqual([ada!, ben!].sort());
		expect(history.doctors[ada!]).toEqual({
			name: expect.any(String) as string,
			specialty: expect.any(String) as string
		});
		const day = dayInterval(date, 'Europe/London');
		for (const [steps, moment] of moments.toReversed().entries()) {
			const after = here[steps];
			const since = history.events.filter(({ id }) => after === undefined || id > after.id);
			const { appointments, blocks } = rowsBefore(history.rows, since, day);
			expect({
				appointments: sorted([...appointments]),
				blocks: sorted([...blocks])
			}).toEqual(moment);
		}
	});

	it('says nothing of who the patients are, nor what was written about them', async () => {
		const booking = desk.booking({ startsAt: at(midnight, 9) });
		const changes = { ...booking.changes, remark: 'afraid of needles' };
		await desk.perform({ ...booking, changes });
		const text = JSON.stringify(await read());
		expect(text).toContain(booking.appointmentId);
		expect(text).not.toContain(clinic.patientIds[0]);
		expect(text).not.toContain('sealed');
		expect(JSON.parse(text).events[0].after.remark).toBe(true);
	});

	it('is not looked at without a trace', async () => {
		await read();
		const { rows } = await owner.query(
			`SELECT actor_user_id, clinic_id, detail FROM audit_entries WHERE kind = 'day-history-read' ORDER BY id DESC LIMIT 1`
		);
		expect(rows[0]).toEqual({
			...{ actor_user_id: clinic.receptionist.userId, clinic_id: clinic.clinicId },
			detail: { date, view: 'all' }
		});
	});

	it('is a doctor’s own where only that may be read, and nobody’s for whoever may read none', async () => {
		const [own] = clinic.practitionerIds as [string];
		const doctor = await staffFactory(fresh.database, clinic, {
			...{ role: 'doctor', clinicId: clinic.clinicId, practitionerId: own }
		});
		const mine = await desk.booked({ startsAt: at(midnight, 9) });
		await desk.booked({ startsAt: at(midnight, 9), practitioner: 1, room: 1, patient: 1 });
		const { events, rows } = await read(doctor);
		expect(events.map(({ subjectId }) => subjectId)).toEqual([mine]);
		expect(Object.keys(rows.appointments)).toEqual([mine]);
		const nobody = { ...doctor, roles: [] };
		expect(await dayHistory(fresh.database, nobody, place())).toMatchObject({
			refusal: { code: 'not-found' }
		});
		const stranger = (await clinicFactory(fresh.database)).receptionist;
		expect(await dayHistory(fresh.database, stranger, place())).toMatchObject({
			refusal: { code: 'not-found' }
		});
	});

	it('comes in pages', async () => {
		const id = await desk.booked({ startsAt: at(midnight, 9) });
		await owner.query(
			`INSERT INTO events (organization_id, actor_user_id, request_id, subject_kind, subject_id, kind, clinic_id,
					boards, before, after)
				SELECT organization_id, actor_user_id, 'more-' || n, subject_kind, subject_id, 'set-status', clinic_id,
					boards, '{"status": "booked"}', '{"status": "arrived"}'
				FROM events, generate_series(1, $2) AS n WHERE subject_id = $1`,
			[id, DAY_HISTORY_PAGE + 20]
		);
		const first = await read();
		expect(first.events).toHaveLength(DAY_HISTORY_PAGE);
		const second = await read(clinic.receptionist, first.next!);
		expect(second.events).toHaveLength(21);
		expect(second.next).toBe(null);
		const ids = [...first.events, ...second.events].map((event) => event.id);
		expect(ids).toEqual([...new Set(ids)].sort((a, b) => b - a));
	});
});
