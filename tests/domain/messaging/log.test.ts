/** What may be read of messages: the log, a visit's own, the figures. */
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Actor } from '#domain/access/actor.ts';
import { carryOut } from '#domain/scheduling/commands.ts';
import { messageCursorSchema, messageFilterSchema } from '#domain/messaging/message-log.ts';
import { figuresByChannel, figuresByRule } from '#domain/messaging/queries/delivery-figures.ts';
import { searchMessages, type MessageSearch } from '#domain/messaging/queries/search-messages.ts';
import { visitTimeline } from '#domain/messaging/queries/visit-timeline.ts';
import {
	bookingOf,
	clinicFactory,
	staffFactory,
	type Clinic
} from '../../factories/clinic-factory.ts';
import { messageFactory, ruleFactory } from '../../factories/message-factory.ts';
import { freshDatabase, type FreshDatabase } from '../../support/test-postgres.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** 09:00 in London. */
const STARTS_AT = Date.UTC(2040, 0, 4, 9);
const NOW = STARTS_AT - DAY;

let fresh: FreshDatabase;
let owner: pg.Client;
let clinic: Clinic;
let administrator: Actor;
let appointmentId: string;
beforeAll(async () => {
	fresh = await freshDatabase();
	owner = new pg.Client(fresh.ownerUrl);
	await owner.connect();
});
afterAll(async () => {
	await owner.end();
	await fresh.drop();
});

/** A clinic of its own with one visit. */
async function newClinic(): Promise<void> {
	clinic = await clinicFactory(fresh.database);
	administrator = await staffFactory(fresh.database, clinic, {
		role: 'organization-administrator'
	});
	const booking = bookingOf(clinic, { startsAt: STARTS_AT });
	appointmentId = booking.appointmentId;
	await carryOut(fresh.database, administrator, booking, { now: NOW - DAY });
}

const about = (changes: Parameters<typeof messageFactory>[2] = {}) =>
	messageFactory(fresh.database, clinic.organizationId, {
		...{ appointmentId, patientId: clinic.patientIds[0]!, clinicId: clinic.clinicId },
		...{ dueAt: new Date(NOW - HOUR), ...changes }
	});
const search = (actor: Actor, filter: object = {}, more: Partial<MessageSearch> = {}) =>
	searchMessages(fresh.database, actor, {
		...{ filter: messageFilterSchema.parse(filter), zone: 'Europe/London', limit: 50, now: NOW },
		...more
	});
async function idsOf(...asked: Parameters<typeof search>): Promise<string[]> {
	const found = await search(...asked);
	if (!found.ok) throw new Error(found.refusal.code);
	return found.value.rows.map(({ id }) => id);
}
const staff = (role: string, where: { clinicId?: string; practitionerId?: string } = {}) =>
	staffFactory(fresh.database, clinic, { role, ...where });

describe('the log', () => {
	beforeAll(newClinic);

	it('holds what was due until now, the newest first, and what waits, the next first', async () => {
		const old = await about({ state: 'sent', dueAt: new Date(NOW - 5 * HOUR) });
		const recent = await about({ state: 'failed', dueAt: new Date(NOW - HOUR) });
		const late = await about({ dueAt: new Date(NOW + 5 * HOUR) });
		const soon = await about({ dueAt: new Date(NOW + HOUR) });
		expect(await idsOf(administrator)).toEqual([recent, old]);
		expect(await idsOf(administrator, { state: 'queued' })).toEqual([soon, late]);
		expect(await idsOf(administrator, { state: 'failed' })).toEqual([recent]);
		// 2 January there, whatever the day is elsewhere.
		expect(await idsOf(administrator, { from: '2040-01-03', until: '2040-01-03' })).toEqual([
			...[late, soon, recent, old]
		]);
		expect(await idsOf(administrator, { until: '2040-01-02' })).toEqual([]);
	});

	it('is searched by kind, way and clinic', async () => {
		const sms = await about({ kind: 'missed', state: 'sent', channel: 'sms' });
		const planned = await about({ kind: 'missed', channels: ['sms', 'email'] });
		const mail = await about({ kind: 'missed', state: 'sent', channel: 'email' });
		const of = (filter: object) => idsOf(administrator, { kind: 'missed', ...filter });
		expect((await of({ channel: 'sms' })).sort()).toEqual([sms, planned].sort());
		expect(await of({ channel: 'email' })).toEqual([mail]);
		expect(await of({ clinic: clinic.clinicId })).toHaveLength(3);
		expect(await of({ clinic: crypto.randomUUID() })).toEqual([]);
	});

	it('comes in pages, each message once, also where many were due at one moment', async () => {
		const dueAt = new Date(NOW - 2 * HOUR);
		const made = [];
		for (let i = 0; i < 5; i++) made.push(await about({ kind: 'change', state: 'sent', dueAt }));
		for (let i = 0; i < 5; i++)
			made.push(await about({ kind: 'change', dueAt: new Date(NOW + i) }));
		for (const state of [undefined, 'queued']) {
			const filter = { kind: 'change', ...(state ? { state } : {}) };
			const seen: string[] = [];
			let after: MessageSearch['after'];
			for (let page = 0; page < 3; page++) {
				const found = await search(administrator, filter, { limit: 2, after });
				if (!found.ok) throw new Error(found.refusal.code);
				seen.push(...found.value.rows.map(({ id }) => id));
				const { next } = found.value;
				expect(next === null).toBe(page === 2);
				after = next === null ? undefined : messageCursorSchema.parse(next);
			}
			const wanted = state === undefined ? made.slice(0, 5) : made.slice(5);
			// Those that are due now are in the first list as well: they were due until now.
			expect(new Set(seen).size).toBe(seen.length);
			expect(seen.filter((id) => wanted.includes(id))).toHaveLength(5);
		}
	});

	it('tells each try with the provider’s answer', async () => {
		const id = await about({
			...{ kind: 'cancellation', state: 'failed', channel: 'sms' },
			attempts: [
				{ channel: 'email', outcome: 'failed-for-now', response: '451 later' },
				{ channel: 'sms', outcome: 'failed', response: '21211 invalid' }
			]
		});
		const found = await search(administrator, { kind: 'cancellation' });
		expect(found).toMatchObject({
			value: {
				rows: [
					{
						...{ id, state: 'failed', channel: 'sms', visit: { id: appointmentId } },
						attempts: [
							{ number: 1, channel: 'email', outcome: 'failed-for-now', response: '451 later' },
							{ number: 2, channel: 'sms', outcome: 'failed', response: '21211 invalid' }
						]
					}
				]
			}
		});
	});
});

describe('who reads it', () => {
	beforeAll(newClinic);

	it('reads messages of the own clinics alone', async () => {
		const here = await about({ state: 'sent' });
		const nowhere = await about({ state: 'sent', kind: 'other', clinicId: null });
		expect((await idsOf(administrator)).sort()).toEqual([here, nowhere].sort());
		expect(await idsOf(await staff('receptionist', { clinicId: clinic.clinicId }))).toEqual([here]);
		const [role] = clinic.receptionist.roles;
		const elsewhere = { ...role!, clinicId: crypto.randomUUID() };
		expect(await idsOf({ ...clinic.receptionist, roles: [elsewhere] })).toEqual([]);
		for (const role of ['support', 'operations-manager', 'system-administrator', 'doctor']) {
			const found = await search(await staff(role, { clinicId: clinic.clinicId }));
			expect([role, found]).toMatchObject([role, { refusal: { code: 'not-allowed' } }]);
		}
		const stranger = await clinicFactory(fresh.database);
		const other = await staffFactory(fresh.database, stranger, {
			role: 'organization-administrator'
		});
		expect(await idsOf(other)).toEqual([]);
	});

	it('is told names only where patients may be known, and the audit is told whose', async () => {
		const found = await search(administrator, { clinic: clinic.clinicId });
		expect(found).toMatchObject({ value: { rows: [{ patient: { name: 'Patient0 Anna' } }] } });
		const looks = () =>
			owner.query<{ detail: object; clinic_id: string }>(
				`SELECT detail, clinic_id FROM audit_entries WHERE kind = 'messages-read' AND organization_id = $1
					ORDER BY id DESC`,
				[clinic.organizationId]
			);
		const { rows } = await looks();
		expect(rows[0]).toEqual({
			...{ detail: { patientIds: [clinic.patientIds[0]] }, clinic_id: clinic.clinicId }
		});
		// A role of the organization's own that may read messages, and not who patients are.
		const masked = {
			...administrator,
			roles: [
				{
					role: 'own-desk',
					clinicId: null,
					practitionerId: null,
					grants: { 'message.read': 'clinic' }
				}
			]
		} as Actor;
		const told = await search(masked, { clinic: clinic.clinicId });
		expect(told).toMatchObject({ value: { rows: [{ patient: { initials: 'A. P.' } }] } });
		expect(JSON.stringify(told)).not.toContain('Patient0');
		expect((await looks()).rows).toHaveLength(rows.length);
	});

	it('is offered what may be done with each', async () => {
		const ruleId = await ruleFactory(fresh.database, clinic.organizationId, { kind: 'change' });
		for (const state of [
			'queued',
			'sending',
			'sent',
			'delivered',
			'failed',
			'suppressed'
		] as const) {
			await about({ kind: 'change', state, ruleId });
		}
		await about({ kind: 'change', state: 'failed' });
		const found = await search(administrator, { kind: 'change' });
		if (!found.ok) throw new Error(found.refusal.code);
		const offers = found.value.rows
			.filter(({ can }) => can.retry || can.holdBack)
			.map(({ state, can }) => [state, can]);
		expect(Object.fromEntries(offers)).toEqual({
			queued: { retry: false, holdBack: true },
			failed: { retry: true, holdBack: false }
		});
		expect(offers).toHaveLength(2);
	});
});

describe('a visit’s messages', () => {
	beforeAll(newClinic);

	it('come in the order in which they are due, and only to those who may read them', async () => {
		const later = await about({ dueAt: new Date(NOW + HOUR) });
		const first = await about({ state: 'delivered', kind: 'confirmation' });
		await about({ appointmentId: null });
		const read = await visitTimeline(fresh.database, administrator, appointmentId);
		expect(read).toMatchObject({
			value: {
				messages: [
					{ id: first, state: 'delivered' },
					{ id: later, state: 'queued' }
				],
				...{ patient: { messagesBlocked: false, deceased: false }, mayChange: true }
			}
		});
		for (const role of ['doctor', 'support']) {
			const actor = await staff(role, { practitionerId: clinic.practitionerIds[0]! });
			expect(await visitTimeline(fresh.database, actor, appointmentId)).toMatchObject({
				refusal: { code: 'not-found' }
			});
		}
	});
});

describe('a message that is tried again by night', () => {
	beforeAll(newClinic);

	it('says, in the log and with its visit, until when it waits and that it is for the quiet hours', async () => {
		const ruleId = await ruleFactory(fresh.database, clinic.organizationId, { kind: 'reminder' });
		const night = NOW - 12 * HOUR;
		const failed = { channel: 'sms', outcome: 'failed-for-now' } as const;
		await about({ ruleId, dueAt: new Date(night), attempts: [failed] });
		const morning = NOW - HOUR;
		const log = await search(administrator, { state: 'queued' }, { now: night });
		expect(log).toMatchObject({ value: { rows: [{ quietUntil: morning }] } });
		const told = async (now: number) =>
			visitTimeline(fresh.database, administrator, appointmentId, now);
		expect(await told(night)).toMatchObject({ value: { messages: [{ quietUntil: morning }] } });
		expect(await told(morning)).toMatchObject({ value: { messages: [{ quietUntil: null }] } });
	});
});

describe('the figures', () => {
	beforeAll(newClinic);

	it('count what became of messages in a period, and in the one before', async () => {
		const ruleId = await ruleFactory(fresh.database, clinic.organizationId, {
			...{ kind: 'reminder', clinicId: clinic.clinicId }
		});
		const at = (days: number) => ({ dueAt: new Date(NOW - days * DAY) });
		await about({ state: 'sent', channel: 'email', ruleId, ...at(1) });
		await about({ state: 'delivered', channel: 'email', ruleId, ...at(6) });
		await about({ state: 'failed', channel: 'sms', ruleId, ...at(2) });
		await about({ state: 'suppressed', channels: ['sms'], ruleId, ...at(3) });
		await about({ state: 'delivered', channel: 'email', ruleId, ...at(8) });
		await about({ state: 'sent', channel: 'email', kind: 'sign-in-code', ...at(1) });
		// Neither waits count, nor what was before all that.
		await about({ channels: ['email'], ruleId, ...at(1) });
		await about({ state: 'sent', channel: 'email', ruleId, ...at(14.5) });
		const none = { sent: 0, delivered: 0, failed: 0, suppressed: 0 };
		const wish = { days: 7, now: NOW } as const;
		const channels = await figuresByChannel(fresh.database, administrator, wish);
		if (!channels.ok) throw new Error(channels.refusal.code);
		expect(
			Object.fromEntries(channels.value.map(({ channel, ...figures }) => [channel, figures]))
		).toEqual({
			email: {
				now: { ...none, sent: 3, delivered: 1 },
				before: { ...none, sent: 1, delivered: 1 }
			},
			sms: { now: { ...none, failed: 1, suppressed: 1 }, before: none }
		});
		const rules = await figuresByRule(fresh.database, administrator, wish);
		if (!rules.ok) throw new Error(rules.refusal.code);
		expect(rules.value.toSorted((a, b) => a.kind.localeCompare(b.kind))).toEqual([
			{
				...{ kind: 'reminder', ruleId, clinicName: 'North', serviceName: null, isRetired: false },
				now: { sent: 2, delivered: 1, failed: 1, suppressed: 1 },
				before: { ...none, sent: 1, delivered: 1 }
			},
			{
				...{ kind: 'sign-in-code', ruleId: null, clinicName: null, serviceName: null },
				isRetired: false,
				...{ now: { ...none, sent: 1 }, before: none }
			}
		]);
		const elsewhere = { ...wish, clinicId: crypto.randomUUID() };
		expect(await figuresByChannel(fresh.database, administrator, elsewhere)).toMatchObject({
			value: []
		});
		const doctor = await staff('doctor', { practitionerId: clinic.practitionerIds[0]! });
		expect(await figuresByRule(fresh.database, doctor, wish)).toMatchObject({
			refusal: { code: 'not-allowed' }
		});
	});
});
