import type { Page } from '@playwright/test';
import { findings } from './accessibility.ts';
import {
	ADMIN,
	card,
	dropTarget,
	expect,
	labelOf,
	PHONE,
	placeOf,
	test,
	untilLive,
	WHOLE_DAY
} from './fixtures.ts';

const note = (page: Page) => page.locator('[data-undo-note]');

/** @returns the day's visits that are booked, the first one first */
async function bookedVisits(page: Page): Promise<string[]> {
	const booked = card(page).and(page.locator('[data-status=booked]:not([data-group])'));
	const all = await booked.evaluateAll((cards) =>
		cards.map((node) => ({
			id: (node as HTMLElement).dataset.appointmentId!,
			words: node.querySelector('[data-label]')?.textContent ?? ''
		}))
	);
	return all.sort((a, b) => (a.words < b.words ? -1 : 1)).map(({ id }) => id);
}

/** Later than this there is no free time that is not somebody else's as well. */
const MOST_STEPS = 40;

/** Moves, by keyboard, the first visit from the nth on that has a free time after it. */
async function moveOne(page: Page, nth: number) {
	for (const id of (await bookedVisits(page)).slice(nth)) {
		// Who the patients are comes after the cards.
		await expect(labelOf(page, id)).not.toContainText(', Patient,');
		const before = await labelOf(page, id).innerText();
		await card(page, id).focus();
		await page.keyboard.press('m');
		for (let steps = 1; steps <= MOST_STEPS; steps++) {
			await page.keyboard.press('ArrowDown');
			const target = dropTarget(page);
			if (await target.evaluate((node) => node.classList.contains('illegal'))) continue;
			await page.keyboard.press('Enter');
			await settled(page, id);
			return { id, before, steps };
		}
		await page.keyboard.press('Escape');
	}
	throw new Error('no visit has a free time after it');
}

/** Puts it back where it was: that time is free. */
async function moveBack(page: Page, { id, steps }: { id: string; steps: number }): Promise<void> {
	await card(page, id).focus();
	await page.keyboard.press('m');
	for (let step = 0; step < steps; step++) await page.keyboard.press('ArrowUp');
	await page.keyboard.press('Enter');
	await settled(page, id);
}

async function settled(page: Page, id: string): Promise<void> {
	await expect(card(page, id)).toHaveAttribute('data-state', 'settled');
}

test('a move is undone and done again by keyboard and by the bar, and colleagues see it', async ({
	open
}) => {
	const [page, colleague] = [await open(WHOLE_DAY), await open({ ...WHOLE_DAY, as: ADMIN })];
	const { id, before } = await moveOne(page, 0);
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
	const moved = await moveOne(page, 2);
	const { id } = moved;
	const mine = await labelOf(page, id).innerText();
	await expect(labelOf(colleague, id)).toHaveText(mine);
	await moveBack(colleague, moved);
	await expect(labelOf(page, id)).toHaveText(moved.before);
	await page.keyboard.press('Control+z');
	await expect(note(page)).toContainText('Somebody changed the same thing since');
	expect(await findings(page)).toEqual([]);
	await expect(labelOf(page, id)).toHaveText(moved.before);
	await page.getByRole('button', { name: 'Put away' }).click();
	await expect(note(page)).toBeHidden();
});

test('the history of a day slides, by keyboard, over a board that cannot be changed', async ({
	open
}) => {
	const page = await open(WHOLE_DAY);
	const { id, before } = await moveOne(page, 4);
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
	const { clinicId, date } = placeOf(page);
	await page.goto(`/board/${clinicId}/${Temporal.PlainDate.from(date).add({ days: 30 })}`);
	await untilLive(page);
	const { id } = await moveOne(colleague, 6);
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
	const id = (await bookedVisits(page))[8]!;
	await card(page, id).click();
	await expect(card(colleague, id).locator('[data-attention]')).toBeVisible();
	await card(colleague, id).click();
	await page.getByRole('textbox', { name: 'Note', exact: true }).focus();
	await expect(colleague.locator('[data-attending=note]')).toBeVisible();
	expect(await findings(colleague)).toEqual([]);
	await page.keyboard.press('Escape');
	await page.keyboard.press('Escape');
	await expect(colleague.locator('[data-attending]')).toBeHidden();
	await expect(card(colleague, id).locator('[data-attention]')).toBeHidden();
});
