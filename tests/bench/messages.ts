/**
 * (i) Reminders that are due, planned and handed to an SMS provider on loopback, beside the bare job library with as
 * many empty jobs, queued and done. Planning queues a message as the library queues a job, sending does it.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import pg from 'pg';
import { PgBoss } from 'pg-boss';
import { createLog } from '#db/log.ts';
import { JOBS_SCHEMA } from '#db/job-queues.ts';
import { queueJobs, startJobs } from '#db/jobs.ts';
import { poolOf } from '#db/pool.ts';
import { inOrganization } from '#db/transaction.ts';
import type { Database } from '#db/database.ts';
import { ensureRules } from '#domain/messaging/commands/default-rules.ts';
import { queueSending } from '#domain/messaging/commands/wake.ts';
import { startMessageJobs } from '#sync-server/message-jobs.ts';
import { clinicFactory, type Clinic } from '../factories/clinic-factory.ts';
import { freshDatabase } from '../support/test-postgres.ts';
import { until } from '../support/until.ts';
import { median, type Figure } from './measure.ts';

const CONNECTIONS = 12;
const LIMIT_MS = 1_800_000;
/** What a worker takes at a time, and how many there are: as those that plan messages have it (message-jobs.ts). */
const [BATCH, WORKERS] = [300, 2];
/** As many go ahead in each, unmeasured: a server that has just begun is slow for a second, whatever it does. */
const WARM_UP = 1_000;
const DAY = 86_400_000;

export async function benchMessages({ sample }: { sample: boolean }): Promise<Figure> {
	const [count, rounds] = sample ? [5_000, 1] : [20_000, 5];
	const fresh = await freshDatabase({ max: CONNECTIONS });
	const owner = new pg.Client(fresh.ownerUrl);
	await owner.connect();
	const counterpart = await startCounterpart();
	try {
		const clinic = await clinicFactory(fresh.database, { patients: 500 });
		const [full, bare]: number[][] = [[], []];
		let total = 0;
		for (const size of [WARM_UP, ...Array.from({ length: rounds }, () => count)]) {
			await owner.query('TRUNCATE appointments, messages CASCADE; TRUNCATE pgboss.job');
			const emptyJobs = await bareJobs(fresh.database, owner, clinic, size);
			await owner.query('TRUNCATE pgboss.job');
			const due = Math.floor(Date.now() / DAY) * DAY + 30 * DAY;
			await manyVisits(fresh.database, owner, clinic, { count: size, startsAt: due + 2 * DAY });
			total += size;
			const given = { count: size, due, counterpart, total };
			const seconds = await planAndSend(fresh.database, owner, clinic, given);
			const { once, twice } = await counterpart.count();
			if (once !== total || twice !== 0) throw new Error(`${once} came, ${twice} twice`);
			if (size === WARM_UP) continue;
			bare!.push(emptyJobs);
			full!.push(size / seconds);
		}
		const ratio = median(full!.map((rate, round) => rate / bare![round]!));
		return {
			what: `(i) ${(count * rounds).toLocaleString('en-GB')} due reminders planned and handed over by SMS`,
			measured: `${Math.round(median(full!))}/s`,
			limit: `${Math.round(median(bare!))}/s empty jobs of the bare library`,
			...{ ratio, aim: 'at least 0.5', met: ratio >= 0.5 }
		};
	} finally {
		counterpart.stop();
		await owner.end();
		await fresh.drop();
	}
}

/** @returns empty jobs a second */
async function bareJobs(
	database: Database,
	owner: pg.Client,
	{ organizationId }: Clinic,
	count: number
): Promise<number> {
	const boss = new PgBoss({
		db: { executeSql: (text: string, values?: unknown[]) => poolOf(database).query(text, values) },
		schema: JOBS_SCHEMA,
		...{ migrate: false, supervise: false, schedule: false, registerInstance: false }
	});
	await boss.start();
	let done = 0;
	const worker = {
		...({ name: 'plan-messages', batch: BATCH, concurrency: WORKERS } as const),
		handle: async (jobs: readonly unknown[]) => void (done += jobs.length)
	};
	const began = performance.now();
	for (let from = 0; from < count; from += BATCH) {
		const ids = Array.from({ length: Math.min(BATCH, count - from) }, (_, i) => String(from + i));
		await boss.insert(
			'plan-messages',
			ids.map((id) => ({ data: { organizationId, appointmentId: id }, singletonKey: id }))
		);
	}
	const queued = performance.now() - began;
	// In a database that lives the planner knows its tables; neither side is measured without.
	await owner.query('VACUUM ANALYZE pgboss.job_common');
	const goesOn = performance.now();
	const runner = await startJobs(database, [worker], fail);
	await until(() => done >= count, 'all empty jobs are done', LIMIT_MS);
	const seconds = (queued + performance.now() - goesOn) / 1_000;
	console.error(
		`  empty jobs queued in ${(queued / 1_000).toFixed(1)} s, done in ${(seconds - queued / 1_000).toFixed(1)} s`
	);
	await runner.stop();
	await boss.stop({ close: false });
	return count / seconds;
}

function fail(fault: unknown): never {
	throw fault;
}

/** Visits that all begin at one time, without claims: they are there to be reminded of. */
async function manyVisits(
	database: Database,
	owner: pg.Client,
	{ organizationId, clinicId, practitionerIds, roomIds, patientIds, serviceId }: Clinic,
	{ count, startsAt }: { count: number; startsAt: number }
): Promise<void> {
	await inOrganization(database, organizationId, (t) => ensureRules(t, organizationId));
	await owner.query(`UPDATE message_rules SET enabled = kind = 'reminder', channels = '{sms}',
		quiet_from_minute = 0, quiet_until_minute = 0`);
	await owner.query(
		`UPDATE patients SET phone = '+48' || (600000000 + (random() * 99999999)::int), given_name = 'Anna'`
	);
	// The text names the doctor: each message is another one, so that the counterpart can tell.
	await owner.query(
		`INSERT INTO appointments (organization_id, id, clinic_id, practitioner_id, room_id, service_id, patient_id,
				starts_at, ends_at, status, new_patient, source, booked_at)
			SELECT $1, gen_random_uuid(), $2, $3, $4, $5, ($6::uuid[])[1 + i % 500], to_timestamp($7::float8 / 1000),
				to_timestamp($7::float8 / 1000) + interval '20 minutes', 'booked', false, 'import', now()
			FROM generate_series(1, $8) AS i`,
		[
			...[organizationId, clinicId, practitionerIds[0], roomIds[0], serviceId, patientIds],
			...[startsAt, count]
		]
	);
	// Planned as after a change of the rules: all visits to come, in batches.
	await owner.query(`DELETE FROM pgboss.job`);
	await inOrganization(database, organizationId, (transaction) =>
		queueJobs(transaction, 'plan-all-messages', [{ data: { organizationId }, key: organizationId }])
	);
	await owner.query('VACUUM ANALYZE');
}

async function planAndSend(
	database: Database,
	owner: pg.Client,
	{ organizationId }: Clinic,
	{
		count,
		due,
		counterpart,
		total
	}: { count: number; due: number; counterpart: Counterpart; total: number }
): Promise<number> {
	// Planned a minute before they are due.
	let now = due - 60_000;
	let began = performance.now();
	const stop = await startMessageJobs({
		...{ database, log: createLog('warn'), now: () => now },
		settings: {
			...{ mail: null, origin: 'https://board.clinic.example' },
			sms: { apiUrl: counterpart.url, account: 'AC1', token: 'secret secret', from: '+48221234567' }
		}
	});
	const rows = async (state: string) =>
		Number(
			(await owner.query(`SELECT count(*) FROM messages WHERE state = $1`, [state])).rows[0].count
		);
	await slowly(async () => (await rows('queued')) >= count, 'all are planned');
	const planned = performance.now() - began;
	await owner.query('VACUUM ANALYZE messages');
	began = performance.now();
	now = due;
	await queueSending(database, organizationId);
	await slowly(async () => (await counterpart.count()).once >= total, 'all are handed over');
	await slowly(async () => (await rows('sent')) >= count, 'all are settled');
	const sent = performance.now() - began;
	console.error(
		`  planned in ${(planned / 1_000).toFixed(1)} s, sent in ${(sent / 1_000).toFixed(1)} s`
	);
	await stop();
	return (planned + sent) / 1_000;
}

/** Asking is not to be part of what is measured. */
async function slowly(probe: () => Promise<boolean>, what: string): Promise<void> {
	const limit = performance.now() + LIMIT_MS;
	while (!(await probe())) {
		if (performance.now() > limit) throw new Error(`not within the limit: ${what}`);
		await new Promise((resolve) => setTimeout(resolve, 200));
	}
}

interface Counterpart {
	url: string;
	count(): Promise<{ once: number; twice: number }>;
	stop(): void;
}

async function startCounterpart(): Promise<Counterpart> {
	const child: ChildProcess = spawn(
		process.execPath,
		[path.join(import.meta.dirname, 'sms-counterpart.ts')],
		{ stdio: ['pipe', 'pipe', 'inherit'] }
	);
	process.once('exit', () => child.kill());
	const [port] = await Array.fromAsync(firstLine(child));
	const url = `http://127.0.0.1:${port}`;
	return {
		url,
		count: async () =>
			(await (await fetch(`${url}/count`)).json()) as { once: number; twice: number },
		stop: () => void child.kill()
	};
}

async function* firstLine(child: ChildProcess): AsyncGenerator<string> {
	for await (const chunk of child.stdout!) return yield String(chunk).trim();
}
