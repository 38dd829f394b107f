/**
 * The embedded server's data folder: where it lies, how it is made, what Dayboard keeps in it.
 *
 * It is `postgres` in DATA_DIR. Where root runs Dayboard and the server's account cannot walk to DATA_DIR (a
 * checkout in a closed home), it is `/var/lib/dayboard/<name made of DATA_DIR>` instead, so the same DATA_DIR always
 * finds the same data.
 */
import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, chown, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { StartupFault } from '../startup-fault.ts';
import type { Binaries } from './binaries.ts';
import { canReach, makeSystemFolder, SYSTEM_FOLDER, type ServerUser } from './server-user.ts';

/** The superuser of the embedded server. */
export const OWNER = 'dayboard';

/** What the data folder remembers for us, in `dayboard.json` with mode 600. */
export interface Remembered {
	password: string;
	/** Where the server listened last; `null` before its first start. */
	port: number | null;
}

const MEMORY = 'dayboard.json';

/**
 * Finds the data folder, and makes it on first use.
 *
 * @param dataDir absolute
 * @param user whom the server runs as
 * @returns the absolute folder to start PostgreSQL on
 * @throws StartupFault when the folder holds another version's data or cannot be written
 */
export async function provideDataFolder(
	dataDir: string,
	binaries: Binaries,
	user: ServerUser | null,
	durable: boolean
): Promise<string> {
	const parent = await reachableParent(dataDir, user).catch((cause: NodeJS.ErrnoException) => {
		throw new StartupFault(
			`DATA_DIR ${dataDir} cannot be written (${cause.code}): choose another.`,
			{
				cause
			}
		);
	});
	const folder = path.join(parent, 'postgres');
	if (!existsSync(folder)) await initialize(folder, binaries, user, durable);
	const version = await readFile(path.join(folder, 'PG_VERSION'), 'utf8').catch(() => null);
	if (version?.trim() !== binaries.majorVersion)
		throw new StartupFault(
			version === null
				? `${folder} is no PostgreSQL data folder: move it away or choose another DATA_DIR.`
				: `${folder} holds data of PostgreSQL ${version.trim()}, and this Dayboard brings PostgreSQL ${binaries.majorVersion}: start the Dayboard that made it and dump the data, or choose another DATA_DIR.`
		);
	if (!existsSync(path.join(folder, MEMORY)))
		throw new StartupFault(
			`${folder} was not made by Dayboard (${MEMORY} is missing): choose another DATA_DIR, or set DATABASE_URL.`
		);
	return folder;
}

/** Reads what `remember` wrote. */
export async function recall(folder: string): Promise<Remembered> {
	return JSON.parse(await readFile(path.join(folder, MEMORY), 'utf8'));
}

/** Keeps `memory` in the data folder, readable by the server's user and root alone. */
export async function remember(
	folder: string,
	memory: Remembered,
	user: ServerUser | null
): Promise<void> {
	const file = path.join(folder, MEMORY);
	const draft = `${file}.${process.pid}`;
	await writeFile(draft, JSON.stringify(memory), { mode: 0o600 });
	if (user) await chown(draft, user.uid, user.gid);
	await rename(draft, file);
}

async function reachableParent(dataDir: string, user: ServerUser | null): Promise<string> {
	if (!existsSync(dataDir)) {
		await mkdir(dataDir, { recursive: true });
		if (user) await chmod(dataDir, 0o711);
	}
	if (!user || canReach(user, dataDir, 'x')) return dataDir;
	await makeSystemFolder();
	const name = createHash('sha256').update(dataDir).digest('hex').slice(0, 16);
	const parent = path.join(SYSTEM_FOLDER, `data-${name}`);
	await mkdir(parent, { recursive: true });
	await chmod(parent, 0o711);
	// For whoever looks for the data in DATA_DIR.
	await writeFile(path.join(dataDir, 'postgres-is-in.txt'), `${parent}\n`);
	return parent;
}

/** Works under a name of its own and renames at the end: a start that was killed leaves no half-made folder. */
async function initialize(
	folder: string,
	binaries: Binaries,
	user: ServerUser | null,
	durable: boolean
): Promise<void> {
	const parent = path.dirname(folder);
	for (const name of await readdir(parent))
		if (isAbandonedDraft(name)) await rm(path.join(parent, name), { recursive: true, force: true });
	const draft = path.join(parent, `postgres.new-${process.pid}`);
	const passwordFile = `${draft}.password`;
	const password = randomBytes(24).toString('base64url');
	try {
		await mkdir(draft, { mode: 0o700 });
		await writeFile(passwordFile, password, { mode: 0o600 });
		for (const place of user ? [draft, passwordFile] : []) await chown(place, user!.uid, user!.gid);
		await runInitdb(
			binaries.initdb,
			[
				`--pgdata=${draft}`,
				`--username=${OWNER}`,
				`--pwfile=${passwordFile}`,
				'--auth=scram-sha-256',
				'--encoding=UTF8',
				// Sorting and case come from PostgreSQL itself, so the folder does not depend on this system's locales.
				'--locale=C',
				'--locale-provider=builtin',
				'--builtin-locale=C.UTF-8',
				...(durable ? [] : ['--no-sync'])
			],
			user
		);
		await remember(draft, { password, port: null }, user);
		await rename(draft, folder).catch((fault: NodeJS.ErrnoException) => {
			// Another start was quicker: its folder is as good.
			if (fault.code !== 'ENOTEMPTY' && fault.code !== 'EEXIST') throw fault;
		});
	} finally {
		await rm(draft, { recursive: true, force: true });
		await rm(passwordFile, { force: true });
	}
}

function isAbandonedDraft(name: string): boolean {
	const pid = Number(/^postgres\.new-(\d+)/.exec(name)?.[1]);
	if (!pid) return false;
	try {
		process.kill(pid, 0);
		return false;
	} catch (fault) {
		return (fault as NodeJS.ErrnoException).code === 'ESRCH';
	}
}

function runInitdb(initdb: string, flags: string[], user: ServerUser | null): Promise<void> {
	return new Promise((resolve, reject) => {
		const child = spawn(initdb, flags, {
			...user,
			cwd: path.dirname(initdb),
			env: { ...process.env, LC_ALL: 'C' },
			stdio: ['ignore', 'ignore', 'pipe']
		});
		let complaint = '';
		child.stderr.on('data', (chunk) => (complaint += chunk));
		child.on('error', reject);
		child.on('close', (code) => {
			if (code === 0) return resolve();
			reject(
				new StartupFault(
					`PostgreSQL could not make its data folder: ${complaint.trim().split('\n').at(-1)}`
				)
			);
		});
	});
}
