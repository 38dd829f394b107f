/** The production build, made once in a test run by whoever needs it first, and not where one of these sources stands. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { open, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { RUN_FOLDER } from './test-postgres.ts';
import { until } from './until.ts';

export const CHECKOUT = path.resolve(import.meta.dirname, '../..');
const LIMIT_MS = 300_000;
/** What a build is made of. Folders count as well: their time tells of a file that was taken away. */
const SOURCES = ['domain', 'web', 'svelte.config.js', 'package.json'];
/** Made anew from what stands in `SOURCES`, by each `npm install`. */
const MADE = new Set(['paraglide', '.svelte-kit', 'node_modules']);

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

/** @returns the newest change at or beneath a path, epoch milliseconds */
async function changedAt(of: string): Promise<number> {
	const found = await stat(of);
	if (!found.isDirectory()) return found.mtimeMs;
	const beneath = (await readdir(of)).filter((name) => !MADE.has(name));
	const times = await Promise.all(beneath.map((name) => changedAt(path.join(of, name))));
	return Math.max(found.mtimeMs, ...times);
}

async function stands(): Promise<boolean> {
	const built = await stat(path.join(CHECKOUT, 'build/index.js')).catch(() => null);
	if (!built) return false;
	const changes = await Promise.all(SOURCES.map((name) => changedAt(path.join(CHECKOUT, name))));
	return Math.max(...changes) < built.mtimeMs;
}

async function build(): Promise<void> {
	if (await stands()) return;
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
