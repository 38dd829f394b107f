/**
 * One PostgreSQL process: started so that it ends with us, and found again when it did not.
 */
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { StartupFault } from '../startup-fault.ts';
import type { Binaries } from './binaries.ts';
import type { ServerUser } from './server-user.ts';

const PID_FILE = 'postmaster.pid';
const POLL_MS = 20;
const START_LIMIT_MS = 60_000;
const STOP_LIMIT_MS = 10_000;

/** What a running server wrote into its `postmaster.pid`. */
export interface RunningServer {
	pid: number;
	port: number;
	/** It takes connections. */
	ready: boolean;
}

/** A server that this process started. */
export interface ServerProcess extends RunningServer {
	/** Resolves when the server has ended, for whatever reason. */
	readonly ended: Promise<void>;
	/** Ends open connections, writes everything down and ends, within seconds. */
	stop(): Promise<void>;
}

/**
 * Runs a command that stops when our end of its standard input closes, also when we are killed: then nobody else
 * could tell it. The watcher is a grandchild, because PostgreSQL would wonder about a child that it did not make.
 */
const END_WITH_PARENT = `exec 3<&0 </dev/null
( { read -r _ <&3; kill -INT $$; } >/dev/null 2>&1 & )
exec 3<&-
exec "$@"`;

/**
 * Starts PostgreSQL and resolves when it takes connections.
 *
 * @param settings PostgreSQL's own, by name; they win over those in the folder
 * @throws StartupFault with PostgreSQL's last words when it ends instead
 */
export async function startServerProcess(
	binaries: Binaries,
	folder: string,
	user: ServerUser | null,
	settings: Record<string, string | number>
): Promise<ServerProcess> {
	const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
	const command = [binaries.postgres, '-D', folder, ...flags];
	const windows = process.platform === 'win32';
	const child = spawn(
		windows ? binaries.postgres : '/bin/sh',
		windows ? command.slice(1) : ['-c', END_WITH_PARENT, 'sh', ...command],
		{
			...user,
			cwd: windows ? folder : '/',
			env: { ...process.env, LC_ALL: 'C', PGDATA: undefined },
			// Its own process group: Ctrl-C reaches us alone, and we close things in order.
			detached: true,
			stdio: ['pipe', 'ignore', 'pipe']
		}
	);
	let lastWords = '';
	child.stderr!.on('data', (chunk) => (lastWords = (lastWords + chunk).slice(-2_000)));
	child.stdin!.on('error', () => {});
	let running = true;
	const ended = once(child, 'exit').then(
		() => void (running = false),
		() => void (running = false)
	);
	const limit = Date.now() + START_LIMIT_MS;
	let found: RunningServer | null = null;
	while (running && !(found?.ready && found.pid === child.pid)) {
		if (Date.now() > limit) child.kill('SIGQUIT');
		await Promise.race([ended, delay(POLL_MS)]);
		found = readPidFile(folder);
	}
	if (!running || !found) {
		const words = /(?:FATAL|PANIC):\s*(.*)/.exec(lastWords)?.[1] ?? lastWords.trim();
		throw new StartupFault(`The embedded PostgreSQL did not start: ${words || 'it said nothing'}.`);
	}
	return {
		...found,
		ended,
		async stop() {
			if (windows) spawnSync(binaries.pgCtl, ['stop', '-D', folder, '-m', 'fast', '-w']);
			else child.stdin!.end();
			const patience = setTimeout(() => child.kill('SIGQUIT'), STOP_LIMIT_MS);
			await ended;
			clearTimeout(patience);
		}
	};
}

/**
 * @returns the server that runs on `folder` now, ours or one that a killed Dayboard left behind; `null` when none
 * does. A leftover `postmaster.pid` whose number went to another program since does not count.
 */
export function findRunningServer(folder: string): RunningServer | null {
	const found = readPidFile(folder);
	return found && commandOf(found.pid).includes(folder) ? found : null;
}

/**
 * After a crash of the machine `postmaster.pid` may name a program that got the same number, and where that one is of
 * our own user PostgreSQL would not start. Anything that may be a PostgreSQL keeps its file.
 */
export function removeStalePidFile(folder: string): void {
	const found = readPidFile(folder);
	if (found && !/postgres|postmaster/.test(commandOf(found.pid)))
		rmSync(path.join(folder, PID_FILE), { force: true });
}

/** Asks the server with that number to end its connections and stop, and waits until it has. */
export async function stopRunningServer(folder: string, pid: number): Promise<void> {
	const limit = Date.now() + STOP_LIMIT_MS;
	let signal: NodeJS.Signals = 'SIGINT';
	while (findRunningServer(folder)?.pid === pid) {
		if (Date.now() > limit) signal = 'SIGQUIT';
		try {
			process.kill(pid, signal);
		} catch {
			return;
		}
		await delay(POLL_MS * 5);
	}
}

/** Lines of the file: pid, folder, start, port, socket folder, address, shared memory, state. */
function readPidFile(folder: string): RunningServer | null {
	try {
		const lines = readFileSync(path.join(folder, PID_FILE), 'utf8').split('\n');
		return { pid: Number(lines[0]), port: Number(lines[3]), ready: lines[7]?.trim() === 'ready' };
	} catch {
		return null;
	}
}

/** @returns the command line of a running process, or nothing. */
function commandOf(pid: number): string {
	try {
		return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
	} catch {
		if (process.platform === 'linux') return '';
		return (
			spawnSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).stdout ?? ''
		);
	}
}
