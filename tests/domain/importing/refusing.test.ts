/** Rows that cannot be taken, and files for an organization that they are not for. */
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { signIn } from '../../../domain/access/commands/sign-in.ts';
import { importFile } from '../../../domain/importing/commands.ts';
import { readCsv, readJson } from '../../../domain/importing/read-file.ts';
import { reportLines } from '../../../domain/importing/report-lines.ts';
import { carryOut } from '../../../domain/scheduling/commands.ts';
import { freshDatabase, type FreshDatabase } from '../../support/test-postgres.ts';
import { at, DATE, NOW, sampleImport, type SampleImport } from './sample-import.ts';

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

describe('rows that cannot be taken', () => {
	it('are named with place, key, field and reason, and the others are taken', async () => {
		sample.rows('rooms').push({ key: 'r9', clinic: 'nowhere', name: 'Room 9', kind: 'consulting' });
		sample.rows('practitioners').push({ key: 'd9', name: 'Dr Nine', services: ['massage'] });
		sample
			.rows('workingHours')
			.push(
				{ practitioner: 'nobody', clinic: 'main', weekday: 1, from: '08:00', to: '12:00' },
				{ practitioner: 'nowak', clinic: 'main', weekday: 1, from: '07:00', to: '24:00' }
			);
		sample
			.rows('appointments')
			.push(
				sample.anotherVisit({ key: 'B-1', clinic: 'nowhere' }),
				sample.anotherVisit({ key: 'B-2', practitioner: 'nobody' }),
				sample.anotherVisit({ key: 'B-3', room: 'r9' }),
				sample.anotherVisit({ key: 'B-4', service: 'massage' }),
				sample.anotherVisit({ key: 'B-5', patient: 'P-9' }),
				sample.anotherVisit({ key: 'B-6', start: '2030-03-31T01:30' }),
				sample.anotherVisit({ key: 'B-7', start: `${DATE}T10:15`, patient: 'P-1001' }),
				sample.anotherVisit({ key: 'B-8', start: `${DATE}T07:00` }),
				sample.anotherVisit({ key: 'B-9', start: `${DATE}T12:00`, practitioner: 'nowak' }),
				sample.anotherVisit({ key: 'B-10', start: `${DATE}T12:00`, room: 'room-1' })
			);
		const report = await sample.take();
		expect(report.problems.map(({ place, field }) => `${place} ${field}`)).toEqual([
			'practitioners[2] services',
			'rooms[2] clinic',
			'workingHours[7] practitioner',
			'workingHours[8] from',
			'appointments[2] clinic',
			'appointments[3] practitioner',
			'appointments[4] room',
			'appointments[5] service',
			'appointments[6] patient',
			'appointments[7] start',
			'appointments[9] start',
			'appointments[8] start',
			'appointments[10] practitioner',
			'appointments[11] room'
		]);
		const reason = (key: string) => report.problems.find((each) => each.key === key)!.reason;
		expect(reason('B-6')).toMatch(/clocks go forward/);
		expect(reason('B-7')).toBe(
			'Dr Jörg Braun is with another patient until 10:25. In the way: appointment "A-2".'
		);
		expect(reason('B-8')).toMatch(/does not work at that time/);
		expect(reason('B-9')).toMatch(/does not offer this service/);
		expect(report.counts.appointments).toMatchObject({ taken: 2, refused: 10 });
		const lines = reportLines(report).join('\n');
		expect(lines).toContain(
			'  appointments[8] (B-7): start: Dr Jörg Braun is with another patient until 10:25.'
		);
		expect(lines).not.toContain('Kowalska');
	});

	it('do not stop the history: what is over is a fact, except that nobody is in two places', async () => {
		const past = {
			practitioner: 'nowak',
			room: 'sono',
			service: 'ultrasound',
			status: 'fulfilled'
		};
		sample
			.rows('appointments')
			.push(
				sample.anotherVisit({ key: 'H-1', start: '2024-12-29T22:00', ...past }),
				sample.anotherVisit({ key: 'H-2', start: '2024-12-29T22:10', ...past, patient: 'P-1001' }),
				sample.anotherVisit({ key: 'H-3', start: '2024-12-29T22:10', ...past, status: 'noshow' })
			);
		const report = await sample.take();
		expect(report.problems.map(({ key }) => key)).toEqual(['H-2']);
		expect(report.counts.appointments).toMatchObject({ taken: 4, refused: 1 });
		// He has been here by then.
		expect((await sample.visitOf('A-2')).new_patient).toBe(false);
		expect((await sample.visitOf('H-1')).new_patient).toBe(true);
		const { rows: dodds } = await owner.query(
			'SELECT established FROM patients WHERE organization_id = $1 AND import_key = $2',
			[await sample.organizationId(), 'P-1002']
		);
		expect(dodds).toEqual([{ established: true }]);
	});

	it('do not overlap blocked time or what was booked on the board', async () => {
		const actor = await sample.receptionist();
		const visit = await sample.visitOf('A-2');
		const blocked = await carryOut(fresh.database, actor, {
			id: 'block-1',
			madeAt: NOW,
			kind: 'block',
			blockId: crypto.randomUUID(),
			changes: {
				clinicId: visit.clinic_id,
				resourceId: visit.practitioner_id,
				startsAt: at('14:00'),
				durationMinutes: 60,
				kind: 'meeting'
			}
		});
		expect(blocked.outcome).toBe('accepted');
		const booked = await carryOut(fresh.database, actor, {
			id: 'book-1',
			madeAt: NOW,
			kind: 'book',
			appointmentId: crypto.randomUUID(),
			changes: {
				clinicId: visit.clinic_id,
				practitionerId: visit.practitioner_id,
				roomId: visit.room_id,
				serviceId: visit.service_id,
				patientId: visit.patient_id,
				startsAt: at('11:00')
			}
		});
		expect(booked.outcome).toBe('accepted');
		sample
			.rows('appointments')
			.push(
				sample.anotherVisit({ key: 'C-1', start: `${DATE}T14:30` }),
				sample.anotherVisit({ key: 'C-2', start: `${DATE}T11:10`, patient: 'P-1001' })
			);
		const { problems } = await sample.take();
		expect(problems.map(({ key, reason }) => [key, reason.split('In the way: ')[1]])).toEqual([
			['C-2', 'a visit made on the board.'],
			['C-1', 'blocked time.']
		]);
	});

	it('do not move a room or a clinic’s time zone from under their visits', async () => {
		await sample.take();
		sample.rows('clinics')[0]!['zone'] = 'Europe/Warsaw';
		sample.rows('clinics').push({ key: 'second', name: 'Second', zone: 'Europe/London' });
		sample.rows('rooms')[1]!['clinic'] = 'second';
		const { problems, counts: told } = await sample.take();
		expect(problems.map(({ place, field }) => `${place} ${field}`)).toEqual([
			'clinics[0] zone',
			'rooms[1] clinic'
		]);
		expect(told.appointments).toMatchObject({ unchanged: 2 });
	});
});

describe('an organization', () => {
	it('has to be known or named', async () => {
		const csv = readCsv('key,familyName,givenName\nP1,Dodds,Alan\n', null);
		await expect(importFile(fresh.database, csv)).rejects.toThrow(/--organization/);
		const organization = { key: `csv-of-${sample.organization.key}` };
		await expect(importFile(fresh.database, csv, { organization })).rejects.toThrow(
			/no organization "csv-of-.*" yet/
		);
		const named = { ...organization, name: 'From a spreadsheet' };
		const report = await importFile(fresh.database, csv, { organization: named });
		expect(report.counts).toEqual({
			patients: { taken: 1, updated: 0, unchanged: 0, refused: 0 }
		});
		const again = await importFile(fresh.database, csv, { organization });
		expect(again.organization).toEqual({ ...named, created: false });
		expect(again.counts.patients).toMatchObject({ unchanged: 1 });
	});

	it('is the file’s own, and its parts are checked', async () => {
		await expect(sample.take({ organization: { key: 'another' } })).rejects.toThrow(
			/not for "another"/
		);
		const wrong = readJson('{"organization":{"key":"x","name":""}}');
		await expect(importFile(fresh.database, wrong)).rejects.toThrow(
			"The file's organization.name must not be empty."
		);
		const { rows: found } = await owner.query(`SELECT FROM organizations WHERE import_key = 'x'`);
		expect(found).toEqual([]);
	});

	it('keeps its keys to itself', async () => {
		await sample.take();
		const mine = await sample.counts();
		const first = sample.organization.key;
		sample.organization = { key: `twin-of-${first}`, name: 'Twin' };
		expect((await sample.take()).problems).toEqual([]);
		expect(await sample.counts()).toEqual(mine);
		sample.organization.key = first;
		expect(await sample.counts()).toEqual(mine);
	});

	it('gets an administrator where one is asked for', async () => {
		const adminEmail = `Admin@${sample.organization.key}.example`;
		const { accounts } = await sample.take({ adminEmail });
		expect(accounts.map(({ email }) => email)).toEqual([adminEmail.toLowerCase()]);
		expect((await signIn(fresh.database, accounts[0]!)).outcome).toBe('signed-in');
		expect((await sample.take({ adminEmail })).accounts).toEqual([]);
		sample.organization = { key: `late-${sample.organization.key}`, name: 'Late' };
		await expect(sample.take({ adminEmail })).rejects.toThrow(/already signs in/);
		await expect(sample.take({ adminEmail: 'nobody' })).rejects.toThrow(/not an e-mail address/);
	});
});
