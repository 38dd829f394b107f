/** The demo in a real database: its constraints agree, its accounts sign in, its boards and histories read well. */
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { actorOfSession } from '../../domain/access/queries.ts';
import { signIn } from '../../domain/access/commands/sign-in.ts';
import { readBoard } from '../../domain/board/queries.ts';
import { clinicsOf, searchPatients } from '../../domain/directory/queries.ts';
import { appointmentHistory } from '../../domain/scheduling/queries.ts';
import { fillDemo, isEmpty, type FilledDemo } from '../../db/demo/fill.ts';
import { DEMO_SIGN_INS, signInsOf } from '../../db/demo/sign-ins.ts';
import { freshDatabase, type FreshDatabase } from '../support/test-postgres.ts';
import { tablesWith } from '../support/whole-database.ts';

// A Sunday: the hardest day to have something to show on.
const TODAY = '2026-11-22';
let fresh: FreshDatabase;
let filled: FilledDemo;
let other: FilledDemo;

beforeAll(async () => {
	fresh = await freshDatabase();
	expect(await isEmpty(fresh.database)).toBe(true);
	filled = await fillDemo(fresh.database, { scale: 'small', today: TODAY });
	other = await fillDemo(fresh.database, {
		scale: 'small',
		today: TODAY,
		key: 'second',
		name: 'Second Clinics'
	});
});
afterAll(() => fresh.drop());

async function actorWith(email: string, password: string) {
	const session = await signIn(fresh.database, { email, password });
	if (session.outcome !== 'signed-in') throw new Error(session.outcome);
	return (await actorOfSession(fresh.database, session.token))!;
}

describe('the small demo', () => {
	it('is not filled twice', async () => {
		expect(await isEmpty(fresh.database)).toBe(false);
		await expect(fillDemo(fresh.database, { scale: 'small', today: TODAY })).rejects.toThrow();
	});

	it('lets each account in, as what it is', async () => {
		for (const { email, password, role } of DEMO_SIGN_INS) {
			const actor = await actorWith(email, password);
			expect(actor.organizationId).toBe(filled.organizationId);
			expect(actor.roles.map((each) => each.role)).toEqual([role]);
			const clinics = await clinicsOf(fresh.database, actor);
			expect(clinics.map(({ id }) => id)).toEqual(filled.clinicIds);
		}
		const [reception] = signInsOf('second');
		const elsewhere = await actorWith(reception!.email, reception!.password);
		expect(elsewhere.organizationId).toBe(other.organizationId);
		expect(other.organizationId).not.toBe(filled.organizationId);
	});

	it('shows a board with visits, and a history that tells how each came about', async () => {
		const board = await readBoard(fresh.database, {
			organizationId: filled.organizationId,
			clinicId: filled.clinicIds[0]!,
			date: TODAY
		});
		const visits = Object.entries(board!.rows.appointments);
		expect(visits.length).toBeGreaterThan(20);
		const { email, password } = DEMO_SIGN_INS[0]!;
		const actor = await actorWith(email, password);
		for (const [id, row] of visits) {
			const history = await appointmentHistory(fresh.database, actor, id);
			if (!history.ok) throw new Error(history.refusal.code);
			const told = history.value.toReversed();
			expect(told[0]).toMatchObject({ kind: 'book', before: null });
			expect(told).toHaveLength(row.revision);
			const now = Object.assign({}, ...told.map(({ after }) => after));
			expect(now).toMatchObject({ status: row.status, startsAt: row.startsAt, roomId: row.roomId });
		}
	});

	it('shows the notes on its visits, and holds none of them in the clear', async () => {
		const board = await readBoard(fresh.database, {
			organizationId: filled.organizationId,
			clinicId: filled.clinicIds[0]!,
			date: TODAY
		});
		const notes = new Set(Object.values(board!.people).map(({ remark }) => remark));
		notes.delete('');
		expect(notes.size).toBeGreaterThan(0);
		const owner = new pg.Client({ connectionString: fresh.ownerUrl });
		await owner.connect();
		for (const note of notes) {
			expect(note).toMatch(/^[A-Z][a-z]/);
			expect(await tablesWith(owner, note)).toEqual([]);
		}
		await owner.end();
	});

	it('finds its patients', async () => {
		const { email, password } = DEMO_SIGN_INS[0]!;
		const actor = await actorWith(email, password);
		const board = await readBoard(fresh.database, {
			organizationId: filled.organizationId,
			clinicId: filled.clinicIds[0]!,
			date: TODAY
		});
		const someone = Object.values(board!.people)[0]!;
		const found = await searchPatients(fresh.database, actor, { text: someone.name, limit: 50 });
		expect(found.ok && found.value.map(({ id }) => id)).toContain(someone.patientId);
	});
});

/** Looked at without the claims: visits that take time, with their services' buffers, side by side. */
const OVERLAPS = `
	WITH busy AS (
		SELECT a.practitioner_id, a.room_id, a.patient_id, a.starts_at AS visit_start, a.ends_at AS visit_end,
			a.starts_at - make_interval(mins => s.buffer_before_minutes) AS start,
			a.ends_at + make_interval(mins => s.buffer_after_minutes) AS until
		FROM appointments a JOIN services s ON s.organization_id = a.organization_id AND s.id = a.service_id
		WHERE a.status NOT IN ('cancelled', 'noshow')
	), neighbours AS (
		SELECT lag(until) OVER (PARTITION BY practitioner_id ORDER BY start) > start AS practitioner,
			lag(until) OVER (PARTITION BY room_id ORDER BY start) > start AS room,
			lag(visit_end) OVER (PARTITION BY patient_id ORDER BY visit_start) > visit_start AS patient
		FROM busy
	)
	SELECT count(*)::int AS visits, count(*) FILTER (WHERE practitioner OR room OR patient)::int AS overlaps
	FROM neighbours`;

describe('the full demo', () => {
	it(
		'goes through every constraint, and nobody is in two places',
		{ timeout: 120_000 },
		async () => {
			const full = await freshDatabase({ filled: 'full' });
			const owner = new pg.Client({ connectionString: full.ownerUrl });
			try {
				await owner.connect();
				const one = async (text: string) => (await owner.query(text)).rows[0];
				const { visits, overlaps } = await one(OVERLAPS);
				expect(overlaps).toBe(0);
				expect(visits).toBeGreaterThan(25_000);
				expect(await one('SELECT count(*)::int AS n FROM patients')).toEqual({ n: 25_000 });
				const blocks = (await one('SELECT count(*)::int AS n FROM blocks')).n;
				expect(await one('SELECT count(*)::int AS n FROM claims')).toEqual({
					n: 3 * visits + blocks
				});
				const { wrong } = await one(`SELECT count(*)::int AS wrong FROM patients p
				WHERE NOT p.established AND EXISTS (SELECT 1 FROM appointments a
					WHERE a.patient_id = p.id AND a.status = 'fulfilled')`);
				expect(wrong).toBe(0);
				const waitlist = await one(`SELECT
					(SELECT count(*)::int FROM waitlist_entries WHERE state = 'waiting') AS waiting,
					(SELECT count(*)::int FROM waitlist_openings WHERE state = 'filled') AS filled,
					(SELECT count(*)::int FROM waitlist_openings WHERE ended_at IS NULL) AS live,
					(SELECT count(*)::int FROM pgboss.job WHERE name = 'advance-waitlist') AS queued,
					(SELECT count(*)::int FROM waitlist_offers o WHERE o.state = 'accepted' AND NOT EXISTS (
						SELECT FROM appointments a JOIN waitlist_entries e ON e.id = o.entry_id
						WHERE a.id = o.id AND a.patient_id = e.patient_id AND a.starts_at = o.starts_at)) AS lost,
					(SELECT count(*)::int FROM waitlist_offers a JOIN waitlist_offers b ON b.entry_id = a.entry_id
						AND a.id <> b.id AND a.made_at < b.ended_at AND b.made_at < a.ended_at) AS twice`);
				expect(waitlist.waiting).toBeGreaterThan(100);
				expect(waitlist.filled).toBeGreaterThan(60);
				expect(waitlist).toMatchObject({ live: 0, queued: 0, lost: 0, twice: 0 });
			} finally {
				await owner.end();
				await full.drop();
			}
		}
	);
});
