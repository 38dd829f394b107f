/** What `npm run check` runs: each part once, two at a time, its words together; fails when one of them does. */
import { spawn } from 'node:child_process';

/** The longest first, so that the two ends meet. */
const PARTS = ['check:lint', 'check:svelte', 'check:types', 'check:format', 'check:imports'];
const AT_ONCE = 2;

const waiting = [...PARTS];
const failed: string[] = [];
await Promise.all(Array.from({ length: AT_ONCE }, runParts));
if (failed.length > 0) {
	process.stderr.write(`failed: ${failed.join(', ')}\n`);
	process.exitCode = 1;
}

async function runParts(): Promise<void> {
	for (let part = waiting.shift(); part; part = waiting.shift()) {
		const { code, output } = await run(part);
		process.stdout.write(output);
		if (code !== 0) failed.push(part);
	}
}

function run(part: string): Promise<{ code: number | null; output: string }> {
	const { promise, resolve } = Promise.withResolvers<{ code: number | null; output: string }>();
	// npm is a script of its own on Windows, which only a shell starts.
	const child = spawn('npm', ['run', '--silent', part], { shell: process.platform === 'win32' });
	let output = '';
	for (const stream of [child.stdout, child.stderr])
		stream.on('data', (chunk) => (output += chunk));
	child.on('close', (code) => resolve({ code, output }));
	return promise;
}
