/** Imports while boards are open and people work on them, and large ones. */
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { fillDemo } from '../../../db/demo/fill.ts';
import { CHANGES_CHANNEL, parseFeedMessage } from '../../../domain/board/feed.ts';
import { freshDatabase, type FreshDatabase } from '../../support/test-postgres.ts';
import { until } from '../../support/until.ts';
import { at, DATE, sampleImport, type SampleImport } from './sample-import.ts';

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

describe('open boards', () => {
	let listener: pg.Client;
	beforeEach(async () => {
		listener = new pg.Client({ connectionString: fresh.ownerUrl });
		await listener.connect();
	});
	afterEach(() => listener.end());

	it('are told of every visit that was taken or changed, and of no other', async () => {
		const heard: string[] = [];
		listener.on('notification', ({ payload }) => heard.push(payload!));
		await listener.query(`LISTEN ${CHANGES_CHANNEL}`);
		await sample.take();
		await until(() => heard.length === 2, 'two notifications');
		const { id, clinic_id: clinicId } = await sample.visitOf('A-2');
		const told = heard.map((payload) => parseFeedMessage(payload)!);
		expect(told.find((message) => message.id === id)).toEqual({
			o: await sample.organizationId(),
			b: [[clinicId, DATE]],
			kind: 'appointment',
			id
		});
		sample.rows('appointments')[1]!['start'] = '2030-03-11T10:00';
		await sample.take();
		await until(() => heard.length === 3, 'the third notification');
		expect(parseFeedMessage(heard[2]!)).toMatchObject({
			b: [
				[clinicId, DATE],
				[clinicId, '2030-03-11']
			],
			id
		});
	});
});

describe('many rows', () => {
	it('of a filled organization are taken in batches', { timeout: 60_000 }, async () => {
		await fillDemo(fresh.database, {
			scale: 'small',
			key: sample.organization.key,
			today: '2026-11-20'
		});
		sample.setRows(
			'patients',
			Array.from({ length: 9_000 }, (_, n) => ({
				key: `M-${n}`,
				familyName: `Family ${n}`,
				givenName: 'Ann'
			}))
		);
		// Every five minutes, each with another patient: from 08:00 on 60 Mondays.
		const day = Temporal.PlainDate.from('2020-01-06');
		sample.setRows('services', [{ key: 'quick', name: 'Quick', durationMinutes: 5 }]);
		sample.setRows(
			'appointments',
			Array.from({ length: 6_000 }, (_, n) => {
				const date = day.add({ weeks: Math.floor(n / 100) });
				const minute = 480 + (n % 100) * 5;
				const time = Temporal.PlainTime.from('00:00').add({ minutes: minute });
				return {
					key: `V-${n}`,
					...{ clinic: 'main', practitioner: 'nowak', room: 'room-1', service: 'quick' },
					patient: `M-${n}`,
					start: `${date}T${time.toString({ smallestUnit: 'minute' })}`,
					status: 'fulfilled'
				};
			})
		);
		sample.setRows(
			'practitioners',
			sample.rows('practitioners').map((row) => ({ ...row, services: ['quick'] }))
		);
		const lines: string[] = [];
		const report = await sample.take({ onProgress: (line) => lines.push(line) });
		expect(report.problems).toEqual([]);
		expect(report.counts.appointments).toMatchObject({ taken: 6_000 });
		expect(lines).toContain('  6000 of 6000 appointments');
		expect((await sample.take()).counts.appointments).toMatchObject({ unchanged: 6_000, taken: 0 });
	});

	it('leave out only the visit for whose time somebody on the board was quicker', async () => {
		const actor = await sample.receptionist();
		const visit = await sample.visitOf('A-2');
		for (let n = 0; n < 8; n++) {
			const start = Temporal.PlainTime.from('11:00').add({ minutes: n * 30 });
			sample.rows('appointments').push(
				sample.anotherVisit({
					key: `Q-${n}`,
					start: `${DATE}T${start.toString({ smallestUnit: 'minute' })}`
				})
			);
		}
		// The board books at 12:30 after the import has read what is taken, and before it stores.
		const blocker = new pg.Client({ connectionString: fresh.ownerUrl });
		await blocker.connect();
		try {
			await blocker.query('BEGIN');
			await blocker.query('LOCK TABLE appointments IN EXCLUSIVE MODE');
			const imported = sample.take();
			const waiting = async () =>
				(
					await owner.query(
						`SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE 'INSERT INTO "appointments"%' AND datname = current_database()`
					)
				).rowCount! > 0;
			await until(waiting, 'the import waits for the table');
			await blocker.query(
				`INSERT INTO claims (organization_id, resource_id, busy, appointment_id)
					VALUES ($1, $2, tstzrange($3, $4), $5)`,
				[
					actor.organizationId,
					visit.practitioner_id,
					new Date(at('12:30')),
					new Date(at('12:35')),
					visit.id
				]
			);
			await blocker.query('COMMIT');
			const report = await imported;
			expect(report.problems.map(({ key }) => key)).toEqual(['Q-3']);
			expect(report.problems[0]!.reason).toMatch(/Please import again/);
			expect(report.counts.appointments).toMatchObject({ taken: 7, unchanged: 2 });
		} finally {
			await blocker.end();
		}
	});

	it('are not taken by two imports at once', async () => {
		const [one, two] = await Promise.allSettled([sample.take(), sample.take()]);
		const failed = [one, two].filter(({ status }) => status === 'rejected');
		// Either they met, or the first was over before the second began.
		for (const each of failed) {
			expect(String((each as PromiseRejectedResult).reason)).toMatch(/Another import is running/);
		}
		expect((await sample.take()).counts.appointments).toMatchObject({ unchanged: 2 });
	});
});
