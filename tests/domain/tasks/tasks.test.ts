import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
	auditEntries,
	clinics,
	messageAttempts,
	messages,
	resources,
	tasks
} from '#db/schema/index.ts';
import { inOrganization } from '#db/transaction.ts';
import type { Actor } from '#domain/access/actor.ts';
import { carryOut } from '#domain/scheduling/commands.ts';
import { askReception } from '#domain/tasks/commands/ask-reception.ts';
import { leaveContact, MAX_CONTACTS_A_DAY, settleTask } from '#domain/tasks/commands.ts';
import type { ContactMessage } from '#domain/tasks/contact-message.ts';
import { countOpenTasks, readTasks, TASKS_A_PAGE } from '#domain/tasks/queries.ts';
import { taskFilterSchema } from '#domain/tasks/task-filter.ts';
import {
	bookingOf,
	clinicFactory,
	staffFactory,
	type Clinic
} from '../../factories/clinic-factory.ts';
import { freshDatabase, type FreshDatabase } from '../../support/test-postgres.ts';

let fresh: FreshDatabase;
let north: Clinic;
let southId: string;
let administrator: Actor;
let ofNorth: Actor;
let ofSouth: Actor;

beforeAll(async () => (fresh = await freshDatabase()));
afterAll(() => fresh.drop());
beforeEach(async () => {
	north = await clinicFactory(fresh.database);
	southId = crypto.randomUUID();
	const { organizationId } = north;
	await inOrganization(fresh.database, organizationId, async (transaction) => {
		await transaction.insert(resources).values({ organizationId, id: southId, kind: 'clinic' });
		await transaction.insert(clinics).values({
			...{ organizationId, id: southId, name: 'South', zone: 'Europe/Warsaw', importKey: 's' }
		});
	});
	const make = (role: string, clinicId: string | null) =>
		staffFactory(fresh.database, north, { role, ...(clinicId ? { clinicId } : {}) } as never);
	administrator = await make('organization-administrator', null);
	ofNorth = await make('receptionist', north.clinicId);
	ofSouth = await make('receptionist', southId);
});

const CONTENT: ContactMessage = {
	...{ name: 'Ewa Żak', email: 'ewa@example.com', phone: null },
	...{ message: 'Do you treat cats?\n\n<b>Thanks</b>', language: 'pl' }
};
const visitor = (): Actor => ({ ...administrator, roles: [], holdOwner: 'visitor/x' });
async function write(clinicId: string | null, content: Partial<ContactMessage> = {}) {
	const left = await leaveContact(fresh.database, visitor(), {
		...{ clinicId, content: { ...CONTENT, ...content } }
	});
	if (!left.ok) throw new Error(left.refusal.code);
	return left.value.id;
}
const add = (task: Partial<typeof tasks.$inferInsert>) =>
	inOrganization(fresh.database, north.organizationId, async (transaction) => {
		const { organizationId } = north;
		const id = crypto.randomUUID();
		await transaction.insert(tasks).values({ organizationId, id, kind: 'contact', ...task });
		return id;
	});
async function read(actor: Actor, asked: Record<string, string> = {}) {
	const page = await readTasks(fresh.database, actor, taskFilterSchema.parse(asked));
	if (!page.ok) throw new Error(page.refusal.code);
	return page.value;
}
const idsSeenBy = async (actor: Actor, asked?: Record<string, string>) =>
	(await read(actor, asked)).tasks.map(({ id }) => id);

describe('what a stranger wrote', () => {
	it('is sealed where it is stored, and read by reception', async () => {
		const id = await write(north.clinicId);
		const [stored] = await inOrganization(fresh.database, north.organizationId, (transaction) =>
			transaction.select().from(tasks).where(eq(tasks.id, id))
		);
		expect(stored!.sealedText).toMatch(/^1\.\d+\./);
		expect(JSON.stringify(stored)).not.toMatch(/Ewa|cats/);
		const [task] = (await read(ofNorth)).tasks;
		expect(task).toMatchObject({ id, contact: CONTENT, clinic: { name: 'North' }, done: null });
	});

	it('is taken so often a day and no more', async () => {
		const { organizationId } = north;
		await inOrganization(fresh.database, organizationId, (transaction) =>
			transaction.insert(tasks).values(
				Array.from({ length: MAX_CONTACTS_A_DAY - 1 }, () => ({
					...{ organizationId, id: crypto.randomUUID(), kind: 'contact' as const }
				}))
			)
		);
		await write(null);
		const refused = await leaveContact(fresh.database, visitor(), {
			...{ clinicId: null, content: CONTENT }
		});
		expect(refused).toMatchObject({ ok: false, refusal: { code: 'too-busy' } });
	});

	it('that was moved to another row does not open, and hides nothing else', async () => {
		const first = await write(null, { message: 'First' });
		const second = await write(null, { message: 'Second' });
		await inOrganization(fresh.database, north.organizationId, async (transaction) => {
			const [stored] = await transaction.select().from(tasks).where(eq(tasks.id, first));
			await transaction
				.update(tasks)
				.set({ sealedText: stored!.sealedText })
				.where(eq(tasks.id, second));
		});
		const shown = new Map((await read(ofNorth)).tasks.map((task) => [task.id, task]));
		expect(shown.get(second)).toMatchObject({ isUnreadable: true, contact: null });
		expect(shown.get(first)!.contact!.message).toBe('First');
	});
});

describe('who sees which', () => {
	it('each clinic its own, everybody those of none, the administrator all', async () => {
		const atNorth = await write(north.clinicId);
		const atSouth = await write(southId);
		const ofNone = await write(null);
		expect((await idsSeenBy(ofNorth)).toSorted()).toEqual([atNorth, ofNone].toSorted());
		expect((await idsSeenBy(ofSouth)).toSorted()).toEqual([atSouth, ofNone].toSorted());
		expect(await idsSeenBy(administrator)).toHaveLength(3);
		expect(await idsSeenBy(administrator, { clinic: southId })).toEqual([atSouth]);
		expect(await idsSeenBy(administrator, { clinic: 'none' })).toEqual([ofNone]);
		// The filter opens nothing.
		expect(await idsSeenBy(ofNorth, { clinic: southId })).toEqual([]);
		expect((await countOpenTasks(fresh.database, ofNorth))!.open).toBe(2);
	});

	it('nobody else: a manager has no tasks, a doctor none but mentions, another organization its own', async () => {
		await write(null);
		const manager = await staffFactory(fresh.database, north, { role: 'operations-manager' });
		expect(await countOpenTasks(fresh.database, manager)).toBeNull();
		const refused = await readTasks(fresh.database, manager, taskFilterSchema.parse({}));
		expect(refused).toMatchObject({ refusal: { code: 'not-allowed' } });
		const doctor = await staffFactory(fresh.database, north, {
			...{ role: 'doctor', clinicId: north.clinicId },
			practitionerId: north.practitionerIds[0]!
		});
		expect(await countOpenTasks(fresh.database, doctor)).toMatchObject({ open: 0 });
		expect(await idsSeenBy(doctor)).toEqual([]);
		const foreign = await clinicFactory(fresh.database);
		expect(await idsSeenBy(foreign.receptionist)).toEqual([]);
	});

	it('that somebody looked is in the audit, and who is counted only is not', async () => {
		await write(null);
		const looks = () =>
			inOrganization(fresh.database, north.organizationId, (transaction) =>
				transaction.select().from(auditEntries).where(eq(auditEntries.kind, 'tasks-read'))
			);
		await countOpenTasks(fresh.database, ofNorth);
		expect(await looks()).toHaveLength(0);
		await read(ofNorth);
		expect((await looks()).map(({ detail }) => detail)).toEqual([{ found: 1, patientIds: [] }]);
	});
});

describe('settling', () => {
	it('takes a task from the open ones to the done ones and back; the first one did it', async () => {
		const id = await write(null);
		const before = await countOpenTasks(fresh.database, ofNorth);
		expect((await settleTask(fresh.database, ofNorth, { id, done: true })).ok).toBe(true);
		expect((await settleTask(fresh.database, ofSouth, { id, done: true })).ok).toBe(true);
		expect(await idsSeenBy(ofNorth)).toEqual([]);
		const [done] = (await read(ofSouth, { done: '1' })).tasks;
		expect(done!.done).toMatchObject({ by: ofNorth.name });
		const after = await countOpenTasks(fresh.database, ofNorth);
		expect([before!.open, after!.open, before!.version === after!.version]).toEqual([1, 0, false]);
		await settleTask(fresh.database, ofSouth, { id, done: false });
		expect(await idsSeenBy(ofNorth)).toEqual([id]);
	});

	it('is not for another clinic, nor for another organization', async () => {
		const id = await write(north.clinicId);
		const foreign = await clinicFactory(fresh.database);
		expect(await settleTask(fresh.database, ofSouth, { id, done: true })).toMatchObject({
			refusal: { code: 'not-allowed' }
		});
		expect(
			await settleTask(fresh.database, foreign.receptionist, { id, done: true })
		).toMatchObject({ refusal: { code: 'not-found' } });
		expect(await idsSeenBy(ofNorth)).toEqual([id]);
	});
});

it('pages go on where the one before ended, also where many came at one moment', async () => {
	const madeAt = new Date(Date.UTC(2026, 5, 1, 9));
	const all = await Promise.all(
		Array.from({ length: TASKS_A_PAGE * 2 + 3 }, () => add({ madeAt }))
	);
	const seen: string[] = [];
	for (let after: string | null = ''; after !== null;) {
		const page: Awaited<ReturnType<typeof read>> = await read(ofNorth, after ? { after } : {});
		seen.push(...page.tasks.map(({ id }) => id));
		after = page.next;
	}
	expect(seen).toHaveLength(all.length);
	expect(new Set(seen)).toEqual(new Set(all));
});

describe('a message that did not arrive', () => {
	const startsAt = Date.UTC(2040, 0, 4, 9);

	async function failed(): Promise<string> {
		const { organizationId, clinicId } = north;
		const booking = bookingOf(north, { startsAt });
		const verdict = await carryOut(fresh.database, administrator, booking, {
			now: Date.UTC(2040, 0, 2)
		});
		if (verdict.outcome !== 'accepted') throw new Error(JSON.stringify(verdict));
		const messageId = crypto.randomUUID();
		const { appointmentId } = booking;
		const patientId = north.patientIds[0]!;
		await inOrganization(fresh.database, organizationId, async (transaction) => {
			await transaction.insert(messages).values({
				...{ organizationId, id: messageId, kind: 'reminder', cause: messageId, appointmentId },
				...{ patientId, clinicId, state: 'failed', channels: ['sms'], channel: 'sms' },
				dueAt: new Date(startsAt)
			});
			for (const [number, response] of [
				[1, 'try again'],
				[2, 'no such number']
			] as const) {
				await transaction.insert(messageAttempts).values({
					...{ organizationId, messageId, number, response, channel: 'sms', outcome: 'failed' }
				});
			}
		});
		return add({ kind: 'failed-message', clinicId, messageId, patientId });
	}

	it('says which, by which way and why, and leads to the visit', async () => {
		await failed();
		const [task] = (await read(ofNorth)).tasks;
		expect(task).toMatchObject({
			message: { kind: 'reminder', channel: 'sms', response: 'no such number' },
			visit: { date: '2040-01-04', startsAt, clinicId: north.clinicId, doctor: 'Dr A' },
			patientName: 'Patient0 Anna'
		});
	});

	it('does not say whom it was for to those who may not know', async () => {
		await failed();
		const withoutPeople: Actor = {
			...ofNorth,
			roles: [
				{
					...{ role: 'own-tasks', clinicId: north.clinicId, practitionerId: null },
					grants: { 'task.read': 'clinic' }
				}
			]
		};
		const [task] = (await read(withoutPeople)).tasks;
		expect(task).toMatchObject({ patientName: null, message: { channel: 'sms' } });
	});

	it('a task about nothing that is known is shown too', async () => {
		await add({ kind: 'ask-about-visit', clinicId: north.clinicId });
		expect((await read(ofNorth)).tasks).toMatchObject([
			{ kind: 'ask-about-visit', visit: null, message: null, text: null, isUnreadable: false }
		]);
	});
});

describe('a change that could not be made', () => {
	const TEXT = 'move to 10:40: the room is taken';
	const ask = (actor: Actor, change: object = {}, clinicId = north.clinicId) =>
		askReception(fresh.database, actor, {
			clinicId,
			change: { intentId: 'refused', text: TEXT, ...change }
		});

	it('waits for reception with the visit and the patient, once however often it is passed on', async () => {
		const booking = bookingOf(north, { startsAt: Date.UTC(2040, 0, 4, 9) });
		await carryOut(fresh.database, north.receptionist, booking);
		const change = { appointmentId: booking.appointmentId };
		const made = [await ask(ofNorth, change), await ask(ofNorth, change)];
		expect(made[0]).toEqual(made[1]);
		expect((await read(ofNorth)).tasks).toMatchObject([
			{
				...{ kind: 'refused-change', text: TEXT, patientName: 'Patient0 Anna' },
				visit: { id: booking.appointmentId, doctor: 'Dr A' }
			}
		]);
	});

	it('of a booking names the patient', async () => {
		expect(await ask(ofNorth, { patientId: north.patientIds[1] })).toMatchObject({ ok: true });
		expect((await read(ofNorth)).tasks).toMatchObject([
			{ patientName: 'Patient1 Anna', visit: null }
		]);
	});

	it('is left at one’s own clinic, about its own visits and patients alone', async () => {
		expect(await ask(ofSouth)).toMatchObject({ refusal: { code: 'not-allowed' } });
		const stranger = await clinicFactory(fresh.database);
		const theirs = bookingOf(stranger, { startsAt: Date.UTC(2040, 0, 4, 9) });
		await carryOut(fresh.database, stranger.receptionist, theirs);
		for (const change of [
			{ appointmentId: theirs.appointmentId },
			{ patientId: stranger.patientIds[0] }
		]) {
			expect(await ask(ofNorth, change)).toMatchObject({ refusal: { code: 'not-found' } });
		}
		expect((await read(ofNorth)).tasks).toEqual([]);
	});
});
