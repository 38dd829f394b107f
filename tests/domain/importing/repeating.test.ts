/** Files taken into a real database, and taken again when they have changed. */
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { signIn } from '../../../domain/access/commands/sign-in.ts';
import { readBoard } from '../../../domain/board/queries.ts';
import { carryOut } from '../../../domain/scheduling/commands.ts';
import { appointmentHistory, readAppointment } from '../../../domain/scheduling/queries.ts';
import { freshDatabase, type FreshDatabase } from '../../support/test-postgres.ts';
import { tablesWith } from '../../support/whole-database.ts';
import { at, DATE, NOW, sampleAccounts, sampleImport, type SampleImport } from './sample-import.ts';

let fresh: FreshDatabase;
let owner: pg.Client;
let sample: SampleImport;

beforeAll(async () => {
	fresh = await freshDatabase();
	owner = new pg.Client({ connectionString: fresh.ownerUrl });
	await owner.connect();
});
beforeEach(async () => {
	sample = await sampleImport(fresh, owner);
});
afterAll(async () => {
	await owner.end();
	await fresh.drop();
});

describe('the sample of the documentation', () => {
	it('is taken whole, and changes nothing when it is repeated', async () => {
		const first = await sample.take();
		expect(first.problems).toEqual([]);
		expect(first.organization.created).toBe(true);
		expect(first.counts).toMatchObject({
			clinics: { taken: 1 },
			workingHours: { taken: 7 },
			patients: { taken: 2 },
			appointments: { taken: 2, refused: 0 }
		});
		const stored = await sample.counts();
		const second = await sample.take();
		expect(second.organization.created).toBe(false);
		for (const kind of Object.values(second.counts)) {
			expect(kind).toMatchObject({ taken: 0, updated: 0, refused: 0 });
		}
		expect(await sample.counts()).toEqual(stored);
	});

	it('makes accounts whose first passwords sign in', async () => {
		sample.setRows('users', await sampleAccounts());
		const { accounts } = await sample.take();
		expect(accounts.map(({ email }) => email)).toEqual([
			'office@riverside.example',
			'desk@riverside.example',
			'nowak@riverside.example'
		]);
		for (const account of accounts) {
			const session = await signIn(fresh.database, account);
			expect(session.outcome).toBe('signed-in');
		}
		const again = await sample.take();
		expect(again.accounts).toEqual([]);
		expect(again.counts.users).toMatchObject({ unchanged: 3 });
		// Another organization cannot take an address that is in use.
		sample.organization = { key: `other-than-${sample.organization.key}`, name: 'Other' };
		const other = await sample.take();
		expect(other.problems.map(({ place, field }) => [place, field])).toEqual([
			['users[0]', 'email'],
			['users[1]', 'email'],
			['users[2]', 'email']
		]);
	});

	it('shows on its board', async () => {
		await sample.take();
		const id = await sample.organizationId();
		const { clinic_id: clinicId } = await sample.visitOf('A-2');
		const board = await readBoard(fresh.database, { organizationId: id, clinicId, date: DATE });
		expect(Object.values(board!.rows.appointments)).toMatchObject([
			{
				startsAt: at('10:00'),
				durationMinutes: 20,
				status: 'booked',
				newPatient: true,
				source: 'import'
			}
		]);
		expect(Object.values(board!.people)).toMatchObject([{ name: 'Dodds Alan' }]);
	});
});

describe('a changed file', () => {
	it('updates what has changed, and keeps the ids', async () => {
		await sample.take();
		const before = await sample.visitOf('A-2');
		sample.rows('patients')[1]!['phone'] = '07700 900456';
		sample.rows('rooms')[0]!['name'] = 'Room 1 (ground floor)';
		sample.rows('practitioners')[0]!['services'] = ['consultation', 'ultrasound'];
		sample.rows('workingHours')[3]!['to'] = '16:00';
		sample.rows('appointments')[1]!['start'] = `${DATE}T11:00`;
		const report = await sample.take();
		expect(report.problems).toEqual([]);
		expect(report.counts).toMatchObject({
			patients: { updated: 1, unchanged: 1 },
			rooms: { updated: 1, unchanged: 1 },
			practitioners: { updated: 1, unchanged: 1 },
			workingHours: { updated: 1, unchanged: 6 },
			appointments: { updated: 1, unchanged: 1 }
		});
		const after = await sample.visitOf('A-2');
		expect(after.id).toBe(before.id);
		expect(after.starts_at.getTime()).toBe(at('11:00'));
		expect(after.revision).toBe(2);
		const { rows: claims } = await owner.query(
			'SELECT starts_at, ends_at FROM claims WHERE appointment_id = $1 ORDER BY ends_at',
			[after.id]
		);
		// The patient without the buffer of five minutes, practitioner and room with it.
		expect(claims.map(({ starts_at, ends_at }) => (ends_at - starts_at) / 60_000)).toEqual([
			20, 25, 25
		]);
	});

	it('leaves what people changed on the board, unless the file changes the same', async () => {
		const actor = await sample.receptionist();
		const visit = await sample.visitOf('A-2');
		const moved = await carryOut(fresh.database, actor, {
			id: 'move-1',
			madeAt: NOW,
			kind: 'move',
			appointmentId: visit.id,
			basedOnRevision: 1,
			changes: { startsAt: at('13:00') }
		});
		expect(moved.outcome).toBe('accepted');
		expect((await sample.take()).counts.appointments).toMatchObject({ unchanged: 2 });
		expect((await sample.visitOf('A-2')).starts_at.getTime()).toBe(at('13:00'));

		sample.rows('appointments')[1]!['remark'] = 'Interpreter: Polish';
		expect((await sample.take()).counts.appointments).toMatchObject({ updated: 1, unchanged: 1 });
		const remarked = await sample.visitOf('A-2');
		expect(remarked.starts_at.getTime()).toBe(at('13:00'));
		const read = await readAppointment(fresh.database, actor, remarked.id);
		expect(read.ok && read.value.patient).toMatchObject({ remark: 'Interpreter: Polish' });
		expect(await tablesWith(owner, 'Interpreter')).toEqual([]);

		sample.rows('appointments')[1]!['start'] = `${DATE}T14:00`;
		expect((await sample.take()).counts.appointments).toMatchObject({ updated: 1, unchanged: 1 });
		expect((await sample.visitOf('A-2')).starts_at.getTime()).toBe(at('14:00'));

		const history = await appointmentHistory(fresh.database, actor, visit.id);
		expect(history.ok && history.value.map(({ kind }) => kind).toReversed()).toEqual([
			'import',
			'move',
			'import',
			'import'
		]);
	});

	it('gives up the time of a visit that is called off, to another of the same file', async () => {
		await sample.take();
		sample.rows('appointments')[1]!['status'] = 'cancelled';
		sample.rows('appointments').push(sample.anotherVisit({ key: 'A-3', patient: 'P-1001' }));
		const report = await sample.take();
		expect(report.problems).toEqual([]);
		expect(report.counts.appointments).toMatchObject({ taken: 1, updated: 1, unchanged: 1 });
		expect((await sample.visitOf('A-2')).cancel_reason).toBe('other');
	});

	it('moves visits one after the other, whatever their order in the file', async () => {
		sample
			.rows('appointments')
			.push(sample.anotherVisit({ key: 'A-3', patient: 'P-1001', start: `${DATE}T10:30` }));
		await sample.take();
		sample.rows('appointments')[1]!['start'] = `${DATE}T10:30`;
		sample.rows('appointments')[2]!['start'] = `${DATE}T11:00`;
		const report = await sample.take();
		expect(report.problems).toEqual([]);
		expect(report.counts.appointments).toMatchObject({ updated: 2 });
	});
});
