/** What one person did is undone and done again. */
import { describe, expect, it } from 'vitest';
import { changedBlock } from '#domain/scheduling/block-moves.ts';
import { subjectIdOf, type Part } from '#domain/scheduling/intents.ts';
import { readBlock } from '#domain/scheduling/queries.ts';
import { staffFactory } from '../../factories/clinic-factory.ts';
import { ACCEPTED, at, nextDay, refusedWith } from './clinic-desk.ts';
import { useUndoDesk } from './undo-desk.ts';

const here = useUndoDesk();
describe('what one person did is undone and done again', () => {
	let midnight = 0;
	type Change = (id: string, basedOnRevision: number) => Part;
	const [doctor, room] = [() => here.clinic.practitionerIds[1]!, () => here.clinic.roomIds[1]!];
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
		const id = await here.desk.booked({ startsAt: at(midnight, 9) });
		const before = await here.visitOf(id);
		const intentId = await here.done(change(id, 1));
		const after = await here.visitOf(id);
		expect(after).not.toEqual(before);
		const undone = await here.undo(intentId);
		expect(undone).toMatchObject({ ...ACCEPTED, subjectId: id, revision: 3 });
		expect(await here.visitOf(id)).toEqual(before);
		const redone = await here.undo(undone.intentId);
		expect(redone).toMatchObject(ACCEPTED);
		expect(await here.visitOf(id)).toEqual(after);
		expect(await here.undo(redone.intentId)).toMatchObject(ACCEPTED);
		expect(await here.visitOf(id)).toEqual(before);
		expect(await here.claimsOf(id)).toBe(3);
		expect((await here.historyOf(id)).map(({ kind }) => kind)).toEqual([
			...['undo', 'redo', 'undo', expect.any(String), 'book']
		]);
	});
	it('a booking, which is cancelled then', async () => {
		const midnight = nextDay();
		const booking = here.desk.booking({ startsAt: at(midnight, 9) });
		const intentId = await here.done(booking);
		const undone = await here.undo(intentId);
		expect(undone).toMatchObject(ACCEPTED);
		expect(await here.visitOf(booking.appointmentId)).toMatchObject({ status: 'cancelled' });
		expect(await here.claimsOf(booking.appointmentId)).toBe(0);
		expect(await here.undo(undone.intentId)).toMatchObject(ACCEPTED);
		expect(await here.visitOf(booking.appointmentId)).toMatchObject({ status: 'booked' });
	});

	it('a block that is made, and one that is given back', async () => {
		const midnight = nextDay();
		const blockId = crypto.randomUUID();
		const made = await here.done({
			...{ kind: 'block', blockId },
			changes: {
				...{ clinicId: here.clinic.clinicId, resourceId: here.clinic.practitionerIds[0]! },
				...{ startsAt: at(midnight, 12), durationMinutes: 30, kind: 'break' }
			}
		});
		const isThere = async () =>
			(await readBlock(here.fresh.database, here.clinic.receptionist, blockId)).ok;
		const undone = await here.undo(made);
		expect(undone).toMatchObject({ ...ACCEPTED, revision: 2 });
		expect(await isThere()).toBe(false);
		expect(await here.undo(undone.intentId)).toMatchObject({ ...ACCEPTED, revision: 3 });
		expect(await isThere()).toBe(true);
		const removed = await here.done({ kind: 'unblock', blockId, basedOnRevision: 3 });
		expect(await here.undo(removed)).toMatchObject(ACCEPTED);
		expect(await isThere()).toBe(true);
		const taken = here.desk.booking({ startsAt: at(midnight, 12) });
		expect(await here.desk.perform(taken)).toMatchObject(refusedWith('practitioner-blocked'));
	});

	it('a block that got another time or length, wherever the two meet', async () => {
		const midnight = nextDay();
		const { clinicId } = here.clinic;
		const row = {
			...{ resourceId: here.clinic.practitionerIds[0]!, kind: 'meeting' as const },
			...{ startsAt: at(midnight, 10), durationMinutes: 60 }
		};
		const id = crypto.randomUUID();
		await here.done({ kind: 'block', blockId: id, changes: { clinicId, ...row } });
		const to = { clinicId, startsAt: at(midnight, 10, 30), durationMinutes: 90 };
		const parts = changedBlock({ ...row, id, revision: 1 }, to);
		const newId = subjectIdOf(parts[1]!);
		const read = (blockId: string) =>
			readBlock(here.fresh.database, here.clinic.receptionist, blockId);
		const changed = await here.done({ kind: 'together', parts } as never);
		const undone = await here.undo(changed);
		expect(undone).toMatchObject(ACCEPTED);
		expect(await read(id)).toMatchObject({ ok: true, value: row });
		expect(await read(newId)).toMatchObject({ ok: false });
		// And done again.
		const again = await here.undo(undone.intentId);
		expect(again).toMatchObject(ACCEPTED);
		expect(await read(id)).toMatchObject({ ok: false });
		const { startsAt, durationMinutes } = to;
		expect(await read(newId)).toMatchObject({ ok: true, value: { startsAt, durationMinutes } });
		expect(await here.undo(again.intentId)).toMatchObject(ACCEPTED);
		expect(await read(id)).toMatchObject({ ok: true, value: row });
	});

	it('several changes as one', async () => {
		const midnight = nextDay();
		const [early, late] = [at(midnight, 9), at(midnight, 9, 20)];
		const a = await here.desk.booked({ startsAt: early });
		const b = await here.desk.booked({ startsAt: late, patient: 1 });
		const to = (appointmentId: string, startsAt: number): Part => ({
			...{ kind: 'move', appointmentId, basedOnRevision: 1 },
			changes: { startsAt }
		});
		const swapped = await here.done({
			kind: 'together',
			parts: [to(a, late), to(b, early)]
		} as never);
		expect((await here.visitOf(a)).startsAt).toBe(late);
		const undone = await here.undo(swapped);
		expect(undone).toMatchObject({ ...ACCEPTED, others: [{ revision: 3 }] });
		expect([(await here.visitOf(a)).startsAt, (await here.visitOf(b)).startsAt]).toEqual([
			early,
			late
		]);
		// Somebody else moves one of them: none goes back.
		await here.undo(undone.intentId);
		const later = (id: string, hour: number) => ({
			...to(id, at(midnight, hour)),
			basedOnRevision: 4
		});
		const again = await here.done({
			kind: 'together',
			parts: [later(a, 14), later(b, 15)]
		} as never);
		await here.done({ ...to(b, at(midnight, 16)), basedOnRevision: 5 } as Part, here.colleague);
		expect(await here.undo(again)).toMatchObject({
			outcome: 'refused',
			refusal: {
				code: 'some-refused',
				parts: [{ subjectId: b, refusal: { code: 'changed-since' } }]
			}
		});
		expect((await here.visitOf(a)).startsAt).toBe(at(midnight, 14));
	});

	it('one after the other, back to the first', async () => {
		const midnight = nextDay();
		const id = await here.desk.booked({ startsAt: at(midnight, 9) });
		const hours = [10, 11, 12];
		const intents: string[] = [];
		for (const [i, hour] of hours.entries()) {
			const changes = { startsAt: at(midnight, hour) };
			intents.push(
				await here.done({ kind: 'move', appointmentId: id, basedOnRevision: i + 1, changes })
			);
		}
		// Not out of turn: the last move is by the same person, and is another's work all the same.
		expect(await here.undo(intents[0]!)).toMatchObject(refusedWith('changed-since'));
		for (const intentId of intents.toReversed()) {
			expect(await here.undo(intentId)).toMatchObject(ACCEPTED);
		}
		expect((await here.visitOf(id)).startsAt).toBe(at(midnight, 9));
		expect(await here.undo(intents[2]!)).toMatchObject(refusedWith('changed-since'));
	});

	it('with the confirmation that the move had ended', async () => {
		const midnight = nextDay();
		const id = await here.desk.booked({ startsAt: at(midnight, 9) });
		const changes = { confirmed: true };
		await here.done({ kind: 'confirm', appointmentId: id, basedOnRevision: 1, changes });
		const confirmed = await here.visitOf(id);
		const moved = await here.done({
			...{ kind: 'move', appointmentId: id, basedOnRevision: 2 },
			changes: { startsAt: at(midnight, 10) }
		});
		expect((await here.visitOf(id)).confirmedAt).toBe(null);
		expect(await here.undo(moved)).toMatchObject(ACCEPTED);
		expect(await here.visitOf(id)).toEqual(confirmed);
	});

	it('where rules were set aside, by whoever may do so', async () => {
		const midnight = nextDay();
		const manager = await staffFactory(here.fresh.database, here.clinic, {
			role: 'clinic-administrator'
		});
		await here.desk.booked({ startsAt: at(midnight, 9) });
		const booking = here.desk.booking({ startsAt: at(midnight, 9), room: 1, patient: 1 });
		await here.done({ ...booking, override: 'in pain' }, manager);
		const id = booking.appointmentId;
		const cancel = (basedOnRevision: number): Part => ({
			...{ kind: 'cancel', appointmentId: id, basedOnRevision },
			changes: { reason: 'other' }
		});
		expect(await here.undo(await here.done(cancel(1), manager), manager)).toMatchObject(ACCEPTED);
		expect(await here.visitOf(id)).toMatchObject({ status: 'booked' });
		expect(await here.undo(await here.done(cancel(3)))).toMatchObject(refusedWith('not-allowed'));
	});
});
