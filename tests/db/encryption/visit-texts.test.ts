import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sealOldTexts } from '#db/encryption/old-texts.ts';
import { keyVersionOf } from '#db/encryption/sealing.ts';
import { UNREADABLE } from '#db/encryption/visit-texts.ts';
import type { Actor } from '#domain/access/actor.ts';
import { rotateKeys } from '#domain/access/commands/rotate-keys.ts';
import { readBoard, readChangedRows } from '#domain/board/queries.ts';
import { carryOut } from '#domain/scheduling/commands.ts';
import type { Intent } from '#domain/scheduling/intents.ts';
import { appointmentHistory, readAppointment } from '#domain/scheduling/queries.ts';
import {
	bookingOf,
	clinicFactory,
	staffFactory,
	type Clinic
} from '../../factories/clinic-factory.ts';
import { freshDatabase, type FreshDatabase } from '../../support/test-postgres.ts';
import { tablesWith } from '../../support/whole-database.ts';

const NOTE = 'Zażółć: brings a wheelchair';
const REASON = 'Acute pain since the morning';
const DATE = '2031-03-11';
const NINE = Date.parse(`${DATE}T09:00:00Z`);
let fresh: FreshDatabase;
let owner: pg.Client;
let clinic: Clinic;
let manager: Actor;

beforeAll(async () => {
	fresh = await freshDatabase();
	owner = new pg.Client({ connectionString: fresh.ownerUrl });
	await owner.connect();
	clinic = await clinicFactory(fresh.database, { practitioners: 6, rooms: 6, patients: 6 });
	manager = await staffFactory(fresh.database, clinic, { role: 'clinic-administrator' });
});
afterAll(async () => {
	await owner.end();
	await fresh.drop();
});

async function perform(intent: Intent): Promise<void> {
	const verdict = await carryOut(fresh.database, manager, intent, { now: NINE - 86_400_000 });
	expect(verdict).toMatchObject({ outcome: 'accepted' });
}

/** @returns the id of a new visit of a doctor of its own */
async function booked(place: number, more: { remark?: string; override?: string } = {}) {
	const one = { startsAt: NINE, practitioner: place, room: place, patient: place };
	const { changes, ...intent } = bookingOf(clinic, one);
	const { remark, override } = more;
	await perform({
		...intent,
		...(override === undefined ? {} : { override }),
		changes: { ...changes, ...(remark === undefined ? {} : { remark }) }
	});
	return intent.appointmentId;
}

async function storedRow(id: string) {
	const { rows } = await owner.query(
		'SELECT remark, override_reason, revision FROM appointments WHERE id = $1',
		[id]
	);
	return rows[0] as { remark: string; override_reason: string | null; revision: number };
}

async function seen(id: string) {
	const board = await readBoard(fresh.database, { ...clinic, date: DATE });
	const changed = await readChangedRows(fresh.database, clinic.organizationId, {
		...{ appointmentIds: [id], blockIds: [] }
	});
	const read = await readAppointment(fresh.database, manager, id);
	const history = await appointmentHistory(fresh.database, manager, id);
	return {
		board: board!.people[id]!.remark,
		changed: changed.appointments[id]!.person.remark,
		read:
			read.ok && read.value.patient && 'remark' in read.value.patient && read.value.patient.remark,
		history: history.ok
			? history.value.map(({ before, after }) => [before?.remark, after.remark])
			: []
	};
}

const change = (id: string, remark: string, basedOnRevision: number): Intent => ({
	...{ kind: 'remark', id: crypto.randomUUID(), madeAt: 0, appointmentId: id, basedOnRevision },
	changes: { remark }
});

describe('a note on a visit', () => {
	it('is stored sealed in the visit and its history, and read by those who may', async () => {
		const id = await booked(0, { remark: NOTE });
		expect(keyVersionOf((await storedRow(id)).remark)).toBe(1);
		expect(await tablesWith(owner, 'wheelchair')).toEqual([]);
		expect(await tablesWith(owner, id)).toEqual(['appointments', 'claims', 'events', 'verdicts']);
		expect(await seen(id)).toEqual({
			...{ board: NOTE, changed: NOTE, read: NOTE, history: [[undefined, NOTE]] }
		});
	});

	it('is changed, kept by a move, and taken away again', async () => {
		const id = await booked(1, { remark: NOTE });
		await perform(change(id, 'Interpreter', 1));
		await perform({
			...{ kind: 'move', id: crypto.randomUUID(), madeAt: 0, appointmentId: id },
			...{ basedOnRevision: 2, changes: { startsAt: NINE + 3_600_000 } }
		});
		expect((await seen(id)).board).toBe('Interpreter');
		await perform(change(id, '', 3));
		expect((await storedRow(id)).remark).toBe('');
		expect(await seen(id)).toMatchObject({
			board: '',
			history: [
				['Interpreter', ''],
				[undefined, undefined],
				[NOTE, 'Interpreter'],
				[undefined, NOTE]
			]
		});
		expect(await tablesWith(owner, 'Interpreter')).toEqual([]);
	});

	it('is sealed in changes that are made together, and so is why rules were set aside', async () => {
		const first = await booked(2);
		const {
			id: _,
			madeAt: __,
			...booking
		} = bookingOf(clinic, {
			...{ startsAt: NINE, practitioner: 2, room: 3, patient: 3 }
		});
		const { madeAt: ___, id: ____, ...note } = change(first, NOTE, 1);
		await perform({
			...{ kind: 'together', id: crypto.randomUUID(), madeAt: 0 },
			parts: [{ ...booking, override: REASON } as never, note as never]
		});
		expect(await tablesWith(owner, 'Acute pain')).toEqual([]);
		expect(await tablesWith(owner, 'wheelchair')).toEqual([]);
		const board = await readBoard(fresh.database, { ...clinic, date: DATE });
		expect(board!.people[first]!.remark).toBe(NOTE);
		expect(board!.people[booking.appointmentId]!.overrideReason).toBe(REASON);
		expect(board!.rows.appointments[booking.appointmentId]!.overridden).toBe(true);
	});

	it('that was changed outside Dayboard says so, and the rest of the board opens', async () => {
		const [id, other] = [await booked(4, { remark: NOTE }), await booked(5, { remark: NOTE })];
		const { remark } = await storedRow(other);
		await owner.query('UPDATE appointments SET remark = $1 WHERE id = $2', [remark, id]);
		const board = await readBoard(fresh.database, { ...clinic, date: DATE });
		expect(board!.people[id]!.remark).toBe(UNREADABLE);
		expect(board!.people[other]!.remark).toBe(NOTE);
	});

	it('is not taken in the clear by the database itself', async () => {
		const id = Object.keys(
			(await readBoard(fresh.database, { ...clinic, date: DATE }))!.rows.appointments
		)[0]!;
		for (const text of [NOTE, '1.1.short', '2.1.' + 'a'.repeat(60)]) {
			await expect(
				owner.query('UPDATE appointments SET remark = $1 WHERE id = $2', [text, id])
			).rejects.toThrow('appointments_texts_sealed');
		}
		await expect(
			owner.query(`UPDATE events SET after = '{"remark": "clear"}' WHERE subject_id = $1`, [id])
		).rejects.toThrow('events_texts_sealed');
	});
});

describe('a rotation', () => {
	it('seals notes with the new key without a change to the visit; the history keeps its own', async () => {
		const before = await owner.query<{ id: string; revision: number; remark: string }>(
			`SELECT id, revision, remark FROM appointments WHERE remark <> '' ORDER BY id`
		);
		const { rows: events } = await owner.query('SELECT * FROM events ORDER BY id');
		await rotateKeys(fresh.database, { dataKeys: true, settle: async () => {} });
		for (const { id, revision, remark } of before.rows) {
			const row = await storedRow(id);
			expect(row.revision).toBe(revision);
			const people = (await readBoard(fresh.database, { ...clinic, date: DATE }))!.people;
			if (people[id]!.remark !== UNREADABLE) {
				expect([keyVersionOf(row.remark), people[id]!.remark]).toEqual([2, NOTE]);
			} else expect(row.remark).toBe(remark);
		}
		expect((await owner.query('SELECT * FROM events ORDER BY id')).rows).toEqual(events);
		expect((await seen(before.rows[0]!.id)).history.at(-1)?.[1] ?? NOTE).toBe(NOTE);
	});
});

describe('an installation from before', () => {
	it('has its notes sealed once, at the start, and the database vouches for it', async () => {
		const old = await freshDatabase();
		const before = new pg.Client({ connectionString: old.ownerUrl });
		await before.connect();
		const checks = await before.query<{ table: string; name: string; check: string }>(
			`SELECT conrelid::regclass::text AS table, conname AS name, pg_get_constraintdef(oid) AS check
				FROM pg_constraint WHERE conname LIKE '%_texts_sealed'`
		);
		expect(checks.rows).toHaveLength(2);
		for (const { table, name } of checks.rows) {
			await before.query(`ALTER TABLE ${table} DROP CONSTRAINT ${name}`);
		}
		const there = await clinicFactory(old.database);
		const booking = bookingOf(there, { startsAt: NINE });
		await carryOut(old.database, there.receptionist, booking, { now: NINE - 86_400_000 });
		const note = change(booking.appointmentId, 'x', 1);
		await carryOut(old.database, there.receptionist, note, { now: NINE - 86_400_000 });
		await before.query(`UPDATE appointments SET remark = $1, override_reason = $2`, [NOTE, REASON]);
		await before.query(
			`UPDATE events SET before = '{"remark": "", "status": "booked"}',
				after = jsonb_build_object('remark', $1::text, 'overrideReason', $2::text) WHERE kind = 'remark'`,
			[NOTE, REASON]
		);
		for (const { table, name, check } of checks.rows) {
			await before.query(`ALTER TABLE ${table} ADD CONSTRAINT ${name} ${check}`);
		}
		expect(await tablesWith(before, 'wheelchair')).toEqual(['appointments', 'events']);

		const said: string[] = [];
		await sealOldTexts(old.ownerUrl, old.database, (line) => said.push(line));
		await sealOldTexts(old.ownerUrl, old.database, (line) => said.push(line));
		expect(said).toEqual([
			'Encrypted 1 notes of appointments that were there already.',
			'Encrypted 1 notes of events that were there already.'
		]);
		expect(await tablesWith(before, 'wheelchair')).toEqual([]);
		expect(await tablesWith(before, 'Acute pain')).toEqual([]);
		const board = await readBoard(old.database, { ...there, date: DATE });
		expect(board!.people[booking.appointmentId]).toMatchObject({
			...{ remark: NOTE, overrideReason: REASON }
		});
		const history = await appointmentHistory(
			old.database,
			there.receptionist,
			booking.appointmentId
		);
		expect(history.ok && history.value[0]).toMatchObject({
			before: { remark: '', status: 'booked' },
			after: { remark: NOTE, overrideReason: REASON }
		});
		const validated = await before.query(
			`SELECT FROM pg_constraint WHERE conname LIKE '%_texts_sealed' AND convalidated`
		);
		expect(validated.rowCount).toBe(2);
		await before.end();
		await old.drop();
	});
});
