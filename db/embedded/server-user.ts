/**
 * Whom the embedded server runs as. PostgreSQL refuses to run as root; as root we run it as the system's account
 * `postgres`, and make that account where it is missing.
 */
import { spawnSync } from 'node:child_process';
import { chmod, mkdir } from 'node:fs/promises';
import { StartupFault } from '../startup-fault.ts';

export interface ServerUser {
	uid: number;
	gid: number;
}

const ACCOUNT = 'postgres';

/** Where root puts what the account must reach and the checkout's own folder keeps closed. */
export const SYSTEM_FOLDER = '/var/lib/dayboard';

/** Makes that folder, open for walking through whatever the umask is. */
export async function makeSystemFolder(): Promise<void> {
	await mkdir(SYSTEM_FOLDER, { recursive: true });
	await chmod(SYSTEM_FOLDER, 0o755);
}

/**
 * @returns the account to run as, or `null` when this process may run the server itself
 * @throws StartupFault when the account is missing and cannot be made
 */
export function serverUser(): ServerUser | null {
	if (process.getuid?.() !== 0) return null;
	const existing = lookUp();
	if (existing) return existing;
	spawnSync('groupadd', ['--system', ACCOUNT]);
	spawnSync('useradd', [
		'--system',
		'--gid',
		ACCOUNT,
		'--no-create-home',
		'--shell',
		'/bin/false',
		ACCOUNT
	]);
	const made = lookUp();
	if (made) return made;
	throw new StartupFault(
		`PostgreSQL does not run as root and no account "${ACCOUNT}" could be made: start Dayboard as another user, or make that account.`
	);
}

function lookUp(): ServerUser | null {
	const [uid, gid] = ['-u', '-g'].map((flag) => {
		const { status, stdout } = spawnSync('id', [flag, ACCOUNT], { encoding: 'utf8' });
		return status === 0 ? Number(stdout) : NaN;
	});
	return Number.isInteger(uid) && Number.isInteger(gid) ? { uid: uid!, gid: gid! } : null;
}

/**
 * Asks the system itself, as that account: mode bits alone would miss closed ancestors, access lists and mounts.
 *
 * @param access `x` also says that a folder can be walked through
 */
export function canReach(user: ServerUser, place: string, access: 'r' | 'x'): boolean {
	const { status } = spawnSync('/bin/sh', ['-c', `test -${access} "$1"`, 'sh', place], {
		...user,
		cwd: '/'
	});
	return status === 0;
}
