import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import {
	ADMIN,
	card,
	expect,
	labelOf,
	PHONE,
	placeOf,
	test,
	untilLive,
	WHOLE_DAY
} from './fixtures.ts';
import { moveByKeyboard } from './hands.ts';

const note = (page: Page) => page.locator('[data-undo-note]');

async function findings(page: Page): Promise<string[]> {
	const { violations } = await new AxeBuilder({ page }).analyze();
	return violations.flatMap(({ id, nodes }) =>
		nodes.map(({ html }) => `${id}: ${html.slice(0, 160)}`)
	);
}

/** @returns the nth of the day's first visits that can be moved: later there is free time for it */
async function bookedVisit(page: Page, nth = 0): Promise<string> {
	const booked = card(page).and(page.locator('[data-status=booked]:not([data-group])'));
	const all = await booked.evaluateAll((cards) =>
		cards.map((node) => ({
			id: (node as HTMLElement).dataset.appointmentId!,
			words: node.querySelector('[data-label]')?.textContent ?? ''
		}))
	);
	return all.sort((a, b) => (a.words < b.words ? -1 : 1))[nth]!.id;
}

async function settled(page: Page, id: string): Promise<void> {
	await expect(card(page, id)).toHaveAttribute('data-state', 'settled');
}

test('a move is undone and done again by keyboard and by the bar, and colleagues see it', async ({
	open
}) => {
	const [page, colleague] = [await open(WHOLE_DAY), await open({ ...WHOLE_DAY, as: ADMIN })];
	const id = await bookedVisit(page);
	const before = await labelOf(page, id).innerText();
	await moveByKeyboard(page, id);
	await expect(note(page)).toContainText(/^Done: moved .*Nothing is sent to patients before/);
	const after = await labelOf(page, id).innerText();
	expect(after).not.toBe(before);
	await expect(
		page.getByRole('button', { name: /^Undo: moved \d\d:\d\d → \d\d:\d\d/ })
	).toBeVisible();
	expect(await findings(page)).toEqual([]);
	await page.keyboard.press('Control+z');
	await expect(note(page)).toContainText(/^Undone: moved .*No patient was told/);
	for (const one of [page, colleague]) await expect(labelOf(one, id)).toHaveText(before);
	await page.keyboard.press('Control+Shift+z');
	await expect(labelOf(colleague, id)).toHaveText(after);
	await page.getByRole('button', { name: /^Undo: moved/ }).click();
	await expect(labelOf(colleague, id)).toHaveText(before);
	await card(page, id).click();
	await expect(page.getByText(/^Undone: moved from/).first()).toBeVisible();
});

test('a colleague’s work is not undone, and the page says why', async ({ open }) => {
	const [page, colleague] = [await open(WHOLE_DAY), await open({ ...WHOLE_DAY, as: ADMIN })];
	const id = await bookedVisit(page, 2);
	await moveByKeyboard(page, id);
	await settled(page, id);
	const mine = await labelOf(page, id).innerText();
	await expect(labelOf(colleague, id)).toHaveText(mine);
	await moveByKeyboard(colleague, id);
	await settled(colleague, id);
	await expect(labelOf(page, id)).not.toHaveText(mine);
	const theirs = await labelOf(page, id).innerText();
	await page.keyboard.press('Control+z');
	await expect(note(page)).toContainText('Somebody changed the same thing since');
	expect(await findings(page)).toEqual([]);
	await expect(labelOf(page, id)).toHaveText(theirs);
	await page.getByRole('button', { name: 'Put away' }).click();
	await expect(note(page)).toBeHidden();
});

test('the history of a day slides, by keyboard, over a board that cannot be changed', async ({
	open
}) => {
	const page = await open(WHOLE_DAY);
	const id = await bookedVisit(page, 4);
	const before = await labelOf(page, id).innerText();
	await moveByKeyboard(page, id);
	await settled(page, id);
	const after = await labelOf(page, id).innerText();
	await page.keyboard.press('h');
	const slider = page.getByRole('slider');
	await expect(page.locator('[data-past=true]')).toBeVisible();
	await expect(labelOf(page, id)).toHaveText(after);
	expect(await findings(page)).toEqual([]);
	await slider.focus();
	await page.keyboard.press('ArrowLeft');
	await expect(labelOf(page, id)).toHaveText(before);
	await card(page, id).focus();
	await page.keyboard.press('m');
	await expect(page.locator('[data-drop-target]')).toBeHidden();
	await slider.focus();
	await page.keyboard.press('End');
	await expect(labelOf(page, id)).toHaveText(after);
	await page.getByRole('complementary').getByRole('button', { name: 'Close' }).click();
	await expect(page.locator('[data-past=true]')).toBeHidden();
});

test('what changed since somebody looked is marked until it is put away', async ({ open }) => {
	const [page, colleague] = [await open(PHONE), await open({ ...WHOLE_DAY, as: ADMIN })];
	const id = await bookedVisit(colleague, 6);
	const { clinicId, date } = placeOf(page);
	await page.goto(`/board/${clinicId}/${Temporal.PlainDate.from(date).add({ days: 30 })}`);
	await untilLive(page);
	await moveByKeyboard(colleague, id);
	await settled(colleague, id);
	await page.goto(`/board/${clinicId}/${date}`);
	await untilLive(page);
	const list = page.locator('details').filter({ hasText: /^1 change since/ });
	await expect(list).toBeVisible();
	await expect(card(page, id).locator('[data-news]')).toHaveCount(1);
	await list.locator('summary').click();
	expect(await findings(page)).toEqual([]);
	await list.getByRole('button', { name: 'Put away' }).click();
	await expect(list).toBeHidden();
	await expect(card(page, id).locator('[data-news]')).toHaveCount(0);
	await page.reload();
	await untilLive(page);
	await expect(list).toBeHidden();
});

test('colleagues see who has a visit open, and what of it is being changed', async ({ open }) => {
	const [page, colleague] = [await open(WHOLE_DAY), await open({ ...WHOLE_DAY, as: ADMIN })];
	const id = await bookedVisit(page, 8);
	await card(page, id).click();
	await expect(card(colleague, id).locator('[data-attention]')).toBeVisible();
	await card(colleague, id).click();
	await page.getByRole('textbox', { name: 'Note' }).focus();
	await expect(colleague.locator('[data-attending=note]')).toBeVisible();
	expect(await findings(colleague)).toEqual([]);
	await page.keyboard.press('Escape');
	await page.keyboard.press('Escape');
	await expect(colleague.locator('[data-attending]')).toBeHidden();
	await expect(card(colleague, id).locator('[data-attention]')).toBeHidden();
});
