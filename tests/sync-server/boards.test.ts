import pg from 'pg';
import { expect, it } from 'vitest';
import type { HocuspocusProvider } from '@hocuspocus/provider';
import { keepPool, poolOf } from '#db/pool.ts';
import { documentName } from '#domain/board/documents.ts';
import { readBoard } from '#domain/board/queries.ts';
import { carryOut } from '#domain/scheduling/commands.ts';
import type { Intent } from '#domain/scheduling/intents.ts';
import { bookingOf } from '../factories/clinic-factory.ts';
import { useSyncClinic } from '../support/sync-clinic.ts';
import { until } from '../support/until.ts';
import { watchBoard } from '../support/watched-board.ts';

const MIDNIGHT = Date.UTC(2027, 0, 4);
const DATE = '2027-01-04';
const NOW = Date.UTC(2027, 0, 1);

const at = useSyncClinic({ practitioners: 4, rooms: 4, patients: 20 });

const boardName = (epoch: string, date = DATE) =>
	documentName({ kind: 'board', clinicId: at.clinic.clinicId, date, epoch });
const peopleName = (epoch: string) =>
	documentName({
		kind: 'people',
		clinicId: at.clinic.clinicId,
		date: DATE,
		epoch,
		practitionerId: null
	});
const perform = (intent: Intent) =>
	carryOut(at.fresh.database, at.clinic.receptionist, intent, { now: NOW });
const rowsOf = (provider: HocuspocusProvider) => provider.document.getMap('appointments').toJSON();

/** Waits until a board shows exactly what the database holds. */
async function untilEqual(provider: HocuspocusProvider) {
	const stored = (await readBoard(at.fresh.database, { ...at.clinic, date: DATE }))!;
	await until(() => {
		expect(rowsOf(provider)).toEqual(stored.rows.appointments);
		return true;
	}, 'the board to equal the database');
}

it('gives a board another epoch after everybody has left, and refuses the copy of the old one', async () => {
	const first = at.connect();
	const epoch = await first.epochOf(at.clinic.clinicId, DATE);
	await first.mustOpen(boardName(epoch));
	first.close();
	const answer = await until(async () => {
		const refused = await at.connect().open(boardName(epoch));
		return typeof refused === 'string' ? refused : null;
	}, 'the old epoch to be refused');
	expect(answer).toMatch(/^stale-epoch:[0-9a-f]{16}$/);
	expect(answer).not.toContain(epoch);
});

it('never builds a document anew under an epoch that lives on', async () => {
	const stays = at.connect();
	const epoch = await stays.epochOf(at.clinic.clinicId, DATE);
	await stays.mustOpen(peopleName(epoch));
	const leaves = at.connect();
	const before = await leaves.mustOpen(boardName(epoch));
	const writers = [...before.document.store.clients.keys()];
	leaves.close();
	const comesBack = await at.connect().mustOpen(boardName(epoch));
	expect([...comesBack.document.store.clients.keys()]).toEqual(writers);
});

it('keeps nothing of documents that it refused', async () => {
	const client = at.connect();
	let lost = 0;
	client.websocket.on('disconnect', () => lost++);
	for (let day = 0; day < 30; day++) {
		const date = new Date(MIDNIGHT + day * 86_400_000).toISOString().slice(0, 10);
		await client.epochOf(at.clinic.clinicId, date);
	}
	expect(lost).toBe(0);
});

it('catches up after the line to PostgreSQL was cut', async () => {
	const board = await at.connect().openBoard(at.clinic.clinicId, DATE);
	const owner = new pg.Client(at.fresh.ownerUrl);
	await owner.connect();
	const cut = await owner.query(
		`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
		 WHERE datname = current_database() AND query LIKE 'LISTEN%'`
	);
	await owner.end();
	expect(cut.rowCount).toBe(1);
	await until(() => !at.under.sync.isListening(), 'the cut to be noticed');
	const booking = bookingOf(at.clinic, { startsAt: MIDNIGHT + 86_400_000 / 3, practitioner: 3 });
	await perform({ ...booking, changes: { ...booking.changes, startsAt: MIDNIGHT + 61_200_000 } });
	await perform(
		bookingOf(at.clinic, { startsAt: MIDNIGHT + 59_400_000, practitioner: 3, patient: 7 })
	);
	await untilEqual(board);
	await until(() => at.under.sync.isListening(), 'the line to be found again');
});

it('finds a change that was committed and never announced', async () => {
	const board = await at.connect().openBoard(at.clinic.clinicId, DATE);
	const booking = bookingOf(at.clinic, { startsAt: MIDNIGHT + 9 * 3_600_000, patient: 9 });
	const pool = poolOf(at.fresh.database);
	const query = (statement: { name?: string }) =>
		statement.name === 'announce'
			? Promise.reject(new Error('the process is dead'))
			: pool.query(statement as pg.QueryConfig);
	const dying = { ...at.fresh.database };
	keepPool(dying, { query } as unknown as pg.Pool);
	expect(await carryOut(dying, at.clinic.receptionist, booking, { now: NOW })).toMatchObject({
		outcome: 'accepted'
	});
	await untilEqual(board);
});

it('shows what took a place only together with what left it, though nobody has told of that yet', async () => {
	const { organizationId } = at.clinic;
	const [left, takes] = [
		bookingOf(at.clinic, {
			startsAt: MIDNIGHT + 14 * 3_600_000,
			practitioner: 3,
			room: 3,
			patient: 18
		}),
		bookingOf(at.clinic, {
			startsAt: MIDNIGHT + 15 * 3_600_000,
			practitioner: 3,
			room: 3,
			patient: 19
		})
	];
	for (const booking of [left, takes]) await perform(booking);
	const board = await at.connect().openBoard(at.clinic.clinicId, DATE);
	const watched = watchBoard(board.document);
	// Another server has moved it away, and its word is still on the way.
	const owner = new pg.Client(at.fresh.ownerUrl);
	await owner.connect();
	await owner.query(
		`WITH moved AS (UPDATE appointments SET starts_at = starts_at + interval '2 hours',
				ends_at = ends_at + interval '2 hours', revision = 2, placement_revision = 2
				WHERE organization_id = $1 AND id = $2)
			UPDATE claims SET busy = tstzrange(lower(busy) + interval '2 hours', upper(busy) + interval '2 hours')
				WHERE organization_id = $1 AND appointment_id = $2`,
		[organizationId, left.appointmentId]
	);
	await owner.end();
	const verdict = await perform({
		...{ kind: 'move', id: crypto.randomUUID(), madeAt: 0, basedOnRevision: 1 },
		...{ appointmentId: takes.appointmentId, changes: { startsAt: left.changes.startsAt } }
	});
	expect(verdict).toMatchObject({ outcome: 'accepted' });
	await untilEqual(board);
	expect(watched.broken()).toEqual([]);
});
