/** What staff do by hand: rules, sending again, keeping back, patients who are sent nothing. */
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Actor } from '#domain/access/actor.ts';
import { holdBackMessage } from '#domain/messaging/commands/hold-back.ts';
import { savePatientMessages } from '#domain/messaging/commands/patient-messages.ts';
import { retryMessage } from '#domain/messaging/commands/retry.ts';
import { removeRule, saveRule, switchRule } from '#domain/messaging/commands/rules.ts';
import { figuresByRule } from '#domain/messaging/queries/delivery-figures.ts';
import { readRules } from '#domain/messaging/queries/rules.ts';
import { DEFAULT_RULES } from '#domain/messaging/default-rules.ts';
import { RULE_KINDS } from '#domain/messaging/message.ts';
import { ruleInputSchema, type RuleInput } from '#domain/messaging/rule-input.ts';
import { carryOut } from '#domain/scheduling/commands.ts';
import {
	bookingOf,
	clinicFactory,
	staffFactory,
	type Clinic
} from '../../factories/clinic-factory.ts';
import { messageFactory, ruleFactory, TEMPLATES } from '../../factories/message-factory.ts';
import { freshDatabase, type FreshDatabase } from '../../support/test-postgres.ts';

const STARTS_AT = Date.UTC(2040, 0, 4, 9);

let fresh: FreshDatabase;
let owner: pg.Client;
let clinic: Clinic;
let administrator: Actor;
/** Of the clinic alone. */
let local: Actor;
beforeAll(async () => {
	fresh = await freshDatabase();
	owner = new pg.Client(fresh.ownerUrl);
	await owner.connect();
});
beforeEach(async () => {
	clinic = await clinicFactory(fresh.database);
	const { clinicId } = clinic;
	const staff = (role: string, where = {}) =>
		staffFactory(fresh.database, clinic, { role, ...where });
	administrator = await staff('organization-administrator');
	local = await staff('clinic-administrator', { clinicId });
	// Rules that an organization begins with are not what is tried here.
	await owner.query('DELETE FROM message_rules WHERE organization_id = $1', [
		clinic.organizationId
	]);
});
afterAll(async () => {
	await owner.end();
	await fresh.drop();
});

const RULE: RuleInput = {
	...{ revision: 1, kind: 'reminder', clinicId: null, serviceId: null, enabled: true },
	...{ offsetMinutes: -2_880, localMinute: null, quietFromMinute: 1_260, quietUntilMinute: 480 },
	...{ channels: ['email', 'sms'], templates: TEMPLATES }
};
const save = (changes: Partial<RuleInput> = {}, actor = administrator) =>
	saveRule(fresh.database, actor, { ...RULE, ...changes });
async function saved(...given: Parameters<typeof save>): Promise<string> {
	const made = await save(...given);
	if (!made.ok) throw new Error(JSON.stringify(made.refusal));
	return made.value.id;
}
async function rulesOf(actor: Actor) {
	const read = await readRules(fresh.database, actor);
	if (!read.ok) throw new Error(read.refusal.code);
	return read.value;
}
async function audited(kind: string): Promise<Record<string, unknown>[]> {
	const { rows } = await owner.query<{ detail: Record<string, unknown> }>(
		'SELECT detail FROM audit_entries WHERE organization_id = $1 AND kind = $2 ORDER BY id',
		[clinic.organizationId, kind]
	);
	return rows.map(({ detail }) => detail);
}
async function jobs(name: string): Promise<number> {
	const { rows } = await owner.query<{ count: number }>(
		`SELECT count(*)::int AS count FROM pgboss.job WHERE name = $1 AND data ->> 'organizationId' = $2`,
		[name, clinic.organizationId]
	);
	return rows[0]!.count;
}

describe('a rule', () => {
	it('is made, changed by whoever read it last, and written down', async () => {
		const id = await saved();
		expect(await jobs('plan-all-messages')).toBe(1);
		const change = { id, channels: ['sms'] as RuleInput['channels'], offsetMinutes: -1_440 };
		expect(await save(change)).toEqual({ ok: true, value: { id, revision: 2 } });
		expect(await save({ ...change, enabled: false })).toMatchObject({
			refusal: { code: 'stale-revision' }
		});
		// Nothing changed: no new revision, and nothing to plan anew.
		expect(await save({ ...change, revision: 2 })).toMatchObject({ value: { revision: 2 } });
		expect((await rulesOf(administrator)).rules).toMatchObject([
			{ id, revision: 2, channels: ['sms'], offsetMinutes: -1_440, enabled: true, manageable: true }
		]);
		expect(await audited('message-rule-saved')).toEqual([
			{ isNew: true, about: 'reminder' },
			{ isNew: false, about: 'reminder', fields: ['offsetMinutes', 'channels'] }
		]);
		expect(await jobs('plan-all-messages')).toBe(2);
	});

	it('keeps what it is about and where it holds', async () => {
		const id = await saved({ serviceId: clinic.serviceId });
		await save({ id, kind: 'missed', clinicId: clinic.clinicId, serviceId: null, enabled: false });
		expect((await rulesOf(administrator)).rules).toMatchObject([
			{ kind: 'reminder', clinicId: null, serviceId: clinic.serviceId, enabled: false }
		]);
	});

	it('is there once for a kind, a clinic and a service', async () => {
		await saved();
		expect(await save()).toMatchObject({ refusal: { code: 'invalid', field: 'clinicId' } });
		await saved({ clinicId: clinic.clinicId });
		await saved({ clinicId: clinic.clinicId, serviceId: clinic.serviceId });
		expect(await save({ clinicId: clinic.clinicId })).toMatchObject({
			refusal: { code: 'invalid', field: 'clinicId' }
		});
	});

	it('is turned off and on', async () => {
		const id = await saved();
		const turn = (revision: number, enabled: boolean) =>
			switchRule(fresh.database, administrator, { id, revision, enabled });
		expect(await turn(1, false)).toMatchObject({ value: { revision: 2 } });
		expect(await turn(1, true)).toMatchObject({ refusal: { code: 'stale-revision' } });
		expect(await turn(2, true)).toMatchObject({ value: { revision: 3 } });
	});

	it('for a clinic is retired: what waits goes by the one for everything, or not at all, and what was sent stays its own', async () => {
		const [forAll, here] = [await saved(), await saved({ clinicId: clinic.clinicId })];
		const waits = await messageFactory(fresh.database, clinic.organizationId, { ruleId: here });
		const remove = (id: string, revision = 1) =>
			removeRule(fresh.database, administrator, { id, revision });
		expect(await remove(forAll)).toMatchObject({ refusal: { code: 'invalid', field: 'id' } });
		expect(await remove(here)).toMatchObject({ ok: true });
		const stateOf = async (id: string) =>
			(await owner.query('SELECT rule_id, state, suppression FROM messages WHERE id = $1', [id]))
				.rows[0];
		expect(await stateOf(waits)).toEqual({ rule_id: forAll, state: 'queued', suppression: null });
		const alone = await saved({ kind: 'missed', clinicId: clinic.clinicId });
		const sent = { ruleId: alone, state: 'sent' } as const;
		const [wasSent, stops] = [
			await messageFactory(fresh.database, clinic.organizationId, sent),
			await messageFactory(fresh.database, clinic.organizationId, { ruleId: alone })
		];
		expect(await remove(alone)).toMatchObject({ ok: true });
		expect(await stateOf(wasSent)).toEqual({ rule_id: alone, state: 'sent', suppression: null });
		expect(await stateOf(stops)).toEqual({
			...{ rule_id: alone, state: 'suppressed', suppression: 'rule-off' }
		});
		// It is there no more for those who change rules, and another one can take its place.
		expect((await rulesOf(administrator)).rules.map(({ id }) => id)).toEqual([forAll]);
		expect(await remove(alone, 2)).toMatchObject({ refusal: { code: 'not-found' } });
		expect(await save({ id: alone, kind: 'missed', revision: 2 })).toMatchObject({
			refusal: { code: 'not-found' }
		});
		const now = Date.now() + 1_000;
		const figures = await figuresByRule(fresh.database, administrator, { days: 7, now });
		expect(figures).toMatchObject({
			value: expect.arrayContaining([
				expect.objectContaining({ ruleId: alone, clinicName: 'North', isRetired: true })
			])
		});
		const again = await saved({ kind: 'missed', clinicId: clinic.clinicId });
		expect((await rulesOf(administrator)).rules.map(({ id }) => id)).toEqual([forAll, again]);
		expect(await audited('message-rule-removed')).toHaveLength(2);
	});

	it('of a clinic is for its administrator; one for everything is only read there', async () => {
		const forAll = await saved();
		const refused = { refusal: { code: 'not-allowed' } };
		expect(await save({ kind: 'missed' }, local)).toMatchObject(refused);
		expect(await save({ id: forAll, enabled: false }, local)).toMatchObject(refused);
		expect(await removeRule(fresh.database, local, { id: forAll, revision: 1 })).toMatchObject(
			refused
		);
		const own = await saved({ clinicId: clinic.clinicId }, local);
		const { rules, clinics, everywhere } = await rulesOf(local);
		expect(rules.map(({ id, manageable }) => [id, manageable])).toEqual([
			[forAll, false],
			[own, true]
		]);
		expect([clinics.map(({ id }) => id), everywhere]).toEqual([[clinic.clinicId], false]);
		expect(await save({}, clinic.receptionist)).toMatchObject(refused);
		expect(await readRules(fresh.database, clinic.receptionist)).toMatchObject(refused);
	});

	it('knows nothing of another organization', async () => {
		const stranger = await clinicFactory(fresh.database);
		const theirs = await ruleFactory(fresh.database, stranger.organizationId, {
			...{ kind: 'missed', clinicId: stranger.clinicId }
		});
		expect(await save({ id: theirs })).toMatchObject({ refusal: { code: 'not-found' } });
		expect(await save({ clinicId: stranger.clinicId })).toMatchObject({
			refusal: { code: 'not-found', field: 'clinicId' }
		});
		expect(await save({ serviceId: stranger.serviceId })).toMatchObject({
			refusal: { code: 'not-found', field: 'serviceId' }
		});
		const { rules, clinics, services } = await rulesOf(administrator);
		const told = JSON.stringify({ rules, clinics, services });
		for (const id of [theirs, stranger.clinicId, stranger.serviceId]) {
			expect(told).not.toContain(id);
		}
	});

	it('is one of Dayboard’s own where nobody has made any', async () => {
		const { rules } = await rulesOf(administrator);
		expect(rules.map(({ kind }) => kind)).toEqual(
			DEFAULT_RULES.map(({ kind }) => kind).toSorted(
				(a, b) => RULE_KINDS.indexOf(a) - RULE_KINDS.indexOf(b)
			)
		);
		for (const { clinicName: _, serviceName: __, manageable: ___, ...rule } of rules) {
			expect(ruleInputSchema.safeParse(rule).error?.issues ?? []).toEqual([]);
		}
	});
});

describe('a message', () => {
	const make = async (message: Parameters<typeof messageFactory>[2]) =>
		messageFactory(fresh.database, clinic.organizationId, {
			...{ clinicId: clinic.clinicId, patientId: clinic.patientIds[0]!, ...message },
			ruleId: 'ruleId' in message ? message.ruleId : await ruleOf()
		});
	async function ruleOf(): Promise<string> {
		const { rules } = await rulesOf(administrator);
		return rules[0]?.id ?? saved();
	}
	const rowOf = async (id: string) =>
		(
			await owner.query(
				'SELECT state, suppression, attempts, tries_from, settled_at, due_at FROM messages WHERE id = $1',
				[id]
			)
		).rows[0];

	it('that failed is queued once more, with its tries behind it', async () => {
		const id = await make({
			...{ state: 'failed', dueAt: new Date(0) },
			attempts: [{ channel: 'email', outcome: 'failed', response: '550 no such user' }]
		});
		expect(await retryMessage(fresh.database, clinic.receptionist, id)).toMatchObject({ ok: true });
		const row = await rowOf(id);
		expect(row).toMatchObject({ state: 'queued', attempts: 1, tries_from: 1, settled_at: null });
		expect(Date.now() - row.due_at.getTime()).toBeLessThan(60_000);
		expect(await jobs('send-messages')).toBe(1);
		expect(await audited('message-retried')).toHaveLength(1);
		// Twice by two people is once.
		expect(await retryMessage(fresh.database, local, id)).toMatchObject({
			refusal: { code: 'status-not-possible' }
		});
	});

	it.each([
		['retried', retryMessage, ['queued', 'sending', 'sent', 'delivered', 'suppressed']],
		['kept back', holdBackMessage, ['sending', 'sent', 'delivered', 'failed', 'suppressed']]
	] as const)('that stands elsewhere is not %s', async (_, command, states) => {
		for (const state of states) {
			const id = await make({ state });
			const before = await rowOf(id);
			expect(await command(fresh.database, administrator, id)).toMatchObject({
				refusal: { code: 'status-not-possible' }
			});
			expect(await rowOf(id)).toEqual(before);
		}
	});

	it('that no rule says is neither: what it said is gone, or somebody waits for it', async () => {
		const gone = await make({ state: 'failed', kind: 'sign-in-code', ruleId: null });
		const code = await make({ kind: 'sign-in-code', ruleId: null });
		for (const done of [
			await retryMessage(fresh.database, administrator, gone),
			await holdBackMessage(fresh.database, administrator, code)
		]) {
			expect(done).toMatchObject({ refusal: { code: 'status-not-possible' } });
		}
	});

	it('that waits is kept back, and says so', async () => {
		const id = await make({ dueAt: new Date(Date.now() + 3_600_000) });
		expect(await holdBackMessage(fresh.database, clinic.receptionist, id)).toMatchObject({
			ok: true
		});
		expect(await rowOf(id)).toMatchObject({ state: 'suppressed', suppression: 'blocked' });
		expect(await audited('message-held-back')).toHaveLength(1);
	});

	it('is for those who may write messages there, and unknown to others', async () => {
		const failed = await make({ state: 'failed' });
		const of = async (role: string) => staffFactory(fresh.database, clinic, { role });
		const stranger = await clinicFactory(fresh.database);
		const reader = {
			...administrator,
			roles: [
				{
					role: 'own-eyes',
					clinicId: null,
					practitionerId: null,
					grants: { 'message.read': 'clinic' }
				}
			]
		} as Actor;
		for (const [actor, code] of [
			[await of('doctor'), 'not-found'],
			[await of('support'), 'not-found'],
			[stranger.receptionist, 'not-found'],
			[reader, 'not-allowed']
		] as const) {
			expect(await retryMessage(fresh.database, actor, failed)).toMatchObject({
				refusal: { code }
			});
			expect(await holdBackMessage(fresh.database, actor, failed)).toMatchObject({
				refusal: { code }
			});
		}
		expect(await rowOf(failed)).toMatchObject({ state: 'failed' });
	});
});

describe('a patient', () => {
	it('is sent nothing, and may have died, because staff said so', async () => {
		const booking = bookingOf(clinic, { startsAt: STARTS_AT });
		await carryOut(fresh.database, administrator, booking, { now: STARTS_AT - 86_400_000 });
		const say = (actor: Actor, messagesBlocked: boolean, deceased: boolean) =>
			savePatientMessages(fresh.database, actor, booking.appointmentId, {
				...{ messagesBlocked, deceased }
			});
		const now = async () =>
			(
				await owner.query(
					'SELECT messages_blocked AS blocked, deceased FROM patients WHERE id = $1',
					[clinic.patientIds[0]]
				)
			).rows[0];
		expect(await say(clinic.receptionist, true, false)).toMatchObject({ ok: true });
		expect(await now()).toEqual({ blocked: true, deceased: false });
		expect(await say(clinic.receptionist, true, true)).toMatchObject({ ok: true });
		expect(await say(clinic.receptionist, true, true)).toMatchObject({ ok: true });
		expect(await now()).toEqual({ blocked: true, deceased: true });
		expect(await audited('patient-messages-changed')).toEqual([
			{ messagesBlocked: true, deceased: false },
			{ messagesBlocked: true, deceased: true }
		]);
		const doctor = await staffFactory(fresh.database, clinic, {
			...{ role: 'doctor', practitionerId: clinic.practitionerIds[0]! }
		});
		const stranger = await clinicFactory(fresh.database);
		for (const actor of [doctor, stranger.receptionist]) {
			expect(await say(actor, false, false)).toMatchObject({ refusal: { code: 'not-found' } });
		}
		expect(await now()).toEqual({ blocked: true, deceased: true });
	});
});
