/**
 * Finds a browser for the tests: the one in DAYBOARD_BROWSER, Playwright's own, an installed Chromium or Chrome; else
 * Playwright's installer, then the system's package manager. The last two have time limits: behind a closed network
 * they may hang. Most tests are a third faster in Chromium's headless shell, which has no notifications.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { chromium } from '@playwright/test';

const VARIABLE = 'DAYBOARD_BROWSER';
const SHELL_VARIABLE = 'DAYBOARD_HEADLESS_SHELL';
const VERSION_LIMIT_MS = 30_000;
const DOWNLOAD_LIMIT_MS = 300_000;
const PACKAGE_LIMIT_MS = 600_000;
const SHELL_LIMIT_MS = 120_000;

const SHELL = 'chromium-headless-shell';

const INSTALLED = [
	'chromium',
	'chromium-browser',
	'google-chrome',
	'google-chrome-stable',
	'chrome',
	'/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
	'/Applications/Chromium.app/Contents/MacOS/Chromium',
	'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe'
];

const PACKAGE_MANAGERS: readonly (readonly string[])[] = [
	['apt-get', 'install', '-y', '--no-install-recommends', 'chromium'],
	['dnf', 'install', '-y', 'chromium'],
	['apk', 'add', 'chromium']
];

export interface BrowserLaunch {
	executablePath: string;
	args: string[];
}

/**
 * @returns what Playwright's `launchOptions` need
 * @throws Error with one clear line when no browser is to be had
 */
export function findBrowser(): BrowserLaunch {
	const executablePath = named() ?? playwrightsOwn() ?? installed() ?? downloaded() ?? packaged();
	if (!executablePath)
		throw new Error(
			`No browser for the tests: install Chromium or Chrome, or set ${VARIABLE} to the path of one.`
		);
	// Playwright's workers read their configuration again: they need not search again.
	process.env[VARIABLE] = executablePath;
	return { executablePath, args: launchArguments() };
}

/**
 * Chromium without what only people see of it: for tests that need neither push nor notifications.
 * @returns what Playwright's `launchOptions` need; the whole browser where there is no shell
 */
export function findHeadlessShell(): BrowserLaunch {
	const whole = findBrowser();
	const executablePath = process.env[SHELL_VARIABLE] ?? installedShell() ?? whole.executablePath;
	process.env[SHELL_VARIABLE] = executablePath;
	return { ...whole, executablePath };
}

function installedShell(): string | undefined {
	const found = () => {
		const shell = onPath(SHELL);
		return shell && works(shell) ? shell : undefined;
	};
	if (found() || !onPath('apt-get') || process.getuid?.() !== 0) return found();
	console.log(`Trying to install ${SHELL}.`);
	const install = ['install', '-y', '--no-install-recommends', SHELL];
	runQuietly('apt-get', install, SHELL_LIMIT_MS);
	if (found()) return found();
	// Its lists may be missing or old.
	runQuietly('apt-get', ['update'], SHELL_LIMIT_MS);
	runQuietly('apt-get', install, SHELL_LIMIT_MS);
	return found();
}

function launchArguments(): string[] {
	return [
		'--disable-quic',
		'--no-first-run',
		// Without these it looks for its maker's servers all the time, which a closed network refuses.
		'--disable-background-networking',
		'--disable-component-update',
		'--disable-sync',
		// Chromium's sandbox does not work for root.
		...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])
	];
}

function named(): string | undefined {
	const given = process.env[VARIABLE];
	if (!given) return undefined;
	if (!works(given)) throw new Error(`${VARIABLE} names no browser that starts: ${given}`);
	return given;
}

function playwrightsOwn(): string | undefined {
	const own = chromium.executablePath();
	return own && existsSync(own) && works(own) ? own : undefined;
}

function installed(): string | undefined {
	for (const name of INSTALLED) {
		const found = path.isAbsolute(name) ? existsSync(name) && name : onPath(name);
		if (found && works(found)) return found;
	}
	return undefined;
}

function downloaded(): string | undefined {
	const cli = path.resolve(import.meta.dirname, '../../node_modules/playwright/cli.js');
	console.log("No browser found; trying Playwright's installer.");
	spawnSync(process.execPath, [cli, 'install', 'chromium'], {
		timeout: DOWNLOAD_LIMIT_MS,
		killSignal: 'SIGKILL',
		stdio: 'ignore'
	});
	return playwrightsOwn();
}

function packaged(): string | undefined {
	const manager = PACKAGE_MANAGERS.find(([name]) => onPath(name!));
	if (!manager || process.getuid?.() !== 0) return undefined;
	const [command, ...flags] = manager;
	console.log(`No browser found; trying "${manager.join(' ')}".`);
	if (command === 'apt-get') runQuietly(command, ['update'], PACKAGE_LIMIT_MS);
	runQuietly(command!, flags, PACKAGE_LIMIT_MS);
	return installed();
}

function runQuietly(command: string, flags: readonly string[], timeout: number): void {
	spawnSync(command, flags, {
		...{ timeout, killSignal: 'SIGKILL', stdio: 'ignore' },
		env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
	});
}

function onPath(name: string): string | undefined {
	for (const folder of (process.env.PATH ?? '').split(path.delimiter)) {
		const candidate = path.join(folder, process.platform === 'win32' ? `${name}.exe` : name);
		if (folder && existsSync(candidate)) return candidate;
	}
	return undefined;
}

/** A browser that lacks a library of the system is there and does not start. */
function works(executable: string): boolean {
	// On Windows asking for the version opens a window.
	if (process.platform === 'win32') return existsSync(executable);
	try {
		const flags = ['--version', ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])];
		execFileSync(executable, flags, {
			timeout: VERSION_LIMIT_MS,
			killSignal: 'SIGKILL',
			stdio: 'ignore'
		});
		return true;
	} catch {
		return false;
	}
}
