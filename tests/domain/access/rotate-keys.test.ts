import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase, type Database } from '#db/database.ts';
import { checkKeys } from '#db/encryption/check-keys.ts';
import { keyringFrom } from '#db/encryption/keyring.ts';
import { SEALED_COLUMNS, sealFor, SHORT_LIVED } from '#db/encryption/sealed-columns.ts';
import { keyVersionOf, seal, unseal } from '#db/encryption/sealing.ts';
import { secondFactors } from '#db/schema/index.ts';
import { StartupFault } from '#db/startup-fault.ts';
import { inOrganization } from '#db/transaction.ts';
import { rotateKeys } from '#domain/access/commands/rotate-keys.ts';
import { clinicFactory, staffFactory, type Clinic } from '../../factories/clinic-factory.ts';
import { freshDatabase, type FreshDatabase } from '../../support/test-postgres.ts';

const newKey = (name: string) => `${name}:${randomBytes(32).toString('base64')}`;
const [OLD, NEW] = [newKey('old'), newKey('new')];
const atOnce = async () => {};
const opened: Database[] = [];
let fresh: FreshDatabase;
let owner: pg.Client;
let clinic: Clinic;
let other: Clinic;

/** The application with these keys of the operator. */
function withKeys(...keys: string[]): Database {
	const database = openDatabase(fresh.url, { keyring: keyringFrom(keys.join(',')), max: 4 });
	opened.push(database);
	return database;
}

beforeAll(async () => {
	fresh = await freshDatabase();
	owner = new pg.Client({ connectionString: fresh.ownerUrl });
	await owner.connect();
	[clinic, other] = [await clinicFactory(fresh.database), await clinicFactory(fresh.database)];
	const database = withKeys(OLD);
	for (const organization of [clinic, other]) await giveSecondFactor(database, organization);
});
afterAll(async () => {
	await owner.end();
	for (const database of opened) await database.close();
	await fresh.drop();
});

const SECRET = 'JBSWY3DPEHPK3PXP';

/** @returns whose it is */
async function giveSecondFactor(database: Database, { organizationId }: Clinic): Promise<string> {
	const { userId } = await staffFactory(database, { organizationId }, { role: 'receptionist' });
	const purpose = sealFor(organizationId, 'second_factors.sealed_secret', userId);
	const sealedSecret = await seal(database, purpose, SECRET);
	await inOrganization(database, organizationId, (transaction) =>
		transaction.insert(secondFactors).values({ organizationId, userId, sealedSecret })
	);
	return userId;
}

async function storedSecrets(): Promise<
	{ organizationId: string; userId: string; sealed: string }[]
> {
	const { rows } = await owner.query(
		`SELECT organization_id AS "organizationId", user_id AS "userId", sealed_secret AS sealed
			FROM second_factors ORDER BY user_id`
	);
	return rows;
}

async function opens(database: Database): Promise<string[]> {
	return Promise.all(
		(await storedSecrets()).map(({ organizationId, userId, sealed }) =>
			unseal(database, sealFor(organizationId, 'second_factors.sealed_secret', userId), sealed)
		)
	);
}

const versions = async () => [
	...new Set((await storedSecrets()).map(({ sealed }) => keyVersionOf(sealed)))
];

describe('a new key of the operator', () => {
	it('wraps every data key, is audited for each organization, and lets the old one go', async () => {
		await checkKeys(withKeys(OLD));
		await expect(checkKeys(withKeys(NEW))).rejects.toThrow(StartupFault);
		const report = await rotateKeys(withKeys(NEW, OLD), { dataKeys: false });
		expect(report).toEqual({ wrapped: 2, resealed: 0, unreadable: 0, unneeded: ['old'] });
		const without = withKeys(NEW);
		await checkKeys(without);
		expect(await opens(without)).toEqual([SECRET, SECRET]);
		const { rows } = await owner.query(
			`SELECT organization_id, actor_user_id, detail FROM audit_entries WHERE kind = 'keys-rotated'`
		);
		const detail = { wrapped: 1, wrappedBy: 'new' };
		expect(rows).toHaveLength(2);
		for (const organization_id of [clinic.organizationId, other.organizationId]) {
			expect(rows).toContainEqual({ organization_id, actor_user_id: null, detail });
		}
	});

	it('changes nothing the second time', async () => {
		const report = await rotateKeys(withKeys(NEW, OLD), { dataKeys: false });
		expect(report).toMatchObject({ wrapped: 0, unneeded: ['old'] });
	});

	it('is refused in words when a key is missing or is another one of that name', async () => {
		const fault = await checkKeys(withKeys(OLD)).catch((thrown: StartupFault) => thrown);
		expect((fault as StartupFault).lines).toEqual([
			expect.stringContaining('The key named "new" is missing')
		]);
		await expect(checkKeys(withKeys(newKey('new')))).rejects.toThrow('not the one that was used');
		await expect(rotateKeys(withKeys(OLD), { dataKeys: false })).rejects.toThrow('lacks the key');
	});
});

describe('new data keys', () => {
	it('seal everything anew, while a reader that runs opens both', async () => {
		const running = withKeys(NEW);
		expect(await opens(running)).toEqual([SECRET, SECRET]);
		const lines: string[] = [];
		const report = await rotateKeys(withKeys(NEW), {
			...{ dataKeys: true, settle: atOnce },
			onProgress: (line) => lines.push(line)
		});
		expect(report).toMatchObject({ resealed: 2, unreadable: 0 });
		expect(await versions()).toEqual([2]);
		expect(await opens(running)).toEqual([SECRET, SECRET]);
		expect(lines.join('\n')).toContain('data key 2 is in force, 1 texts and files sealed with it');
	});

	it('catch up with what a process wrote with the key before, and are made each time', async () => {
		// It has just asked for the newest key, and takes it for the newest a while longer.
		const running = withKeys(NEW);
		await giveSecondFactor(running, clinic);
		const settle = async () => {
			await giveSecondFactor(running, clinic);
			expect(await versions()).toEqual(expect.arrayContaining([2, 3]));
		};
		const report = await rotateKeys(withKeys(NEW), { dataKeys: true, settle });
		expect(report).toMatchObject({ resealed: 4 });
		expect(await versions()).toEqual([3]);
		await rotateKeys(withKeys(NEW), { dataKeys: true, settle: atOnce });
		expect(await versions()).toEqual([4]);
		expect(await opens(running)).toEqual(Array(4).fill(SECRET));
	});

	it('leave what was tampered with as it is, and say so', async () => {
		const [row] = await storedSecrets();
		const broken = `${row!.sealed.slice(0, -4)}AAAA`;
		const set = (sealed: string) =>
			owner.query('UPDATE second_factors SET sealed_secret = $1 WHERE user_id = $2', [
				sealed,
				row!.userId
			]);
		await set(broken);
		const report = await rotateKeys(withKeys(NEW), { dataKeys: true, settle: atOnce });
		expect(report).toMatchObject({ resealed: 3, unreadable: 1 });
		expect((await storedSecrets()).find(({ userId }) => userId === row!.userId)?.sealed).toBe(
			broken
		);
		await set(row!.sealed);
	});

	it('are made by one command at a time', async () => {
		const both = await Promise.all(
			[1, 2].map(() => rotateKeys(withKeys(NEW), { dataKeys: false }))
		);
		expect(both.filter((report) => report === null).length).toBeLessThan(2);
		await owner.query('SELECT pg_advisory_lock(4120254)');
		expect(await rotateKeys(withKeys(NEW), { dataKeys: true })).toBeNull();
		await owner.query('SELECT pg_advisory_unlock(4120254)');
	});
});

it('the list of sealed columns is complete', async () => {
	const { rows } = await owner.query<{ name: string }>(
		`SELECT table_name || '.' || column_name AS name FROM information_schema.columns
			WHERE table_schema = 'public' AND column_name LIKE 'sealed\\_%' AND column_name <> 'sealed_at'`
	);
	const known: string[] = [
		...SEALED_COLUMNS.map(({ table, column }) => `${table}.${column}`),
		...SHORT_LIVED
	];
	expect(rows.map(({ name }) => name).filter((name) => !known.includes(name))).toEqual([]);
});
