import { mkdtemp, readdir, readFile, rename } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { keyVersionOfBytes } from '#db/encryption/sealed-bytes.ts';
import { fileKey, type FileStore } from '#db/files/file-store.ts';
import { folderStore } from '#db/files/folder-store.ts';
import { openFileStore } from '#db/files/open-file-store.ts';
import type { Actor } from '#domain/access/actor.ts';
import { rotateKeys } from '#domain/access/commands/rotate-keys.ts';
import { addDocument, removeDocument } from '#domain/documents/commands.ts';
import { sweepFiles } from '#domain/documents/commands/unsettled-files.ts';
import { MAX_DOCUMENT_BYTES, MAX_DOCUMENTS } from '#domain/documents/document.ts';
import { listDocuments, readDocument } from '#domain/documents/queries.ts';
import { carryOut } from '#domain/scheduling/commands.ts';
import {
	bookingOf,
	clinicFactory,
	staffFactory,
	type Clinic
} from '../../factories/clinic-factory.ts';
import { startS3Counterpart, type S3Counterpart } from '../../support/s3-counterpart.ts';
import { FORBIDDEN, JPEG, pdf, PNG } from '../../support/sample-papers.ts';
import { freshDatabase, type FreshDatabase } from '../../support/test-postgres.ts';
import { tablesWith } from '../../support/whole-database.ts';

const NINE = Date.parse('2031-03-11T09:00:00Z');
let fresh: FreshDatabase;
let owner: pg.Client;
let s3: S3Counterpart;
let folder: string;
let store: FileStore;
let clinic: Clinic;
let desk: Actor;
let appointmentId: string;

beforeAll(async () => {
	fresh = await freshDatabase();
	owner = new pg.Client({ connectionString: fresh.ownerUrl });
	await owner.connect();
	s3 = await startS3Counterpart();
});
beforeEach(async () => {
	folder = path.join(await mkdtemp(path.join(os.tmpdir(), 'dayboard-documents-')), 'files');
	store = folderStore(folder);
	clinic = await clinicFactory(fresh.database);
	desk = clinic.receptionist;
	const booking = bookingOf(clinic, { startsAt: NINE });
	await carryOut(fresh.database, desk, booking, { now: NINE - 86_400_000 });
	appointmentId = booking.appointmentId;
});
afterAll(async () => {
	await s3.close();
	await owner.end();
	await fresh.drop();
});

async function* inPieces(bytes: Buffer, size = 64 * 1024) {
	for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

const add = (bytes: Buffer, name = 'Referral.pdf', actor = desk, into = store) =>
	addDocument(fresh.database, into, actor, { appointmentId, name, body: inPieces(bytes) });

async function added(bytes: Buffer, name?: string): Promise<string> {
	const result = await add(bytes, name);
	return result.ok ? result.value.id : expect.fail(result.fault);
}

const read = (documentId: string, actor = desk) =>
	readDocument(fresh.database, store, actor, { appointmentId, documentId });

async function listed(actor = desk) {
	const list = await listDocuments(fresh.database, actor, appointmentId);
	return list.ok ? list.value : expect.fail(list.fault);
}

/** Every file in the folder, without its organization. */
async function files(): Promise<string[]> {
	return readdir(path.join(folder, clinic.organizationId)).catch(() => []);
}

async function count(table: 'documents' | 'unsettled_files', where = 'true'): Promise<number> {
	const { rows } = await owner.query(
		`SELECT count(*)::int AS count FROM ${table} WHERE organization_id = $1 AND ${where}`,
		[clinic.organizationId]
	);
	return rows[0].count;
}

async function nothingIsStored(): Promise<void> {
	expect([await count('documents'), await count('unsettled_files'), await files()]).toEqual([
		...[0, 0, []]
	]);
}

describe('a document of a visit', () => {
	it('is listed, given back as it was, and lies encrypted in store and table', async () => {
		const bytes = pdf();
		const id = await added(bytes, 'Überweisung Nowak.pdf');
		expect(await listed()).toEqual({
			mayWrite: true,
			removed: [],
			documents: [
				{
					...{ id, name: 'Überweisung Nowak.pdf', mediaType: 'application/pdf' },
					...{ byteCount: bytes.length, uploadedBy: desk.name, uploadedAt: expect.any(Number) }
				}
			]
		});
		const found = await read(id);
		expect(found).toMatchObject({ ok: true, value: { mediaType: 'application/pdf' } });
		expect(found.ok && found.value.bytes.equals(bytes)).toBe(true);

		expect(await files()).toEqual([id]);
		const stored = await readFile(path.join(folder, fileKey(clinic.organizationId, id)));
		for (const text of ['Jadwiga', 'Nowak', '%PDF', 'Überweisung']) {
			expect(stored.includes(text)).toBe(false);
			expect(await tablesWith(owner, text)).toEqual([]);
		}
		expect(await count('unsettled_files')).toBe(0);
	});

	it('is a PDF, a JPEG or a PNG by what is in it, and is named so', async () => {
		await added(PNG, 'scan.pdf');
		await added(JPEG, 'photo');
		expect((await listed()).documents.map(({ name, mediaType }) => [name, mediaType])).toEqual([
			['scan.png', 'image/png'],
			['photo.jpg', 'image/jpeg']
		]);
	});

	it('is written down when it is added, read and removed', async () => {
		const id = await added(pdf());
		await read(id);
		await removeDocument(fresh.database, store, desk, { appointmentId, documentId: id });
		const { rows } = await owner.query(
			`SELECT kind, actor_user_id AS who, subject_kind || ' ' || subject_id AS what, clinic_id AS clinic,
				detail ->> 'appointmentId' AS visit FROM audit_entries WHERE organization_id = $1 ORDER BY id`,
			[clinic.organizationId]
		);
		const same = { who: desk.userId, what: `document ${id}`, clinic: clinic.clinicId };
		expect(rows).toEqual(
			['document-added', 'document-read', 'document-removed'].map((kind) => ({
				...{ kind, ...same, visit: appointmentId }
			}))
		);
	});

	it('is gone once removed, and the list says by whom', async () => {
		const id = await added(pdf(), 'Old.pdf');
		const ids = { appointmentId, documentId: id };
		expect(await removeDocument(fresh.database, store, desk, ids)).toEqual({
			ok: true,
			value: null
		});
		expect(await files()).toEqual([]);
		expect([await count('documents', 'removed'), await count('unsettled_files')]).toEqual([1, 0]);
		expect(await listed()).toMatchObject({
			documents: [],
			removed: [{ id, name: 'Old.pdf', removedBy: desk.name }]
		});
		expect(await read(id)).toEqual({ ok: false, fault: 'not-found' });
		expect(await removeDocument(fresh.database, store, desk, ids)).toMatchObject({
			fault: 'not-found'
		});
	});

	it('does not open in the place of another', async () => {
		const [one, two] = [await added(pdf('one')), await added(pdf('two'))];
		const pathOf = (id: string) => path.join(folder, fileKey(clinic.organizationId, id));
		await rename(pathOf(one), pathOf(two));
		await expect(read(two)).rejects.toThrow();
		expect(await read(one)).toEqual({ ok: false, fault: 'not-readable' });
	});
});

describe('what is not taken leaves nothing behind:', () => {
	it.each(FORBIDDEN)('%s', async (_, bytes) => {
		expect(await add(bytes, 'Referral.pdf')).toEqual({ ok: false, fault: 'wrong-kind' });
		await nothingIsStored();
	});

	it('an empty file', async () => {
		expect(await add(Buffer.alloc(0))).toEqual({ ok: false, fault: 'empty' });
		await nothingIsStored();
	});

	it('a file one byte too large, while the largest one is taken', async () => {
		const largest = Buffer.concat([pdf(), Buffer.alloc(MAX_DOCUMENT_BYTES)]).subarray(
			...[0, MAX_DOCUMENT_BYTES]
		);
		const larger = Buffer.concat([largest, Buffer.from('x')]);
		expect(await add(larger)).toEqual({ ok: false, fault: 'too-large' });
		await nothingIsStored();
		expect(await add(largest)).toMatchObject({ ok: true });
	});

	it('a stream without an end, of which no more is read than twice the limit', async () => {
		let sent = 0;
		let closed = false;
		async function* endless() {
			try {
				for (;;) {
					sent += 65_536;
					yield Buffer.alloc(65_536, 1);
				}
			} finally {
				closed = true;
			}
		}
		const upload = { appointmentId, name: 'x.pdf', body: endless() };
		expect(await addDocument(fresh.database, store, desk, upload)).toMatchObject({
			fault: 'too-large'
		});
		expect(closed).toBe(true);
		expect(sent).toBeLessThanOrEqual(2 * MAX_DOCUMENT_BYTES + 65_536);
		await nothingIsStored();
	});

	it('an upload that breaks off', async () => {
		async function* broken() {
			yield pdf();
			throw new Error('aborted');
		}
		const upload = { appointmentId, name: 'x.pdf', body: broken() };
		await expect(addDocument(fresh.database, store, desk, upload)).rejects.toThrow('aborted');
		await nothingIsStored();
	});

	it('one more than a visit holds, though many come at once', async () => {
		const results = await Promise.all(
			Array.from({ length: MAX_DOCUMENTS + 4 }, (_, i) => add(pdf(String(i))))
		);
		expect(results.filter((result) => !result.ok)).toEqual(
			Array(4).fill({ ok: false, fault: 'too-many' })
		);
		expect(await count('documents')).toBe(MAX_DOCUMENTS);
		expect(await files()).toHaveLength(MAX_DOCUMENTS);
		expect(await count('unsettled_files')).toBe(0);
	});

	it('one of somebody who may not', async () => {
		const [own, other] = clinic.practitionerIds as [string, string];
		const as = (role: string, practitionerId: string | null = null) =>
			staffFactory(fresh.database, clinic, { role, practitionerId });
		expect(await add(pdf(), 'x.pdf', await as('doctor', own))).toMatchObject({ ok: true });
		const stranger = (await clinicFactory(fresh.database)).receptionist;
		const [document] = (await listed()).documents;
		for (const actor of [
			await as('doctor', other),
			await as('support'),
			await as('operations-manager'),
			stranger
		]) {
			expect(await add(pdf(), 'x.pdf', actor)).toEqual({ ok: false, fault: 'not-found' });
			expect(await listDocuments(fresh.database, actor, appointmentId)).toMatchObject({
				ok: false
			});
			expect(await read(document!.id, actor)).toEqual({ ok: false, fault: 'not-found' });
			const ids = { appointmentId, documentId: document!.id };
			expect(await removeDocument(fresh.database, store, actor, ids)).toMatchObject({ ok: false });
		}
		expect([await count('documents'), await files()]).toEqual([1, [document!.id]]);
	});

	it('one that may be read, but not added to', async () => {
		await owner.query('INSERT INTO roles VALUES ($1, $2, $2, $3)', [
			...[clinic.organizationId, 'own-reader', JSON.stringify({ 'document.read': 'clinic' })]
		]);
		const made = await staffFactory(fresh.database, clinic, { role: 'own-reader' });
		const grants = { 'document.read': 'clinic' } as const;
		const reader = { ...made, roles: made.roles.map((role) => ({ ...role, grants })) };
		expect(await add(pdf(), 'x.pdf', reader)).toEqual({ ok: false, fault: 'not-allowed' });
		expect((await listed(reader)).mayWrite).toBe(false);
		await nothingIsStored();
	});
});

describe('a store that fails', () => {
	it('refuses the file: it is told, and nothing is left', async () => {
		const bucket = openFileStore(s3.settings);
		s3.failures.push(403);
		expect(await add(pdf(), 'x.pdf', desk, bucket)).toEqual({ ok: false, fault: 'not-stored' });
		expect(s3.objects.size).toBe(0);
		await nothingIsStored();
	});

	it('and cannot even delete: a sweep does it later', async () => {
		const bucket = openFileStore(s3.settings);
		const result = await add(pdf(), 'x.pdf', desk, bucket);
		expect(result.ok && s3.objects.size).toBe(1);
		s3.failures.push(403);
		const ids = { appointmentId, documentId: result.ok ? result.value.id : '' };
		expect(await removeDocument(fresh.database, bucket, desk, ids)).toMatchObject({ ok: true });
		expect([s3.objects.size, await count('unsettled_files')]).toEqual([1, 1]);
		expect(await sweepFiles(fresh.database, bucket)).toBe(0);
		expect(await sweepFiles(fresh.database, bucket, Date.now() + 3_700_000)).toBe(1);
		expect([s3.objects.size, await count('unsettled_files')]).toEqual([0, 0]);
	});

	it('leaves behind what a process was putting when it died, until a sweep', async () => {
		const kept = await added(pdf());
		const lost = crypto.randomUUID();
		await store.put(fileKey(clinic.organizationId, lost), Buffer.from('half an upload'));
		for (const id of [kept, lost]) {
			await owner.query(
				'INSERT INTO unsettled_files (organization_id, document_id) VALUES ($1, $2)',
				[...[clinic.organizationId, id]]
			);
		}
		expect(await sweepFiles(fresh.database, store, Date.now() + 3_700_000)).toBe(1);
		expect(await files()).toEqual([kept]);
		expect(await read(kept)).toMatchObject({ ok: true });
	});

	it('does not give a file: it is told', async () => {
		const bucket = openFileStore(s3.settings);
		const result = await add(pdf(), 'x.pdf', desk, bucket);
		s3.failures.push(500, 500, 500);
		const ids = { appointmentId, documentId: result.ok ? result.value.id : '' };
		expect(await readDocument(fresh.database, bucket, desk, ids)).toEqual({
			...{ ok: false, fault: 'not-readable' }
		});
	});
});

describe('a rotation', () => {
	const versionOf = async (id: string) =>
		keyVersionOfBytes((await store.get(fileKey(clinic.organizationId, id)))!);
	const rotate = (into = store) =>
		rotateKeys(fresh.database, { dataKeys: true, store: into, settle: async () => {} });

	it('encrypts files and names with the new key, and can be read at every moment', async () => {
		const bytes = pdf();
		const [first, second] = [await added(bytes, 'One.pdf'), await added(PNG, 'Two.png')];
		let reads = 0;
		const watched: FileStore = {
			...store,
			async put(key, sealed) {
				await store.put(key, sealed);
				// Between the file and its row.
				for (const id of [first, second]) {
					expect(await read(id)).toMatchObject({ ok: true });
					reads++;
				}
			}
		};
		await rotate(watched);
		expect(reads).toBe(4);
		expect([await versionOf(first), await versionOf(second)]).toEqual([2, 2]);
		expect(await count('documents', 'key_version = 2')).toBe(2);
		expect((await listed()).documents.map(({ name }) => name)).toEqual(['One.pdf', 'Two.png']);
		const found = await read(first);
		expect(found.ok && found.value.bytes.equals(bytes)).toBe(true);
	});

	it('that died between a file and its row goes on', async () => {
		const id = await added(pdf());
		const died: FileStore = {
			...store,
			async put(key, sealed) {
				await store.put(key, sealed);
				throw new Error('killed');
			}
		};
		await expect(rotate(died)).rejects.toThrow('killed');
		expect([await versionOf(id), await count('documents', 'key_version = 1')]).toEqual([2, 1]);
		expect(await read(id)).toMatchObject({ ok: true });
		await rotate();
		expect([await versionOf(id), await count('documents', 'key_version = 2')]).toEqual([2, 1]);
	});
});
