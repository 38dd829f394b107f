/**
 * Installs pg-boss's tables with its own plans, as the owner; the application's role gets no more of them than its
 * workers need. An upgrade of the library brings its migrations along, and they run here too.
 */
import type pg from 'pg';
import { getConstructionPlans, getMigrationPlans, PgBoss } from 'pg-boss';
import { JOB_QUEUES, JOBS_SCHEMA } from './job-queues.ts';

/** @param client of the owner, in no transaction: pg-boss's plans bring their own */
export async function installJobs(client: pg.Client, appRole: string): Promise<void> {
	const boss = new PgBoss({
		...{
			db: { executeSql: (text: string, values?: unknown[]) => client.query(text, values) },
			schema: JOBS_SCHEMA
		},
		...{ migrate: false, supervise: false, schedule: false }
	});
	const version = (await boss.isInstalled()) ? await boss.schemaVersion() : null;
	if (version === null) await client.query(getConstructionPlans(JOBS_SCHEMA));
	else if (version < newestVersion()) {
		await client.query(getMigrationPlans(JOBS_SCHEMA, version));
	}
	for (const [name, options] of Object.entries(JOB_QUEUES)) {
		await client.query(`SELECT ${JOBS_SCHEMA}.create_queue($1, $2)`, [
			name,
			JSON.stringify({ policy: 'standard', ...options })
		]);
		// One that is there already keeps what it was made with.
		await boss.updateQueue(name, options);
	}
	await grantRights(client, appRole);
}

/** @returns the version that pg-boss's construction leaves behind; it says it nowhere else */
function newestVersion(): number {
	const [, version] =
		/INSERT INTO \w+\.version\(version\) VALUES \('(\d+)'\)/.exec(
			getConstructionPlans(JOBS_SCHEMA)
		) ?? [];
	if (version === undefined) throw new Error('pg-boss does not say which version its tables have');
	return Number(version);
}

/** Workers take, settle and delete jobs, and note when they last looked. They make no queue and no table. */
async function grantRights(client: pg.Client, role: string): Promise<void> {
	const all = (tables: string[]) => tables.map((table) => `${JOBS_SCHEMA}.${table}`).join(', ');
	await client.query(`GRANT USAGE ON SCHEMA ${JOBS_SCHEMA} TO ${role};
		GRANT SELECT, INSERT, UPDATE, DELETE ON ${all(['job', 'job_common'])} TO ${role};
		GRANT SELECT, UPDATE ON ${all(['queue', 'version'])} TO ${role};
		GRANT SELECT, DELETE ON ${all(['job_dependency'])} TO ${role};
		GRANT SELECT, UPDATE, DELETE ON ${all(['instance'])} TO ${role}`);
}
