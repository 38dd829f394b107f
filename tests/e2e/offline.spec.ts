/**
 * Two people on one board, one of them without a line: what both did is judged, nothing is lost, and whoever watched
 * saw nothing that must not be. The same with a browser that was killed, and a server that was killed while it judged.
 */
import type { Page } from '@playwright/test';
import pg from 'pg';
import { openDatabase, type Database } from '#db/database.ts';
import { startCutLine, type CutLine } from '../support/cut-line.ts';
import { startDayboard, type RunningDayboard } from '../support/dayboard.ts';
import { startPostgresProxy, type PostgresProxy } from '../support/postgres-proxy.ts';
import { Client, honestHeaders } from '../support/sync-client.ts';
import { freshDatabase, type FreshDatabase } from '../support/test-postgres.ts';
import { watchBoard, type WatchedBoard } from '../support/watched-board.ts';
import {
	ADMIN,
	card,
	demoTomorrow,
	expect,
	placeOf,
	RECEPTION,
	test,
	untilLive,
	WHOLE_DAY
} from './fixtures.ts';
import { boardAt, drawnWords, shownWords } from './stored-board.ts';
import { keptNames, readable, Tablet } from './tablet.ts';
import { goThroughReturned, tenWithLine, tenWithoutLine, visitsOf } from './ten-changes.ts';

test.describe.configure({ timeout: 300_000 });

let fresh: FreshDatabase;
let proxy: PostgresProxy;
let dayboard: RunningDayboard;
let database: Database;
let owner: pg.Client;
let line: CutLine;
// Each begins with the whole demo: what one has moved away is not there for the next.
test.beforeEach(async () => {
	fresh = await freshDatabase({ filled: 'small' });
	proxy = await startPostgresProxy(fresh.url);
	dayboard = await startDayboard({ scale: 'small', databaseUrl: proxy.url });
	database = openDatabase(fresh.url, { max: 2 });
	owner = new pg.Client(fresh.ownerUrl);
	await owner.connect();
	line = await startCutLine(dayboard.port);
});
test.afterEach(async () => {
	await line?.close();
	await owner?.end();
	await database?.close();
	await dayboard?.close();
	await proxy?.close();
	await fresh?.drop();
});

async function signIn(page: Page, as: { email: string; password: string }): Promise<void> {
	await page.goto('/sign-in');
	await page.getByLabel('E-mail').fill(as.email);
	await page.getByLabel('Password').fill(as.password);
	await page.getByRole('button', { name: 'Sign in' }).click();
	await untilLive(page);
}

async function openTomorrow(page: Page): Promise<void> {
	await page.goto(await demoTomorrow(new URL(page.url()).pathname));
	await untilLive(page);
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

const openTasks = async () => {
	const { rows } = await owner.query<{ count: number }>(
		`SELECT count(*)::int FROM tasks WHERE kind = 'refused-change'`
	);
	return rows[0]!.count;
};

type How = 'the line comes back' | 'the browser was killed' | 'the server is killed as it judges';
const HOW: How[] = [
	'the line comes back',
	'the browser was killed',
	'the server is killed as it judges'
];

for (const how of HOW) {
	test(`ten changes each, one without a line: ${how}`, async ({ open }) => {
		const tablet = await Tablet.start(line);
		const colleague = await open({ ...WHOLE_DAY, at: dayboard, as: ADMIN });
		const watchers: Awaited<ReturnType<typeof watch>>[] = [];
		try {
			await signIn(tablet.page, RECEPTION);
			await openTomorrow(tablet.page);
			const place = placeOf(tablet.page);
			const address = tablet.page.url();
			const read = () => boardAt(database, fresh.url, place);
			const ids = visitsOf(await read());
			watchers.push(await watch(colleague));
			const before = {
				own: await verdictsBy(RECEPTION.email),
				theirs: await verdictsBy(ADMIN.email),
				tasks: await openTasks()
			};
			await tablet.untilKept(place);

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
			await tablet.close();
		}
	});
}

test('boards of today and tomorrow open without a line, and nothing stays on the device after signing out', async () => {
	const tablet = await Tablet.start(line);
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
		// Whole: two letters of a short one come by chance in what is sealed.
		for (const { name } of names) expect(found).not.toContain(name);

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
		await tablet.close();
	}
});

test('what is kept is wiped when the session was ended elsewhere, and when the time is over', async () => {
	const tablet = await Tablet.start(line);
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
		await tablet.close();
	}
});
