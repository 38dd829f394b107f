/** The production build, made once in a test run by whoever needs it first. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { open, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { RUN_FOLDER } from './test-postgres.ts';
import { until } from './until.ts';

export const CHECKOUT = path.resolve(import.meta.dirname, '../..');
const LIMIT_MS = 300_000;

/** Resolves when `build/` stands. Other workers of the same run wait for the first one. */
export async function buildOnce(): Promise<void> {
	const folder = process.env[RUN_FOLDER];
	if (!folder) return build();
	const [claimed, done] = [path.join(folder, 'build-claimed'), path.join(folder, 'build-done')];
	const claim = await open(claimed, 'wx').catch(() => null);
	if (!claim) {
		await until(() => existsSync(done), 'the production build', LIMIT_MS);
		const fault = await readFile(done, 'utf8');
		if (fault) throw new Error(fault);
		return;
	}
	await claim.close();
	try {
		await build();
	} catch (fault) {
		await writeFile(done, String(fault));
		throw fault;
	}
	await writeFile(done, '');
}

async function build(): Promise<void> {
	const vite = path.join(CHECKOUT, 'node_modules/vite/bin/vite.js');
	const child = spawn(
		process.execPath,
		[vite, 'build', '--config', 'web/vite.config.ts', '--logLevel', 'warn'],
		// Vitest sets NODE_ENV=test, which would build Svelte's development mode.
		{
			cwd: CHECKOUT,
			env: { ...process.env, NODE_ENV: 'production' },
			stdio: ['ignore', 'pipe', 'pipe']
		}
	);
	let output = '';
	for (const stream of [child.stdout, child.stderr])
		stream.on('data', (chunk) => (output += chunk));
	const { promise, resolve } = Promise.withResolvers<number | null>();
	child.on('close', resolve);
	if ((await promise) !== 0) throw new Error(`the production build failed:\n${output}`);
}
