import type { Page } from '@playwright/test';
import type { ReadBoard } from '#domain/board/queries.ts';
import { card, dropTarget, expect, PHONE, RECEPTION, TABLET, test } from './fixtures.ts';
import { Finger, pathTo } from './hands.ts';
import { drawnWords, freeMoves, shownWords, storedBoard } from './stored-board.ts';

/** A move of at most 75 minutes: 120 pixels, which a small screen shows in one piece. */
function nearMove(board: ReadBoard) {
	const near = freeMoves(board).find(({ appointmentId, startsAt }) => {
		const away = startsAt - board.rows.appointments[appointmentId]!.startsAt;
		return Math.abs(away) <= 75 * 60_000;
	});
	if (!near) throw new Error('the demo has no visit that could move a little');
	return { ...near, from: board.rows.appointments[near.appointmentId]!.startsAt };
}

async function pathInView(page: Page, board: ReadBoard) {
	const move = nearMove(board);
	const { appointmentId, practitionerId: columnId, startsAt, from } = move;
	// Into the middle of the screen: at the edges the board scrolls along.
	await card(page, appointmentId).evaluate((node) =>
		node.scrollIntoView({ block: 'center', inline: 'center' })
	);
	return { ...move, ...(await pathTo(page, appointmentId, from, { startsAt, columnId })) };
}

for (const [name, device] of Object.entries({ tablet: TABLET, phone: PHONE })) {
	test(`on a ${name} a finger holds a card, moves it, and a colleague sees it`, async ({
		open,
		dayboard,
		database
	}) => {
		const [page, colleague] = [await open(device), await open({ as: RECEPTION })];
		const board = await storedBoard(database, dayboard.databaseUrl, page);
		const { appointmentId, held, target, startsAt } = await pathInView(page, board);
		const finger = await Finger.on(page);
		await finger.down(held);
		await expect(dropTarget(page)).toBeVisible();
		await finger.moveTo(held, target);
		await expect(dropTarget(page)).not.toHaveClass(/illegal/);
		await finger.up();
		await expect(card(page, appointmentId)).toHaveAttribute('data-state', 'settled');
		const after = await storedBoard(database, dayboard.databaseUrl, page);
		expect(after.rows.appointments[appointmentId]).toMatchObject({ startsAt });
		await expect.poll(() => shownWords(colleague)).toEqual(drawnWords(after));
	});
}

test('a finger that moves at once scrolls and lifts nothing', async ({
	open,
	dayboard,
	database
}) => {
	const page = await open(TABLET);
	const board = await storedBoard(database, dayboard.databaseUrl, page);
	const { appointmentId, held } = await pathInView(page, board);
	const scrollTop = () =>
		card(page, appointmentId).evaluate((node) => node.closest('.scroller')!.scrollTop);
	const before = await scrollTop();
	const finger = await Finger.on(page);
	await finger.down(held);
	await finger.moveTo(held, { x: held.x, y: held.y - 150 });
	await finger.up();
	await expect.poll(scrollTop).toBeGreaterThan(before);
	await expect(dropTarget(page)).toHaveCount(0);
	const after = await storedBoard(database, dayboard.databaseUrl, page);
	expect(after.rows.appointments[appointmentId]).toEqual(board.rows.appointments[appointmentId]);
});

test('what a finger has to hit is 44 pixels tall', async ({ open }) => {
	const page = await open(PHONE);
	await card(page).first().tap();
	await expect(page.getByRole('complementary')).toBeVisible();
	const small = await page
		.locator('header.bar button, aside button, aside select, aside input')
		.evaluateAll((nodes) =>
			nodes
				.filter((node) => node.getClientRects().length > 0 && node.clientHeight < 42)
				.map((node) => `${node.textContent?.trim()} ${node.clientHeight}`)
		);
	expect(small).toEqual([]);
});
