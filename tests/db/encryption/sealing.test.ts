import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase } from '#db/database.ts';
import { KEYRING_HINT, keyringFrom } from '#db/encryption/keyring.ts';
import { keyVersionOf, seal, unseal } from '#db/encryption/sealing.ts';
import { clinicFactory, type Clinic } from '../../factories/clinic-factory.ts';
import { freshDatabase, type FreshDatabase } from '../../support/test-postgres.ts';

const TEXT = 'Jadwiga Żółć, knee, left';
let fresh: FreshDatabase;
let clinic: Clinic;
let other: Clinic;
let owner: pg.Client;

beforeAll(async () => {
	fresh = await freshDatabase();
	[clinic, other] = [await clinicFactory(fresh.database), await clinicFactory(fresh.database)];
	owner = new pg.Client({ connectionString: fresh.ownerUrl });
	await owner.connect();
});

afterAll(async () => {
	await owner.end();
	await fresh.drop();
});

const for_ = (purpose: string, { organizationId }: Clinic = clinic) => ({
	organizationId,
	purpose
});

describe('a sealed text', () => {
	it('opens for what it was sealed for, and shows nothing of what it says', async () => {
		const sealed = await seal(fresh.database, for_('notes/1'), TEXT);
		expect(sealed).not.toContain('Jadwiga');
		expect(keyVersionOf(sealed)).toBe(1);
		expect(await unseal(fresh.database, for_('notes/1'), sealed)).toBe(TEXT);
		expect(await seal(fresh.database, for_('notes/1'), TEXT)).not.toBe(sealed);
	});

	it('opens for no other row, no other organization, and not when a letter was changed', async () => {
		const sealed = await seal(fresh.database, for_('notes/1'), TEXT);
		await seal(fresh.database, for_('notes/1', other), TEXT);
		await expect(unseal(fresh.database, for_('notes/2'), sealed)).rejects.toThrow();
		await expect(unseal(fresh.database, for_('notes/1', other), sealed)).rejects.toThrow();
		const at = sealed.length - 4;
		const changed = sealed.slice(0, at) + (sealed[at] === 'A' ? 'B' : 'A') + sealed.slice(at + 1);
		await expect(unseal(fresh.database, for_('notes/1'), changed)).rejects.toThrow();
		await expect(unseal(fresh.database, for_('notes/1'), TEXT)).rejects.toThrow(
			'not a sealed text'
		);
	});

	it('does not open without the operator’s key', async () => {
		const sealed = await seal(fresh.database, for_('notes/1'), TEXT);
		const open = (keys: string) => openDatabase(fresh.url, { keyring: keyringFrom(keys), max: 1 });
		const [without, wrong] = [open(''), open(`test:${randomBytes(32).toString('base64')}`)];
		await expect(unseal(without, for_('notes/1'), sealed)).rejects.toThrow('lacks the key');
		await expect(unseal(wrong, for_('notes/1'), sealed)).rejects.toThrow();
		await expect(seal(without, for_('notes/1', other), TEXT)).rejects.toThrow();
		await Promise.all([without.close(), wrong.close()]);
	});

	it('gets one key though many are the first at once', async () => {
		const third = await clinicFactory(fresh.database);
		const sealed = await Promise.all(
			Array.from({ length: 8 }, () => seal(fresh.database, for_('notes/1', third), TEXT))
		);
		const { rows } = await owner.query('SELECT version FROM data_keys WHERE organization_id = $1', [
			third.organizationId
		]);
		expect(rows).toEqual([{ version: 1 }]);
		for (const one of sealed) {
			expect(await unseal(fresh.database, for_('notes/1', third), one)).toBe(TEXT);
		}
	});
});

it.each([
	['a key that is too short', 'a:AAAA'],
	['a key without a name', randomBytes(32).toString('base64')],
	['one name twice', `a:${'A'.repeat(43)}=,a:${'B'.repeat(43)}=`]
])('ENCRYPTION_KEYS with %s is refused', (_, text) => {
	expect(() => keyringFrom(text)).toThrow(KEYRING_HINT);
});
