/** `npm run import` as a process: what it prints, and its exit code. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startEmbeddedServer } from '../../db/embedded-server.ts';
import { freshDatabase, type FreshDatabase } from '../support/test-postgres.ts';

const CHECKOUT = path.resolve(import.meta.dirname, '../..');
const SAMPLE = path.join(CHECKOUT, 'docs/import-sample.json');
let fresh: FreshDatabase;
let folder: string;

beforeAll(async () => {
	fresh = await freshDatabase();
	folder = await mkdtemp(path.join(os.tmpdir(), 'dayboard-import-'));
});
afterAll(async () => {
	await fresh.drop();
	await rm(folder, { recursive: true, force: true });
});

async function importCommand(args: string[], env: Record<string, string> = {}) {
	const child = spawn(process.execPath, ['sync-server/import.ts', ...args], {
		cwd: CHECKOUT,
		env: { ...process.env, DATABASE_URL: fresh.url, ...env },
		stdio: ['ignore', 'pipe', 'pipe']
	});
	let out = '';
	let err = '';
	child.stdout.on('data', (chunk) => (out += chunk));
	child.stderr.on('data', (chunk) => (err += chunk));
	const [code] = (await once(child, 'close')) as [number];
	return { code, out, err };
}

async function fileOf(name: string, content: string | Uint8Array): Promise<string> {
	const file = path.join(folder, name);
	await writeFile(file, content);
	return file;
}

describe('npm run import', () => {
	it('takes the sample, shows first passwords once, and says 0', async () => {
		const first = await importCommand([SAMPLE]);
		expect(first).toMatchObject({ code: 0 });
		expect(first.out).toMatch(/Riverside Health \(riverside\): new/);
		expect(first.out).toMatch(/patients +2 +0 +0 +0/);
		expect(first.out).toMatch(/office@riverside\.example {2}[\w-]{20,}/);
		expect(first.err).toMatch(/2 of 2 appointments/);
		const second = await importCommand([SAMPLE, '--quiet']);
		expect(second).toMatchObject({ code: 0, err: '' });
		expect(second.out).toMatch(/patients +0 +0 +2 +0/);
		expect(second.out).not.toMatch(/password/);
	});

	it('reports refused lines of a CSV file and says 1', async () => {
		const file = await fileOf(
			'patients.csv',
			'key,familyName,givenName,birthDate\nP-2001,Ogle,Ann,1990-01-02\nP-2002,Ogle,Ben,9999-01-01\n'
		);
		const { code, out } = await importCommand([file, '--organization', 'riverside']);
		expect(code).toBe(1);
		expect(out).toMatch(/patients +1 +0 +0 +1/);
		expect(out).toContain('patients, line 3 (P-2002): birthDate: lies in the future.');
	});

	it('stores nothing of a file that it cannot use, says why in one line, and says 1', async () => {
		const latin1 = await fileOf('latin1.json', Uint8Array.from([0x7b, 0x22, 0xfc, 0x22, 0x7d]));
		const wrongEnd = path.join(folder, 'clinic.xlsx');
		await copyFile(SAMPLE, wrongEnd);
		for (const [args, said] of [
			[[latin1], /^The file is not UTF-8 text\..*\n$/],
			[[await fileOf('bad.json', '{')], /^The file is not valid JSON\.\n$/],
			[[path.join(folder, 'none.json')], /^There is no such file: .*none\.json\n$/],
			[[wrongEnd], /^The file must end in \.json or \.csv\.\n$/],
			[[folder + '.json'], /^There is no such file/],
			[[], /^Usage: npm run import/],
			[['--what', SAMPLE], /--what[^]*Usage/],
			[[SAMPLE, '--kind', 'doctors'], /--kind must be one of: clinics/]
		] as const) {
			const { code, out, err } = await importCommand([...args]);
			expect({ args, code, out }).toEqual({ args, code: 1, out: '' });
			expect(err).toMatch(said);
		}
	});

	it('says in one line that there is no database', async () => {
		const { code, out, err } = await importCommand([SAMPLE], {
			DATABASE_URL: 'postgres://nobody@127.0.0.1:9/none'
		});
		expect({ code, out }).toEqual({ code: 1, out: '' });
		expect(err).toMatch(/^The database at 127\.0\.0\.1:9\/none cannot be reached.*\n$/);
	});

	it('finds the embedded server that runs already, or starts and stops its own', async () => {
		const dataDir = path.join(folder, 'data');
		const env = { DATABASE_URL: '', DATA_DIR: dataDir };
		const alone = await importCommand([SAMPLE, '--quiet'], env);
		expect(alone).toMatchObject({ code: 0, err: '' });
		const server = await startEmbeddedServer({ dataDir });
		try {
			const beside = await importCommand([SAMPLE, '--quiet'], env);
			expect(beside).toMatchObject({ code: 0, err: '' });
			expect(beside.out).toMatch(/riverside\): known already/);
		} finally {
			await server.stop();
			await rm(server.folder, { recursive: true, force: true });
		}
	});
});
