/**
 * Finds a browser for the tests: the one in DAYBOARD_BROWSER, Playwright's own, an installed Chromium or Chrome; else
 * Playwright's installer, then the system's package manager. The last two have time limits: behind a closed network
 * they may hang.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { chromium } from '@playwright/test';

const VARIABLE = 'DAYBOARD_BROWSER';
const VERSION_LIMIT_MS = 30_000;
const DOWNLOAD_LIMIT_MS = 300_000;
const PACKAGE_LIMIT_MS = 600_000;

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
	const options = {
		timeout: PACKAGE_LIMIT_MS,
		killSignal: 'SIGKILL' as const,
		stdio: 'ignore' as const,
		env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
	};
	if (command === 'apt-get') spawnSync(command, ['update'], options);
	spawnSync(command!, flags, options);
	return installed();
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
