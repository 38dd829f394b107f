/** Organizations of before a kind of message have its rule from a migration: the same as those that begin now. */
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate as runMigrations } from 'drizzle-orm/node-postgres/migrator';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { APP_ROLE, openDatabase, type Database } from '#db/database.ts';
import { installJobs } from '#db/jobs-schema.ts';
import { migrate } from '#db/migrate.ts';
import { inOrganization } from '#db/transaction.ts';
import { ensureRules } from '#domain/messaging/commands/default-rules.ts';
import { DEFAULT_RULES } from '#domain/messaging/default-rules.ts';
import { bareDatabase } from '../support/test-postgres.ts';

const MIGRATIONS = path.join(import.meta.dirname, '../../db/migrations');
/** The last before the waitlist's rule. */
const BEFORE = '0030_waitlist_offers';

let bare: Awaited<ReturnType<typeof bareDatabase>>;
let folder: string;
let owner: pg.Client;
let database: Database;
beforeAll(async () => {
	bare = await bareDatabase();
	folder = await mkdtemp(path.join(os.tmpdir(), 'dayboard-migrations-'));
	owner = new pg.Client({ connectionString: bare.url });
	await owner.connect();
	await installJobs(owner, APP_ROLE);
	await runMigrations(drizzle(owner), { migrationsFolder: await migrationsUntil(BEFORE) });
});
afterAll(async () => {
	await database?.close();
	await owner?.end();
	await bare?.drop();
	await rm(folder, { recursive: true, force: true });
});

/** @returns a folder with the migrations up to one of them */
async function migrationsUntil(tag: string): Promise<string> {
	const copy = path.join(folder, 'migrations');
	await cp(MIGRATIONS, copy, { recursive: true });
	const journalFile = path.join(copy, 'meta/_journal.json');
	const journal = JSON.parse(await readFile(journalFile, 'utf8')) as { entries: { tag: string }[] };
	const last = journal.entries.findIndex((entry) => entry.tag === tag);
	const entries = journal.entries.slice(0, last + 1);
	expect(entries.at(-1)).toMatchObject({ tag });
	await writeFile(journalFile, JSON.stringify({ ...journal, entries }));
	return copy;
}

async function organization(): Promise<string> {
	const id = crypto.randomUUID();
	await owner.query('INSERT INTO organizations (id, name, import_key) VALUES ($1, $2, $2)', [
		id,
		id
	]);
	return id;
}

/** The rules that hold everywhere, by kind, without what is each organization's own. */
async function rulesOf(organizationId: string): Promise<Record<string, object>> {
	const { rows } = await owner.query<{ kind: string; organization_id: string; id: string }>(
		'SELECT * FROM message_rules WHERE organization_id = $1',
		[organizationId]
	);
	return Object.fromEntries(
		rows.map(({ kind, organization_id: _, id: _id, ...rule }) => [kind, rule])
	);
}

/** Rules that a migration gave to organizations that had some. */
const CAME_LATER = ['waitlist-offer', 'delay'];

it('an organization that had rules has those that came later in the words of a new one', async () => {
	const before = await organization();
	const withoutRules = await organization();
	for (const { kind, channels, templates, ...timing } of DEFAULT_RULES) {
		if (CAME_LATER.includes(kind)) continue;
		await owner.query(
			`INSERT INTO message_rules (organization_id, id, kind, channels, templates, offset_minutes, local_minute,
				quiet_from_minute, quiet_until_minute) VALUES ($1, gen_random_uuid(), $2, $3, $4, $5, $6, $7, $8)`,
			[
				...[before, kind, channels, JSON.stringify(templates), timing.offsetMinutes],
				...[timing.localMinute, timing.quietFromMinute, timing.quietUntilMinute]
			]
		);
	}
	await migrate(bare.url);
	expect(await rulesOf(withoutRules)).toEqual({});

	const begun = await organization();
	database = openDatabase(bare.url, { max: 1 });
	for (const id of [begun, withoutRules]) {
		await inOrganization(database, id, (transaction) => ensureRules(transaction, id));
	}
	const rules = await rulesOf(begun);
	expect(Object.keys(rules)).toHaveLength(DEFAULT_RULES.length);
	expect(await rulesOf(before)).toEqual(rules);
	expect(await rulesOf(withoutRules)).toEqual(rules);
});
