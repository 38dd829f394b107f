/** Runs once before all of Playwright's workers. */
import { buildOnce } from './build.ts';
import { startTestPostgres } from './test-postgres.ts';

export default async function setUp(): Promise<() => Promise<void>> {
	const stop = await startTestPostgres();
	await buildOnce();
	return stop;
}
