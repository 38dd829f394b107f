/** Of a colleague's work nothing is rewound, and an undo is judged like any other change. */
import { describe, expect, it } from 'vitest';
import { planVisits } from '#domain/messaging/commands/plan.ts';
import { carryOut } from '#domain/scheduling/commands.ts';
import type { Part } from '#domain/scheduling/intents.ts';
import { ACCEPTED, at, nextDay, NOW, refusedWith } from './clinic-desk.ts';
import { useUndoDesk } from './undo-desk.ts';

const here = useUndoDesk();
describe('of a colleague’s work nothing is rewound', () => {
	const based = (appointmentId: string, basedOnRevision: number) => ({
		appointmentId,
		basedOnRevision
	});

	it('where they changed the same field since, the undo is refused and says so', async () => {
		const midnight = nextDay();
		const id = await here.desk.booked({ startsAt: at(midnight, 9) });
		const mine = await here.done({
			...{ kind: 'move', ...based(id, 1) },
			changes: { startsAt: at(midnight, 10) }
		});
		const theirs = await here.done(
			{ kind: 'move', ...based(id, 2), changes: { startsAt: at(midnight, 11) } },
			here.colleague
		);
		expect(await here.undo(mine)).toMatchObject(refusedWith('changed-since'));
		expect((await here.visitOf(id)).startsAt).toBe(at(midnight, 11));
		// Theirs is taken back, by themselves: the field is mine again.
		expect(await here.undo(theirs, here.colleague)).toMatchObject(ACCEPTED);
		expect(await here.undo(mine)).toMatchObject(ACCEPTED);
		expect((await here.visitOf(id)).startsAt).toBe(at(midnight, 9));
	});

	it('and where they put it back by hand it is theirs', async () => {
		const midnight = nextDay();
		const id = await here.desk.booked({ startsAt: at(midnight, 9) });
		const move = (revision: number, hour: number): Part => ({
			...{ kind: 'move', ...based(id, revision) },
			changes: { startsAt: at(midnight, hour) }
		});
		const mine = await here.done(move(1, 10));
		await here.done(move(2, 11), here.colleague);
		await here.done(move(3, 10), here.colleague);
		expect(await here.undo(mine)).toMatchObject(refusedWith('changed-since'));
	});

	it('other fields that they changed stay as they are', async () => {
		const midnight = nextDay();
		const id = await here.desk.booked({ startsAt: at(midnight, 9) });
		const mine = await here.done({
			...{ kind: 'move', ...based(id, 1) },
			changes: { startsAt: at(midnight, 10) }
		});
		await here.done(
			{ kind: 'resize', ...based(id, 2), changes: { durationMinutes: 50 } },
			here.colleague
		);
		const roomId = here.clinic.roomIds[2]!;
		await here.done({ kind: 'move', ...based(id, 3), changes: { roomId } }, here.colleague);
		await here.done(
			{ kind: 'set-status', ...based(id, 4), changes: { status: 'arrived' } },
			here.colleague
		);
		await here.done(
			{ kind: 'remark', ...based(id, 5), changes: { remark: 'theirs' } },
			here.colleague
		);
		expect(await here.undo(mine)).toMatchObject(ACCEPTED);
		expect(await here.visitOf(id)).toMatchObject({
			...{ startsAt: at(midnight, 9), durationMinutes: 50, roomId },
			...{ status: 'arrived', remark: 'theirs' }
		});
	});

	it('a booking on which they have worked stays', async () => {
		const midnight = nextDay();
		const booking = here.desk.booking({ startsAt: at(midnight, 9) });
		const mine = await here.done(booking);
		const id = booking.appointmentId;
		await here.done(
			{ kind: 'remark', ...based(id, 1), changes: { remark: 'theirs' } },
			here.colleague
		);
		expect(await here.undo(mine)).toMatchObject(refusedWith('changed-since'));
	});

	it('nor is what they did anybody else’s to undo', async () => {
		const midnight = nextDay();
		const id = await here.desk.booked({ startsAt: at(midnight, 9) });
		const theirs = await here.done(
			{ kind: 'remark', ...based(id, 1), changes: { remark: 'theirs' } },
			here.colleague
		);
		expect(await here.undo(theirs)).toMatchObject(refusedWith('nothing-to-undo'));
		expect(await here.undo('never-made')).toMatchObject(refusedWith('nothing-to-undo'));
	});
});

describe('an undo is judged like any other change', () => {
	it('and refused where the time was taken since', async () => {
		const midnight = nextDay();
		const id = await here.desk.booked({ startsAt: at(midnight, 9) });
		const mine = await here.done({
			...{ kind: 'move', appointmentId: id, basedOnRevision: 1 },
			changes: { startsAt: at(midnight, 10) }
		});
		await here.desk.booked({ startsAt: at(midnight, 9), patient: 1 });
		expect(await here.undo(mine)).toMatchObject(refusedWith('practitioner-busy'));
	});

	it('and by what its author may do now', async () => {
		const midnight = nextDay();
		const id = await here.desk.booked({ startsAt: at(midnight, 9) });
		const mine = await here.done({
			...{ kind: 'move', appointmentId: id, basedOnRevision: 1 },
			changes: { startsAt: at(midnight, 10) }
		});
		const demoted = { ...here.clinic.receptionist, roles: [] };
		expect(await here.undo(mine, demoted)).toMatchObject(refusedWith('not-allowed'));
	});

	it('and not when the day’s work is over', async () => {
		const midnight = nextDay();
		const id = await here.desk.booked({ startsAt: at(midnight, 9) });
		const changes = { startsAt: at(midnight, 10) };
		const move = { kind: 'move', appointmentId: id, basedOnRevision: 1, changes } as const;
		const mine = await here.done(move);
		const age = (hours: number) =>
			here.owner.query(
				`UPDATE verdicts SET made_at = now() - make_interval(hours => $2) WHERE intent_id = $1`,
				[mine, hours]
			);
		await age(12);
		expect(await here.undo(mine)).toMatchObject(refusedWith('nothing-to-undo'));
		await age(11);
		expect(await here.undo(mine)).toMatchObject(ACCEPTED);
	});

	it('once, however often it is delivered', async () => {
		const midnight = nextDay();
		const id = await here.desk.booked({ startsAt: at(midnight, 9) });
		const mine = await here.done({
			...{ kind: 'move', appointmentId: id, basedOnRevision: 1 },
			changes: { startsAt: at(midnight, 10) }
		});
		const intent = { id: crypto.randomUUID(), madeAt: 0, kind: 'undo', intentId: mine } as const;
		const both = await Promise.all(
			[0, 1].map(() =>
				carryOut(here.fresh.database, here.clinic.receptionist, intent, { now: NOW })
			)
		);
		expect(both[0]).toEqual(both[1]);
		expect(await here.revisionOf(id)).toBe(3);
	});

	it('while a colleague moves the same visit: one of the two is first, and no move of theirs is lost', async () => {
		for (let round = 0; round < 8; round++) {
			const midnight = nextDay();
			const id = await here.desk.booked({ startsAt: at(midnight, 9) });
			const mine = await here.done({
				...{ kind: 'move', appointmentId: id, basedOnRevision: 1 },
				changes: { startsAt: at(midnight, 10) }
			});
			const [undone, moved] = await Promise.all([
				here.undo(mine),
				here.send(
					{
						...{ kind: 'move', appointmentId: id, basedOnRevision: 2 },
						changes: { startsAt: at(midnight, 11) }
					} as never,
					here.colleague
				)
			]);
			expect([undone.outcome, moved.outcome].filter((one) => one === 'accepted')).toHaveLength(1);
			expect((await here.visitOf(id)).startsAt).toBe(
				at(midnight, moved.outcome === 'accepted' ? 11 : 9)
			);
		}
	});
});

describe('cancelling', () => {
	async function cancelled() {
		const midnight = nextDay();
		const id = await here.desk.booked({ startsAt: at(midnight, 9) });
		// The patient knows of it: a cancellation has something to take back.
		await planVisits(here.fresh.database, here.clinic.organizationId, [id], { now: NOW });
		await here.owner.query(
			`UPDATE messages SET state = 'sent', settled_at = now() WHERE appointment_id = $1 AND kind = 'confirmation'`,
			[id]
		);
		const intentId = await here.done({
			...{ kind: 'cancel', appointmentId: id, basedOnRevision: 1 },
			changes: { reason: 'patient-asked' }
		});
		await planVisits(here.fresh.database, here.clinic.organizationId, [id], { now: NOW });
		return { id, intentId };
	}
	const messageOf = async (id: string) =>
		(
			await here.owner.query(
				`SELECT state, suppression, epoch_ms(due_at)::float8 AS due FROM messages
				WHERE appointment_id = $1 AND kind = 'cancellation'`,
				[id]
			)
		).rows[0];

	it('is undone within the grace time, and the message does not leave', async () => {
		const { id, intentId } = await cancelled();
		expect(await messageOf(id)).toMatchObject({ state: 'queued' });
		expect((await messageOf(id)).due).toBeGreaterThanOrEqual(NOW + 120_000);
		expect(await here.undo(intentId)).toMatchObject(ACCEPTED);
		await planVisits(here.fresh.database, here.clinic.organizationId, [id], { now: NOW });
		expect(await messageOf(id)).toMatchObject({ state: 'suppressed' });
		const { rows } = await here.owner.query(
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
		await here.owner.query(
			`UPDATE messages SET due_at = to_timestamp($2::float8 / 1000)
				WHERE appointment_id = $1 AND kind = 'cancellation'`,
			[id, NOW + dueIn]
		);
		expect(await here.undo(intentId)).toMatchObject(expected);
	});

	it.each(['sending', 'sent', 'delivered'])('stays when its message is %s', async (state) => {
		const { id, intentId } = await cancelled();
		await here.owner.query(
			`UPDATE messages SET state = $2, settled_at = CASE WHEN $2 <> 'sending' THEN now() END,
				claimed_until = CASE WHEN $2 = 'sending' THEN now() + interval '1 hour' END
			WHERE appointment_id = $1 AND kind = 'cancellation'`,
			[id, state]
		);
		expect(await here.undo(intentId)).toMatchObject(refusedWith('message-left'));
		expect(await here.visitOf(id)).toMatchObject({ status: 'cancelled' });
	});
});

describe('a time that became free', () => {
	const nextAt = async (id: string) =>
		(
			await here.owner.query(
				`SELECT extract(epoch FROM o.next_at - o.made_at)::int AS seconds FROM waitlist_openings o
				JOIN appointments a ON a.starts_at = o.starts_at WHERE a.id = $1`,
				[id]
			)
		).rows[0].seconds as number;

	it('is offered to nobody within a grace time that was chosen', async () => {
		const cancelNew = async () => {
			const id = await here.desk.booked({ startsAt: at(nextDay(), 9) });
			const changes = { reason: 'patient-asked' as const };
			await here.done({ kind: 'cancel', appointmentId: id, basedOnRevision: 1, changes });
			return id;
		};
		expect(await nextAt(await cancelNew())).toBe(0);
		await here.owner.query(
			`UPDATE organizations SET settings = '{"messages": {"graceMinutes": 3}}' WHERE id = $1`,
			[here.clinic.organizationId]
		);
		expect(await nextAt(await cancelNew())).toBe(180);
	});
});
