/** What was committed is told, also where the database was away for a moment. */
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { announce } from '#db/announcements.ts';
import { openDatabase, type Database } from '#db/database.ts';
import { poolOf } from '#db/pool.ts';
import { CHANGES_CHANNEL, type FeedMessage } from '#domain/board/feed.ts';
import { freshDatabase, type FreshDatabase } from '../support/test-postgres.ts';
import { until } from '../support/until.ts';

let fresh: FreshDatabase;
/** Listens, and stays connected while nobody else can come in. */
let owner: pg.Client;
/** Is elsewhere, and so may close the database to others. */
let doorkeeper: pg.Client;
let database: Database;
const heard: string[] = [];
beforeAll(async () => {
	fresh = await freshDatabase();
	owner = new pg.Client(fresh.ownerUrl);
	await owner.connect();
	doorkeeper = new pg.Client(fresh.ownerUrl.replace(/\/[^/]*$/, '/postgres'));
	await doorkeeper.connect();
	owner.on('notification', ({ payload }) => heard.push((JSON.parse(payload!) as FeedMessage).id));
	await owner.query(`LISTEN ${CHANGES_CHANNEL}`);
	// One connection: what is asked after an announcement waits until that was tried.
	database = openDatabase(fresh.url, { max: 1 });
});
afterAll(async () => {
	await database.close();
	await owner.end();
	await doorkeeper.end();
	await fresh.drop();
});

const offer = (id: string): FeedMessage => ({ o: crypto.randomUUID(), kind: 'offer', id, b: [] });

/** Opens the database to newcomers, or closes it and ends all connections but the one that listens. */
async function allow(connections: boolean): Promise<void> {
	const { rows } = await owner.query<{ name: string; pid: number }>(
		'SELECT current_database() AS name, pg_backend_pid() AS pid'
	);
	const { name, pid } = rows[0]!;
	await doorkeeper.query(`ALTER DATABASE "${name}" ALLOW_CONNECTIONS ${connections}`);
	await doorkeeper.query(
		'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1 AND pid <> $2',
		[name, pid]
	);
}

it('keeps what could not be sent, with what came meanwhile, and sends it in order', async () => {
	announce(database, offer('before'));
	await until(() => heard.length === 1, 'the first is heard');
	await allow(false);
	announce(database, offer('first'));
	announce(database, offer('second'));
	await expect(poolOf(database).query('SELECT 1')).rejects.toThrow();
	await allow(true);
	announce(database, offer('third'));
	await until(() => heard.length === 4, 'all are heard');
	expect(heard).toEqual(['before', 'first', 'second', 'third']);
});

it('leaves out what can never be sent, and goes on', async () => {
	heard.length = 0;
	announce(database, offer('before'));
	// PostgreSQL takes less than 8,000 bytes.
	announce(database, offer('x'.repeat(8_000)));
	await until(() => heard.length === 1, 'the one before is heard');
	await until(async () => {
		announce(database, offer('after'));
		return heard.includes('after');
	}, 'the one after is heard');
});
