import { randomBytes } from 'node:crypto';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { seal } from '#db/encryption/sealing.ts';
import { clinicFactory } from '#tests/factories/clinic-factory.ts';
import { buildOnce } from '#tests/support/build.ts';
import { freePort, spawnDayboard, type DayboardProcess } from '#tests/support/dayboard.ts';
import { freshDatabase } from '#tests/support/test-postgres.ts';
import { until } from '#tests/support/until.ts';

let dataDir: string;
let processes: DayboardProcess[];

beforeEach(async () => {
	dataDir = await mkdtemp(path.join(os.tmpdir(), 'dayboard-start-'));
	await chmod(dataDir, 0o711);
	processes = [];
});

afterEach(async () => {
	for (const { child, ended } of processes) {
		child.kill('SIGTERM');
		await ended;
	}
	await rm(dataDir, { recursive: true, force: true });
});

function start(settings: Record<string, string>) {
	const started = spawnDayboard({ DATA_DIR: dataDir, DEMO: 'none', PORT: '0', ...settings });
	processes.push(started);
	const said = { stdout: '', stderr: '' };
	started.onOutput((text, stream) => (said[stream] += text));
	return { ...started, said };
}

/** @returns the address that it prints once it is ready */
async function ready({ said, ended }: ReturnType<typeof start>): Promise<string> {
	let exit: number | null | undefined;
	void ended.then((code) => (exit = code));
	await until(
		() => exit !== undefined || said.stdout.includes('Ctrl-C stops it.'),
		'Dayboard is ready',
		60_000
	);
	return (
		/Dayboard is ready: (\S+)/.exec(said.stdout)?.[1] ??
		expect.fail(`Dayboard ended: ${said.stderr}`)
	);
}

describe('what keeps it from starting is said in one line, with exit code 1', () => {
	async function failure(settings: Record<string, string>): Promise<string> {
		const { ended, said } = start(settings);
		expect(await ended).toBe(1);
		expect(said.stdout).toBe('');
		expect(said.stderr).toMatch(/^.+\n$/s);
		return said.stderr.trimEnd();
	}

	test('a port in use', async () => {
		const other = createServer();
		await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
		const { port } = other.address() as AddressInfo;
		try {
			expect(await failure({ PORT: String(port) })).toBe(
				`Port ${port} is in use: stop the program that has it, or start with another PORT.`
			);
		} finally {
			other.close();
		}
	});

	test('each bad setting has a line of its own', async () => {
		expect(
			(await failure({ PORT: '99999', ORIGIN: 'board.example', DEMO: 'some' })).split('\n')
		).toEqual([
			'PORT must be a whole number from 0 to 65535 (0: any free port).',
			'ORIGIN must be the address people type, such as https://board.clinic.example, without a path.',
			'DEMO must be full, small or none.'
		]);
	});

	test('a database address that is none, without telling its password', async () => {
		const line = await failure({ DATABASE_URL: 'mysql://me:hunter2@db/dayboard' });
		expect(line).toMatch(/^DATABASE_URL must look like [^\n]*$/);
		expect(line).not.toContain('hunter2');
	});

	test('a database that nobody serves', async () => {
		expect(await failure({ DATABASE_URL: 'postgres://me:hunter2@127.0.0.1:1/dayboard' })).toBe(
			'The database at 127.0.0.1:1/dayboard cannot be reached (ECONNREFUSED): check DATABASE_URL.'
		);
	});

	test('a wrong password, and a database that does not exist', async () => {
		const fresh = await freshDatabase();
		try {
			const url = new URL(fresh.url);
			url.pathname = '/nowhere';
			expect(await failure({ DATABASE_URL: url.href })).toMatch(/^There is no such database at /);
			url.password = 'wrong';
			expect(await failure({ DATABASE_URL: url.href })).toMatch(/refuses that user or password/);
		} finally {
			await fresh.drop();
		}
	});

	test('keys that are not those of the data', async () => {
		const fresh = await freshDatabase();
		try {
			const { organizationId } = await clinicFactory(fresh.database);
			await seal(fresh.database, { organizationId, purpose: 'test' }, 'text');
			const line = await failure({
				DATABASE_URL: fresh.url,
				ENCRYPTION_KEYS: `other:${randomBytes(32).toString('base64')}`
			});
			expect(line).toMatch(/^The key named "test" is missing, [^\n]*one organization[^\n]*$/);
		} finally {
			await fresh.drop();
		}
	});

	test('an address that is not of this machine', async () => {
		expect(await failure({ HOST: '192.0.2.1' })).toBe(
			'HOST 192.0.2.1 is no address of this machine.'
		);
	});

	test('a data folder of another version', async () => {
		await mkdir(path.join(dataDir, 'postgres'));
		await writeFile(path.join(dataDir, 'postgres/PG_VERSION'), '17\n');
		expect(await failure({})).toMatch(/^[^\n]*holds data of PostgreSQL 17[^\n]*$/);
	});
});

describe('running on the embedded server', () => {
	beforeAll(() => buildOnce(), 300_000);

	test('Ctrl-C ends it with code 0, and a second start keeps the data', async () => {
		const first = start({ DEMO: 'small' });
		const url = await ready(first);
		expect(first.said.stdout).toContain('First start: making the demo organization.');
		expect(first.said.stdout).toMatch(/Demo sign-ins:\n {2}\S+@\S+ {2,}\S+ {2}\(receptionist\)/);
		expect((await fetch(`${url}/readyz`)).status).toBe(200);
		first.child.kill('SIGINT');
		expect(await first.ended).toBe(0);
		expect(first.said.stderr).toBe('');

		const second = start({ DEMO: 'small' });
		await ready(second);
		expect(second.said.stdout).not.toContain('First start');
		expect(second.said.stdout).toContain('Demo sign-ins:');
		second.child.kill('SIGTERM');
		expect(await second.ended).toBe(0);
	}, 120_000);

	test('a second Dayboard on the same folder is refused', async () => {
		await ready(start({}));
		const { ended, said } = start({});
		expect(await ended).toBe(1);
		expect(said.stderr).toMatch(/^Another Dayboard is running on [^\n]*\n$/);
	}, 60_000);

	test('Ctrl-C while it starts ends it with code 0 as well', async () => {
		const { child, ended, said } = start({ DEMO: 'full' });
		await until(() => said.stdout.includes('First start'), 'the demo is being made');
		child.kill('SIGINT');
		expect(await ended).toBe(0);
		expect(said.stderr).toBe('');
	}, 60_000);
});

describe('what it answers itself', () => {
	let fresh: Awaited<ReturnType<typeof freshDatabase>>;

	beforeAll(async () => {
		await buildOnce();
		fresh = await freshDatabase();
	}, 300_000);
	afterAll(() => fresh.drop());

	test('health, readiness and, to this machine, metrics', async () => {
		const url = await ready(start({ DATABASE_URL: fresh.url }));
		expect(await (await fetch(`${url}/healthz`)).json()).toEqual({ status: 'ok' });
		const answer = await (await fetch(`${url}/readyz`)).json();
		expect(answer).toEqual({ status: 'ready', database: true, sync: true });
		expect(await (await fetch(`${url}/metrics`)).text()).toContain('process_cpu_seconds_total');
	}, 60_000);

	test('behind a proxy metrics need the token', async () => {
		const token = 'a-token-for-metrics';
		const port = String(await freePort());
		const settings = { ORIGIN: 'https://board.example', METRICS_TOKEN: token, PORT: port };
		const started = start({ DATABASE_URL: fresh.url, ...settings });
		expect(await ready(started)).toBe('https://board.example');
		const ask = (authorization?: string) =>
			fetch(`http://127.0.0.1:${port}/metrics`, {
				headers: authorization ? { authorization } : {}
			});
		expect((await ask()).status).toBe(401);
		expect((await ask('Bearer a-token-for-metricz')).status).toBe(401);
		expect((await ask(`Bearer ${token}`)).status).toBe(200);
	}, 60_000);
});
