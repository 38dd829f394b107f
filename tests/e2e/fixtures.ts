/** What the specs share: one running Dayboard a worker, signed-in pages that are closed after each test. */
import {
	expect,
	test as base,
	type BrowserContextOptions,
	type Locator,
	type Page
} from '@playwright/test';
import { openDatabase, type Database } from '#db/database.ts';
import { SESSION_COOKIE } from '#domain/access/session-cookie.ts';
import { startDayboard, type RunningDayboard } from '../support/dayboard.ts';
import { sessionOf } from '../support/demo-session.ts';
import { dayOfDemo } from '../support/test-postgres.ts';

export { expect };

export const RECEPTION = { email: 'reception@dayboard.example', password: 'demo-reception' };
export const ADMIN = { email: 'admin@dayboard.example', password: 'demo-admin' };
export const DOCTOR = { email: 'doctor@dayboard.example', password: 'demo-doctor' };
export const MANAGER = { email: 'manager@dayboard.example', password: 'demo-manager' };

/** A whole working day is in view, so that a test need not scroll. */
export const WHOLE_DAY = { viewport: { width: 1800, height: 1320 } };
export const TABLET = { viewport: { width: 1024, height: 768 }, hasTouch: true };
export const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

export interface OpenOptions extends BrowserContextOptions {
	/** Default: the receptionist. */
	as?: { email: string; password: string };
	/** Default: the demo that the worker's specs share. */
	at?: RunningDayboard;
	/** Default: `tomorrow`, none of whose visits has begun. */
	day?: 'today' | 'tomorrow';
}

interface TestFixtures {
	/**
	 * Signs somebody in with a browser of their own; ends on a live board. Without a service worker: what it keeps for
	 * a board without a line would be fetched anew in each of these browsers (offline.spec.ts has one).
	 */
	open(options?: OpenOptions): Promise<Page>;
}

interface WorkerFixtures {
	dayboard: RunningDayboard;
	/** What that Dayboard works on, to compare with. */
	database: Database;
}

export const test = base.extend<TestFixtures, WorkerFixtures>({
	dayboard: [
		// Playwright reads from the pattern that this fixture needs no other.
		// eslint-disable-next-line no-empty-pattern
		async ({}, use) => {
			const dayboard = await startDayboard({ scale: 'small' });
			await use(dayboard);
			await dayboard.close();
		},
		{ scope: 'worker', timeout: 240_000 }
	],
	database: [
		async ({ dayboard }, use) => {
			const database = openDatabase(dayboard.databaseUrl, { max: 2 });
			await use(database);
			await database.close();
		},
		{ scope: 'worker' }
	],
	open: async ({ browser, dayboard }, use) => {
		const pages: Page[] = [];
		await use(async ({ as = RECEPTION, at = dayboard, day = 'tomorrow', ...options } = {}) => {
			const context = await browser.newContext({
				...{ baseURL: at.url, serviceWorkers: 'block' },
				...options
			});
			const page = await context.newPage();
			pages.push(page);
			// The page where one signs in has tests of its own: the others need not wait for it.
			const value = await sessionOf(at.databaseUrl, as.email);
			await context.addCookies([{ name: SESSION_COOKIE, value, url: at.url }]);
			const first = new URL((await page.request.get('/')).url()).pathname;
			await page.goto(day === 'today' ? first : await demoTomorrow(first));
			await untilLive(page);
			return page;
		});
		for (const page of pages) await page.context().close();
	}
});

/** Waits until the board's rows are there and changes arrive. */
export async function untilLive(page: Page): Promise<void> {
	await expect(
		page.locator('[data-board-loaded=true][data-board-kept=false][data-connection=live]')
	).toBeVisible();
}

/** @returns the path of a board's tomorrow as the demo was made, also where midnight has passed since */
export async function demoTomorrow(boardPath: string): Promise<string> {
	const [, , clinicId] = boardPath.split('/');
	const date = Temporal.PlainDate.from(await dayOfDemo('small'));
	return `/board/${clinicId}/${date.add({ days: 1 })}`;
}

/** @returns which board a page shows */
export function placeOf(page: Page): { clinicId: string; date: string } {
	const [, , clinicId, date] = new URL(page.url()).pathname.split('/');
	return { clinicId: clinicId!, date: date! };
}

export function card(page: Page, appointmentId?: string): Locator {
	return page.locator(
		appointmentId ? `[data-appointment-id="${appointmentId}"]` : '[data-appointment-id]'
	);
}

/** What a screen reader says of a card: time, patient, service, status and so on. */
export function labelOf(page: Page, appointmentId: string): Locator {
	return card(page, appointmentId).locator('[data-label]');
}

/** Where a held card would be dropped. */
export function dropTarget(page: Page): Locator {
	return page.locator('[data-drop-target]');
}
