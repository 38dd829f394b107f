/**
 * One real PostgreSQL for a whole test run, and a database of its own for each test file.
 *
 * Whoever starts the run (`run-all.ts`, Vitest or Playwright alone) starts the server; its address reaches the
 * workers by the environment.
 */
import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { openDatabase, type Database } from '#db/database.ts';
import { startEmbeddedServer } from '#db/embedded-server.ts';
import { migrate } from '#db/migrate.ts';

/** Owner's URL to the run's server, for the workers. */
const ADDRESS = 'DAYBOARD_TEST_POSTGRES';
/** Folder of this run, for what its workers share. */
export const RUN_FOLDER = 'DAYBOARD_TEST_RUN';

const MIGRATED = 'template_migrated';
const FILL_LOCK = 4_120_252;

export interface FreshDatabase {
	/** Open as the application's role. */
	database: Database;
	/** Superuser's URL, for what the application may not do. */
	ownerUrl: string;
	/** What DATABASE_URL would be; the same as `ownerUrl`. */
	url: string;
	/** Closes `database` and removes it all, also under connections that others hold. */
	drop(): Promise<void>;
}

export interface FreshDatabaseOptions {
	/** Holds the demo organization; made once in a run and copied. Default: empty, migrated. */
	filled?: 'small' | 'full';
	/** Connections at most. */
	max?: number;
}

/**
 * Starts the run's server unless a parent has, and prepares the migrated template.
 *
 * @param durable `true`: commits wait for the disk, as in production; tests need not
 * @returns how to end it; nothing to do for whoever did not start it
 */
export async function startTestPostgres({ durable = false } = {}): Promise<() => Promise<void>> {
	if (process.env[ADDRESS]) return async () => {};
	const folder = await mkdtemp(path.join(os.tmpdir(), 'dayboard-test-'));
	// As root the server runs as another user, who must be able to walk through.
	await chmod(folder, 0o711);
	const server = await startEmbeddedServer({ dataDir: folder, durable });
	await run(server.url, [`CREATE DATABASE ${MIGRATED}`]);
	await migrate(server.urlOf(MIGRATED));
	process.env.ENCRYPTION_KEYS ??= `test:${randomBytes(32).toString('base64')}`;
	process.env[ADDRESS] = server.url;
	process.env[RUN_FOLDER] = folder;
	return async () => {
		delete process.env[ADDRESS];
		await server.stop();
		await rm(server.folder, { recursive: true, force: true });
		await rm(folder, { recursive: true, force: true });
	};
}

/** Makes a database for one test file. */
export async function freshDatabase(options: FreshDatabaseOptions = {}): Promise<FreshDatabase> {
	const admin = adminUrl();
	const template = options.filled ? await filledTemplate(options.filled) : MIGRATED;
	const name = `test_${randomBytes(6).toString('hex')}`;
	await run(admin, [`CREATE DATABASE ${name} TEMPLATE ${template}`]);
	const url = urlTo(name);
	const database = openDatabase(url, { max: options.max });
	return {
		database,
		ownerUrl: url,
		url,
		async drop() {
			await database.close();
			await run(admin, [`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`]);
		}
	};
}

/** Makes a database that no migration has seen. @returns its owner's URL, and how to remove it */
export async function bareDatabase(): Promise<Pick<FreshDatabase, 'url' | 'drop'>> {
	const admin = adminUrl();
	const name = `test_${randomBytes(6).toString('hex')}`;
	await run(admin, [`CREATE DATABASE ${name}`]);
	return {
		url: urlTo(name),
		drop: () => run(admin, [`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`])
	};
}

/** Fills a template on first use; other workers wait for it. */
async function filledTemplate(scale: 'small' | 'full'): Promise<string> {
	const name = `template_${scale}`;
	const draft = `${name}_draft`;
	const client = new pg.Client({ connectionString: adminUrl() });
	await client.connect();
	try {
		await client.query('SELECT pg_advisory_lock($1)', [FILL_LOCK]);
		const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [name]);
		if (rowCount) return name;
		await client.query(`DROP DATABASE IF EXISTS ${draft} WITH (FORCE)`);
		await client.query(`CREATE DATABASE ${draft} TEMPLATE ${MIGRATED}`);
		const database = openDatabase(urlTo(draft));
		try {
			// Loaded here, so that tests of rules need not wait for the demo's tables.
			const { fillDemo } = await import('#db/demo/fill.ts');
			await fillDemo(database, { scale });
			await writeFile(dayFile(scale), Temporal.Now.plainDateISO(DEMO_ZONE).toString());
		} finally {
			await database.close();
		}
		await client.query(`ALTER DATABASE ${draft} RENAME TO ${name}`);
		return name;
	} finally {
		await client.end();
	}
}

/** Where the demo's first clinic is. */
const DEMO_ZONE = 'Europe/London';
const dayFile = (scale: string) => path.join(process.env[RUN_FOLDER]!, `day-of-${scale}-demo`);

/**
 * @returns the day in whose middle a filled database was made, `YYYY-MM-DD`. It is not today where midnight has passed
 *   since, and the small demo ends on the day after it.
 */
export function dayOfDemo(scale: 'small' | 'full'): Promise<string> {
	return readFile(dayFile(scale), 'utf8');
}

function adminUrl(): string {
	const url = process.env[ADDRESS];
	if (!url)
		throw new Error('no test PostgreSQL: run by "npm test", "npx vitest" or "npx playwright"');
	return url;
}

function urlTo(database: string): string {
	const url = new URL(adminUrl());
	url.pathname = `/${database}`;
	return url.href;
}

async function run(url: string, statements: string[]): Promise<void> {
	const client = new pg.Client({ connectionString: url });
	await client.connect();
	try {
		for (const statement of statements) await client.query(statement);
	} finally {
		await client.end();
	}
}
