import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Actor } from '#domain/access/actor.ts';
import { planVisits } from '#domain/messaging/commands/plan.ts';
import { carryOut } from '#domain/scheduling/commands.ts';
import { changedBlock } from '#domain/scheduling/block-moves.ts';
import { subjectIdOf, type Intent, type Part } from '#domain/scheduling/intents.ts';
import { appointmentHistory, readAppointment, readBlock } from '#domain/scheduling/queries.ts';
import type { Verdict } from '#domain/scheduling/verdict.ts';
import { clinicFactory, staffFactory, type Clinic } from '../../factories/clinic-factory.ts';
import { freshDatabase, type FreshDatabase } from '../../support/test-postgres.ts';
import { ACCEPTED, at, deskOf, nextDay, NOW, refusedWith } from './clinic-desk.ts';

let fresh: FreshDatabase;
let owner: pg.Client;
let clinic: Clinic;
let colleague: Actor;
let desk: ReturnType<typeof deskOf>;
beforeAll(async () => {
	fresh = await freshDatabase();
	owner = new pg.Client(fresh.ownerUrl);
	await owner.connect();
	clinic = await clinicFactory(fresh.database, { practitioners: 3, rooms: 3, patients: 9 });
	colleague = await staffFactory(fresh.database, clinic, { role: 'receptionist' });
	desk = deskOf(fresh, clinic);
});
afterAll(async () => {
	await owner.end();
	await fresh.drop();
});

const send = (intent: Omit<Intent, 'id' | 'madeAt'>, actor = clinic.receptionist) =>
	carryOut(fresh.database, actor, { id: crypto.randomUUID(), madeAt: 0, ...intent } as Intent, {
		now: NOW
	});
/** Carries it out. @returns the intent's id */
async function done(intent: Part | Omit<Intent, 'id' | 'madeAt'>, actor?: Actor): Promise<string> {
	const verdict = await send(intent as Omit<Intent, 'id' | 'madeAt'>, actor);
	if (verdict.outcome !== 'accepted') throw new Error(JSON.stringify(verdict));
	return verdict.intentId;
}
const undo = (intentId: string, actor = clinic.receptionist): Promise<Verdict> =>
	send({ kind: 'undo', intentId } as Omit<Intent, 'id' | 'madeAt'>, actor);

async function visitOf(id: string) {
	const read = await readAppointment(fresh.database, clinic.receptionist, id);
	if (!read.ok) throw new Error(read.refusal.code);
	const { startsAt, durationMinutes, status, practitioner, room, confirmedAt, patient } =
		read.value;
	const remark = patient && 'remark' in patient ? patient.remark : '';
	return {
		...{ startsAt, durationMinutes, status, confirmedAt, remark },
		...{ practitionerId: practitioner.id, roomId: room.id }
	};
}
async function historyOf(id: string) {
	const read = await appointmentHistory(fresh.database, clinic.receptionist, id);
	if (!read.ok) throw new Error(read.refusal.code);
	return read.value;
}
const revisionOf = async (id: string) => {
	const read = await readAppointment(fresh.database, clinic.receptionist, id);
	return read.ok ? read.value.revision : 0;
};
const claimsOf = async (id: string) =>
	(await owner.query('SELECT count(*)::int AS n FROM claims WHERE appointment_id = $1', [id]))
		.rows[0].n as number;

describe('what one person did is undone and done again', () => {
	let midnight = 0;
	type Change = (id: string, basedOnRevision: number) => Part;
	const [doctor, room] = [() => clinic.practitionerIds[1]!, () => clinic.roomIds[1]!];
	it.each<[string, Change]>([
		[
			'a move in time',
			(appointmentId, basedOnRevision) => ({
				...{ kind: 'move', appointmentId, basedOnRevision },
				changes: { startsAt: at(midnight, 11) }
			})
		],
		[
			'another doctor and room',
			(appointmentId, basedOnRevision) => ({
				...{ kind: 'move', appointmentId, basedOnRevision },
				changes: { practitionerId: doctor(), roomId: room() }
			})
		],
		[
			'another length, drawn upwards',
			(appointmentId, basedOnRevision) => ({
				...{ kind: 'resize', appointmentId, basedOnRevision },
				changes: { durationMinutes: 40, startsAt: at(midnight, 8, 40) }
			})
		],
		[
			'another length',
			(appointmentId, basedOnRevision) => ({
				...{ kind: 'resize', appointmentId, basedOnRevision },
				changes: { durationMinutes: 45 }
			})
		],
		[
			'a status',
			(appointmentId, basedOnRevision) => ({
				...{ kind: 'set-status', appointmentId, basedOnRevision },
				changes: { status: 'noshow' }
			})
		],
		[
			'a confirmation',
			(appointmentId, basedOnRevision) => ({
				...{ kind: 'confirm', appointmentId, basedOnRevision },
				changes: { confirmed: true }
			})
		],
		[
			'a note',
			(appointmentId, basedOnRevision) => ({
				...{ kind: 'remark', appointmentId, basedOnRevision },
				changes: { remark: 'needs a wheelchair' }
			})
		],
		[
			'cancelling',
			(appointmentId, basedOnRevision) => ({
				...{ kind: 'cancel', appointmentId, basedOnRevision },
				changes: { reason: 'patient-ill' }
			})
		]
	])('%s', async (_, change) => {
		midnight = nextDay();
		const id = await desk.booked({ startsAt: at(midnight, 9) });
		const before = await visitOf(id);
		const intentId = await done(change(id, 1));
		const after = await visitOf(id);
		expect(after).not.toEqual(before);
		const undone = await undo(intentId);
		expect(undone).toMatchObject({ ...ACCEPTED, subjectId: id, revision: 3 });
		expect(await visitOf(id)).toEqual(before);
		const redone = await undo(undone.intentId);
		expect(redone).toMatchObject(ACCEPTED);
		expect(await visitOf(id)).toEqual(after);
		expect(await undo(redone.intentId)).toMatchObject(ACCEPTED);
		expect(await visitOf(id)).toEqual(before);
		expect(await claimsOf(id)).toBe(3);
		expect((await historyOf(id)).map(({ kind }) => kind)).toEqual([
			...['undo', 'redo', 'undo', expect.any(String), 'book']
		]);
	});
	it('a booking, which is cancelled then', async () => {
		const midnight = nextDay();
		const booking = desk.booking({ startsAt: at(midnight, 9) });
		const intentId = await done(booking);
		const undone = await undo(intentId);
		expect(undone).toMatchObject(ACCEPTED);
		expect(await visitOf(booking.appointmentId)).toMatchObject({ status: 'cancelled' });
		expect(await claimsOf(booking.appointmentId)).toBe(0);
		expect(await undo(undone.intentId)).toMatchObject(ACCEPTED);
		expect(await visitOf(booking.appointmentId)).toMatchObject({ status: 'booked' });
	});

	it('a block that is made, and one that is given back', async () => {
		const midnight = nextDay();
		const blockId = crypto.randomUUID();
		const made = await done({
			...{ kind: 'block', blockId },
			changes: {
				...{ clinicId: clinic.clinicId, resourceId: clinic.practitionerIds[0]! },
				...{ startsAt: at(midnight, 12), durationMinutes: 30, kind: 'break' }
			}
		});
		const isThere = async () => (await readBlock(fresh.database, clinic.receptionist, blockId)).ok;
		const undone = await undo(made);
		expect(undone).toMatchObject({ ...ACCEPTED, revision: 2 });
		expect(await isThere()).toBe(false);
		expect(await undo(undone.intentId)).toMatchObject({ ...ACCEPTED, revision: 3 });
		expect(await isThere()).toBe(true);
		const removed = await done({ kind: 'unblock', blockId, basedOnRevision: 3 });
		expect(await undo(removed)).toMatchObject(ACCEPTED);
		expect(await isThere()).toBe(true);
		const taken = desk.booking({ startsAt: at(midnight, 12) });
		expect(await desk.perform(taken)).toMatchObject(refusedWith('practitioner-blocked'));
	});

	it('a block that got another time or length, wherever the two meet', async () => {
		const midnight = nextDay();
		const { clinicId } = clinic;
		const row = {
			...{ resourceId: clinic.practitionerIds[0]!, kind: 'meeting' as const },
			...{ startsAt: at(midnight, 10), durationMinutes: 60 }
		};
		const id = crypto.randomUUID();
		await done({ kind: 'block', blockId: id, changes: { clinicId, ...row } });
		const to = { clinicId, startsAt: at(midnight, 10, 30), durationMinutes: 90 };
		const parts = changedBlock({ ...row, id, revision: 1 }, to);
		const newId = subjectIdOf(parts[1]!);
		const read = (blockId: string) => readBlock(fresh.database, clinic.receptionist, blockId);
		const changed = await done({ kind: 'together', parts } as never);
		const undone = await undo(changed);
		expect(undone).toMatchObject(ACCEPTED);
		expect(await read(id)).toMatchObject({ ok: true, value: row });
		expect(await read(newId)).toMatchObject({ ok: false });
		// And done again.
		const again = await undo(undone.intentId);
		expect(again).toMatchObject(ACCEPTED);
		expect(await read(id)).toMatchObject({ ok: false });
		const { startsAt, durationMinutes } = to;
		expect(await read(newId)).toMatchObject({ ok: true, value: { startsAt, durationMinutes } });
		expect(await undo(again.intentId)).toMatchObject(ACCEPTED);
		expect(await read(id)).toMatchObject({ ok: true, value: row });
	});

	it('several changes as one', async () => {
		const midnight = nextDay();
		const [early, late] = [at(midnight, 9), at(midnight, 9, 20)];
		const a = await desk.booked({ startsAt: early });
		const b = await desk.booked({ startsAt: late, patient: 1 });
		const to = (appointmentId: string, startsAt: number): Part => ({
			...{ kind: 'move', appointmentId, basedOnRevision: 1 },
			changes: { startsAt }
		});
		const swapped = await done({ kind: 'together', parts: [to(a, late), to(b, early)] } as never);
		expect((await visitOf(a)).startsAt).toBe(late);
		const undone = await undo(swapped);
		expect(undone).toMatchObject({ ...ACCEPTED, others: [{ revision: 3 }] });
		expect([(await visitOf(a)).startsAt, (await visitOf(b)).startsAt]).toEqual([early, late]);
		// Somebody else moves one of them: none goes back.
		await undo(undone.intentId);
		const later = (id: string, hour: number) => ({
			...to(id, at(midnight, hour)),
			basedOnRevision: 4
		});
		const again = await done({ kind: 'together', parts: [later(a, 14), later(b, 15)] } as never);
		await done({ ...to(b, at(midnight, 16)), basedOnRevision: 5 } as Part, colleague);
		expect(await undo(again)).toMatchObject({
			outcome: 'refused',
			refusal: {
				code: 'some-refused',
				parts: [{ subjectId: b, refusal: { code: 'changed-since' } }]
			}
		});
		expect((await visitOf(a)).startsAt).toBe(at(midnight, 14));
	});

	it('one after the other, back to the first', async () => {
		const midnight = nextDay();
		const id = await desk.booked({ startsAt: at(midnight, 9) });
		const hours = [10, 11, 12];
		const intents: string[] = [];
		for (const [i, hour] of hours.entries()) {
			const changes = { startsAt: at(midnight, hour) };
			intents.push(
				await done({ kind: 'move', appointmentId: id, basedOnRevision: i + 1, changes })
			);
		}
		// Not out of turn: the last move is by the same person, and is another's work all the same.
		expect(await undo(intents[0]!)).toMatchObject(refusedWith('changed-since'));
		for (const intentId of intents.toReversed()) {
			expect(await undo(intentId)).toMatchObject(ACCEPTED);
		}
		expect((await visitOf(id)).startsAt).toBe(at(midnight, 9));
		expect(await undo(intents[2]!)).toMatchObject(refusedWith('changed-since'));
	});

	it('with the confirmation that the move had ended', async () => {
		const midnight = nextDay();
		const id = await desk.booked({ startsAt: at(midnight, 9) });
		const changes = { confirmed: true };
		await done({ kind: 'confirm', appointmentId: id, basedOnRevision: 1, changes });
		const confirmed = await visitOf(id);
		const moved = await done({
			...{ kind: 'move', appointmentId: id, basedOnRevision: 2 },
			changes: { startsAt: at(midnight, 10) }
		});
		expect((await visitOf(id)).confirmedAt).toBe(null);
		expect(await undo(moved)).toMatchObject(ACCEPTED);
		expect(await visitOf(id)).toEqual(confirmed);
	});

	it('where rules were set aside, by whoever may do so', async () => {
		const midnight = nextDay();
		const manager = await staffFactory(fresh.database, clinic, { role: 'clinic-administrator' });
		await desk.booked({ startsAt: at(midnight, 9) });
		const booking = desk.booking({ startsAt: at(midnight, 9), room: 1, patient: 1 });
		await done({ ...booking, override: 'in pain' }, manager);
		const id = booking.appointmentId;
		const cancel = (basedOnRevision: number): Part => ({
			...{ kind: 'cancel', appointmentId: id, basedOnRevision },
			changes: { reason: 'other' }
		});
		expect(await undo(await done(cancel(1), manager), manager)).toMatchObject(ACCEPTED);
		expect(await visitOf(id)).toMatchObject({ status: 'booked' });
		expect(await undo(await done(cancel(3)))).toMatchObject(refusedWith('not-allowed'));
	});
});

describe('of a colleague’s work nothing is rewound', () => {
	const based = (appointmentId: string, basedOnRevision: number) => ({
		appointmentId,
		basedOnRevision
	});

	it('where they changed the same field since, the undo is refused and says so', async () => {
		const midnight = nextDay();
		const id = await desk.booked({ startsAt: at(midnight, 9) });
		const mine = await done({
			...{ kind: 'move', ...based(id, 1) },
			changes: { startsAt: at(midnight, 10) }
		});
		const theirs = await done(
			{ kind: 'move', ...based(id, 2), changes: { startsAt: at(midnight, 11) } },
			colleague
		);
		expect(await undo(mine)).toMatchObject(refusedWith('changed-since'));
		expect((await visitOf(id)).startsAt).toBe(at(midnight, 11));
		// Theirs is taken back, by themselves: the field is mine again.
		expect(await undo(theirs, colleague)).toMatchObject(ACCEPTED);
		expect(await undo(mine)).toMatchObject(ACCEPTED);
		expect((await visitOf(id)).startsAt).toBe(at(midnight, 9));
	});

	it('and where they put it back by hand it is theirs', async () => {
		const midnight = nextDay();
		const id = await desk.booked({ startsAt: at(midnight, 9) });
		const move = (revision: number, hour: number): Part => ({
			...{ kind: 'move', ...based(id, revision) },
			changes: { startsAt: at(midnight, hour) }
		});
		const mine = await done(move(1, 10));
		await done(move(2, 11), colleague);
		await done(move(3, 10), colleague);
		expect(await undo(mine)).toMatchObject(refusedWith('changed-since'));
	});

	it('other fields that they changed stay as they are', async () => {
		const midnight = nextDay();
		const id = await desk.booked({ startsAt: at(midnight, 9) });
		const mine = await done({
			...{ kind: 'move', ...based(id, 1) },
			changes: { startsAt: at(midnight, 10) }
		});
		await done({ kind: 'resize', ...based(id, 2), changes: { durationMinutes: 50 } }, colleague);
		const roomId = clinic.roomIds[2]!;
		await done({ kind: 'move', ...based(id, 3), changes: { roomId } }, colleague);
		await done({ kind: 'set-status', ...based(id, 4), changes: { status: 'arrived' } }, colleague);
		await done({ kind: 'remark', ...based(id, 5), changes: { remark: 'theirs' } }, colleague);
		expect(await undo(mine)).toMatchObject(ACCEPTED);
		expect(await visitOf(id)).toMatchObject({
			...{ startsAt: at(midnight, 9), durationMinutes: 50, roomId },
			...{ status: 'arrived', remark: 'theirs' }
		});
	});

	it('a booking on which they have worked stays', async () => {
		const midnight = nextDay();
		const booking = desk.booking({ startsAt: at(midnight, 9) });
		const mine = await done(booking);
		const id = booking.appointmentId;
		await done({ kind: 'remark', ...based(id, 1), changes: { remark: 'theirs' } }, colleague);
		expect(await undo(mine)).toMatchObject(refusedWith('changed-since'));
	});

	it('nor is what they did anybody else’s to undo', async () => {
		const midnight = nextDay();
		const id = await desk.booked({ startsAt: at(midnight, 9) });
		const theirs = await done(
			{ kind: 'remark', ...based(id, 1), changes: { remark: 'theirs' } },
			colleague
		);
		expect(await undo(theirs)).toMatchObject(refusedWith('nothing-to-undo'));
		expect(await undo('never-made')).toMatchObject(refusedWith('nothing-to-undo'));
	});
});

describe('an undo is judged like any other change', () => {
	it('and refused where the time was taken since', async () => {
		const midnight = nextDay();
		const id = await desk.booked({ startsAt: at(midnight, 9) });
		const mine = await done({
			...{ kind: 'move', appointmentId: id, basedOnRevision: 1 },
			changes: { startsAt: at(midnight, 10) }
		});
		await desk.booked({ startsAt: at(midnight, 9), patient: 1 });
		expect(await undo(mine)).toMatchObject(refusedWith('practitioner-busy'));
	});

	it('and by what its author may do now', async () => {
		const midnight = nextDay();
		const id = await desk.booked({ startsAt: at(midnight, 9) });
		const mine = await done({
			...{ kind: 'move', appointmentId: id, basedOnRevision: 1 },
			changes: { startsAt: at(midnight, 10) }
		});
		const demoted = { ...clinic.receptionist, roles: [] };
		expect(await undo(mine, demoted)).toMatchObject(refusedWith('not-allowed'));
	});

	it('and not when the day’s work is over', async () => {
		const midnight = nextDay();
		const id = await desk.booked({ startsAt: at(midnight, 9) });
		const changes = { startsAt: at(midnight, 10) };
		const move = { kind: 'move', appointmentId: id, basedOnRevision: 1, changes } as const;
		const mine = await done(move);
		const age = (hours: number) =>
			owner.query(
				`UPDATE verdicts SET made_at = now() - make_interval(hours => $2) WHERE intent_id = $1`,
				[mine, hours]
			);
		await age(12);
		expect(await undo(mine)).toMatchObject(refusedWith('nothing-to-undo'));
		await age(11);
		expect(await undo(mine)).toMatchObject(ACCEPTED);
	});

	it('once, however often it is delivered', async () => {
		const midnight = nextDay();
		const id = await desk.booked({ startsAt: at(midnight, 9) });
		const mine = await done({
			...{ kind: 'move', appointmentId: id, basedOnRevision: 1 },
			changes: { startsAt: at(midnight, 10) }
		});
		const intent = { id: crypto.randomUUID(), madeAt: 0, kind: 'undo', intentId: mine } as const;
		const both = await Promise.all(
			[0, 1].map(() => carryOut(fresh.database, clinic.receptionist, intent, { now: NOW }))
		);
		expect(both[0]).toEqual(both[1]);
		expect(await revisionOf(id)).toBe(3);
	});

	it('while a colleague moves the same visit: one of the two is first, and no move of theirs is lost', async () => {
		for (let round = 0; round < 8; round++) {
			const midnight = nextDay();
			const id = await desk.booked({ startsAt: at(midnight, 9) });
			const mine = await done({
				...{ kind: 'move', appointmentId: id, basedOnRevision: 1 },
				changes: { startsAt: at(midnight, 10) }
			});
			const [undone, moved] = await Promise.all([
				undo(mine),
				send(
					{
						...{ kind: 'move', appointmentId: id, basedOnRevision: 2 },
						changes: { startsAt: at(midnight, 11) }
					} as never,
					colleague
				)
			]);
			expect([undone.outcome, moved.outcome].filter((one) => one === 'accepted')).toHaveLength(1);
			expect((await visitOf(id)).startsAt).toBe(
				at(midnight, moved.outcome === 'accepted' ? 11 : 9)
			);
		}
	});
});

describe('cancelling', () => {
	async function cancelled() {
		const midnight = nextDay();
		const id = await desk.booked({ startsAt: at(midnight, 9) });
		// The patient knows of it: a cancellation has something to take back.
		await planVisits(fresh.database, clinic.organizationId, [id], { now: NOW });
		await owner.query(
			`UPDATE messages SET state = 'sent', settled_at = now() WHERE appointment_id = $1 AND kind = 'confirmation'`,
			[id]
		);
		const intentId = await done({
			...{ kind: 'cancel', appointmentId: id, basedOnRevision: 1 },
			changes: { reason: 'patient-asked' }
		});
		await planVisits(fresh.database, clinic.organizationId, [id], { now: NOW });
		return { id, intentId };
	}
	const messageOf = async (id: string) =>
		(
			await owner.query(
				`SELECT state, suppression, epoch_ms(due_at)::float8 AS due FROM messages
				WHERE appointment_id = $1 AND kind = 'cancellation'`,
				[id]
			)
		).rows[0];

	it('is undone within the grace time, and the message does not leave', async () => {
		const { id, intentId } = await cancelled();
		expect(await messageOf(id)).toMatchObject({ state: 'queued' });
		expect((await messageOf(id)).due).toBeGreaterThanOrEqual(NOW + 120_000);
		expect(await undo(intentId)).toMatchObject(ACCEPTED);
		await planVisits(fresh.database, clinic.organizationId, [id], { now: NOW });
		expect(await messageOf(id)).toMatchObject({ state: 'suppressed' });
		const { rows } = await owner.query(
			`SELECT kind FROM messages WHERE appointment_id = $1 AND state = 'queued' AND kind IN ('change', 'cancellation')`,
			[id]
		);
		expect(rows).toEqual([]);
	});

	it.each([
		['two seconds', 2_000, refusedWith('message-left')],
		['five seconds', 5_000, ACCEPTED]
	])('is undone or not where its message is due in %s', async (_, dueIn, expected) => {
		const { id, intentId } = await cancelled();
		await owner.query(
			`UPDATE messages SET due_at = to_timestamp($2::float8 / 1000)
				WHERE appointment_id = $1 AND kind = 'cancellation'`,
			[id, NOW + dueIn]
		);
		expect(await undo(intentId)).toMatchObject(expected);
	});

	it.each(['sending', 'sent', 'delivered'])('stays when its message is %s', async (state) => {
		const { id, intentId } = await cancelled();
		await owner.query(
			`UPDATE messages SET state = $2, settled_at = CASE WHEN $2 <> 'sending' THEN now() END,
				claimed_until = CASE WHEN $2 = 'sending' THEN now() + interval '1 hour' END
			WHERE appointment_id = $1 AND kind = 'cancellation'`,
			[id, state]
		);
		expect(await undo(intentId)).toMatchObject(refusedWith('message-left'));
		expect(await visitOf(id)).toMatchObject({ status: 'cancelled' });
	});
});

describe('a time that became free', () => {
	const nextAt = async (id: string) =>
		(
			await owner.query(
				`SELECT extract(epoch FROM o.next_at - o.made_at)::int AS seconds FROM waitlist_openings o
				JOIN appointments a ON a.starts_at = o.starts_at WHERE a.id = $1`,
				[id]
			)
		).rows[0].seconds as number;

	it('is offered to nobody within a grace time that was chosen', async () => {
		const cancelNew = async () => {
			const id = await desk.booked({ startsAt: at(nextDay(), 9) });
			const changes = { reason: 'patient-asked' as const };
			await done({ kind: 'cancel', appointmentId: id, basedOnRevision: 1, changes });
			return id;
		};
		expect(await nextAt(await cancelNew())).toBe(0);
		await owner.query(
			`UPDATE organizations SET settings = '{"messages": {"graceMinutes": 3}}' WHERE id = $1`,
			[clinic.organizationId]
		);
		expect(await nextAt(await cancelNew())).toBe(180);
	});
});
