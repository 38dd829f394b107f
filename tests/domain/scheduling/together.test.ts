import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { intentSchema, MAX_PARTS, type Part } from '#domain/scheduling/intents.ts';
import { appointmentHistory, readAppointment } from '#domain/scheduling/queries.ts';
import { clinicFactory, type Clinic } from '../../factories/clinic-factory.ts';
import { freshDatabase, type FreshDatabase } from '../../support/test-postgres.ts';
import { ACCEPTED, at, deskOf, nextDay, refusedWith } from './clinic-desk.ts';

let fresh: FreshDatabase;
let clinic: Clinic;
let desk: ReturnType<typeof deskOf>;
beforeAll(async () => {
	fresh = await freshDatabase();
	clinic = await clinicFactory(fresh.database, { practitioners: 3, rooms: 3, patients: 9 });
	desk = deskOf(fresh, clinic);
});
afterAll(() => fresh.drop());

type Move = Extract<Part, { kind: 'move' }>;
const move = (appointmentId: string, changes: Move['changes'], basedOnRevision = 1): Move => ({
	...{ kind: 'move', appointmentId, basedOnRevision },
	changes
});
const placeOf = async (id: string) => {
	const read = await readAppointment(fresh.database, clinic.receptionist, id);
	if (!read.ok) throw new Error(read.refusal.code);
	const { startsAt, practitioner, room, revision } = read.value;
	return { startsAt, practitionerId: practitioner.id, roomId: room.id, revision };
};

describe('several changes at once', () => {
	it('exchange two visits, which one after the other could not', async () => {
		const midnight = nextDay();
		const [early, late] = [at(midnight, 9), at(midnight, 9, 20)];
		const a = await desk.booked({ startsAt: early });
		const b = await desk.booked({ startsAt: late, practitioner: 1, room: 1, patient: 1 });
		const [doctorA, doctorB] = clinic.practitionerIds as [string, string];
		const [roomA, roomB] = clinic.roomIds as [string, string];
		const verdict = await desk.together([
			move(a, { startsAt: late, practitionerId: doctorB, roomId: roomB }),
			move(b, { startsAt: early, practitionerId: doctorA, roomId: roomA })
		]);
		expect(verdict).toEqual({
			...{ intentId: expect.any(String), outcome: 'accepted', subjectId: a, revision: 2 },
			others: [{ subjectId: b, revision: 2 }]
		});
		expect(await placeOf(a)).toEqual({
			...{ startsAt: late, practitionerId: doctorB, roomId: roomB, revision: 2 }
		});
		expect(await placeOf(b)).toEqual({
			...{ startsAt: early, practitionerId: doctorA, roomId: roomA, revision: 2 }
		});
		const history = await appointmentHistory(fresh.database, clinic.receptionist, b);
		expect(history.ok && history.value.map(({ kind }) => kind)).toEqual(['move', 'book']);
	});

	it('push an afternoon later', async () => {
		const midnight = nextDay();
		const starts = [0, 20, 40].map((minute) => at(midnight, 13, minute));
		const ids: string[] = [];
		for (const [i, startsAt] of starts.entries()) {
			ids.push(await desk.booked({ startsAt, patient: i }));
		}
		const verdict = await desk.together(
			ids.map((id, i) => move(id, { startsAt: starts[i]! + 20 * 60_000 }))
		);
		expect(verdict).toMatchObject(ACCEPTED);
		for (const [i, id] of ids.entries()) {
			expect((await placeOf(id)).startsAt).toBe(starts[i]! + 20 * 60_000);
		}
	});

	it('are none of them made when one cannot be: every refused one is listed, with times that work', async () => {
		const midnight = nextDay();
		const a = await desk.booked({ startsAt: at(midnight, 9) });
		const b = await desk.booked({ startsAt: at(midnight, 10), patient: 1 });
		const c = await desk.booked({ startsAt: at(midnight, 11), patient: 2 });
		await desk.booked({ startsAt: at(midnight, 14), practitioner: 1, room: 1, patient: 3 });
		const [, colleague] = clinic.practitionerIds as [string, string];
		const verdict = await desk.together([
			move(a, { practitionerId: colleague, startsAt: at(midnight, 14) }),
			move(b, { practitionerId: colleague }),
			move(c, { startsAt: at(midnight, 20) })
		]);
		expect(verdict).toMatchObject({
			outcome: 'refused',
			refusal: {
				code: 'some-refused',
				parts: [
					{ subjectId: a, refusal: { code: 'practitioner-busy' } },
					{ subjectId: c, refusal: { code: 'outside-hours' } }
				]
			}
		});
		const parts = (verdict.outcome === 'refused' && verdict.refusal.parts) || [];
		expect(parts.every(({ refusal }) => refusal.alternatives!.length > 0)).toBe(true);
		expect(await placeOf(b)).toMatchObject({ revision: 1, startsAt: at(midnight, 10) });
	});

	it('do not meet each other in secret', async () => {
		const midnight = nextDay();
		const a = await desk.booked({ startsAt: at(midnight, 9) });
		const b = await desk.booked({ startsAt: at(midnight, 10), patient: 1 });
		const noon = { startsAt: at(midnight, 12) };
		expect(await desk.together([move(a, noon), move(b, noon)])).toMatchObject({
			refusal: { parts: [{ subjectId: b, refusal: { code: 'practitioner-busy' } }] }
		});
	});

	it('put a doctor’s visits to review and block the time, in one', async () => {
		const midnight = nextDay();
		const id = await desk.booked({ startsAt: at(midnight, 9) });
		const block: Part = {
			...{ kind: 'block', blockId: crypto.randomUUID() },
			changes: {
				...{ clinicId: clinic.clinicId, resourceId: clinic.practitionerIds[0]! },
				...{ startsAt: at(midnight, 8), durationMinutes: 240, kind: 'leave' }
			}
		};
		const busy = await desk.perform(block);
		expect(busy).toMatchObject(refusedWith('practitioner-busy'));
		const review: Part = {
			...{ kind: 'set-status', appointmentId: id, basedOnRevision: 1 },
			changes: { status: 'needs-review' }
		};
		expect(await desk.together([review, block])).toMatchObject(ACCEPTED);
	});

	it('are refused when somebody changed one of them meanwhile', async () => {
		const midnight = nextDay();
		const a = await desk.booked({ startsAt: at(midnight, 9) });
		const b = await desk.booked({ startsAt: at(midnight, 10), patient: 1 });
		await desk.perform(move(b, { startsAt: at(midnight, 11) }));
		const verdict = await desk.together([
			move(a, { startsAt: at(midnight, 15) }),
			move(b, { startsAt: at(midnight, 16) })
		]);
		expect(verdict).toMatchObject({
			refusal: { parts: [{ subjectId: b, refusal: { code: 'stale-revision' } }] }
		});
	});

	it('leave no overlap behind, seen by the database', async () => {
		const owner = new pg.Client(fresh.ownerUrl);
		await owner.connect();
		const { rows } = await owner.query(`SELECT count(*)::int AS overlaps FROM claims a JOIN claims b
			ON a.resource_id = b.resource_id AND a.busy && b.busy AND a.id < b.id`);
		await owner.end();
		expect(rows[0]).toEqual({ overlaps: 0 });
	});
});

describe('a list of changes', () => {
	const envelope = { id: 'x', madeAt: 0, kind: 'together' };
	const some = (count: number) =>
		Array.from({ length: count }, () => move(crypto.randomUUID(), { startsAt: at(0, 9) }));
	const issues = (parts: unknown) =>
		intentSchema.safeParse({ ...envelope, parts }).error?.issues.map(({ path }) => path.join('.'));

	it('is neither empty nor endless, and names each visit once', () => {
		const [one] = some(1).map((part) => ({ ...part, changes: { startsAt: Date.UTC(2027, 0, 4) } }));
		expect(issues([one])).toBeUndefined();
		expect(issues([])).toEqual(['parts']);
		expect(issues(Array(MAX_PARTS + 1).fill(one))).toContain('parts');
		expect(issues([one, one])).toEqual(['parts']);
		expect(issues([{ ...one, changes: {} }])).toEqual(['parts.0.changes']);
	});
});
