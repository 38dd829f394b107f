/** What two people do on one board at the same time, some of it to the same visits. */
import type { Page } from '@playwright/test';
import type { ReadBoard } from '#domain/board/queries.ts';
import { findings } from './accessibility.ts';
import { card, expect } from './fixtures.ts';
import { moveByKeyboard } from './hands.ts';
import { laterStarts } from './stored-board.ts';

async function inPanel(page: Page, id: string, act: () => Promise<void>): Promise<void> {
	await card(page, id).click();
	await expect(page.getByRole('button', { name: 'Cancel this visit…' })).toBeVisible();
	await act();
	await page.keyboard.press('Escape');
}

const arrive = (page: Page, id: string) =>
	inPanel(page, id, () =>
		page
			.getByRole('group', { name: 'Next status' })
			.getByRole('button', { name: 'Arrived' })
			.click()
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

const HALF_HOUR_MS = 30 * 60_000;

/**
 * @returns twelve visits that may be changed. Those that are to be moved (the first five, the ninth and the tenth) have
 *   a free time right after them; the fifth has several.
 */
export function visitsOf(board: ReadBoard): string[] {
	const { appointments } = board.rows;
	const all = Object.keys(appointments).filter((id) => {
		const { status, place } = appointments[id]!;
		return status === 'booked' && place === null;
	});
	const soon = (id: string) =>
		laterStarts(board, id).filter((start) => start - appointments[id]!.startsAt <= HALF_HOUR_MS);
	const free = all
		.filter((id) => soon(id).length > 0)
		.toSorted((a, b) => soon(b).length - soon(a).length);
	const [roomy, ...others] = free as [string, ...string[]];
	const rest = all.filter((id) => !others.slice(0, 6).includes(id) && id !== roomy);
	expect([others.length > 5, rest.length > 4]).toEqual([true, true]);
	return [
		...[...others.slice(0, 4), roomy, ...rest.slice(0, 3)],
		...[...others.slice(4, 6), ...rest.slice(3, 5)]
	];
}

/** Ten changes; the first four are of visits that a colleague changes as well. */
export async function tenWithoutLine(page: Page, ids: readonly string[]): Promise<void> {
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

export async function tenWithLine(page: Page, ids: readonly string[]): Promise<void> {
	for (const id of ids.slice(0, 4)) await moveByKeyboard(page, id);
	await note(page, ids[4]!, 'Speaks Polish');
	for (const id of ids.slice(8, 10)) await moveByKeyboard(page, id);
	await arrive(page, ids[10]!);
	await note(page, ids[10]!, 'Here already');
	await cancel(page, ids[11]!);
}

/** Goes through what came back refused: another time for the first, the second for reception. */
export async function goThroughReturned(page: Page, count: number): Promise<void> {
	const dialog = page.getByRole('dialog');
	await expect(dialog).toContainText('You made this change while there was no connection.');
	expect(await findings(page, '[role=dialog]')).toEqual([]);
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
