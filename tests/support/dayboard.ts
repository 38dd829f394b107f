/** The whole production server as a process of its own, which a test may end in any way. */
import { spawn, type ChildProcess } from 'node:child_process';
import { createServer } from 'node:net';
import { open } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { buildOnce, CHECKOUT } from './build.ts';
import { freshDatabase, RUN_FOLDER } from './test-postgres.ts';
import { until } from './until.ts';

const READY_LIMIT_MS = 120_000;

export interface StartOptions {
	/** Demo to start with, on a database of its own. Default: `small`. `none`: an empty one. */
	scale?: 'small' | 'full' | 'none';
	/** Use this database instead; the caller drops it. */
	databaseUrl?: string;
	/** Further settings; a function of the address when they name it. */
	env?: Record<string, string> | ((url: string) => Record<string, string>);
}

export interface RunningDayboard {
	/** Such as `http://localhost:41234`; stays the same over restarts. */
	readonly url: string;
	readonly port: number;
	/** Owner's URL of the database it works on. */
	readonly databaseUrl: string;
	/** Where it keeps files; removed at the end of the run. */
	readonly dataDir: string;
	/** Of the process that runs now. */
	readonly pid: number;
	/** All that it has printed. */
	output(): string;
	/** Ctrl-C. @returns the exit code */
	stop(): Promise<number | null>;
	/** SIGKILL: nothing is closed. */
	kill(): Promise<void>;
	/** Starts it again after `stop` or `kill`, on the same port and database; resolves when it is ready. */
	restart(): Promise<void>;
	/** Ends it and drops its database. */
	close(): Promise<void>;
}

/** Builds where nobody has yet, starts Dayboard on a free port and resolves when `/readyz` says so. */
export async function startDayboard(options: StartOptions = {}): Promise<RunningDayboard> {
	await buildOnce();
	const scale = options.scale ?? 'small';
	const own = options.databaseUrl
		? null
		: await freshDatabase(scale === 'none' ? {} : { filled: scale });
	const databaseUrl = options.databaseUrl ?? own!.url;
	const port = await freePort();
	const url = `http://localhost:${port}`;
	const dataDir = path.join(process.env[RUN_FOLDER] ?? os.tmpdir(), `data-${port}`);
	let output = '';
	let process_: DayboardProcess;
	const start = async () => {
		process_ = spawnDayboard({
			DEMO: scale,
			DATABASE_URL: databaseUrl,
			DATA_DIR: dataDir,
			PORT: String(port),
			...(typeof options.env === 'function' ? options.env(url) : options.env)
		});
		process_.onOutput((text) => (output += text));
		await untilReady(process_, port, () => output);
	};
	const end = async (signal: NodeJS.Signals) => {
		process_.child.kill(signal);
		return process_.ended;
	};
	try {
		await start();
	} catch (fault) {
		await own?.drop();
		throw fault;
	}
	return {
		url,
		port,
		databaseUrl,
		dataDir,
		get pid() {
			return process_.child.pid!;
		},
		output: () => output,
		stop: () => end('SIGINT'),
		kill: async () => void (await end('SIGKILL')),
		restart: start,
		async close() {
			await end('SIGINT');
			await own?.drop();
		}
	};
}

export interface DayboardProcess {
	readonly child: ChildProcess;
	/** Exit code; `null` after a signal. */
	readonly ended: Promise<number | null>;
	onOutput(listener: (text: string, stream: 'stdout' | 'stderr') => void): void;
}

/** Starts `sync-server/start.ts` with these settings and waits for nothing. It ends with this process. */
export function spawnDayboard(settings: Record<string, string>): DayboardProcess {
	const child = spawn(process.execPath, ['sync-server/start.ts'], {
		cwd: CHECKOUT,
		env: { ...inherited(), ...settings },
		stdio: ['ignore', 'pipe', 'pipe']
	});
	const withUs = () => child.kill('SIGKILL');
	process.once('exit', withUs);
	const ended = new Promise<number | null>((resolve) => {
		child.once('close', (code) => {
			process.off('exit', withUs);
			resolve(code);
		});
	});
	return {
		child,
		ended,
		onOutput(listener) {
			child.stdout.on('data', (chunk) => listener(String(chunk), 'stdout'));
			child.stderr.on('data', (chunk) => listener(String(chunk), 'stderr'));
		}
	};
}

/** Resolves when everything works; rejects at once when the process ends instead. */
async function untilReady(
	{ ended }: DayboardProcess,
	port: number,
	output: () => string
): Promise<void> {
	let exit: { code: number | null } | undefined;
	void ended.then((code) => (exit = { code }));
	await until(
		async () => exit || (await fetch(`http://127.0.0.1:${port}/readyz`)).ok,
		'Dayboard is ready',
		READY_LIMIT_MS
	);
	if (exit) throw new Error(`Dayboard ended with code ${exit.code}:\n${output()}`);
}

/** Our own environment without the settings that the operator's shell may hold. */
function inherited(): NodeJS.ProcessEnv {
	const { HOST, PORT, DATA_DIR, DATABASE_URL, ORIGIN, METRICS_TOKEN, LOG_LEVEL, DEMO, ...rest } =
		process.env;
	void [HOST, PORT, DATA_DIR, DATABASE_URL, ORIGIN, METRICS_TOKEN, LOG_LEVEL, DEMO];
	return { ...rest, SMTP_URL: '', MAIL_FROM: '', NODE_ENV: 'production' };
}

/** Below those that the system gives to outgoing connections: none of them takes one of ours meanwhile. */
const [FIRST_PORT, PORTS] = [20_000, 12_000];

/** @returns a port that nobody listens on now, and that no other worker of this run was given */
export async function freePort(): Promise<number> {
	for (;;) {
		const port = FIRST_PORT + Math.floor(Math.random() * PORTS);
		if ((await isFree(port)) && (await claimed(port))) return port;
	}
}

function isFree(port: number): Promise<boolean> {
	const probe = createServer();
	return new Promise((resolve) => {
		probe.once('error', () => resolve(false));
		probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
	});
}

/** Two workers may find the same port free before either listens: the first to write it down has it. */
async function claimed(port: number): Promise<boolean> {
	const folder = process.env[RUN_FOLDER];
	if (!folder) return true;
	const claim = await open(path.join(folder, `port-${port}`), 'wx').catch(() => null);
	await claim?.close();
	return claim !== null;
}
