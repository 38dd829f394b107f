import { beforeAll, describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { documentName, INTENTS_MAP } from '#domain/board/documents.ts';
import { readBoard } from '#domain/board/queries.ts';
import { carryOut } from '#domain/scheduling/commands.ts';
import { signOut } from '#domain/access/commands.ts';
import { actorOfSession } from '#domain/access/queries.ts';
import {
	bookingOf,
	clinicFactory,
	sessionFactory,
	staffFactory
} from '../factories/clinic-factory.ts';
import {
	authenticationFrame,
	closedDocument,
	closeOf,
	frame,
	honestSocket,
	honestHeaders,
	openSocket,
	updateFrame
} from '../support/sync-client.ts';
import { useSyncClinic } from '../support/sync-clinic.ts';
import { until } from '../support/until.ts';

const DATE = '2027-01-04';

const at = useSyncClinic();
beforeAll(async () => {
	const booking = bookingOf(at.clinic, { startsAt: Date.UTC(2027, 0, 4, 9) });
	await carryOut(at.fresh.database, at.clinic.receptionist, booking);
});

const rawSocket = () => honestSocket(at.under.host, at.token);

/** After every attack: a newcomer sees the board as the database has it. */
async function expectUnharmed(): Promise<void> {
	const board = await at.connect().openBoard(at.clinic.clinicId, DATE);
	const stored = await readBoard(at.fresh.database, { ...at.clinic, date: DATE });
	expect(board.document.getMap('appointments').toJSON()).toEqual(stored!.rows.appointments);
}

describe('the upgrade', () => {
	it.each([
		[
			'a foreign origin',
			() => ({ ...honestHeaders(at.under.host, at.token), origin: 'http://evil.example' }),
			403
		],
		['no origin', () => ({ cookie: `dayboard_session=${at.token}` }), 403],
		['no cookie', () => ({ origin: `http://${at.under.host}` }), 401],
		['a made-up cookie', () => honestHeaders(at.under.host, 'x'.repeat(43)), 401]
	])('is refused with %s', async (_, headers, status) => {
		expect(await openSocket(at.under.host, headers())).toBe(status);
	});
});

describe('a document', () => {
	it('of another person, clinic, organization or shape is not opened', async () => {
		const client = at.connect();
		const stranger = await clinicFactory(at.fresh.database);
		const id = crypto.randomUUID();
		const desk = documentName({ kind: 'desk', userId: id, deviceId: id });
		expect(await client.open(desk)).toBe('forbidden');
		const board = { kind: 'board', date: DATE, epoch: 'none' } as const;
		const foreign = documentName({ ...board, clinicId: stranger.clinicId });
		expect(await client.open(foreign)).toBe('not-found');
		expect(await client.open(documentName({ ...board, clinicId: id }))).toBe('not-found');
	});

	it('with everybody’s patients is not opened by a doctor, the own patients are', async () => {
		const [own, colleague] = at.clinic.practitionerIds as [string, string];
		const doctor = await staffFactory(at.fresh.database, at.clinic, {
			role: 'doctor',
			practitionerId: own
		});
		const client = at.connect(await sessionFactory(at.fresh.database, doctor));
		const epoch = await client.epochOf(at.clinic.clinicId, DATE);
		await client.mustOpen(
			documentName({ kind: 'board', clinicId: at.clinic.clinicId, date: DATE, epoch })
		);
		const people = (practitionerId: string | null) =>
			documentName({
				kind: 'people',
				clinicId: at.clinic.clinicId,
				date: DATE,
				epoch,
				practitionerId
			});
		expect(await client.open(people(null))).toBe('forbidden');
		expect(await client.open(people(colleague))).toBe('forbidden');
		const opened = await client.mustOpen(people(own));
		expect(opened.document.getMap('people').size).toBe(1);
	});
});

describe('a client that writes what it may not', () => {
	it('has the board document closed and changes nothing', async () => {
		const name = documentName({
			...{ kind: 'board', clinicId: at.clinic.clinicId, date: DATE },
			epoch: await at.connect().epochOf(at.clinic.clinicId, DATE)
		});
		const socket = await rawSocket();
		const closed = closedDocument(socket);
		const mine = new Y.Doc();
		mine.getMap('appointments').set(crypto.randomUUID(), { startsAt: 0 });
		socket.send(authenticationFrame(name));
		socket.send(updateFrame(name, Y.encodeStateAsUpdate(mine)));
		expect(await closed).toBe('read-only');
		socket.terminate();
		await expectUnharmed();
	});

	it.each([
		['a malformed update', new Uint8Array([1, 1, 255, 255, 255, 255, 255, 255, 7])],
		['an update of noise', crypto.getRandomValues(new Uint8Array(5_000))]
	])('on its own desk with %s loses that document only', async (_, bytes) => {
		const { userId } = at.clinic.receptionist;
		const name = documentName({ kind: 'desk', userId, deviceId: crypto.randomUUID() });
		const socket = await rawSocket();
		const closed = closedDocument(socket);
		socket.send(authenticationFrame(name));
		socket.send(updateFrame(name, bytes));
		expect(await closed).toMatch(/Reset Connection|malformed/);
		socket.terminate();
		await expectUnharmed();
	});

	it('is closed with 1009 for an update of 5 MB', async () => {
		const { userId } = at.clinic.receptionist;
		const name = documentName({ kind: 'desk', userId, deviceId: crypto.randomUUID() });
		const socket = await rawSocket();
		const closed = closeOf(socket);
		socket.send(authenticationFrame(name));
		socket.send(updateFrame(name, new Uint8Array(5_000_000)));
		expect((await closed).code).toBe(1009);
		await expectUnharmed();
	});

	it.each<[string, Uint8Array | string]>([
		['noise', new Uint8Array([250, 3, 77])],
		['text', 'hello'],
		['a document that is none', authenticationFrame('secrets/everything')],
		['a message type that is none', frame('desk/x', 99, () => {})]
	])('is closed with 4400 for %s', async (_, message) => {
		const socket = await rawSocket();
		const closed = closeOf(socket);
		socket.send(message);
		expect(await closed).toEqual({ code: 4400, reason: 'malformed' });
		await expectUnharmed();
	});

	it('is closed with 4429 when it floods', async () => {
		const socket = await rawSocket();
		const closed = closeOf(socket);
		const { userId } = at.clinic.receptionist;
		const name = documentName({ kind: 'desk', userId, deviceId: crypto.randomUUID() });
		for (let i = 0; i < 600; i++) socket.send(authenticationFrame(name));
		expect(await closed).toEqual({ code: 4429, reason: 'too-many' });
		await expectUnharmed();
	});

	it('gets a refusal for an intent of the wrong shape, and the rest of the desk is judged', async () => {
		const { userId } = at.clinic.receptionist;
		const desk = await at
			.connect()
			.mustOpen(documentName({ kind: 'desk', userId, deviceId: crypto.randomUUID() }));
		const verdicts: unknown[] = [];
		desk.on('stateless', ({ payload }: { payload: string }) =>
			verdicts.push((JSON.parse(payload) as { verdict: unknown }).verdict)
		);
		const good = bookingOf(at.clinic, { startsAt: Date.UTC(2027, 0, 4, 11), patient: 1 });
		const remark = {
			...bookingOf(at.clinic, { startsAt: Date.UTC(2027, 0, 4, 12) }),
			kind: 'nonsense'
		};
		desk.document.transact(() => {
			desk.document.getMap(INTENTS_MAP).set(remark.id, remark);
			desk.document.getMap(INTENTS_MAP).set(good.id, good);
		});
		await until(() => verdicts.length === 2, 'two verdicts');
		expect(verdicts).toContainEqual(
			expect.objectContaining({ intentId: good.id, outcome: 'accepted' })
		);
		expect(verdicts).toContainEqual(
			expect.objectContaining({ intentId: remark.id, refusal: { code: 'invalid', field: 'kind' } })
		);
	});
});

it('a socket is closed when its session ends', async () => {
	const own = await sessionFactory(at.fresh.database, at.clinic.receptionist);
	const socket = await openSocket(at.under.host, honestHeaders(at.under.host, own));
	if (typeof socket === 'number') throw new Error(`refused: ${socket}`);
	const closed = closeOf(socket);
	await signOut(at.fresh.database, (await actorOfSession(at.fresh.database, own))!);
	expect(await closed).toEqual({ code: 4401, reason: 'session-ended' });
});
