import { and, asc, eq } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { tasks } from '#db/schema/index.ts';
import { inOrganization } from '#db/transaction.ts';
import type { Actor } from '#domain/access/actor.ts';
import type { KeptName } from '#domain/kept-documents/kept-name.ts';
import { MENTIONS_AN_HOUR } from '#domain/notes/mention.ts';
import { mentionable } from '#domain/notes/queries.ts';
import { carryOut } from '#domain/scheduling/commands.ts';
import { settleTask } from '#domain/tasks/commands.ts';
import { countOpenTasks, readTasks } from '#domain/tasks/queries.ts';
import { taskFilterSchema } from '#domain/tasks/task-filter.ts';
import {
	bookingOf,
	clinicFactory,
	sessionFactory,
	staffFactory
} from '../factories/clinic-factory.ts';
import { KeptClient } from '../support/kept-client.ts';
import { useSyncClinic } from '../support/sync-clinic.ts';

const at = useSyncClinic();
let days = 0;
let doctor: Actor;
let colleague: Actor;
let name: Extract<KeptName, { kind: 'handover' }>;
beforeEach(async () => {
	const make = (practitioner: number) =>
		staffFactory(at.fresh.database, at.clinic, {
			...{ role: 'doctor', practitionerId: at.clinic.practitionerIds[practitioner]! }
		});
	[doctor, colleague] = [await make(0), await make(1)];
	const date = `2027-04-${String(++days).padStart(2, '0')}`;
	name = { kind: 'handover', clinicId: at.clinic.clinicId, date };
});

async function opened(what: KeptName = name, as?: Actor): Promise<KeptClient> {
	const token = as && (await sessionFactory(at.fresh.database, as));
	const client = new KeptClient(at.connect(token), what);
	await client.shows('saved');
	return client;
}

/** Puts a mention into a note, as the editor does, within as many elements as wanted. */
function mention(note: KeptClient, id: string, ref: string = crypto.randomUUID(), depth = 1) {
	const element = new Y.XmlElement('mention');
	element.setAttribute('id', id);
	element.setAttribute('ref', ref);
	element.setAttribute('label', 'Somebody');
	let outer = element;
	for (let i = 0; i < depth; i++) {
		const around = new Y.XmlElement('paragraph');
		around.insert(0, [outer]);
		outer = around;
	}
	note.fragment.insert(note.fragment.length, [outer]);
}

const madeFor = ({ userId }: Pick<Actor, 'userId'>) =>
	inOrganization(at.fresh.database, at.clinic.organizationId, (transaction) =>
		transaction
			.select()
			.from(tasks)
			.where(and(eq(tasks.kind, 'mention'), eq(tasks.forUser, userId)))
			.orderBy(asc(tasks.madeAt))
	);
async function seenBy(actor: Actor) {
	const page = await readTasks(at.fresh.database, actor, taskFilterSchema.parse({}));
	return page.ok ? page.value.tasks.filter(({ kind }) => kind === 'mention') : [];
}

describe('whoever is mentioned', () => {
	it('has a task from the moment at which the note is stored, that only they see and settle', async () => {
		const note = await opened();
		note.write('Kowalska calls back');
		mention(note, doctor.userId);
		await note.shows('saved');
		const [task, ...more] = await seenBy(doctor);
		expect(more).toEqual([]);
		expect(task).toMatchObject({
			mention: { by: at.clinic.receptionist.name, date: name.date },
			...{ text: null, patientName: null, clinic: { id: at.clinic.clinicId } }
		});
		expect(await countOpenTasks(at.fresh.database, doctor)).toMatchObject({ open: 1 });
		const administrator = await staffFactory(at.fresh.database, at.clinic, {
			role: 'organization-administrator'
		});
		for (const other of [colleague, at.clinic.receptionist, administrator]) {
			expect(await seenBy(other)).toEqual([]);
			const settled = await settleTask(at.fresh.database, other, { id: task!.id, done: true });
			expect(settled).toMatchObject({ refusal: { code: 'not-allowed' } });
		}
		expect(JSON.stringify(await madeFor(doctor))).not.toContain('Kowalska');
		const settled = await settleTask(at.fresh.database, doctor, { id: task!.id, done: true });
		expect(settled).toMatchObject({ ok: true });
		expect(await seenBy(doctor)).toEqual([]);
	});

	it('hears of each mention once, however often the note is stored or it is copied', async () => {
		const note = await opened();
		const ref = crypto.randomUUID();
		mention(note, doctor.userId, ref);
		await note.shows('saved');
		mention(note, doctor.userId, ref);
		note.write('more');
		await note.shows('saved');
		expect(await madeFor(doctor)).toHaveLength(1);
		mention(note, doctor.userId);
		await note.shows('saved');
		expect(await madeFor(doctor)).toHaveLength(2);
	});

	it('hears nothing where they may not read the note, are a stranger, nobody, or wrote it themselves', async () => {
		const stranger = await clinicFactory(at.fresh.database);
		const manager = await staffFactory(at.fresh.database, at.clinic, {
			role: 'operations-manager'
		});
		const note = await opened();
		const { receptionist } = at.clinic;
		for (const userId of [
			...[manager.userId, stranger.receptionist.userId, receptionist.userId],
			...[crypto.randomUUID(), 'nobody', '']
		]) {
			mention(note, userId);
		}
		mention(note, colleague.userId, 'no mark of its own');
		mention(note, colleague.userId, crypto.randomUUID(), 40);
		await note.shows('saved');
		for (const person of [manager, stranger.receptionist, receptionist, colleague]) {
			expect(await madeFor(person)).toEqual([]);
		}
	});

	it('is mentioned only so often in an hour', async () => {
		const note = await opened(name, colleague);
		for (let i = 0; i < 2 * MENTIONS_AN_HOUR; i++) mention(note, doctor.userId);
		await note.shows('saved');
		expect(await madeFor(doctor)).toHaveLength(MENTIONS_AN_HOUR);
		const other = await opened({ ...name, date: '2027-05-01' }, colleague);
		mention(other, doctor.userId);
		await other.shows('saved');
		expect(await madeFor(doctor)).toHaveLength(MENTIONS_AN_HOUR);
	});

	it('in a visit’s note is its own doctor or the reception, and is led to the visit', async () => {
		const startsAt = Date.UTC(2027, 0, 4, 9 + days);
		const booking = bookingOf(at.clinic, { startsAt });
		const booked = await carryOut(at.fresh.database, at.clinic.receptionist, booking, { now: 0 });
		expect(booked).toMatchObject({ outcome: 'accepted' });
		const { appointmentId } = booking;
		const ofVisit = { kind: 'visit-note', appointmentId } as const;
		const note = await opened(ofVisit);
		mention(note, doctor.userId);
		mention(note, colleague.userId);
		await note.shows('saved');
		expect(await madeFor(colleague)).toEqual([]);
		expect(await seenBy(doctor)).toMatchObject([
			{ mention: { date: null }, visit: { id: appointmentId }, text: null }
		]);
		const { receptionist } = at.clinic;
		const offered = await mentionable(at.fresh.database, receptionist, ofVisit);
		const ids = offered.ok ? offered.value.map(({ userId }) => userId) : [];
		expect(ids).toContain(doctor.userId);
		expect(ids).not.toContain(colleague.userId);
		expect(ids).not.toContain(receptionist.userId);
	});
});
