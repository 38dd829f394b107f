import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { saveSettings } from '#domain/access/commands/settings.ts';
import {
	organizationSettingsSchema,
	SESSION_DEFAULTS,
	type OrganizationSettingsInput
} from '#domain/access/organization-settings.ts';
import { readOrganizationSettings } from '#domain/access/queries/settings.ts';
import { statusLabels } from '#domain/directory/queries.ts';
import { clinicFactory, staffFactory, type Clinic } from '../../factories/clinic-factory.ts';
import { freshDatabase, type FreshDatabase } from '../../support/test-postgres.ts';

let fresh: FreshDatabase;
let owner: pg.Client;
let clinic: Clinic;
beforeAll(async () => {
	fresh = await freshDatabase();
	owner = new pg.Client(fresh.ownerUrl);
	await owner.connect();
	clinic = await clinicFactory(fresh.database);
});
afterAll(async () => {
	await owner.end();
	await fresh.drop();
});

const GOOD: OrganizationSettingsInput = {
	...{ name: 'Fellside', idleMinutes: 30, maxHours: 12, devices: 3, secondFactor: 'required' },
	...{ offlineHours: 8, graceMinutes: 5 },
	statusLabels: { arrived: 'Here', booked: '' }
};

it('settings are stored with the fields that changed written down, and nothing else is lost', async () => {
	const actor = await staffFactory(fresh.database, clinic, { role: 'system-administrator' });
	expect(await readOrganizationSettings(fresh.database, actor)).toMatchObject({
		value: { ...SESSION_DEFAULTS, secondFactor: 'optional', offlineHours: 24, statusLabels: {} }
	});
	// What is in force where nothing was chosen is what the database goes by.
	for (const [name, value] of Object.entries(SESSION_DEFAULTS)) {
		const { rows } = await owner.query('SELECT session_setting($1, $2) AS value', [
			...[clinic.organizationId, name]
		]);
		expect([name, rows[0].value]).toEqual([name, value]);
	}
	await owner.query(`UPDATE organizations SET settings = '{"colour": "green"}'`);
	expect(await saveSettings(fresh.database, actor, GOOD)).toMatchObject({ ok: true });
	expect(await saveSettings(fresh.database, actor, GOOD)).toMatchObject({ ok: true });
	expect(await readOrganizationSettings(fresh.database, actor)).toMatchObject({
		value: { ...GOOD, statusLabels: { arrived: 'Here' } }
	});
	const labels = await statusLabels(fresh.database, actor);
	expect([labels.arrived.label, labels.booked.label]).toEqual(['Here', 'Booked']);
	const { rows } = await owner.query('SELECT settings FROM organizations WHERE id = $1', [
		clinic.organizationId
	]);
	expect(rows[0].settings).toMatchObject({ colour: 'green', sessions: { idleMinutes: 30 } });
	const { rows: entries } = await owner.query(
		`SELECT detail FROM audit_entries WHERE kind = 'settings-changed'`
	);
	expect(entries).toEqual([
		{
			detail: {
				fields: [
					...['name', 'idleMinutes', 'maxHours', 'devices', 'secondFactor', 'offlineHours'],
					...['graceMinutes', 'statusLabels']
				]
			}
		}
	]);
});

it('are not for reception to see, and not for an administrator of one clinic to change', async () => {
	expect(await readOrganizationSettings(fresh.database, clinic.receptionist)).toMatchObject({
		refusal: { code: 'not-allowed' }
	});
	const actor = await staffFactory(fresh.database, clinic, {
		...{ role: 'clinic-administrator', clinicId: clinic.clinicId }
	});
	expect(await saveSettings(fresh.database, actor, GOOD)).toMatchObject({ ok: false });
});

describe('the form', () => {
	it.each([
		['no name', { name: '' }, 'name'],
		['a moment without use', { idleMinutes: 4 }, 'idleMinutes'],
		['a month without use', { idleMinutes: 43_200, maxHours: 2_160 }, 'idleMinutes'],
		['half a minute', { idleMinutes: 30.5 }, 'idleMinutes'],
		['longer without use than in all', { idleMinutes: 121, maxHours: 2 }, 'idleMinutes'],
		['no hour', { maxHours: 0 }, 'maxHours'],
		['no device', { devices: 0 }, 'devices'],
		['a hundred devices', { devices: 100 }, 'devices'],
		['a week without a line', { offlineHours: 168 }, 'offlineHours'],
		['another rule', { secondFactor: 'never' }, 'secondFactor'],
		['a status that there is not', { statusLabels: { lost: 'Lost' } }, 'statusLabels'],
		['a long word', { statusLabels: { booked: 'x'.repeat(31) } }, 'statusLabels'],
		['something more', { admin: true }, undefined]
	])('takes no settings with %s', (_, typed, field) => {
		expect(organizationSettingsSchema.safeParse(GOOD).success).toBe(true);
		const parsed = organizationSettingsSchema.safeParse({ ...GOOD, ...typed });
		expect(parsed.success).toBe(false);
		expect(parsed.error?.issues[0]?.path[0]).toBe(field);
	});
});
