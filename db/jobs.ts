/**
 * Jobs: queued in the transaction of what causes them, so that they are there when it commits and only then; taken by
 * workers of any server. What a job is about stands in rows of its organization, never in the job.
 */
import { PgBoss } from 'pg-boss';
import type { Database } from './database.ts';
import { JOBS_SCHEMA, type JobData, type JobName } from './job-queues.ts';
import { poolOf } from './pool.ts';
import type { Transaction } from './transaction.ts';

export interface QueuedJob {
	data: JobData;
	/** Names what it is about, for whoever looks at the jobs. */
	key: string;
	/** Not before; left out: at once. */
	startAfter?: Date;
}

/** Queues jobs in a transaction of ours, in one statement. */
export async function queueJobs(
	{ $client }: Transaction,
	name: JobName,
	jobs: readonly QueuedJob[]
): Promise<void> {
	if (jobs.length === 0) return;
	await $client.query(
		`SELECT queue_job($1, j.key, j.data, coalesce(j."startAfter", now()))
			FROM jsonb_to_recordset($2) AS j(key text, data jsonb, "startAfter" timestamptz)`,
		[name, JSON.stringify(jobs)]
	);
}

/** Does what some jobs of one queue ask for. A throw brings all of them back after a while. */
export type JobHandler = (jobs: readonly JobData[]) => Promise<void>;

export interface Worker {
	name: JobName;
	/** Jobs at most that it is given at once. */
	batch: number;
	/** How many of these batches this process works on at a time. */
	concurrency: number;
	handle: JobHandler;
}

export interface JobRunner {
	/** Takes no more jobs and resolves when those under way are done, or after `limitMs`. */
	stop(limitMs?: number): Promise<void>;
}

/** How often a worker looks for jobs when it found none, in seconds. */
const POLL_S = 0.5;
/** How often jobs of workers that died are looked for, and old ones deleted, in seconds. */
const SUPERVISE_S = 5;

/**
 * Starts workers on this database's connections. Any number of servers may do so on one database.
 * @param onFault told of a job that threw, and of what went wrong between jobs
 */
export async function startJobs(
	database: Database,
	workers: readonly Worker[],
	onFault: (fault: unknown) => void
): Promise<JobRunner> {
	const pool = poolOf(database);
	const boss = new PgBoss({
		db: { executeSql: (text, values) => pool.query(text, values) },
		schema: JOBS_SCHEMA,
		// Tables are the owner's business (db/jobs-schema.ts).
		...{ migrate: false, createSchema: false, schedule: false, reindex: false },
		...{ registerInstance: false, monitorVacuum: false },
		...{ superviseIntervalSeconds: SUPERVISE_S, monitorIntervalSeconds: SUPERVISE_S },
		maintenanceIntervalSeconds: 60
	});
	boss.on('error', onFault);
	await boss.start();
	for (const { name, batch, concurrency, handle } of workers) {
		await boss.work<JobData>(
			name,
			{
				...{ batchSize: batch, localConcurrency: concurrency, pollingIntervalSeconds: POLL_S },
				// Where there were enough for a whole batch there are more.
				burstWhenBatchFull: true
			},
			async (jobs) => {
				const done = await handle(jobs.map(({ data }) => data)).then(
					() => true,
					(fault: unknown) => void onFault(fault)
				);
				// Kept with the job: nothing of the fault, which may carry a row along.
				if (!done) throw new Error('the job failed');
			}
		);
	}
	return {
		stop: (limitMs = 5_000) => boss.stop({ graceful: true, close: false, timeout: limitMs })
	};
}
