/** For commands beside a running Dayboard: the embedded server that it keeps. */
import { provideBinaries } from './binaries.ts';
import { OWNER, provideDataFolder, recall } from './data-folder.ts';
import { findRunningServer } from './server-process.ts';
import { serverUser } from './server-user.ts';

/**
 * @param dataDir absolute
 * @returns the owner's URL to Dayboard's database on the embedded server that runs now, or `null` when none does
 * @throws StartupFault when the data folder cannot be used
 */
export async function runningEmbeddedServer(dataDir: string): Promise<string | null> {
	const user = serverUser();
	const folder = await provideDataFolder(dataDir, await provideBinaries(user), user, true);
	const running = findRunningServer(folder);
	if (!running?.ready) return null;
	const { password } = await recall(folder);
	return `postgres://${OWNER}:${password}@127.0.0.1:${running.port}/dayboard`;
}
