/** What `npm test` runs: Vitest, then Playwright, on one PostgreSQL and one build. Prints the sum as its last line. */
import '#sync-server/require-node.js';
import { spawn } from 'node:child_process';
import { mkdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { findBrowser } from './browser.ts';
import { buildOnce, CHECKOUT } from './build.ts';
import { startTestPostgres } from './test-postgres.ts';

const RESULTS = path.join(CHECKOUT, 'test-results');

interface Sum {
	passed: number;
	failed: number;
}

process.exitCode = await runAll();

async function runAll(): Promise<number> {
	try {
		// Before minutes of other tests, so that a missing one shows at once.
		findBrowser();
	} catch (fault) {
		console.error((fault as Error).message);
		console.log('0 passed, 1 failed');
		return 1;
	}
	await mkdir(RESULTS, { recursive: true });
	const stopPostgres = await startTestPostgres();
	const sums: Sum[] = [];
	try {
		await buildOnce();
		sums.push(await runVitest(), await runPlaywright());
	} catch (fault) {
		console.error(fault);
		sums.push({ passed: 0, failed: 1 });
	} finally {
		await stopPostgres();
	}
	const passed = sums.reduce((total, sum) => total + sum.passed, 0);
	const failed = sums.reduce((total, sum) => total + sum.failed, 0);
	console.log(`${passed} passed, ${failed} failed`);
	return failed === 0 && passed > 0 ? 0 : 1;
}

async function runVitest(): Promise<Sum> {
	const report = path.join(RESULTS, 'vitest.json');
	const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
	const code = await runTool('vitest/vitest.mjs', ['run', ...reporters], report);
	const result = await readReport(report);
	return sum(code, result?.numPassedTests, result?.numFailedTests);
}

async function runPlaywright(): Promise<Sum> {
	const report = path.join(RESULTS, 'playwright.json');
	process.env.PLAYWRIGHT_JSON_OUTPUT_FILE = report;
	const code = await runTool('@playwright/test/cli.js', ['test', '--reporter=list,json'], report);
	const stats = (await readReport(report))?.stats;
	// A test that passed at its second try passed.
	return sum(code, stats && stats.expected + stats.flaky, stats?.unexpected);
}

/** A tool that broke without a failed test counts as one. */
function sum(code: number | null, passed = 0, failed = 0): Sum {
	return { passed, failed: code === 0 ? failed : Math.max(failed, 1) };
}

async function runTool(script: string, flags: string[], report: string): Promise<number | null> {
	await rm(report, { force: true });
	const child = spawn(process.execPath, [path.join(CHECKOUT, 'node_modules', script), ...flags], {
		cwd: CHECKOUT,
		stdio: 'inherit'
	});
	return new Promise((resolve) => child.once('close', resolve));
}

interface Report {
	numPassedTests?: number;
	numFailedTests?: number;
	stats?: { expected: number; flaky: number; unexpected: number };
}

async function readReport(file: string): Promise<Report | null> {
	return readFile(file, 'utf8').then(JSON.parse, () => null);
}
