import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rotateKeys } from '#domain/access/commands/rotate-keys.ts';
import { keptName, type KeptName } from '#domain/kept-documents/kept-name.ts';
import { readKept } from '#domain/kept-documents/queries.ts';
import { carryOut } from '#domain/scheduling/commands.ts';
import {
	bookingOf,
	clinicFactory,
	sessionFactory,
	staffFactory
} from '../factories/clinic-factory.ts';
import { auditRows } from '../support/audit-rows.ts';
import { KeptClient, textOfState } from '../support/kept-client.ts';
import { Client, honestHeaders, startSync } from '../support/sync-client.ts';
import { useSyncClinic } from '../support/sync-clinic.ts';
import { until } from '../support/until.ts';

const at = useSyncClinic();
let owner: pg.Client;
beforeAll(async () => {
	owner = new pg.Client({ connectionString: at.fresh.ownerUrl });
	await owner.connect();
});
afterAll(() => owner.end());

let days = 0;
/** A day's handover notes that no other test has. */
const newNote = (): KeptName => ({
	...{ kind: 'handover', clinicId: at.clinic.clinicId },
	date: `2027-02-${String(++days).padStart(2, '0')}`
});

async function opened(name: KeptName, token?: string): Promise<KeptClient> {
	const client = new KeptClient(at.connect(token), name);
	await client.shows('saved');
	return client;
}

async function storedText(name: KeptName): Promise<string | null> {
	const stored = await readKept(at.fresh.database, {
		...{ organizationId: at.clinic.organizationId, name }
	});
	if (stored === 'unreadable') throw new Error('what is stored cannot be read');
	return stored && textOfState(stored.state);
}

async function refusal(name: KeptName, token?: string): Promise<string> {
	const answer = await at.connect(token).open(keptName(name));
	return typeof answer === 'string' ? answer : 'opened';
}

const tokenOf = async (role: string, practitionerId: string | null = null) =>
	sessionFactory(
		at.fresh.database,
		await staffFactory(at.fresh.database, at.clinic, { role, practitionerId })
	);

describe('a document that is kept', () => {
	it('is the same for everybody who has it open', async () => {
		const name = newNote();
		const [one, two] = [await opened(name), await opened(name)];
		one.write('Room 2 is cold');
		two.write('Dr A leaves at three');
		await until(() => one.text.length > 30 && one.text === two.text, 'both show both');
		expect(one.text.split('\n').sort()).toEqual(['Dr A leaves at three', 'Room 2 is cold']);
	});

	it('is stored when it shows that it is saved', async () => {
		const name = newNote();
		const note = await opened(name);
		for (const text of ['First', 'Second', 'Third']) {
			note.write(text);
			expect(note.kept.standing).toBe('saving');
			await note.shows('saved');
			expect((await storedText(name))!.split('\n').at(-1)).toBe(text);
		}
		expect(note.standings).toEqual([
			...['saved', 'saving', 'saved', 'saving', 'saved', 'saving', 'saved']
		]);
	});

	it('is there for whoever opens it after everybody left', async () => {
		const name = newNote();
		const note = await opened(name);
		note.write('The lift is broken');
		note.kept.destroy();
		await until(async () => (await storedText(name)) === 'The lift is broken', 'it is stored');
		expect((await opened(name)).text).toBe('The lift is broken');
	});

	it('takes what is typed while the line comes back, all of it and in one go', async () => {
		const name = newNote();
		const note = await opened(name);
		const { provider } = note.kept;
		const reasons: string[] = [];
		provider.on('close', ({ event }: { event: { reason?: string } }) => {
			if (event.reason) reasons.push(event.reason);
		});
		const lost = new Promise((resolve) => provider.on('close', resolve));
		provider.on('authenticated', () => note.write('Typed at once'));
		const socket = provider.configuration.websocketProvider.webSocket!;
		// What is on its way when a line dies never arrives.
		socket.send = () => {};
		note.write('Lost on its way');
		socket.close();
		await lost;
		note.write('Typed without a line');
		expect(note.kept.standing).toBe('no-line');
		await until(() => note.text.includes('at once'), 'the line is back');
		await note.shows('saved');
		expect(await storedText(name)).toBe('Lost on its way\nTyped without a line\nTyped at once');
		expect(reasons).toEqual([]);
	});

	it('says that it is not saved while it cannot be stored, and is stored once it can', async () => {
		const name = newNote();
		const note = await opened(name);
		await owner.query('REVOKE INSERT ON kept_documents FROM dayboard_app');
		try {
			note.write('Call the lab');
			await note.shows('not-saved');
			expect(await storedText(name)).toBeNull();
		} finally {
			await owner.query('GRANT INSERT ON kept_documents TO dayboard_app');
		}
		await note.shows('saved');
		expect(await storedText(name)).toBe('Call the lab');
		expect(note.standings).not.toContain('refused');
	});

	it('lies sealed in its row', async () => {
		const name = newNote();
		const note = await opened(name);
		note.write('Kowalska comes with a stick');
		await note.shows('saved');
		const { rows } = await owner.query<{ row: string }>(
			'SELECT k::text AS row FROM kept_documents k WHERE day = $1',
			[name.kind === 'handover' ? name.date : '']
		);
		const [stored] = rows;
		expect(stored!.row).not.toContain('Kowalska');
		const sealed = /1\.1\.([\w-]+)/.exec(stored!.row)![1]!;
		expect(Buffer.from(sealed, 'base64url').includes('Kowalska')).toBe(false);
	});

	it('is sealed anew with the newest key and read again', async () => {
		const name = newNote();
		const note = await opened(name);
		note.write('Before the keys changed');
		await note.shows('saved');
		note.kept.destroy();
		const sealed = async () =>
			(
				await owner.query<{ sealed: string }>(
					'SELECT sealed_state AS sealed FROM kept_documents WHERE day = $1',
					[name.kind === 'handover' ? name.date : '']
				)
			).rows[0]!.sealed;
		expect(await sealed()).toMatch(/^1\.1\./);
		await rotateKeys(at.fresh.database, { dataKeys: true, settle: async () => {} });
		expect(await sealed()).toMatch(/^1\.2\./);
		expect((await opened(name)).text).toBe('Before the keys changed');
	});

	it('is not opened, nor written over, where it was changed outside Dayboard', async () => {
		const name = newNote();
		const note = await opened(name);
		note.write('True');
		await note.shows('saved');
		note.kept.destroy();
		const { rows } = await owner.query<{ id: string }>(
			`UPDATE kept_documents SET sealed_state = overlay(sealed_state placing 'AAAA' from 20)
				WHERE day = $1 RETURNING id`,
			[name.kind === 'handover' ? name.date : '']
		);
		expect(rows).toHaveLength(1);
		await until(async () => (await refusal(name)) === 'unreadable', 'it is not opened');
	});

	it('names in the audit who opened it and who wrote, and nothing of what', async () => {
		const name = newNote();
		const doctor = await staffFactory(at.fresh.database, at.clinic, {
			...{ role: 'doctor', practitionerId: at.clinic.practitionerIds[0]! }
		});
		const before = (await auditRows(at.fresh.database, at.clinic.organizationId)).length;
		const one = await opened(name);
		const two = await opened(name, await sessionFactory(at.fresh.database, doctor));
		one.write('Nowak');
		await one.shows('saved');
		two.write('Nowakowa');
		await two.shows('saved');
		two.write('Wilk');
		await two.shows('saved');
		const rows = (await auditRows(at.fresh.database, at.clinic.organizationId)).slice(before);
		const people = [at.clinic.receptionist.userId, doctor.userId];
		for (const kind of ['note-opened', 'note-written']) {
			const told = rows.filter((row) => row.kind === kind);
			expect(told.map(({ actorUserId }) => actorUserId).sort()).toEqual([...people].sort());
			expect(told[0]).toMatchObject({ clinicId: at.clinic.clinicId, detail: { note: 'handover' } });
		}
		expect(JSON.stringify(rows)).not.toMatch(/Nowak|Wilk/);
	});
});

describe('two servers', () => {
	it('lose nothing of what is written on both', async () => {
		const second = await startSync(at.fresh);
		const client = new Client(second.host, honestHeaders(second.host, at.token));
		try {
			const name = newNote();
			const one = await opened(name);
			const two = new KeptClient(client, name);
			await two.shows('saved');
			one.write('From the first');
			two.write('From the second');
			await one.shows('saved');
			await two.shows('saved');
			expect((await storedText(name))!.split('\n').sort()).toEqual([
				...['From the first', 'From the second']
			]);
			one.write('More');
			await one.shows('saved');
			two.write('Still more');
			await two.shows('saved');
			expect(two.text.split('\n')).toHaveLength(4);
			expect(await storedText(name)).toBe(two.text);
		} finally {
			client.close();
			await second.close();
		}
	});
});

describe('who may open one', () => {
	it('handover notes: whoever may read those of the clinic', async () => {
		const name = newNote();
		const [practitionerId] = at.clinic.practitionerIds as [string];
		expect(await refusal(name, await tokenOf('doctor', practitionerId))).toBe('opened');
		expect(await refusal(name, await tokenOf('clinic-administrator'))).toBe('opened');
		for (const role of ['operations-manager', 'support', 'system-administrator']) {
			expect([role, await refusal(name, await tokenOf(role))]).toEqual([role, 'forbidden']);
		}
	});

	it('a visit’s note: its doctor and the reception, no other doctor; nor any longer once it moved', async () => {
		const booking = bookingOf(at.clinic, { startsAt: Date.UTC(2027, 0, 4, 9) });
		const { appointmentId } = booking;
		await carryOut(at.fresh.database, at.clinic.receptionist, booking, { now: 0 });
		const name: KeptName = { kind: 'visit-note', appointmentId };
		const [own, other] = at.clinic.practitionerIds as [string, string];
		expect(await refusal(name)).toBe('opened');
		expect(await refusal(name, await tokenOf('doctor', other))).toBe('forbidden');
		const note = await opened(name, await tokenOf('doctor', own));
		note.write('Allergic to plaster');
		await note.shows('saved');
		expect(await storedText(name)).toBe('Allergic to plaster');
		const moved = await carryOut(
			at.fresh.database,
			at.clinic.receptionist,
			{
				...{ kind: 'move', id: crypto.randomUUID(), madeAt: 1, appointmentId },
				...{ basedOnRevision: 1, changes: { practitionerId: other } }
			},
			{ now: 0 }
		);
		expect(moved).toMatchObject({ outcome: 'accepted' });
		await note.shows('refused');
		expect(note.kept.reason).toBe('forbidden');
	});

	it('another organization’s is not there, nor under an id of one’s own that is the same', async () => {
		const name = newNote();
		const stranger = await clinicFactory(at.fresh.database);
		const theirs = await sessionFactory(at.fresh.database, stranger.receptionist);
		expect(await refusal(name, theirs)).toBe('not-found');
		const booking = bookingOf(at.clinic, { startsAt: Date.UTC(2027, 0, 5, 9) });
		await carryOut(at.fresh.database, at.clinic.receptionist, booking, { now: 0 });
		const copy = bookingOf(stranger, { startsAt: Date.UTC(2027, 0, 5, 9) });
		const same = { ...copy, appointmentId: booking.appointmentId };
		const booked = await carryOut(at.fresh.database, stranger.receptionist, same, { now: 0 });
		expect(booked).toMatchObject({ outcome: 'accepted' });
		const ours: KeptName = { kind: 'visit-note', appointmentId: booking.appointmentId };
		const note = await opened(ours);
		note.write('Ours');
		await note.shows('saved');
		expect(await refusal(ours, theirs)).toBe('not-found');
	});

	it('a draft that nobody opened: nobody', async () => {
		expect(await refusal({ kind: 'draft', draftId: crypto.randomUUID() })).toBe('not-found');
	});
});
