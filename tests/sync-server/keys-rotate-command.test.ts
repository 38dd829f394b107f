import { randomBytes } from 'node:crypto';
import { spawn } from 'node:child_process';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { insertRows } from '#db/bulk-insert.ts';
import { openDatabase } from '#db/database.ts';
import { keyringFrom } from '#db/encryption/keyring.ts';
import { sealFor } from '#db/encryption/sealed-columns.ts';
import { currentDataKey, keyVersionOf, seal, sealWith, unseal } from '#db/encryption/sealing.ts';
import { identityProviders } from '#db/schema/index.ts';
import { inOrganization } from '#db/transaction.ts';
import { clinicFactory, type Clinic } from '../factories/clinic-factory.ts';
import { CHECKOUT } from '../support/build.ts';
import { freshDatabase, type FreshDatabase } from '../support/test-postgres.ts';

const newKey = (name: string) => `${name}:${randomBytes(32).toString('base64')}`;
const [OLD, NEW] = [newKey('old'), newKey('new')];
/** More than one batch. */
const ACCOUNTS = 1_200;
const SECRET = 'client secret';
/** The command itself waits a while for what is on its way. */
const LIMIT = { timeout: 120_000 };
let fresh: FreshDatabase;
let owner: pg.Client;
let clinic: Clinic;

beforeAll(async () => {
	fresh = await freshDatabase();
	owner = new pg.Client({ connectionString: fresh.ownerUrl });
	await owner.connect();
	clinic = await clinicFactory(fresh.database);
	const database = openDatabase(fresh.url, { keyring: keyringFrom(OLD) });
	const { organizationId } = clinic;
	const key = await currentDataKey(database, organizationId);
	const ids = Array.from({ length: ACCOUNTS }, () => crypto.randomUUID());
	await inOrganization(database, organizationId, async (transaction) => {
		const own = { organization_id: organizationId };
		const users = ids.map((id) => ({ ...own, id, email: `${id}@staff.example`, name: 'Staff' }));
		await insertRows(
			transaction,
			'users',
			users.map((user) => ({ ...user, active: true }))
		);
		await insertRows(
			transaction,
			'second_factors',
			ids.map((id) => {
				const purpose = sealFor(organizationId, 'second_factors.sealed_secret', id);
				const sealed_secret = sealWith(key, purpose, id);
				return { ...own, user_id: id, sealed_secret, last_step: 0 };
			})
		);
	});
	const sealedClientSecret = await seal(database, providerSeal(), SECRET);
	await inOrganization(database, organizationId, (transaction) =>
		transaction.insert(identityProviders).values({
			...{ organizationId, label: 'Ours', issuer: 'https://id.example', clientId: 'dayboard' },
			...{ sealedClientSecret, roleClaim: 'role' }
		})
	);
	await database.close();
});
afterAll(async () => {
	await owner.end();
	await fresh.drop();
});

const providerSeal = () =>
	sealFor(clinic.organizationId, 'identity_providers.sealed_client_secret', clinic.organizationId);

function start(keys: string, ...flags: string[]) {
	const child = spawn(process.execPath, ['sync-server/keys-rotate.ts', ...flags], {
		cwd: CHECKOUT,
		env: { ...process.env, DATABASE_URL: fresh.url, ENCRYPTION_KEYS: keys },
		stdio: ['ignore', 'pipe', 'pipe']
	});
	let output = '';
	const told = Promise.withResolvers<void>();
	for (const stream of [child.stdout, child.stderr]) {
		stream.on('data', (chunk) => {
			output += chunk;
			if (output.includes(`second_factors.sealed_secret, ${ACCOUNTS} so far`)) told.resolve();
		});
	}
	const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
	return { child, ended, told: told.promise, output: () => output };
}

async function count(column: string, table: string): Promise<Record<number, number>> {
	const { rows } = await owner.query<{ sealed: string }>(
		`SELECT ${column} AS sealed FROM ${table}`
	);
	const versions = Map.groupBy(rows, ({ sealed }) => keyVersionOf(sealed));
	return Object.fromEntries([...versions].map(([version, { length }]) => [version, length]));
}

describe('npm run keys:rotate', () => {
	it(
		'is killed half way with both versions in use, goes on, and then the old key can go',
		LIMIT,
		async () => {
			// The second column cannot be read: the rotation waits there, with the first one done.
			await owner.query('BEGIN; LOCK TABLE identity_providers IN ACCESS EXCLUSIVE MODE');
			const first = start(`${NEW},${OLD}`, '--data-keys');
			await first.told;
			first.child.kill('SIGKILL');
			expect(await first.ended).toBeNull();
			await owner.query('ROLLBACK');
			expect(await count('sealed_secret', 'second_factors')).toEqual({ 2: ACCOUNTS });
			expect(await count('sealed_client_secret', 'identity_providers')).toEqual({ 1: 1 });

			// What has been sealed with either key can be read meanwhile.
			const running = openDatabase(fresh.url, { keyring: keyringFrom(`${NEW},${OLD}`) });
			expect(await readAll(running)).toEqual({ wrong: 0, secret: SECRET });
			await running.close();

			const second = start(`${NEW},${OLD}`, '--data-keys');
			expect([await second.ended, second.output()]).toEqual([
				0,
				expect.stringMatching(
					/going on with a rotation that was interrupted[^]*1 texts and files encrypted anew[^]*Nothing needs "old"/
				)
			]);
			expect(await count('version::text', 'data_keys')).toEqual({ 0: 2 });
			expect(await count('sealed_client_secret', 'identity_providers')).toEqual({ 2: 1 });

			const after = openDatabase(fresh.url, { keyring: keyringFrom(NEW) });
			expect(await readAll(after)).toEqual({ wrong: 0, secret: SECRET });
			await after.close();
		}
	);

	it.each([
		['an unknown option', NEW, ['--everything'], 'Usage'],
		['keys without the one in use', OLD, [], 'The key named "new" is missing'],
		['keys that are none', 'new:short', [], 'ENCRYPTION_KEYS must list keys']
	])('refuses %s in words', async (_, keys, flags, words) => {
		const { ended, output } = start(keys, ...flags);
		expect(await ended).toBe(1);
		expect(output()).toContain(words);
		expect(output()).not.toMatch(/\n\s+at /);
	});
});

async function readAll(database: ReturnType<typeof openDatabase>) {
	const { organizationId } = clinic;
	const { rows } = await owner.query<{ id: string; sealed: string }>(
		'SELECT user_id AS id, sealed_secret AS sealed FROM second_factors'
	);
	const texts = await Promise.all(
		rows.map(({ id, sealed }) =>
			unseal(database, sealFor(organizationId, 'second_factors.sealed_secret', id), sealed)
		)
	);
	const provider = await owner.query(
		'SELECT sealed_client_secret AS sealed FROM identity_providers'
	);
	return {
		wrong: texts.filter((text, i) => text !== rows[i]!.id).length,
		secret: await unseal(database, providerSeal(), provider.rows[0].sealed)
	};
}
