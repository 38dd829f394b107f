/**
 * Two people on one board, one of them without a line: what both did is judged, nothing is lost, and whoever watched
 * saw nothing that must not be. The same with a browser that was killed, and a server that was killed while it judged.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import { chromium, type BrowserContext, type Page } from '@playwright/test';
import pg from 'pg';
import { openDatabase, type Database } from '#db/database.ts';
import type { ReadBoard } from '#domain/board/queries.ts';
import { findBrowser } from '../support/browser.ts';
import { startCutLine, type CutLine } from '../support/cut-line.ts';
import { startDayboard, type RunningDayboard } from '../support/dayboard.ts';
import { startPostgresProxy, type PostgresProxy } from '../support/postgres-proxy.ts';
import { Client, honestHeaders } from '../support/sync-client.ts';
import { freshDatabase, type FreshDatabase } from '../support/test-postgres.ts';
import { watchBoard, type WatchedBoard } from '../support/watched-board.ts';
import { ADMIN, card, expect, placeOf, RECEPTION, test, untilLive, WHOLE_DAY } from './fixtures.ts';
import { moveByKeyboard } from './hands.ts';
import { boardAt, drawnWords, shownWords } from './stored-board.ts';

test.describe.configure({ timeout: 180_000 });

let fresh: FreshDatabase;
let proxy: PostgresProxy;
let dayboard: RunningDayboard;
let database: Database;
let owner: pg.Client;
let line: CutLine;
test.beforeAll(async () => {
	test.setTimeout(240_000);
	fresh = await freshDatabase({ filled: 'small' });
	proxy = await startPostgresProxy(fresh.url);
	dayboard = await startDayboard({ scale: 'small', databaseUrl: proxy.url });
	database = openDatabase(fresh.url, { max: 2 });
	owner = new pg.Client(fresh.ownerUrl);
	await owner.connect();
	line = await startCutLine(dayboard.port);
});
test.afterAll(async () => {
	await line?.close();
	await owner?.end();
	await database?.close();
	await dayboard?.close();
	await proxy?.close();
	await fresh?.drop();
});

const SIGNED_IN = '[data-board-loaded=true][data-connection=live]';

async function signIn(page: Page, as: { email: string; password: string }): Promise<void> {
	await page.goto('/sign-in');
	await page.getByLabel('E-mail').fill(as.email);
	await page.getByLabel('Password').fill(as.password);
	await page.getByRole('button', { name: 'Sign in' }).click();
	await expect(page.locator(SIGNED_IN)).toBeVisible();
}

/** Goes from today to a day further on. */
async function openDay(page: Page, days: number): Promise<void> {
	const { clinicId, date } = placeOf(page);
	await page.goto(`/board/${clinicId}/${Temporal.PlainDate.from(date).add({ days })}`);
	await untilLive(page);
}

/** The browser of somebody whose line can be cut, with a folder of its own so that it can be killed and started again. */
class Tablet {
	page!: Page;
	private context!: BrowserContext;
	private readonly folder: string;

	private constructor(folder: string) {
		this.folder = folder;
	}

	static async start(): Promise<Tablet> {
		const tablet = new Tablet(await mkdtemp(path.join(os.tmpdir(), 'dayboard-tablet-')));
		await tablet.launch();
		return tablet;
	}

	async launch(): Promise<void> {
		this.context = await chromium.launchPersistentContext(this.folder, {
			...{ ...findBrowser(), ...WHOLE_DAY, baseURL: line.url },
			...{ locale: 'en-GB', timezoneId: 'Europe/Berlin' }
		});
		this.page = this.context.pages()[0] ?? (await this.context.newPage());
	}

	/** Without a line, as far as the page can tell and as far as it cannot. */
	async loseLine(): Promise<void> {
		line.cut();
		await this.context.setOffline(true);
		await expect(this.page.locator('[data-connection=offline]')).toBeVisible();
	}

	async findLine(): Promise<void> {
		line.mend();
		await this.context.setOffline(false);
	}

	/** SIGKILL for the browser, a new one on what it had stored. */
	async killAndLaunch(): Promise<void> {
		const session = await this.context.browser()!.newBrowserCDPSession();
		const { processInfo } = await session.send('SystemInfo.getProcessInfo');
		const browser = processInfo.find(({ type }) => type === 'browser')!;
		const ended = this.context.waitForEvent('close');
		process.kill(browser.id, 'SIGKILL');
		await ended;
		await this.launch();
		await this.context.setOffline(true);
	}

	/** Resolves once boards can be opened here without a line. */
	async untilKept(place: { clinicId: string; date: string }): Promise<void> {
		const names = ['rows', 'page'].map((kind) => `${kind}/board/${place.clinicId}/${place.date}`);
		await expect.poll(() => keptNames(this.page)).toEqual(expect.arrayContaining(names));
	}

	async close(): Promise<void> {
		await this.context.close();
		await rm(this.folder, { recursive: true, force: true });
	}
}

/** What a browser has kept, as its database names it; looking makes none where there is none. */
function keptNames(page: Page): Promise<string[]> {
	return page.evaluate(async () => {
		const all = await indexedDB.databases();
		if (!all.some(({ name }) => name === 'dayboard-kept')) return [];
		const opened = await new Promise<IDBDatabase>((resolve, reject) => {
			const request = indexedDB.open('dayboard-kept');
			request.onsuccess = () => resolve(request.result);
			request.onerror = () => reject(request.error);
		});
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

/** Somebody who looks at the board and does nothing. Their program has no browser's patience: it is told of a restart. */
async function watch(page: Page): Promise<WatchedBoard & { close(): void }> {
	const [cookie] = (await page.context().cookies()).filter(
		({ name }) => name === 'dayboard_session'
	);
	const host = new URL(dayboard.url).host;
	const client = new Client(host, honestHeaders(host, cookie!.value));
	const { clinicId, date } = placeOf(page);
	const board = await client.openBoard(clinicId, date);
	return { ...watchBoard(board.document), close: () => client.close() };
}

const verdictsBy = async (email: string): Promise<Record<string, number>> => {
	const { rows } = await owner.query<{ outcome: string; count: number }>(
		`SELECT verdict->>'outcome' AS outcome, count(*)::int AS count FROM verdicts v
			JOIN users u ON u.organization_id = v.organization_id AND u.id = v.user_id
			WHERE u.email = $1 GROUP BY 1`,
		[email]
	);
	return Object.fromEntries(rows.map(({ outcome, count }) => [outcome, count]));
};
const total = (outcomes: Record<string, number>) =>
	Object.values(outcomes).reduce((sum, count) => sum + count, 0);

async function inPanel(page: Page, id: string, act: () => Promise<void>): Promise<void> {
	await card(page, id).click();
	await expect(page.getByRole('button', { name: 'Cancel this visit…' })).toBeVisible();
	await act();
	await page.keyboard.press('Escape');
}

const arrive = (page: Page, id: string) =>
	inPanel(page, id, () =>
		page.getByRole('group', { name: 'Next status' }).getByRole('button', { name: 'Arrived' }).click()
	);
const note = (page: Page, id: string, text: string) =>
	inPanel(page, id, async () => {
		await page.getByLabel('Note', { exact: true }).fill(text);
		await page.getByRole('button', { name: 'Keep the note' }).click();
	});
const cancel = (page: Page, id: string) =>
	inPanel(page, id, async () => {
		await page.getByRole('button', { name: 'Cancel this visit…' }).click();
		await page.getByRole('button', { name: 'Cancel the visit' }).click();
	});

/** Visits that both may change, those with the most free ground after them first. */
function visitsOf({ rows }: ReadBoard): string[] {
	return Object.entries(rows.appointments)
		.filter(([, { status, place }]) => status === 'booked' && place === null)
		.sort(([, a], [, b]) => b.startsAt - a.startsAt)
		.map(([id]) => id);
}

/** Ten changes; the first four are of visits that a colleague changes as well. */
async function tenWithoutLine(page: Page, ids: readonly string[]): Promise<void> {
	// Moved by both: refused.
	await moveByKeyboard(page, ids[0]!);
	await moveByKeyboard(page, ids[1]!);
	// Moved by the colleague: a status and a note leave the move as it is.
	await arrive(page, ids[2]!);
	await note(page, ids[3]!, 'Brings a dog');
	// Three of one visit, none of whose revisions is seen.
	await moveByKeyboard(page, ids[4]!);
	await note(page, ids[4]!, 'By taxi');
	await moveByKeyboard(page, ids[4]!);
	await arrive(page, ids[5]!);
	await cancel(page, ids[6]!);
	await note(page, ids[7]!, 'Call before');
}

async function tenWithLine(page: Page, ids: readonly string[]): Promise<void> {
	for (const id of ids.slice(0, 4)) await moveByKeyboard(page, id);
	await note(page, ids[4]!, 'Speaks Polish');
	for (const id of ids.slice(8, 10)) await moveByKeyboard(page, id);
	await arrive(page, ids[10]!);
	await note(page, ids[10]!, 'Here already');
	await cancel(page, ids[11]!);
}

/** Goes through what came back refused: another time for the first, the second for reception. */
async function goThroughReturned(page: Page, count: number): Promise<void> {
	const dialog = page.getByRole('dialog');
	await expect(dialog).toContainText('You made this change while there was no connection.');
	expect((await new AxeBuilder({ page }).include('[role=dialog]').analyze()).violations).toEqual(
		[]
	);
	await dialog.getByRole('button', { name: 'Pick another time…' }).click();
	await dialog.locator('.slot').first().click();
	for (let left = count - 1; left > 0; left--) {
		await expect(dialog).toBeVisible();
		const title = await dialog.getByRole('heading', { level: 2 }).innerText();
		const how = left === 1 ? 'Ask reception' : 'Drop it';
		await dialog.getByRole('button', { name: how }).click();
		await expect(dialog.getByRole('heading', { name: title })).toHaveCount(0);
	}
	await expect(dialog).toHaveCount(0);
}

const openTasks = async () => {
	const { rows } = await owner.query<{ count: number }>(
		`SELECT count(*)::int FROM tasks WHERE kind = 'refused-change'`
	);
	return rows[0]!.count;
};

type How = 'the line comes back' | 'the browser was killed' | 'the server is killed as it judges';
const HOW: [How, days: number][] = [
	['the line comes back', 0],
	['the browser was killed', 1],
	['the server is killed as it judges', 2]
];

for (const [how, days] of HOW) {
	test(`ten changes each, one without a line: ${how}`, async ({ open }) => {
		const tablet = await Tablet.start();
		const colleague = await open({ ...WHOLE_DAY, at: dayboard, as: ADMIN, day: 'today' });
		const watchers: Awaited<ReturnType<typeof watch>>[] = [];
		try {
			await signIn(tablet.page, RECEPTION);
			await openDay(tablet.page, days);
			await openDay(colleague, days);
			const place = placeOf(tablet.page);
			const address = tablet.page.url();
			const read = () => boardAt(database, fresh.url, place);
			const ids = visitsOf(await read());
			expect(ids.length).toBeGreaterThan(11);
			watchers.push(await watch(colleague));
			const before = {
				own: await verdictsBy(RECEPTION.email),
				theirs: await verdictsBy(ADMIN.email),
				tasks: await openTasks()
			};
			if (days < 2) await tablet.untilKept(place);

			await tablet.loseLine();
			await tenWithoutLine(tablet.page, ids);
			await expect(tablet.page.getByText(/^Offline since .* · 10 changes waiting$/)).toBeVisible();
			await tenWithLine(colleague, ids);
			await expect(colleague.getByText('Live', { exact: true })).toBeAttached();
			expect(total(await verdictsBy(ADMIN.email))).toBe(total(before.theirs) + 10);
			expect(await verdictsBy(RECEPTION.email)).toEqual(before.own);

			if (how === 'the browser was killed') {
				await tablet.killAndLaunch();
				await tablet.page.goto(address);
				await expect(
					tablet.page.locator('[data-board-kept=true][data-connection=offline]')
				).toBeVisible();
				await expect(
					tablet.page.getByText(/^Offline since .* · 10 changes waiting$/)
				).toBeVisible();
				await expect(card(tablet.page, ids[5]!)).toHaveAttribute('data-state', 'pending');
			}
			if (how === 'the server is killed as it judges') {
				const judging = proxy.cutBefore(ids[5]!);
				await tablet.findLine();
				await judging;
				watchers[0]!.close();
				await dayboard.kill();
				expect(total(await verdictsBy(RECEPTION.email))).toBeGreaterThan(total(before.own));
				proxy.restore();
				await dayboard.restart();
				watchers.push(await watch(colleague));
			} else {
				await tablet.findLine();
			}

			await expect(tablet.page.getByRole('dialog')).toBeVisible({ timeout: 30_000 });
			const own = await verdictsBy(RECEPTION.email);
			expect(total(own)).toBe(total(before.own) + 10);
			const since = (outcome: string) => (own[outcome] ?? 0) - (before.own[outcome] ?? 0);
			expect(since('refused')).toBeGreaterThanOrEqual(2);
			expect(since('adjusted')).toBeGreaterThanOrEqual(4);
			await expect(tablet.page.getByText('Done, with a change.').first()).toBeAttached();
			const stored = await read();
			expect(stored.rows.appointments[ids[2]!]).toMatchObject({ status: 'arrived' });
			expect(stored.people[ids[3]!]).toMatchObject({ remark: 'Brings a dog' });
			expect(stored.rows.appointments[ids[6]!]).toMatchObject({ status: 'cancelled' });

			await goThroughReturned(tablet.page, since('refused'));
			expect(await openTasks()).toBe(before.tasks + 1);
			await untilLive(tablet.page);
			await expect(tablet.page.getByText('Live', { exact: true })).toBeAttached();
			await untilLive(colleague);
			const after = await read();
			for (const page of [tablet.page, colleague]) {
				await expect.poll(() => shownWords(page)).toEqual(drawnWords(after));
			}
			for (const watcher of watchers) {
				expect(watcher.states()).toBeGreaterThan(0);
				expect(watcher.broken()).toEqual([]);
			}
		} finally {
			for (const watcher of watchers) watcher.close();
			proxy.restore();
			line.mend();
			await tablet.close();
		}
	});
}

test('boards of today and tomorrow open without a line, and nothing stays on the device after signing out', async () => {
	const tablet = await Tablet.start();
	try {
		const { page } = tablet;
		await signIn(page, RECEPTION);
		const today = placeOf(page);
		const tomorrow = {
			...today,
			date: Temporal.PlainDate.from(today.date).add({ days: 1 }).toString()
		};
		await tablet.untilKept(today);
		await tablet.untilKept(tomorrow);
		const names = Object.values((await boardAt(database, fresh.url, today)).people);
		const found = await page.evaluate(readable);
		for (const { name } of names) expect(found).not.toContain(name.split(' ')[0]);

		await tablet.loseLine();
		// Not by its address: as the icon on the home screen opens it.
		await page.goto('/');
		await expect(page.locator('[data-board-kept=true]')).toBeVisible();
		expect(placeOf(page)).toEqual(today);
		const shown = await shownWords(page);
		expect(shown).toEqual(drawnWords(await boardAt(database, fresh.url, today)));
		await page.getByRole('button', { name: 'Next day' }).click();
		await expect(page.locator('[data-board-kept=true]')).toBeVisible();
		await expect
			.poll(() => shownWords(page))
			.toEqual(drawnWords(await boardAt(database, fresh.url, tomorrow)));
		await page.getByRole('button', { name: 'Next day' }).click();
		await expect(page.getByText('Without a line only today and tomorrow')).toBeVisible();
		await page.getByRole('link', { name: "Go to today's board" }).click();
		await expect(page.locator('[data-board-kept=true]')).toBeVisible();

		await tablet.findLine();
		await untilLive(page);
		await page.getByRole('button', { name: 'My menu' }).click();
		await page.getByRole('menuitem', { name: 'Sign out' }).click();
		await expect(page.getByRole('heading', { name: 'Dayboard' })).toBeVisible();
		await expect.poll(() => keptNames(page)).toEqual([]);
	} finally {
		line.mend();
		await tablet.close();
	}
});

/** Everything that scripts can read of what is kept, as text; the key gives nothing away. */
async function readable(): Promise<string> {
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

test('what is kept is wiped when the session was ended elsewhere, and when the time is over', async () => {
	const tablet = await Tablet.start();
	try {
		const { page } = tablet;
		await signIn(page, RECEPTION);
		const today = placeOf(page);
		await tablet.untilKept(today);
		await owner.query(
			`DELETE FROM sessions USING users u WHERE sessions.user_id = u.id AND u.email = $1`,
			[RECEPTION.email]
		);
		await page.reload();
		await expect(page.getByRole('heading', { name: 'Dayboard' })).toBeVisible();
		await expect.poll(() => keptNames(page)).toEqual([]);

		await signIn(page, RECEPTION);
		await tablet.untilKept(today);
		await tablet.loseLine();
		await page.clock.setFixedTime(Date.now() + 25 * 3_600_000);
		await page.goto(`/board/${today.clinicId}/${today.date}`);
		await expect(page.getByText(/^Offline since/)).toBeVisible();
		await expect.poll(() => keptNames(page)).toEqual([]);
		await expect(page.locator('[data-board-kept=true]')).toHaveCount(0);
	} finally {
		line.mend();
		await tablet.close();
	}
});
