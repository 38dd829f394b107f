import AxeBuilder from '@axe-core/playwright';
import { expect, test, type Page } from '@playwright/test';
import { startDayboard, type RunningDayboard } from '../support/dayboard.ts';
import { ADMIN, card, labelOf, openBoard, openTomorrow } from './staff.ts';

let dayboard: RunningDayboard;
test.beforeAll(async () => {
	dayboard = await startDayboard({ scale: 'small' });
});
test.afterAll(() => dayboard.close());

/** A card that can be lifted, and where it lies. */
async function aMovableCard(page: Page) {
	const movable = page.locator('[data-appointment-id][data-status=booked]').first();
	await movable.scrollIntoViewIfNeeded();
	const id = (await movable.getAttribute('data-appointment-id'))!;
	return { id, box: (await movable.boundingBox())! };
}

/** Asks by keyboard for a later time until the rules on screen have nothing against it, and drops it there. */
async function moveByKeyboard(page: Page, id: string): Promise<void> {
	await card(page, id).focus();
	await page.keyboard.press('m');
	const target = page.locator('[data-drop-target]');
	await expect(target).toBeVisible();
	for (let step = 0; step < 60; step++) {
		await page.keyboard.press('ArrowDown');
		const illegal = await target.evaluate((node) => node.classList.contains('illegal'));
		if (!illegal) break;
	}
	await page.keyboard.press('Enter');
}

test('a move in one browser shows in the other', async ({ browser }) => {
	const one = await openBoard(browser, dayboard.url);
	const two = await openBoard(browser, dayboard.url, ADMIN);
	await openTomorrow(one);
	await openTomorrow(two);
	const { id } = await aMovableCard(one);
	const before = await labelOf(two, id).innerText();
	await moveByKeyboard(one, id);
	await expect(card(one, id)).toHaveAttribute('data-state', 'settled');
	await expect(labelOf(two, id)).not.toHaveText(before);
	const label = await labelOf(one, id).innerText();
	await expect(labelOf(two, id)).toHaveText(label);
});

test('a drop on a taken time comes back and says why', async ({ browser }) => {
	const page = await openBoard(browser, dayboard.url);
	await openTomorrow(page);
	const column = page
		.locator('[data-column-id]')
		.filter({ has: page.locator('[data-status=booked] >> nth=1') })
		.first();
	const cards = column.locator('[data-status=booked]');
	const from = cards.nth(0);
	await from.scrollIntoViewIfNeeded();
	const id = (await from.getAttribute('data-appointment-id'))!;
	const start = (await from.boundingBox())!;
	const end = (await cards.nth(1).boundingBox())!;
	const before = await labelOf(page, id).innerText();
	await page.mouse.move(start.x + 20, start.y + 4);
	await page.mouse.down();
	await page.mouse.move(start.x + 24, start.y + 14, { steps: 4 });
	await page.mouse.move(end.x + 20, end.y + 6, { steps: 8 });
	await expect(page.locator('[data-drop-target].illegal')).toBeVisible();
	await page.mouse.up();
	const note = page.locator('[data-refusal-code]');
	await expect(note).toHaveAttribute('data-refusal-code', /practitioner-busy|room-busy/);
	await expect(note).toContainText(/until \d\d:\d\d/);
	await expect(labelOf(page, id)).toHaveText(`${before}, change refused`);
});

test('axe finds nothing on the board', async ({ browser }) => {
	const page = await openBoard(browser, dayboard.url);
	const found = await new AxeBuilder({ page }).analyze();
	expect(found.violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 160)}`)).toEqual(
		[]
	);
});

test('a wrong date and a strange clinic are explained', async ({ browser }) => {
	const page = await openBoard(browser, dayboard.url);
	const [, , clinicId] = new URL(page.url()).pathname.split('/');
	await page.goto(`/board/${clinicId}/2026-02-30`);
	await expect(page.getByText('A day looks like 2026-11-23')).toBeVisible();
	await page.goto(`/board/${crypto.randomUUID()}/2026-11-23`);
	await expect(page.getByText('There is no such clinic here')).toBeVisible();
});
