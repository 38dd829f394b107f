/** Brings a database to the current schema. Runs as the owner; the application's role gets its rights from it. */
import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate as runMigrations } from 'drizzle-orm/node-postgres/migrator';
import path from 'node:path';
import pg from 'pg';
import { APP_ROLE } from './database.ts';
import { installJobs } from './jobs-schema.ts';

/** Serializes everybody who migrates this database at once. */
const MIGRATION_LOCK = 4_120_250;

/**
 * @param ownerUrl account that may create roles and extensions
 * Safe to run twice, also at once. Throws the database's own error when the account lacks a right.
 */
export async function migrate(ownerUrl: string): Promise<void> {
	const client = new pg.Client({ connectionString: ownerUrl });
	await client.connect();
	try {
		await client.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
		await ensureAppRole(client);
		await installJobs(client, APP_ROLE);
		await runMigrations(drizzle(client), {
			migrationsFolder: path.join(import.meta.dirname, 'migrations')
		});
	} finally {
		await client.end();
	}
}

async function ensureAppRole(client: pg.Client): Promise<void> {
	await client.query(`DO $$ BEGIN
		CREATE ROLE ${APP_ROLE} NOLOGIN NOINHERIT;
	EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$`);
	await client.query(`GRANT ${APP_ROLE} TO CURRENT_USER`);
}
