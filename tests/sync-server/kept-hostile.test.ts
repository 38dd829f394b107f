import * as encoding from 'lib0/encoding';
import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import {
	KEPT_ROOTS,
	keptName,
	MAX_KEPT_BYTES,
	NOTE_FRAGMENT,
	type KeptName
} from '#domain/kept-documents/kept-name.ts';
import { readKept } from '#domain/kept-documents/queries.ts';
import { judgeUpdate } from '#sync-server/documents/judge-update.ts';
import { roles, roleAssignments } from '#db/schema/index.ts';
import { inOrganization } from '#db/transaction.ts';
import { sessionFactory, staffFactory } from '../factories/clinic-factory.ts';
import { KeptClient, textOfState } from '../support/kept-client.ts';
import { authenticationFrame, frame, honestSocket, updateFrame } from '../support/sync-client.ts';
import { useSyncClinic } from '../support/sync-clinic.ts';
import { until } from '../support/until.ts';

const at = useSyncClinic();
let days = 0;
const newNote = (): KeptName => ({
	...{ kind: 'handover', clinicId: at.clinic.clinicId },
	date: `2027-03-${String(++days).padStart(2, '0')}`
});

async function opened(name: KeptName): Promise<KeptClient> {
	const client = new KeptClient(at.connect(), name);
	await client.shows('saved');
	return client;
}

/** Sends frames on a socket of their own. @returns why the server closed the document */
async function closedFor(name: KeptName, token: string, ...frames: Uint8Array[]): Promise<string> {
	const socket = await honestSocket(at.under.host, token);
	const text = keptName(name);
	const closed = new Promise<string>((resolve) => {
		socket.on('message', (data: Buffer) => {
			const head = Buffer.from(text).length + 1;
			// Hocuspocus's message that a document is closed, and its reason.
			if (data[head] === 7) resolve(data.toString('utf8', head + 2));
		});
		socket.once('close', (code) => resolve(String(code)));
	});
	socket.send(authenticationFrame(text));
	for (const bytes of frames) socket.send(bytes);
	const reason = await closed;
	socket.terminate();
	return reason;
}

const close = (name: KeptName, ...updates: Uint8Array[]) =>
	closedFor(name, at.token, ...updates.map((bytes) => updateFrame(keptName(name), bytes)));

/** An update that writes into a note. */
function written(text: string, root = NOTE_FRAGMENT): Uint8Array {
	const document = new Y.Doc();
	const paragraph = new Y.XmlElement('paragraph');
	document.getXmlFragment(root).insert(0, [paragraph]);
	paragraph.insert(0, [new Y.XmlText(text)]);
	return Y.encodeStateAsUpdate(document);
}

/** An update that lacks the one before it. */
function ahead(): Uint8Array {
	const document = new Y.Doc();
	document.getXmlFragment(NOTE_FRAGMENT).insert(0, [new Y.XmlElement('paragraph')]);
	const before = Y.encodeStateVector(document);
	document.getXmlFragment(NOTE_FRAGMENT).insert(1, [new Y.XmlElement('paragraph')]);
	return Y.encodeStateAsUpdate(document, before);
}

function withValue(value: unknown): Uint8Array {
	const document = new Y.Doc();
	const paragraph = new Y.XmlElement('paragraph');
	document.getXmlFragment(NOTE_FRAGMENT).insert(0, [paragraph]);
	paragraph.setAttribute('indent', value as string);
	return Y.encodeStateAsUpdate(document);
}

function nested(depth: number): unknown {
	let value: unknown = 'end';
	for (let i = 0; i < depth; i++) value = [value];
	return value;
}

describe('what is no update of a note', () => {
	it.each<[string, () => Uint8Array, string]>([
		['noise', () => crypto.getRandomValues(new Uint8Array(5_000)), 'malformed'],
		['a broken update', () => new Uint8Array([1, 1, 255, 255, 255, 255, 255, 255, 7]), 'malformed'],
		['half an update', () => written('Half').subarray(0, 20), 'malformed'],
		['something beside the note', () => written('Hidden', 'elsewhere'), 'malformed'],
		['values within values within values', () => withValue(nested(200)), 'malformed'],
		['what builds upon something that nobody has', ahead, 'out-of-step'],
		['more than a note holds', () => written('x'.repeat(MAX_KEPT_BYTES)), 'too-large']
	])('%s closes it for whoever sent it, and changes nothing', async (_, bytes, reason) => {
		const name = newNote();
		const watcher = await opened(name);
		expect(await close(name, bytes())).toBe(reason);
		watcher.write('Unharmed');
		await watcher.shows('saved');
		expect(watcher.text).toBe('Unharmed');
		const stored = await readKept(at.fresh.database, {
			...{ organizationId: at.clinic.organizationId, name }
		});
		expect(stored).not.toBe('unreadable');
		expect(textOfState((stored as { state: Uint8Array }).state)).toBe('Unharmed');
	});

	it('small ones that together are too large close it as well', async () => {
		const name = newNote();
		const third = 'x'.repeat(MAX_KEPT_BYTES / 3);
		expect(await close(name, written(third), written(third), written(third))).toBe('too-large');
		const watcher = await opened(name);
		expect(watcher.text.length).toBe(2 * third.length + 1);
	});
});

it('whoever may only read one writes nothing', async () => {
	const name = newNote();
	const watcher = await opened(name);
	const { organizationId } = at.clinic;
	const reader = await staffFactory(at.fresh.database, at.clinic, { role: 'support' });
	await inOrganization(at.fresh.database, organizationId, async (transaction) => {
		const [key, grants] = ['own-reader', { 'handover.read': 'clinic' as const }];
		await transaction.insert(roles).values({ organizationId, key, name: 'Reader', grants });
		await transaction.insert(roleAssignments).values({
			...{ organizationId, id: crypto.randomUUID(), userId: reader.userId },
			...{ role: key, clinicId: at.clinic.clinicId }
		});
	});
	const token = await sessionFactory(at.fresh.database, reader);
	const client = new KeptClient(at.connect(token), name);
	await client.shows('saved');
	expect(client.kept.isReadOnly).toBe(true);
	expect(await closedFor(name, token, updateFrame(keptName(name), written('Mine')))).toBe(
		'read-only'
	);
	watcher.write('Seen');
	await until(() => client.text === 'Seen', 'the reader sees what others write');
});

describe('carets', () => {
	const awareness = (name: KeptName, clientId: number, state: object) =>
		frame(keptName(name), 1, (encoder) => {
			const update = encoding.createEncoder();
			encoding.writeVarUint(update, 1);
			encoding.writeVarUint(update, clientId);
			encoding.writeVarUint(update, 1);
			encoding.writeVarString(update, JSON.stringify(state));
			encoding.writeVarUint8Array(encoder, encoding.toUint8Array(update));
		});

	it('carry the name that the server knows, whatever the client says', async () => {
		const name = newNote();
		const [watcher, writer] = [await opened(name), await opened(name)];
		writer.write('Here');
		const place = Y.createRelativePositionFromTypeIndex(writer.fragment, 1);
		const { userId } = at.clinic.receptionist;
		writer.kept.provider.awareness!.setLocalState({
			...{ user: { userId, name: 'The boss', colorIndex: 99 } },
			cursor: { anchor: place, head: place }
		});
		const seen = () =>
			watcher.kept.provider.awareness!.getStates().get(writer.kept.document.clientID) as
				{ user: object; cursor: object } | undefined;
		await until(() => seen()?.cursor, 'the colleague’s caret');
		expect(seen()!.user).toMatchObject({ userId, name: at.clinic.receptionist.name });
		expect(seen()!.user).not.toMatchObject({ colorIndex: 99 });
	});

	it.each([
		['of somebody else', { user: { userId: crypto.randomUUID() } }, 'forged-presence'],
		['with more than a place', { cursor: null, note: 'Kowalska' }, 'malformed'],
		['at a place that is none', { cursor: { anchor: 'here', head: 'there' } }, 'malformed']
	])('%s close it', async (_, state, reason) => {
		const name = newNote();
		const watcher = await opened(name);
		expect(await closedFor(name, at.token, awareness(name, 4242, state))).toBe(reason);
		expect(watcher.kept.provider.awareness!.getStates().has(4242)).toBe(false);
	});
});

describe('looking through updates', () => {
	const judge = (document: Y.Doc, bytes: Uint8Array) =>
		judgeUpdate(document, bytes, KEPT_ROOTS.handover);

	it('finds that all fit which honest people send, in whatever order of people', () => {
		const server = new Y.Doc();
		const people = [new Y.Doc(), new Y.Doc(), new Y.Doc()];
		let seed = 7;
		const random = (below: number) => (seed = (seed * 16_807) % 2_147_483_647) % below;
		const outbox = people.map((person) => {
			const sent: Uint8Array[] = [];
			person.on('update', (bytes, origin) => origin === 'server' || sent.push(bytes));
			return sent;
		});
		for (let round = 0; round < 600; round++) {
			const who = random(people.length);
			const text = people[who]!.getXmlFragment(NOTE_FRAGMENT);
			if (text.length > 3 && random(3) === 0) text.delete(random(text.length), 1);
			else text.insert(random(text.length + 1), [new Y.XmlText(`${round}`)]);
			if (random(4) > 0) continue;
			for (const bytes of outbox[who]!.splice(0)) {
				expect(judge(server, bytes)).toBe('fits');
				Y.applyUpdate(server, bytes);
			}
			for (const person of people) {
				Y.applyUpdate(person, Y.encodeStateAsUpdate(server), 'server');
			}
		}
		// One of them comes to a server that has lost everything.
		const all = Y.encodeStateAsUpdate(people[0]!);
		expect(judge(new Y.Doc(), all)).toBe('fits');
	});

	it('never lets one pass that leaves something undone, whatever its bytes, nor throws', () => {
		const honest = written('Some text that is longer than a word');
		for (let round = 0; round < 5_000; round++) {
			const bytes = honest.slice();
			for (let i = 0; i < 1 + (round % 3); i++) {
				bytes[Math.floor(Math.random() * bytes.length)] = Math.floor(Math.random() * 256);
			}
			const document = new Y.Doc();
			if (judge(document, bytes) !== 'fits') continue;
			try {
				Y.applyUpdate(document, bytes);
			} catch {
				// Hocuspocus closes the document for whoever sent it.
				continue;
			}
			expect([document.store.pendingStructs, document.store.pendingDs]).toEqual([null, null]);
		}
	});
});
