import pg from 'pg';
import { PgBoss } from 'pg-boss';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { JOB_QUEUES, JOBS_SCHEMA, type JobData, type JobName } from '#db/job-queues.ts';
import { queueJobs, startJobs, type JobRunner } from '#db/jobs.ts';
import { migrate } from '#db/migrate.ts';
import { poolOf } from '#db/pool.ts';
import { inOrganization } from '#db/transaction.ts';
import { carryOut } from '#domain/scheduling/commands.ts';
import type { Intent } from '#domain/scheduling/intents.ts';
import { bookingOf, clinicFactory, type Clinic } from '../factories/clinic-factory.ts';
import { freshDatabase, type FreshDatabase } from '../support/test-postgres.ts';
import { until } from '../support/until.ts';

let fresh: FreshDatabase;
let owner: pg.Client;
let clinic: Clinic;
beforeAll(async () => {
	fresh = await freshDatabase();
	owner = new pg.Client(fresh.ownerUrl);
	await owner.connect();
	clinic = await clinicFactory(fresh.database);
});
afterEach(() => owner.query(`DELETE FROM ${JOBS_SCHEMA}.job`));
afterAll(async () => {
	await owner.end();
	await fresh.drop();
});

const jobs = async (name: JobName) =>
	(await owner.query(`SELECT * FROM ${JOBS_SCHEMA}.job WHERE name = $1`, [name])).rows;

describe('a job of ours', () => {
	/** Differs from row to row. */
	const OWN = ['id', 'created_on'];

	it.each(Object.keys(JOB_QUEUES) as JobName[])(
		'is what pg-boss would make of it: %s',
		async (name) => {
			const data = { organizationId: clinic.organizationId };
			const startAfter = new Date('2040-01-01T10:00:00Z');
			await inOrganization(fresh.database, clinic.organizationId, (transaction) =>
				queueJobs(transaction, name, [{ data, key: 'a', startAfter }])
			);
			const boss = new PgBoss({
				db: { executeSql: (text: string, values?: unknown[]) => owner.query(text, values) },
				schema: JOBS_SCHEMA,
				...{ migrate: false, supervise: false, schedule: false, registerInstance: false }
			});
			await boss.start();
			await boss.send(name, data, { singletonKey: 'a', startAfter });
			await boss.stop({ close: false });
			const [ours, theirs] = await jobs(name);
			for (const row of [ours, theirs]) for (const column of OWN) delete row[column];
			expect(ours).toEqual(theirs);
		}
	);

	it('is there when its transaction commits, and only then', async () => {
		const queue = (fails: boolean) =>
			inOrganization(fresh.database, clinic.organizationId, async (transaction) => {
				const data = { organizationId: clinic.organizationId };
				await queueJobs(transaction, 'send-messages', [{ data, key: 'a' }]);
				if (fails) throw new Error('undone');
			});
		await expect(queue(true)).rejects.toThrow('undone');
		expect(await jobs('send-messages')).toEqual([]);
		await queue(false);
		expect(await jobs('send-messages')).toHaveLength(1);
	});
});

describe('a visit', () => {
	const startsAt = Date.UTC(2040, 0, 4, 9);

	it('has a job to plan its messages when it was booked, and none when it was refused', async () => {
		const booking = bookingOf(clinic, { startsAt });
		const now = startsAt - 86_400_000;
		const first = await carryOut(fresh.database, clinic.receptionist, booking, { now });
		expect(first.outcome).toBe('accepted');
		const { appointmentId } = booking;
		const data = { organizationId: clinic.organizationId, appointmentId };
		expect(await jobs('plan-messages')).toMatchObject([{ data, singleton_key: appointmentId }]);

		await owner.query(`DELETE FROM ${JOBS_SCHEMA}.job`);
		const second = bookingOf(clinic, { startsAt, patient: 1, room: 1 });
		const refused = await carryOut(fresh.database, clinic.receptionist, second, { now });
		expect(refused.outcome).toBe('refused');
		const remark: Intent = {
			...{ kind: 'remark', id: crypto.randomUUID(), madeAt: now, appointmentId },
			...{ basedOnRevision: 1, changes: { remark: 'prefers mornings' } }
		};
		expect((await carryOut(fresh.database, clinic.receptionist, remark, { now })).outcome).toBe(
			'accepted'
		);
		// A note is nothing that a patient is told of.
		expect(await jobs('plan-messages')).toEqual([]);
	});
});

describe('workers', () => {
	const running: JobRunner[] = [];
	afterEach(async () => {
		await Promise.all(running.splice(0).map((one) => one.stop()));
	});
	const start = async (
		handle: (jobs: readonly JobData[]) => Promise<void>,
		faults: unknown[] = []
	) => {
		const worker = { name: 'plan-messages', batch: 10, concurrency: 1, handle } as const;
		running.push(await startJobs(fresh.database, [worker], (fault) => faults.push(fault)));
	};
	const queue = (count: number) =>
		inOrganization(fresh.database, clinic.organizationId, (transaction) =>
			queueJobs(
				transaction,
				'plan-messages',
				Array.from({ length: count }, (_, i) => ({
					data: { organizationId: clinic.organizationId, appointmentId: String(i) },
					key: String(i)
				}))
			)
		);

	it('of two servers do each job once', async () => {
		const done: string[] = [];
		const handle = async (some: readonly JobData[]) =>
			void done.push(...some.map(({ appointmentId }) => appointmentId!));
		await start(handle);
		await start(handle);
		await queue(40);
		await until(() => done.length >= 40, 'all are done');
		expect(done.toSorted()).toEqual(Array.from({ length: 40 }, (_, i) => String(i)).toSorted());
		await until(
			async () => (await jobs('plan-messages')).every(({ state }) => state === 'completed'),
			'all are settled'
		);
	});

	it('try again what failed, and keep nothing of the fault', async () => {
		const faults: unknown[] = [];
		let tries = 0;
		await start(async () => {
			if (++tries === 1) throw new Error('Anna Nowak');
		}, faults);
		await queue(1);
		await until(() => tries === 2, 'a second try');
		expect(faults).toMatchObject([{ message: 'Anna Nowak' }]);
		const [job] = await jobs('plan-messages');
		expect(JSON.stringify(job)).not.toContain('Nowak');
	});
});

it('the application’s role may do all that workers do now and then', async () => {
	const pool = poolOf(fresh.database);
	const boss = new PgBoss({
		db: { executeSql: (text: string, values?: unknown[]) => pool.query(text, values) },
		...{ schema: JOBS_SCHEMA, migrate: false, schedule: false, reindex: false },
		...{ registerInstance: false, monitorVacuum: false, supervise: false }
	});
	const faults: unknown[] = [];
	boss.on('error', (fault) => faults.push(fault));
	await boss.start();
	await inOrganization(fresh.database, clinic.organizationId, (transaction) =>
		queueJobs(transaction, 'plan-messages', [
			{ data: { organizationId: clinic.organizationId }, key: 'x' }
		])
	);
	await boss.fetch('plan-messages');
	// One that a worker left behind when it died, and one that is old.
	await owner.query(`UPDATE ${JOBS_SCHEMA}.job SET started_on = now() - interval '1 day'`);
	await boss.supervise();
	expect((await jobs('plan-messages')).map(({ state }) => state)).toEqual(['retry']);
	await owner.query(
		`UPDATE ${JOBS_SCHEMA}.job SET state = 'completed', completed_on = now() - interval '1 day'`
	);
	await owner.query(`UPDATE ${JOBS_SCHEMA}.queue SET maintain_on = NULL, monitor_on = NULL`);
	await boss.supervise();
	await boss.stop({ close: false });
	expect(await jobs('plan-messages')).toEqual([]);
	expect(faults.map(String)).toEqual([]);
});

it('the tables are made once, and the workers may make none', async () => {
	await migrate(fresh.ownerUrl);
	const { rows } = await owner.query(
		`SELECT has_schema_privilege('dayboard_app', '${JOBS_SCHEMA}', 'CREATE') AS may,
			has_table_privilege('dayboard_app', '${JOBS_SCHEMA}.queue', 'INSERT') AS queues`
	);
	expect(rows).toEqual([{ may: false, queues: false }]);
});
