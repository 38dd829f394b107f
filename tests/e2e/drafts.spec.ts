/** Drafts of a day: tried out by several people, judged live, carried out as a whole or not at all. */
import type { Page } from '@playwright/test';
import { findings } from './accessibility.ts';
import { storedBoard } from './stored-board.ts';
import {
	ADMIN,
	card,
	DOCTOR,
	dropTarget,
	expect,
	labelOf,
	PHONE,
	placeOf,
	TABLET,
	test,
	WHOLE_DAY
} from './fixtures.ts';

const standing = (page: Page) => page.locator('[data-standing]');
const counts = (page: Page) => page.locator('[data-draft-counts]');
const item = (page: Page, id: string) => page.locator(`[data-draft-item="${id}"]`);
const carryOut = (page: Page) => page.getByRole('button', { name: 'Carry out…' });
const dialog = (page: Page) => page.locator('[data-commit]');
const reason = (page: Page, id: string) => item(page, id).locator('[data-why]');

async function untilOpen(page: Page): Promise<void> {
	await expect(page.locator('[data-drafted][data-board-loaded=true]')).toBeVisible();
	await expect(standing(page)).toHaveAttribute('data-standing', 'saved');
}

/** Opens a new draft of the day whose board a page shows. @returns its address */
async function openDraft(page: Page, title: string, doctor?: string): Promise<string> {
	const { clinicId, date } = placeOf(page);
	await page.goto(`/board/${clinicId}/${date}/drafts`);
	// Svelte has taken the form over once it follows who is away.
	if (doctor !== undefined) {
		await expect(async () => {
			await page.getByLabel('Who is away?').selectOption('');
			await page.getByLabel('Who is away?').selectOption({ label: doctor });
			await expect(page.getByLabel('What is it about?')).toHaveValue(/ is away/, { timeout: 500 });
		}).toPass();
	}
	await page.getByLabel('What is it about?').fill(title);
	await page.getByRole('button', { name: 'Open the draft' }).click();
	await untilOpen(page);
	return new URL(page.url()).pathname;
}

async function join(page: Page, path: string): Promise<void> {
	await page.goto(path);
	await untilOpen(page);
}

/** @returns visits of a day that are booked and no group's, by time */
async function booked(page: Page): Promise<string[]> {
	const cards = card(page).and(page.locator('[data-status=booked]:not([data-group])'));
	const all = await cards.evaluateAll((nodes) =>
		nodes.map((node) => ({
			id: (node as HTMLElement).dataset.appointmentId!,
			words: node.querySelector('[data-label]')?.textContent ?? ''
		}))
	);
	return all.sort((a, b) => (a.words < b.words ? -1 : 1)).map(({ id }) => id);
}

/** Later than this there is no free time that is not somebody else's as well. */
const MOST_STEPS = 40;

/** Moves, by keyboard, the first of some visits that has a free time after it. @returns which one it was */
async function moveOne(page: Page, ids: readonly string[]): Promise<string> {
	for (const id of ids) {
		await card(page, id).scrollIntoViewIfNeeded();
		await card(page, id).focus();
		await page.keyboard.press('m');
		for (let step = 0; step < MOST_STEPS; step++) {
			await page.keyboard.press('ArrowDown');
			const illegal = await dropTarget(page).evaluate((node) => node.classList.contains('illegal'));
			if (illegal) continue;
			await page.keyboard.press('Enter');
			await expect(dropTarget(page)).toHaveCount(0);
			await expect(card(page, id)).toBeFocused();
			return id;
		}
		await page.keyboard.press('Escape');
	}
	throw new Error('no visit has a free time after it');
}

/** @returns the booked visits of those doctors who have several, by doctor */
async function byDoctor(page: Page): Promise<string[][]> {
	const all = new Set(await booked(page));
	const columns = await page
		.locator('[data-column-id]')
		.evaluateAll((nodes) =>
			nodes.map((node) =>
				[...node.querySelectorAll<HTMLElement>('[data-appointment-id]')].map(
					({ dataset }) => dataset.appointmentId!
				)
			)
		);
	return columns.map((ids) => ids.filter((id) => all.has(id))).filter((ids) => ids.length > 1);
}

/** Moves a card by keyboard some steps down, whatever is there. */
async function moveDown(page: Page, id: string, steps: number): Promise<void> {
	await card(page, id).focus();
	await page.keyboard.press('m');
	for (let step = 0; step < steps; step++) await page.keyboard.press('ArrowDown');
	await expect(dropTarget(page)).toBeVisible();
	await page.keyboard.press('Enter');
	await expect(dropTarget(page)).toHaveCount(0);
}

test('two people try changes out together: each sees the other, the conflict and what is carried out; a third sees the day change once', async ({
	open,
	database,
	dayboard
}) => {
	const [one, two, third] = [
		await open(WHOLE_DAY),
		await open({ ...WHOLE_DAY, as: ADMIN }),
		await open(WHOLE_DAY)
	];
	const path = await openDraft(one, 'Everything later');
	await join(two, path);
	await expect(one.locator('[data-colleague]')).toHaveCount(1);
	await expect(two.locator('[data-colleague]')).toHaveCount(1);
	const doctors = await byDoctor(third);
	const first = await moveOne(one, doctors.flat());
	const second = doctors.find((ids) => ids.includes(first))!.find((id) => id !== first);
	const [beforeFirst, beforeSecond] = [
		await labelOf(third, first).innerText(),
		await labelOf(third, second!).innerText()
	];

	await expect(card(two, first)).toHaveAttribute('data-draft-mark', 'moved');
	await expect(counts(two)).toHaveText('1 change, 0 conflicts');
	await expect(standing(one)).toHaveAttribute('data-standing', 'saved');
	// The other one puts a second card where the first one was put.
	const place = await placeInDraft(two, first);
	await dragTo(two, second!, place);
	for (const page of [one, two]) {
		await expect(counts(page)).toHaveText('2 changes, 1 conflict');
		await expect(page.locator('[data-draft-mark=conflict]')).toHaveCount(1);
		await expect(carryOut(page)).toBeDisabled();
	}
	const [conflicting] = await one
		.locator('[data-draft-mark=conflict]')
		.evaluateAll((nodes) => nodes.map((node) => (node as HTMLElement).dataset.appointmentId!));
	await expect(reason(one, conflicting!)).toContainText(
		/is with another patient|is taken|has a break|does not work/
	);
	expect(await findings(one)).toEqual([]);
	// The real day knows nothing of it.
	await expect(labelOf(third, first)).toHaveText(beforeFirst);
	await expect(labelOf(third, second!)).toHaveText(beforeSecond);

	// One press takes the nearest place that is free.
	await item(one, conflicting!).locator('[data-place]').first().click();
	for (const page of [one, two]) await expect(counts(page)).toHaveText('2 changes, 0 conflicts');
	await carryOut(two).click();
	await expect(dialog(two)).toContainText('2 visits move');
	await expect(dialog(two)).toContainText(/2 patients\s+are told of it by\s+message/);
	expect(await findings(two)).toEqual([]);
	await two.getByRole('button', { name: 'Carry out', exact: true }).click();
	await expect(dialog(two)).toHaveAttribute('data-commit', 'done');
	await expect(one.locator('[data-draft-over=committed]')).toBeVisible();
	await expect(labelOf(third, first)).not.toHaveText(beforeFirst);
	await expect(labelOf(third, second!)).not.toHaveText(beforeSecond);
	const { rows } = await storedBoard(database, dayboard.databaseUrl, third);
	for (const id of [first, second!]) {
		await expect(card(one, id)).toBeVisible();
		expect(rows.appointments[id]!.revision).toBeGreaterThan(1);
	}
	// Whoever opens it later is told, and led to the day.
	await third.goto(path);
	await expect(third.locator('[data-draft-over=committed]')).toBeVisible();
	await expect(carryOut(third)).toHaveCount(0);
	await third.getByRole('link', { name: 'To the day' }).click();
	await expect(labelOf(third, first)).toBeVisible();
});

/** @returns the middle of a card's box */
async function placeInDraft(page: Page, id: string): Promise<{ x: number; y: number }> {
	await card(page, id).scrollIntoViewIfNeeded();
	const box = (await card(page, id).boundingBox())!;
	return { x: box.x + box.width / 2, y: box.y + 6 };
}

async function dragTo(page: Page, id: string, to: { x: number; y: number }): Promise<void> {
	const box = (await card(page, id).boundingBox())!;
	await page.mouse.move(box.x + box.width / 2, box.y + 6);
	await page.mouse.down();
	await page.mouse.move(box.x + box.width / 2 + 3, box.y + 14, { steps: 3 });
	await page.mouse.move(to.x, to.y, { steps: 10 });
	await expect(dropTarget(page)).toBeVisible();
	await page.mouse.up();
}

test('the real day goes on under a draft: what somebody moves there shows at once, and what does not fit any more is told on carrying out', async ({
	open
}) => {
	const [drafting, day] = [await open(WHOLE_DAY), await open({ ...WHOLE_DAY, as: ADMIN })];
	await openDraft(drafting, 'Overtaken');
	const visits = await booked(day);
	const id = await moveOne(drafting, visits);
	const other = await moveOne(
		drafting,
		visits.filter((one) => one !== id)
	);
	await expect(counts(drafting)).toHaveText('2 changes, 0 conflicts');
	await carryOut(drafting).click();
	await expect(dialog(drafting)).toHaveAttribute('data-commit', 'asking');
	// Between the question and the answer.
	await moveOne(day, [id]);
	await expect(card(day, id)).toHaveAttribute('data-state', 'settled');
	const [moved, stayed] = [
		await labelOf(day, id).innerText(),
		await labelOf(day, other).innerText()
	];
	await expect(counts(drafting)).toHaveText('2 changes, 1 conflict');
	await drafting.getByRole('button', { name: 'Carry out', exact: true }).click();
	await expect(dialog(drafting)).toHaveAttribute('data-commit', 'refused');
	await expect(dialog(drafting)).toContainText('Nothing was changed.');
	await expect(dialog(drafting).locator('[data-refused-part]')).toHaveCount(1);
	await expect(dialog(drafting).locator(`[data-refused-part="${id}"]`)).toContainText(
		'Somebody moved it on the real day'
	);
	expect(await findings(drafting)).toEqual([]);
	await expect(labelOf(day, id)).toHaveText(moved);
	await expect(labelOf(day, other)).toHaveText(stayed);
	await drafting.getByRole('button', { name: 'Back to the draft' }).click();
	await expect(reason(drafting, id)).toContainText('Somebody moved it on the real day, to');
	// As it is on the real day, so be it.
	await drafting
		.getByRole('button', { name: /^Put back/ })
		.first()
		.click();
	await expect(counts(drafting)).toHaveText('1 change, 0 conflicts');
	await carryOut(drafting).click();
	await drafting.getByRole('button', { name: 'Carry out', exact: true }).click();
	await expect(dialog(drafting)).toHaveAttribute('data-commit', 'done');
	await expect(labelOf(day, other)).not.toHaveText(stayed);
	await expect(labelOf(day, id)).toHaveText(moved);
});

test('a doctor who is ill is taken away: each visit of theirs gets another place, or waits for a call; all by keyboard', async ({
	open
}) => {
	const page = await open(WHOLE_DAY);
	const names = await page.locator('[data-column-id]').evaluateAll((nodes) =>
		nodes.map((node) => ({
			name: node.getAttribute('aria-label')!,
			booked: node.querySelectorAll('[data-status=booked]').length
		}))
	);
	const { name } = names.filter((one) => one.booked > 0).sort((a, b) => a.booked - b.booked)[0]!;
	await openDraft(page, `${name} is ill`, name);
	await expect(page.locator('[data-away]')).toContainText(name);
	const unplaced = page.locator('[data-item-state=unplaced]');
	await expect(unplaced.first()).toBeVisible();
	await expect(page.locator('[data-draft-mark=unplaced]').first()).toBeVisible();
	expect(await findings(page)).toEqual([]);
	await page.getByRole('button', { name: /^Find a place for/ }).focus();
	await page.keyboard.press('Enter');
	await expect(page.locator('[data-told]')).toContainText(/placed/);
	for (let left = await unplaced.count(); left > 0; left--) {
		await unplaced
			.first()
			.getByRole('button', { name: /^To be called/ })
			.focus();
		await page.keyboard.press('Enter');
		await expect(unplaced).toHaveCount(left - 1);
	}
	await expect(counts(page)).toHaveText(/, 0 conflicts$/);
	await expect(standing(page)).toHaveAttribute('data-standing', 'saved');
	await carryOut(page).focus();
	await page.keyboard.press('Enter');
	await expect(dialog(page)).toContainText(`${name} is on leave`);
	await page.getByRole('button', { name: 'Carry out', exact: true }).focus();
	await page.keyboard.press('Enter');
	await expect(dialog(page)).not.toHaveAttribute('data-commit', /asking|sending/);
	// What the browser cannot know (a device that is taken) the server says; then it is put to be called.
	if ((await dialog(page).getAttribute('data-commit')) === 'refused') {
		await page.getByRole('button', { name: 'Back to the draft' }).click();
		const conflicts = page.locator('[data-item-state=conflict]');
		for (let left = await conflicts.count(); left > 0; left--) {
			await conflicts
				.first()
				.getByRole('button', { name: /^To be called/ })
				.click();
			await expect(counts(page)).not.toHaveText(`, ${left} conflict`);
		}
		await expect(standing(page)).toHaveAttribute('data-standing', 'saved');
		await carryOut(page).click();
		await page.getByRole('button', { name: 'Carry out', exact: true }).click();
	}
	await expect(dialog(page)).toHaveAttribute('data-commit', 'done');
	await page.getByRole('link', { name: 'To the day' }).last().click();
	const column = page.locator(`[data-column-id][aria-label="${name}"]`);
	await expect(column.locator('[data-status=booked]')).toHaveCount(0);
});

test('a draft without a line goes on and says so; what was changed is saved on return', async ({
	open
}) => {
	const [page, colleague] = [await open(WHOLE_DAY), await open({ ...WHOLE_DAY, as: ADMIN })];
	const path = await openDraft(page, 'Without a line');
	await join(colleague, path);
	await page.context().setOffline(true);
	const id = await moveOne(page, await booked(page));
	await expect(standing(page)).toHaveText(/^No connection/);
	await expect(carryOut(page)).toBeEnabled();
	await carryOut(page).click();
	await expect(page.getByRole('button', { name: 'Carry out', exact: true })).toBeDisabled();
	await page.getByRole('button', { name: 'Not yet' }).click();
	await expect(counts(colleague)).toHaveText('0 changes, 0 conflicts');
	await page.context().setOffline(false);
	await expect(standing(page)).toHaveText('Saved');
	await expect(counts(colleague)).toHaveText('1 change, 0 conflicts');
	await expect(item(colleague, id)).toBeVisible();
});

test('a draft is dropped after a question, and all who have it open are told', async ({ open }) => {
	const [page, colleague] = [await open(WHOLE_DAY), await open({ ...WHOLE_DAY, as: ADMIN })];
	const path = await openDraft(page, 'To be dropped');
	await join(colleague, path);
	await page.getByRole('button', { name: 'Drop…' }).click();
	await expect(page.getByText('This cannot be undone.')).toBeVisible();
	expect(await findings(page)).toEqual([]);
	await page.getByRole('button', { name: 'Drop the draft' }).click();
	await expect(page.getByRole('heading', { name: /^Try out changes/ })).toBeVisible();
	await expect(page.getByText('To be dropped')).toHaveCount(0);
	await expect(colleague.locator('[data-draft-over=dropped]')).toContainText('was dropped');
	// It takes no more.
	const [id] = await booked(colleague);
	await moveDown(colleague, id!, 3);
	await expect(counts(colleague)).toHaveText('0 changes, 0 conflicts');
});

test('drafts are for those who may move everybody’s visits', async ({ open }) => {
	const page = await open({ as: DOCTOR });
	await expect(page.getByRole('link', { name: 'Try out changes' })).toHaveCount(0);
	const { clinicId, date } = placeOf(page);
	const answer = await page.goto(`/board/${clinicId}/${date}/drafts`);
	expect(answer!.status()).toBe(403);
});

for (const scheme of ['light', 'dark'] as const) {
	for (const [device, options] of [
		['a phone', PHONE],
		['a tablet', { ...TABLET, viewport: { width: 768, height: 1024 } }]
	] as const) {
		test(`axe finds nothing on ${device}, ${scheme}: the list, a draft, its changes`, async ({
			open
		}) => {
			const page = await open({ ...options, colorScheme: scheme });
			const { clinicId, date } = placeOf(page);
			await page.goto(`/board/${clinicId}/${date}/drafts`);
			expect(await findings(page)).toEqual([]);
			await openDraft(page, `Small, ${scheme}`);
			const id = await moveOne(page, await booked(page));
			await expect(card(page, id)).toHaveAttribute('data-draft-mark', 'moved');
			expect(await findings(page)).toEqual([]);
			await page.getByRole('button', { name: /^Changes and conflicts/ }).tap();
			await expect(item(page, id)).toBeVisible();
			expect(await findings(page)).toEqual([]);
			const sizes = await page
				.locator('aside button:visible, .page > header button:visible, .page > header a:visible')
				.evaluateAll((nodes) => nodes.map((node) => node.getBoundingClientRect().height));
			expect(Math.min(...sizes)).toBeGreaterThanOrEqual(44);
		});
	}
}
