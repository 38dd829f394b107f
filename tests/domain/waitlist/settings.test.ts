import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Actor } from '#domain/access/actor.ts';
import { saveSettings } from '#domain/access/commands/settings.ts';
import { saveWaitlistSettings } from '#domain/waitlist/commands/settings.ts';
import { readWaitlistSetup } from '#domain/waitlist/queries/settings.ts';
import {
	WAITLIST_DEFAULTS,
	waitlistSettingsSchema,
	type WaitlistSettings
} from '#domain/waitlist/settings.ts';
import { clinicFactory, staffFactory, type Clinic } from '../../factories/clinic-factory.ts';
import { freshDatabase, type FreshDatabase } from '../../support/test-postgres.ts';

let fresh: FreshDatabase;
let owner: pg.Client;
let clinic: Clinic;
let administrator: Actor;
beforeAll(async () => {
	fresh = await freshDatabase();
	owner = new pg.Client(fresh.ownerUrl);
	await owner.connect();
	clinic = await clinicFactory(fresh.database);
	administrator = await staffFactory(fresh.database, clinic, {
		role: 'organization-administrator'
	});
});
afterAll(async () => {
	await owner.end();
	await fresh.drop();
});

const CHOSEN: WaitlistSettings = {
	...{ ...WAITLIST_DEFAULTS, enabled: false, offerMinutes: 45, batchSize: 3 },
	weights: { ...WAITLIST_DEFAULTS.weights, urgency: 10, waiting: 90 }
};
const OTHERS = {
	...{ name: 'Fellside', idleMinutes: 30, maxHours: 12, devices: 3 },
	...{ offlineHours: 24, graceMinutes: 2 },
	...{ secondFactor: 'required' as const, statusLabels: {} }
};
const save = (input: WaitlistSettings, actor = administrator) =>
	saveWaitlistSettings(fresh.database, actor, input);

async function stored(): Promise<Record<string, unknown>> {
	const { rows } = await owner.query('SELECT settings FROM organizations WHERE id = $1', [
		clinic.organizationId
	]);
	return rows[0].settings;
}

it('are the product’s own until something is chosen, and then what was chosen', async () => {
	expect(await readWaitlistSetup(fresh.database, administrator)).toMatchObject({
		value: {
			settings: WAITLIST_DEFAULTS,
			services: [{ id: clinic.serviceId, name: 'Check-up' }]
		}
	});
	expect(await save(CHOSEN)).toEqual({ ok: true, value: null });
	expect(await save(CHOSEN)).toEqual({ ok: true, value: null });
	expect(await readWaitlistSetup(fresh.database, administrator)).toMatchObject({
		value: { settings: CHOSEN }
	});
	const { rows } = await owner.query(
		`SELECT detail FROM audit_entries WHERE kind = 'settings-changed'`
	);
	expect(rows).toEqual([
		{
			detail: {
				fields: [
					...['enabled', 'offerMinutes', 'batchSize', 'weights.urgency', 'weights.waiting'].map(
						(field) => `waitlist.${field}`
					)
				]
			}
		}
	]);
});

it('lose nothing of the other settings, nor those of these, also when both are saved at once', async () => {
	await owner.query(`UPDATE organizations SET settings = settings || '{"colour": "green"}'`);
	for (let round = 0; round < 10; round++) {
		const mine = { ...CHOSEN, offerMinutes: 10 + round };
		const others = { ...OTHERS, idleMinutes: 30 + round };
		const done = await Promise.all([
			save(mine),
			saveSettings(fresh.database, administrator, others)
		]);
		expect(done.map(({ ok }) => ok)).toEqual([true, true]);
		expect(await stored()).toMatchObject({
			...{ colour: 'green', secondFactor: 'required', waitlist: mine },
			sessions: { idleMinutes: 30 + round }
		});
	}
});

it('name no service of somebody else', async () => {
	const other = await clinicFactory(fresh.database);
	const before = await stored();
	const foreign = { ...CHOSEN, approveServiceIds: [clinic.serviceId, other.serviceId] };
	expect(await save(foreign)).toEqual({
		...{ ok: false, refusal: { code: 'not-found', field: 'approveServiceIds' } }
	});
	expect(await stored()).toEqual(before);
	const twice = [clinic.serviceId, clinic.serviceId];
	expect(await save({ ...CHOSEN, approveServiceIds: twice })).toMatchObject({ ok: true });
	expect(await stored()).toMatchObject({ waitlist: { approveServiceIds: [clinic.serviceId] } });
});

it.each(['receptionist', 'clinic-administrator', 'operations-manager', 'system-administrator'])(
	'are not for a %s',
	async (role) => {
		const actor = await staffFactory(fresh.database, clinic, { role });
		expect(await save(CHOSEN, actor)).toMatchObject({ refusal: { code: 'not-allowed' } });
		expect(await readWaitlistSetup(fresh.database, actor)).toMatchObject({
			refusal: { code: 'not-allowed' }
		});
	}
);

describe('what is typed', () => {
	const weights = (more: object) => ({ weights: { ...CHOSEN.weights, ...more } });
	it.each([
		['a weight below 0', weights({ urgency: -1 }), 'weights.urgency'],
		['a weight above 100', weights({ waiting: 101 }), 'weights.waiting'],
		['a weight that is no number', weights({ doctor: null }), 'weights.doctor'],
		['a weight that there is not', weights({ luck: 1 }), 'weights'],
		['no time to answer', { offerMinutes: 1 }, 'offerMinutes'],
		['half a patient', { batchSize: 1.5 }, 'batchSize'],
		['too many at once', { batchSize: 11 }, 'batchSize'],
		['nobody', { mostOffers: 0 }, 'mostOffers'],
		['more than a day', { approvalMinutes: 1441 }, 'approvalMinutes'],
		['an urgency that there is not', { approveUrgencies: ['dire'] }, 'approveUrgencies.0'],
		['a service by name', { approveServiceIds: ['x'] }, 'approveServiceIds.0'],
		['something else', { colour: 'green' }, '']
	])('%s is refused with the field', (_, more, field) => {
		const parsed = waitlistSettingsSchema.safeParse({ ...CHOSEN, ...more });
		expect(parsed.error?.issues[0]!.path.join('.')).toBe(field);
	});

	it('all weights 0 are allowed: whoever waits longest is first', () => {
		const none = Object.fromEntries(Object.keys(CHOSEN.weights).map((part) => [part, 0]));
		expect(waitlistSettingsSchema.safeParse({ ...CHOSEN, weights: none }).success).toBe(true);
	});
});
