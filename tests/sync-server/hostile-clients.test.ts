import * as encoding from 'lib0/encoding';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { WebSocket } from 'ws';
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
	staffFactory,
	type Clinic
} from '../factories/clinic-factory.ts';
import {
	authenticationFrame,
	Client,
	closeOf,
	frame,
	honestHeaders,
	openSocket,
	startSync,
	updateFrame,
	type SyncUnderTest
} from '../support/sync-client.ts';
import { freshDatabase, type FreshDatabase } from '../support/test-postgres.ts';
import { until } from '../support/until.ts';

const DATE = '2027-01-04';

let fresh: FreshDatabase;
let under: SyncUnderTest;
let clinic: Clinic;
let token: string;
const clients: Client[] = [];

beforeAll(async () => {
	fresh = await freshDatabase();
	clinic = await clinicFactory(fresh.database);
	const booking = bookingOf(clinic, { startsAt: Date.UTC(2027, 0, 4, 9) });
	await carryOut(fresh.database, clinic.receptionist, booking);
	token = await sessionFactory(fresh.database, clinic.receptionist);
	under = await startSync(fresh);
});
afterAll(async () => {
	await under.close();
	await fresh.drop();
});
afterEach(() => {
	for (const client of clients.splice(0)) client.close();
});

function honest(ownToken = token): Client {
	const client = new Client(under.host, honestHeaders(under.host, ownToken));
	clients.push(client);
	return client;
}

async function rawSocket(): Promise<WebSocket> {
	const socket = await openSocket(under.host, honestHeaders(under.host, token));
	if (typeof socket === 'number') throw new Error(`refused: ${socket}`);
	return socket;
}

/** After every attack: a newcomer sees the board as the database has it. */
async function expectUnharmed(): Promise<void> {
	const board = await honest().openBoard(clinic.clinicId, DATE);
	const stored = await readBoard(fresh.database, { ...clinic, date: DATE });
	expect(board.document.getMap('appointments').toJSON()).toEqual(stored!.rows.appointments);
}

describe('the upgrade', () => {
	it.each([
		[
			'a foreign origin',
			() => ({ ...honestHeaders(under.host, token), origin: 'http://evil.example' }),
			403
		],
		['no origin', () => ({ cookie: `dayboard_session=${token}` }), 403],
		['no cookie', () => ({ origin: `http://${under.host}` }), 401],
		['a made-up cookie', () => honestHeaders(under.host, 'x'.repeat(43)), 401]
	])('is refused with %s', async (_, headers, status) => {
		expect(await openSocket(under.host, headers())).toBe(status);
	});
});

describe('a document', () => {
	it('of another person, clinic, organization or shape is not opened', async () => {
		const client = honest();
		const stranger = await clinicFactory(fresh.database);
		const id = crypto.randomUUID();
		const desk = documentName({ kind: 'desk', userId: id, deviceId: id });
		expect(await client.open(desk)).toBe('forbidden');
		const board = { kind: 'board', date: DATE, epoch: 'none' } as const;
		const foreign = documentName({ ...board, clinicId: stranger.clinicId });
		expect(await client.open(foreign)).toBe('not-found');
		expect(await client.open(documentName({ ...board, clinicId: id }))).toBe('not-found');
	});

	it('with everybody’s patients is not opened by a doctor, the own patients are', async () => {
		const [own, colleague] = clinic.practitionerIds as [string, string];
		const doctor = await staffFactory(fresh.database, clinic, {
			role: 'doctor',
			practitionerId: own
		});
		const client = honest(await sessionFactory(fresh.database, doctor));
		const epoch = await client.epochOf(clinic.clinicId, DATE);
		await client.mustOpen(
			documentName({ kind: 'board', clinicId: clinic.clinicId, date: DATE, epoch })
		);
		const people = (practitionerId: string | null) =>
			documentName({
				kind: 'people',
				clinicId: clinic.clinicId,
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

/** @returns a message that says why a document was closed, once the server has sent it */
function closedDocument(socket: WebSocket): Promise<string> {
	return new Promise((resolve) => {
		socket.on('message', (data: Buffer) => {
			const text = data.toString('latin1');
			for (const reason of ['read-only', 'malformed', 'forged-presence', 'Reset Connection']) {
				if (text.includes(reason)) resolve(reason);
			}
		});
		void closeOf(socket).then(({ code, reason }) => resolve(`${code} ${reason}`));
	});
}

describe('a client that writes what it may not', () => {
	it('has the board document closed and changes nothing', async () => {
		const name = documentName({
			...{ kind: 'board', clinicId: clinic.clinicId, date: DATE },
			epoch: await honest().epochOf(clinic.clinicId, DATE)
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
		const { userId } = clinic.receptionist;
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
		const { userId } = clinic.receptionist;
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
		const { userId } = clinic.receptionist;
		const name = documentName({ kind: 'desk', userId, deviceId: crypto.randomUUID() });
		for (let i = 0; i < 600; i++) socket.send(authenticationFrame(name));
		expect(await closed).toEqual({ code: 4429, reason: 'too-many' });
		await expectUnharmed();
	});

	it('gets a refusal for an intent of the wrong shape, and the rest of the desk is judged', async () => {
		const { userId } = clinic.receptionist;
		const desk = await honest().mustOpen(
			documentName({ kind: 'desk', userId, deviceId: crypto.randomUUID() })
		);
		const verdicts: unknown[] = [];
		desk.on('stateless', ({ payload }: { payload: string }) =>
			verdicts.push((JSON.parse(payload) as { verdict: unknown }).verdict)
		);
		const good = bookingOf(clinic, { startsAt: Date.UTC(2027, 0, 4, 11), patient: 1 });
		const remark = {
			...bookingOf(clinic, { startsAt: Date.UTC(2027, 0, 4, 12) }),
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

describe('presence', () => {
	it('carries the identity that the server knows, whatever the client says', async () => {
		const watcher = await honest().openBoard(clinic.clinicId, DATE);
		const board = await honest().openBoard(clinic.clinicId, DATE);
		board.setAwarenessField('drag', null);
		const seen = () =>
			watcher.awareness?.getStates().get(board.document.clientID)?.user as { userId: string };
		await until(() => seen() !== undefined, 'the colleague to appear');
		expect(seen()).toMatchObject({
			userId: clinic.receptionist.userId,
			name: clinic.receptionist.name
		});
	});

	it('of somebody else closes the document', async () => {
		const watcher = await honest().openBoard(clinic.clinicId, DATE);
		const name = watcher.configuration.name;
		const socket = await rawSocket();
		const closed = closedDocument(socket);
		const state = JSON.stringify({ user: { userId: crypto.randomUUID(), name: 'Boss' } });
		socket.send(authenticationFrame(name));
		socket.send(
			frame(name, 1, (encoder) => {
				const update = encoding.createEncoder();
				encoding.writeVarUint(update, 1);
				encoding.writeVarUint(update, 4242);
				encoding.writeVarUint(update, 1);
				encoding.writeVarString(update, state);
				encoding.writeVarUint8Array(encoder, encoding.toUint8Array(update));
			})
		);
		expect(await closed).toBe('forged-presence');
		expect(watcher.awareness?.getStates().has(4242)).toBe(false);
		socket.terminate();
	});

	it('of a colleague cannot be overwritten', async () => {
		const victim = await honest().openBoard(clinic.clinicId, DATE);
		const watcher = await honest().openBoard(clinic.clinicId, DATE);
		victim.setAwarenessField('at', {});
		const victimId = victim.document.clientID;
		const state = () => watcher.awareness?.getStates().get(victimId);
		await until(() => state()?.user !== undefined, 'the victim to appear');
		const attacker = await honest().openBoard(clinic.clinicId, DATE);
		attacker.setAwarenessField('at', {});
		const meta = attacker.awareness!.meta.get(victimId);
		attacker.awareness!.states.set(victimId, { at: null, drag: null });
		attacker.awareness!.meta.set(victimId, {
			clock: (meta?.clock ?? 0) + 50,
			lastUpdated: Date.now()
		});
		attacker.awareness!.emit('update', [{ added: [], updated: [victimId], removed: [] }, 'local']);
		attacker.setAwarenessField('drag', null);
		const attackerId = attacker.document.clientID;
		await until(
			() => watcher.awareness?.getStates().get(attackerId)?.user !== undefined,
			'the attacker’s own state, sent after the forgery'
		);
		expect(state()?.at).toEqual({});
	});
});

it('a socket is closed when its session ends', async () => {
	const own = await sessionFactory(fresh.database, clinic.receptionist);
	const socket = await openSocket(under.host, honestHeaders(under.host, own));
	if (typeof socket === 'number') throw new Error(`refused: ${socket}`);
	const closed = closeOf(socket);
	await signOut(fresh.database, (await actorOfSession(fresh.database, own))!);
	expect(await closed).toEqual({ code: 4401, reason: 'session-ended' });
});
