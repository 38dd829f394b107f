import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { fileKey, FileStoreFault, MAX_STORED_BYTES, type FileStore } from '#db/files/file-store.ts';
import { folderStore } from '#db/files/folder-store.ts';
import { openFileStore } from '#db/files/open-file-store.ts';
import { s3Store } from '#db/files/s3-store.ts';
import { readSettings } from '#db/settings.ts';
import { StartupFault } from '#db/startup-fault.ts';
import { startS3Counterpart, type S3Counterpart } from '../../support/s3-counterpart.ts';

let folder: string;
let s3: S3Counterpart;

beforeAll(async () => {
	s3 = await startS3Counterpart();
});
beforeEach(async () => {
	folder = path.join(await mkdtemp(path.join(os.tmpdir(), 'dayboard-files-')), 'files');
	s3.objects.clear();
	s3.requests.length = 0;
});
afterAll(() => s3.close());

const newKey = () => fileKey(crypto.randomUUID(), crypto.randomUUID());
const fault = (work: Promise<unknown>) => work.then(() => null).catch((thrown: Error) => thrown);

describe.each([
	['a folder', () => folderStore(folder)],
	['a bucket', () => openFileStore(s3.settings)]
])('%s', (_, open: () => FileStore) => {
	it('gives back what was put, replaces it, and forgets it', async () => {
		const store = open();
		const [key, other] = [newKey(), newKey()];
		const [first, second] = [randomBytes(MAX_STORED_BYTES), Buffer.from('second')];
		expect(await store.get(key)).toBeNull();
		await store.put(key, first);
		await store.put(other, second);
		expect((await store.get(key))!.equals(first)).toBe(true);
		await store.put(key, second);
		expect(await store.get(key)).toEqual(second);
		await store.delete(key);
		await store.delete(key);
		expect(await store.get(key)).toBeNull();
		expect(await store.get(other)).toEqual(second);
	});

	it.each(['../secret', '/etc/passwd', 'a/b', '', `${newKey()}/..`, `${newKey()}\n`, 'C:\\x'])(
		'takes no other name: %j',
		async (key) => {
			const store = open();
			for (const work of [
				() => store.get(key),
				() => store.put(key, Buffer.from('x')),
				() => store.delete(key)
			]) {
				await expect(async () => work()).rejects.toThrow(TypeError);
			}
			expect(s3.requests).toEqual([]);
			await expect(stat(folder)).rejects.toThrow('ENOENT');
		}
	);
});

describe('the folder', () => {
	it('is readable by this account alone, and holds no half file', async () => {
		const store = folderStore(folder);
		const key = newKey();
		await store.put(key, Buffer.from('whole'));
		const file = path.join(folder, key);
		expect((await stat(file)).mode & 0o777).toBe(0o600);
		expect((await stat(path.dirname(file))).mode & 0o777).toBe(0o700);
		// As a process that died half way leaves it.
		await writeFile(`${file}.part`, 'ha');
		expect(String(await store.get(key))).toBe('whole');
		await store.put(key, Buffer.from('another'));
		expect(await readdir(path.dirname(file))).toEqual([path.basename(file)]);
		await writeFile(`${file}.part`, 'ha');
		await store.delete(key);
		expect(await readdir(path.dirname(file))).toEqual([]);
	});

	it('says in words that it cannot be used', async () => {
		await writeFile(folder, 'a file where the folder should be');
		const store = folderStore(folder);
		const thrown = await fault(store.put(newKey(), Buffer.from('x')));
		expect(thrown).toBeInstanceOf(FileStoreFault);
		expect(thrown!.message).toMatch(/^the folder of files cannot be written to \(E[A-Z]+\)$/);
		expect(await readFile(folder, 'utf8')).toContain('a file where');
		await rm(folder);
		await chmod(path.dirname(folder), 0o700);
	});
});

describe('the bucket', () => {
	it('is asked with a signature that its own reckoning agrees with', async () => {
		const key = newKey();
		await s3Store(s3.settings).put(key, Buffer.from('text'));
		expect(s3.requests).toEqual(['PUT 200']);
		expect(String(s3.objects.get(`clinic-files/${key}`))).toBe('text');
		const stranger = s3Store({ ...s3.settings, secretKey: 'another' });
		const thrown = await fault(stranger.get(key));
		expect(thrown).toBeInstanceOf(FileStoreFault);
		expect(thrown!.message).toBe('the bucket refuses (403 SignatureDoesNotMatch)');
	});

	it('is asked again after a fault of its own, not after a refusal', async () => {
		const store = s3Store(s3.settings);
		const key = newKey();
		s3.failures.push(500, 503);
		await store.put(key, Buffer.from('text'));
		expect(s3.requests).toEqual(['PUT 500', 'PUT 503', 'PUT 200']);
		s3.failures.push(500, 500, 500);
		expect((await fault(store.get(key)))?.message).toMatch(/^the bucket refuses \(500 /);
		s3.requests.length = 0;
		s3.failures.push(403);
		expect((await fault(store.delete(key)))?.message).toBe('the bucket refuses (403 AccessDenied)');
		expect(s3.requests).toEqual(['DELETE 403']);
		expect(s3.objects.size).toBe(1);
	});

	it('is given up when it is silent or not there', async () => {
		const store = s3Store(s3.settings, { limitMs: 300 });
		s3.failures.push('silence', 'silence', 'silence');
		const thrown = await fault(store.put(newKey(), Buffer.from('x')));
		s3.failures.length = 0;
		expect(thrown).toBeInstanceOf(FileStoreFault);
		expect(thrown!.message).toMatch(/^the bucket cannot be reached \(\w+\)$/);
		s3.failures.push('half');
		expect((await fault(store.get(newKey())))?.message).toMatch(/cannot be reached/);
		const nobody = s3Store({ ...s3.settings, endpoint: 'http://127.0.0.1:1' }, { limitMs: 3_000 });
		expect((await fault(nobody.get(newKey())))?.message).toBe(
			'the bucket cannot be reached (ECONNREFUSED)'
		);
	});

	it('is not read further than a file of ours can be long', async () => {
		const key = newKey();
		s3.objects.set(`clinic-files/${key}`, Buffer.alloc(MAX_STORED_BYTES * 2));
		expect((await fault(s3Store(s3.settings).get(key)))?.message).toContain('did not put there');
	});
});

describe('the settings', () => {
	const bucket = { FILES_S3_BUCKET: 'files', FILES_S3_ACCESS_KEY: 'a', FILES_S3_SECRET_KEY: 'b' };

	it('mean a folder beside the data, or the bucket that is named', () => {
		expect(readSettings({ DATA_DIR: '/data' }).files).toEqual({
			...{ kind: 'folder', folder: path.resolve('/data/files') }
		});
		expect(readSettings({ ...bucket, FILES_S3_ENDPOINT: 'http://minio:9000' }).files).toEqual({
			...{ kind: 's3', bucket: 'files', endpoint: 'http://minio:9000', region: 'us-east-1' },
			...{ accessKey: 'a', secretKey: 'b' }
		});
	});

	it.each([
		[{ FILES_S3_ENDPOINT: 'http://minio:9000' }, 'FILES_S3_BUCKET is missing'],
		[{ FILES_S3_BUCKET: 'files' }, 'FILES_S3_ACCESS_KEY is missing'],
		[{ ...bucket, FILES_S3_SECRET_KEY: ' ' }, 'FILES_S3_SECRET_KEY is missing'],
		[{ ...bucket, FILES_S3_BUCKET: 'Not a bucket' }, 'FILES_S3_BUCKET must be'],
		[{ ...bucket, FILES_S3_ENDPOINT: 'minio:9000/x' }, 'FILES_S3_ENDPOINT must be'],
		[{ ...bucket, FILES_S3_REGION: 'Over there' }, 'FILES_S3_REGION must be']
	])('that do not fit are refused in words: %j', (environment, words) => {
		const read = () => readSettings(environment);
		expect(read).toThrow(StartupFault);
		expect(read).toThrow(words);
		expect(read).not.toThrow('"b"');
	});
});
