/** What a rule would send next, beside what planning then queues. */
import pg from 'pg';
import { afterAll, beforeEach, beforeAll, describe, expect, it } from 'vitest';
import type { Actor } from '#domain/access/actor.ts';
import { planVisits } from '#domain/messaging/commands/plan.ts';
import { saveRule } from '#domain/messaging/commands/rules.ts';
import { AHEAD } from '#domain/messaging/due-time.ts';
import { CHANNELS, RULE_KINDS } from '#domain/messaging/message.ts';
import type { NextMessage } from '#domain/messaging/next-message.ts';
import { exampleVisit } from '#domain/messaging/queries/example-visit.ts';
import { nextMessages } from '#domain/messaging/queries/next-messages.ts';
import type { RuleInput } from '#domain/messaging/rule-input.ts';
import { carryOut } from '#domain/scheduling/commands.ts';
import {
	bookingOf,
	clinicFactory,
	staffFactory,
	type Clinic
} from '../../factories/clinic-factory.ts';
import { TEMPLATES } from '../../factories/message-factory.ts';
import { freshDatabase, type FreshDatabase } from '../../support/test-postgres.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** A Monday at noon, well before the clocks change. */
const NOW = Date.UTC(2040, 1, 6, 12);
const VISITS = 16;

let fresh: FreshDatabase;
let owner: pg.Client;
let clinic: Clinic;
let administrator: Actor;
let visits: { id: string; startsAt: number }[];
beforeAll(async () => {
	fresh = await freshDatabase();
	owner = new pg.Client(fresh.ownerUrl);
	await owner.connect();
});
afterAll(async () => {
	await owner.end();
	await fresh.drop();
});
beforeEach(async () => {
	clinic = await clinicFactory(fresh.database, { zone: 'Europe/Warsaw', patients: VISITS });
	administrator = await staffFactory(fresh.database, clinic, {
		role: 'organization-administrator'
	});
	await owner.query('UPDATE patients SET email = $2, phone = $3 WHERE organization_id = $1', [
		...[clinic.organizationId, 'somebody@example.com', '+48 600 100 200']
	]);
	visits = [];
	for (let i = 0; i < VISITS; i++) {
		// 09:00 there, one a day from tomorrow on, each another patient's.
		const startsAt = Date.UTC(2040, 1, 7 + i, 8);
		const booking = bookingOf(clinic, { startsAt, patient: i });
		await carryOut(fresh.database, administrator, booking, { now: NOW - DAY });
		visits.push({ id: booking.appointmentId, startsAt });
	}
});

const RULE: RuleInput = {
	...{ revision: 1, kind: 'reminder', clinicId: null, serviceId: null, enabled: true },
	...{ offsetMinutes: -2_880, localMinute: null, quietFromMinute: 1_260, quietUntilMinute: 480 },
	...{ channels: ['sms', 'email'], templates: TEMPLATES }
};

async function next(
	changes: Partial<RuleInput> = {},
	actor = administrator
): Promise<NextMessage[]> {
	const rule = { ...RULE, ...changes };
	const found = await nextMessages(fresh.database, actor, { rule, available: CHANNELS, now: NOW });
	if (!found.ok) throw new Error(found.refusal.code);
	return found.value;
}

describe('what a rule would send next', () => {
	it.each([
		[{}],
		[{ offsetMinutes: -1_440, localMinute: 1_080 }],
		[{ offsetMinutes: -240 }],
		[{ kind: 'same-day-reminder', offsetMinutes: 0, localMinute: 420 }],
		[{ offsetMinutes: -780, quietFromMinute: 1_140, quietUntilMinute: 540 }]
	] as Partial<RuleInput>[][])('is what planning then queues: %o', async (changes) => {
		const promised = (await next(changes)).map(({ appointmentId, dueAt }) => [
			appointmentId,
			dueAt
		]);
		expect(promised).toHaveLength(10);
		const saved = await saveRule(fresh.database, administrator, { ...RULE, ...changes });
		if (!saved.ok) throw new Error(saved.refusal.code);
		await planVisits(
			...([fresh.database, clinic.organizationId, visits.map(({ id }) => id)] as const),
			{ now: NOW }
		);
		const { rows } = await owner.query<{ id: string; due: number }>(
			`SELECT appointment_id AS id, epoch_ms(due_at)::float8 AS due FROM messages
				WHERE rule_id = $1 ORDER BY due_at LIMIT 10`,
			[saved.value.id]
		);
		expect(promised).toEqual(rows.map(({ id, due }) => [id, due]));
	});

	it('leaves at nine there, two days before, to the first way that leads to the patient', async () => {
		const [first, second] = await next();
		expect(first).toEqual({
			...{ appointmentId: visits[2]!.id, startsAt: visits[2]!.startsAt, zone: 'Europe/Warsaw' },
			...{ clinicId: clinic.clinicId, clinicName: 'North', initials: 'A. P.' },
			...{ dueAt: Date.UTC(2040, 1, 7, 8), channel: 'sms', suppression: null }
		});
		expect(second!.dueAt - first!.dueAt).toBe(DAY);
		const told = JSON.stringify(await next());
		expect(told).not.toMatch(/Patient\d|example\.com|100 200/);
	});

	it('says why something would not leave', async () => {
		const patient = (index: number) => clinic.patientIds[index];
		const set = (index: number, values: string) =>
			owner.query(`UPDATE patients SET ${values} WHERE id = $1`, [patient(index)]);
		await set(2, 'phone = NULL, email = NULL');
		await set(3, 'deceased = true');
		await set(4, 'messages_blocked = true');
		await set(5, `contact_channel = 'none'`);
		await set(6, `contact_channel = 'email'`);
		await set(7, 'phone = NULL');
		const shown = (await next()).map(({ channel, suppression }) => suppression ?? channel);
		expect(shown.slice(0, 7)).toEqual([
			...['no-address', 'deceased', 'blocked', 'opted-out', 'email', 'email', 'sms']
		]);
		const off = await next({ enabled: false });
		expect(new Set(off.slice(4).map(({ suppression }) => suppression))).toEqual(
			new Set(['rule-off'])
		);
	});

	it('leaves out visits for which a closer rule holds', async () => {
		const service = await saveRule(fresh.database, administrator, {
			...{ ...RULE, serviceId: clinic.serviceId, offsetMinutes: -60 }
		});
		expect(service.ok).toBe(true);
		expect(await next()).toEqual([]);
		expect(await next({ clinicId: clinic.clinicId, serviceId: clinic.serviceId })).toHaveLength(10);
	});

	it.each(RULE_KINDS)(
		'%s: as if it came about now, or none where no visit is the cause',
		async (kind) => {
			const list = await next({ kind, offsetMinutes: AHEAD.includes(kind) ? -60 : 0 });
			const isPlanned = !['waitlist-offer', 'referral-due', 'delay'].includes(kind);
			expect(list).toHaveLength(isPlanned ? 10 : 0);
			expect(list.filter(({ suppression }) => suppression !== null)).toEqual([]);
		}
	);

	it('is for those who may make such a rule, at their clinics', async () => {
		const local = await staffFactory(fresh.database, clinic, {
			...{ role: 'clinic-administrator', clinicId: clinic.clinicId }
		});
		expect(await next({ clinicId: clinic.clinicId }, local)).toHaveLength(10);
		expect(await next({}, local)).toHaveLength(10);
		const stranger = await clinicFactory(fresh.database);
		for (const [actor, clinicId] of [
			[clinic.receptionist, null],
			[local, stranger.clinicId]
		] as const) {
			const rule = { ...RULE, clinicId };
			expect(
				await nextMessages(fresh.database, actor, { rule, available: CHANNELS, now: NOW })
			).toMatchObject({ refusal: { code: 'not-allowed' } });
		}
		expect(await next({ clinicId: stranger.clinicId })).toEqual([]);
	});
});

describe('the visit of a preview', () => {
	it('is a real one to come, under a made-up name', async () => {
		const wish = { clinicId: clinic.clinicId, serviceId: null, now: NOW };
		expect(await exampleVisit(fresh.database, administrator, wish)).toEqual({
			ok: true,
			value: {
				...{ startsAt: visits[0]!.startsAt, zone: 'Europe/Warsaw', doctor: { name: 'Dr A' } },
				...{ patient: { givenName: 'Maria' }, organization: { name: 'Clinic group' } },
				clinic: { name: 'North', address: '', phone: '' },
				service: { name: 'Check-up', preparation: '', translations: {} }
			}
		});
		const gone = { ...wish, now: NOW + 60 * DAY };
		expect(await exampleVisit(fresh.database, administrator, gone)).toEqual({
			ok: true,
			value: null
		});
		expect(await exampleVisit(fresh.database, clinic.receptionist, wish)).toMatchObject({
			refusal: { code: 'not-allowed' }
		});
	});
});
