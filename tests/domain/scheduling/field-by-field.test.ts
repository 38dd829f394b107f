import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Actor } from '#domain/access/actor.ts';
import { adjustmentsOf, judgeBasis, type Basis } from '#domain/scheduling/field-by-field.ts';
import { readBoard } from '#domain/board/queries.ts';
import type { Part, PartOf } from '#domain/scheduling/intents.ts';
import { readAppointment } from '#domain/scheduling/queries.ts';
import { clinicFactory, staffFactory, type Clinic } from '../../factories/clinic-factory.ts';
import { freshDatabase, type FreshDatabase } from '../../support/test-postgres.ts';
import { at, deskOf, nextDay, refusedWith } from './clinic-desk.ts';

/** Placed at 5, status at 3, confirmed at 1, remark at 4. */
const CURRENT = {
	...{ revision: 5, placementRevision: 5, statusRevision: 3 },
	...{ confirmationRevision: 1, remarkRevision: 4 }
};
const basis = (basedOnRevision: number, own: number[] = [], exactRevision = false): Basis => ({
	...{ basedOnRevision, ownRevisions: new Set(own), exactRevision }
});
const OK = (...fields: string[]) => ({ ok: true, value: fields });
const STALE = { ok: false, refusal: { code: 'stale-revision', field: 'basedOnRevision' } };

describe('a change is judged by its own field', () => {
	it.each([
		['all was seen', 'move', basis(5), OK()],
		['its own field was changed', 'move', basis(4), STALE],
		['its own field was changed, and others', 'resize', basis(2), STALE],
		['a status beside a move', 'set-status', basis(3), OK('placement', 'remark')],
		['a status that was set meanwhile', 'cancel', basis(2), STALE],
		['a remark beside a move', 'remark', basis(4), OK('placement')],
		['a remark that was written meanwhile', 'remark', basis(3), STALE],
		['a confirmation beside all else', 'confirm', basis(1), OK('placement', 'status', 'remark')],
		['its author moved it themselves', 'move', basis(4, [5]), OK()],
		['its author wrote the note, somebody else moved it', 'move', basis(3, [4]), STALE],
		['its author moved it, somebody else wrote a note', 'move', basis(3, [5]), OK('remark')],
		['any change refuses where the revision is exact', 'confirm', basis(4, [], true), STALE],
		['a revision that there is not yet', 'move', basis(6), STALE]
	] as const)('%s', (_, kind, based, expected) => {
		expect(judgeBasis(kind, CURRENT, based)).toEqual(expected);
	});

	it('tells of other equipment, and of none where there was none', () => {
		const after = (...supportIds: string[]) => ({ id: 'v', supportIds });
		expect(adjustmentsOf(after('a', 'b'), after('b', 'a'), [])).toEqual([]);
		expect(adjustmentsOf(after(), after('a'), [])).toEqual([]);
		expect(adjustmentsOf(null, after('a'), [])).toEqual([]);
		expect(adjustmentsOf(after('a'), after('b'), ['status'])).toEqual([
			{ kind: 'changed-meanwhile', subjectId: 'v', fields: ['status'] },
			{ kind: 'other-support', subjectId: 'v', supportIds: ['b'] }
		]);
	});
});

let fresh: FreshDatabase;
let clinic: Clinic;
let desk: ReturnType<typeof deskOf>;
let colleague: Actor;
beforeAll(async () => {
	fresh = await freshDatabase();
	clinic = await clinicFactory(fresh.database, {
		...{ practitioners: 2, rooms: 2, patients: 5, equipment: ['ultrasound', 'ultrasound'] },
		service: { equipmentKinds: ['ultrasound'] }
	});
	desk = deskOf(fresh, clinic);
	colleague = await staffFactory(fresh.database, clinic, { role: 'receptionist' });
});
afterAll(() => fresh.drop());

const stored = async (id: string) => {
	const found = await readAppointment(fresh.database, clinic.receptionist, id);
	return found.ok ? found.value : null;
};
const devicesOf = async (midnight: number, id: string) => {
	const date = new Date(midnight).toISOString().slice(0, 10);
	const board = await readBoard(fresh.database, { ...clinic, date });
	return board!.rows.appointments[id]!.supportIds;
};
/** `id`: of the intent, where another one names it. */
const move = (appointmentId: string, startsAt: number, more: object = {}) =>
	({ kind: 'move', appointmentId, basedOnRevision: 1, changes: { startsAt }, ...more }) as Part;
const status = (appointmentId: string, more: object = {}) =>
	({
		...{ kind: 'set-status', appointmentId, basedOnRevision: 1 },
		...{ changes: { status: 'arrived' }, ...more }
	}) as Part;

describe('what was made against a visit that somebody changed meanwhile', () => {
	it('a status and a note leave the move as it is, and say that it was moved', async () => {
		const midnight = nextDay();
		const id = await desk.booked({ startsAt: at(midnight, 9) });
		await desk.perform(move(id, at(midnight, 11)), colleague);
		const meanwhile = { kind: 'changed-meanwhile', subjectId: id };
		expect(await desk.perform(status(id))).toMatchObject({
			...{ outcome: 'adjusted', revision: 3 },
			// A move by staff is asked about anew: nobody has confirmed that time.
			adjustments: [{ ...meanwhile, fields: ['placement', 'confirmation'] }]
		});
		const note: Part = {
			...{ kind: 'remark', appointmentId: id, basedOnRevision: 1 },
			changes: { remark: 'Wheelchair' }
		};
		expect(await desk.perform(note)).toMatchObject({ outcome: 'adjusted', revision: 4 });
		expect(await stored(id)).toMatchObject({ startsAt: at(midnight, 11), status: 'arrived' });
	});

	it('a move against another move is refused, and the colleague’s stays', async () => {
		const midnight = nextDay();
		const id = await desk.booked({ startsAt: at(midnight, 9) });
		await desk.perform(move(id, at(midnight, 11)), colleague);
		expect(await desk.perform(move(id, at(midnight, 12)))).toMatchObject(
			refusedWith('stale-revision')
		);
		expect(await stored(id)).toMatchObject({ startsAt: at(midnight, 11), revision: 2 });
	});

	it('a move that finds the device taken takes the other one, and says so', async () => {
		const midnight = nextDay();
		const id = await desk.booked({ startsAt: at(midnight, 9) });
		const [had, other] = clinic.equipmentIds as [string, string];
		const blocked: PartOf<'block'> = {
			...{ kind: 'block', blockId: crypto.randomUUID() },
			changes: {
				...{ clinicId: clinic.clinicId, resourceId: had, kind: 'maintenance' },
				...{ startsAt: at(midnight, 11), durationMinutes: 60 }
			}
		};
		const device = (await devicesOf(midnight, id))[0]!;
		expect([had, other]).toContain(device);
		await desk.perform(
			device === had ? blocked : { ...blocked, changes: { ...blocked.changes, resourceId: device } }
		);
		const verdict = await desk.perform(move(id, at(midnight, 11)));
		expect(verdict).toMatchObject({
			outcome: 'adjusted',
			adjustments: [
				{ kind: 'other-support', subjectId: id, supportIds: [device === had ? other : had] }
			]
		});
	});
});

describe('several changes of one visit that were made without a line', () => {
	const chain = (...ids: string[]) => ({ after: ids });

	it('all count, though their author saw none of their revisions', async () => {
		const midnight = nextDay();
		const id = await desk.booked({ startsAt: at(midnight, 9) });
		// A colleague's note comes between: every revision is one further than the author could count.
		const note: Part = {
			...{ kind: 'remark', appointmentId: id, basedOnRevision: 1 },
			changes: { remark: 'Speaks Polish' }
		};
		await desk.perform(note, colleague);
		const [first, second] = [crypto.randomUUID(), crypto.randomUUID()];
		const wishes = [
			move(id, at(midnight, 10), { id: first }),
			move(id, at(midnight, 11), { id: second, ...chain(first) }),
			move(id, at(midnight, 12), chain(first, second))
		];
		const outcomes = [];
		for (const wish of wishes) outcomes.push((await desk.perform(wish)).outcome);
		expect(outcomes).toEqual(['adjusted', 'adjusted', 'adjusted']);
		expect(await stored(id)).toMatchObject({ startsAt: at(midnight, 12), revision: 5 });
	});

	it('what a colleague did between two of them is not overwritten by the second', async () => {
		const midnight = nextDay();
		const id = await desk.booked({ startsAt: at(midnight, 9) });
		const first = crypto.randomUUID();
		await desk.perform(move(id, at(midnight, 10), { id: first }));
		await desk.perform(move(id, at(midnight, 14), { basedOnRevision: 2 }), colleague);
		const second = move(id, at(midnight, 11), chain(first));
		expect(await desk.perform(second)).toMatchObject(refusedWith('stale-revision'));
		expect(await stored(id)).toMatchObject({ startsAt: at(midnight, 14) });
	});

	it('the second stands by itself where the first was refused', async () => {
		const midnight = nextDay();
		const id = await desk.booked({ startsAt: at(midnight, 9) });
		await desk.booked({ startsAt: at(midnight, 10), patient: 1 });
		const first = crypto.randomUUID();
		expect(await desk.perform(move(id, at(midnight, 10), { id: first }))).toMatchObject(
			refusedWith('practitioner-busy')
		);
		expect(await desk.perform(move(id, at(midnight, 11), chain(first)))).toMatchObject({
			...{ outcome: 'accepted', revision: 2 }
		});
	});

	it('what an earlier one made of another visit is none of this one’s revisions', async () => {
		const midnight = nextDay();
		const id = await desk.booked({ startsAt: at(midnight, 9) });
		const other = await desk.booked({ startsAt: at(midnight, 12), patient: 1 });
		const first = crypto.randomUUID();
		await desk.perform(move(other, at(midnight, 13), { id: first }));
		await desk.perform(move(id, at(midnight, 14)), colleague);
		const second = move(id, at(midnight, 11), chain(first));
		expect(await desk.perform(second)).toMatchObject(refusedWith('stale-revision'));
	});

	it('nobody passes off a colleague’s change as their own', async () => {
		const midnight = nextDay();
		const id = await desk.booked({ startsAt: at(midnight, 9) });
		const theirs = crypto.randomUUID();
		await desk.perform(move(id, at(midnight, 10), { id: theirs }), colleague);
		const passed = move(id, at(midnight, 11), chain(theirs));
		expect(await desk.perform(passed)).toMatchObject(refusedWith('stale-revision'));
	});
});
