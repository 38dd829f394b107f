/** A browser whose line can be cut and whose process can be killed, and what it keeps on its disk. */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { chromium, type BrowserContext, type Page } from '@playwright/test';
import { findBrowser } from '../support/browser.ts';
import type { CutLine } from '../support/cut-line.ts';
import { expect, WHOLE_DAY } from './fixtures.ts';

/** The browser of somebody whose line can be cut, with a folder of its own so that it can be killed and started again. */
export class Tablet {
	page!: Page;
	private context!: BrowserContext;
	private readonly folder: string;
	private readonly line: CutLine;

	private constructor(folder: string, line: CutLine) {
		this.folder = folder;
		this.line = line;
	}

	static async start(line: CutLine): Promise<Tablet> {
		const tablet = new Tablet(await mkdtemp(path.join(os.tmpdir(), 'dayboard-tablet-')), line);
		await tablet.launch();
		return tablet;
	}

	async launch(): Promise<void> {
		this.context = await chromium.launchPersistentContext(this.folder, {
			...{ ...findBrowser(), ...WHOLE_DAY, baseURL: this.line.url },
			...{ locale: 'en-GB', timezoneId: 'Europe/Berlin' }
		});
		this.page = this.context.pages()[0] ?? (await this.context.newPage());
	}

	/** Without a line, as far as the page can tell and as far as it cannot. */
	async loseLine(): Promise<void> {
		this.line.cut();
		await this.context.setOffline(true);
		await expect(this.page.locator('[data-connection=offline]')).toBeVisible();
	}

	async findLine(): Promise<void> {
		this.line.mend();
		await this.context.setOffline(false);
	}

	/** SIGKILL for the browser, a new one on what it had stored. */
	async killAndLaunch(): Promise<void> {
		const session = await this.context.browser()!.newBrowserCDPSession();
		const { processInfo } = await session.send('SystemInfo.getProcessInfo');
		const browser = processInfo.find(({ type }) => type === 'browser')!;
		const ended = this.context.waitForEvent('close');
		// A browser writes its cookies every half minute: whoever signed in just now would be signed out by the kill.
		const cookies = await this.context.cookies();
		process.kill(browser.id, 'SIGKILL');
		await ended;
		await this.launch();
		await this.context.addCookies(cookies);
		await this.context.setOffline(true);
	}

	/** Resolves once boards can be opened here without a line. */
	async untilKept(place: { clinicId: string; date: string }): Promise<void> {
		const names = ['rows', 'page'].map((kind) => `${kind}/board/${place.clinicId}/${place.date}`);
		await expect.poll(() => keptNames(this.page)).toEqual(expect.arrayContaining(names));
	}

	async close(): Promise<void> {
		this.line.mend();
		await this.context.close();
		await rm(this.folder, { recursive: true, force: true });
	}
}

/** What a browser has kept, as its database names it; looking makes none where there is none. */
export function keptNames(page: Page): Promise<string[]> {
	return page.evaluate(async () => {
		const all = await indexedDB.databases();
		if (!all.some(({ name }) => name === 'dayboard-kept')) return [];
		const opened = await new Promise<IDBDatabase | null>((resolve) => {
			const request = indexedDB.open('dayboard-kept');
			request.onsuccess = () => resolve(request.result);
			// It was wiped at this moment: an empty one is not to be made in its place.
			request.onupgradeneeded = () => request.transaction!.abort();
			request.onerror = () => resolve(null);
		});
		if (opened === null) return [];
		try {
			return await new Promise<string[]>((resolve, reject) => {
				const keys = opened.transaction('records').objectStore('records').getAllKeys();
				keys.onsuccess = () => resolve(keys.result as string[]);
				keys.onerror = () => reject(keys.error);
			});
		} finally {
			opened.close();
		}
	});
}

/** Everything that scripts can read of what is kept, as text; the key gives nothing away. */
export async function readable(): Promise<string> {
	const opened = await new Promise<IDBDatabase>((resolve, reject) => {
		const request = indexedDB.open('dayboard-kept');
		request.onsuccess = () => resolve(request.result);
		request.onerror = () => reject(request.error);
	});
	const all = (store: string) =>
		new Promise<unknown[]>((resolve, reject) => {
			const request = opened.transaction(store).objectStore(store).getAll();
			request.onsuccess = () => resolve(request.result as unknown[]);
			request.onerror = () => reject(request.error);
		});
	const records = (await all('records')) as { sealed: ArrayBuffer }[];
	const [key] = (await all('keys')) as CryptoKey[];
	opened.close();
	if (key!.extractable) throw new Error('the key can be taken out');
	return records.map(({ sealed }) => new TextDecoder('latin1').decode(sealed)).join('\n');
}
