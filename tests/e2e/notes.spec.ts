import type { Locator, Page } from '@playwright/test';
import { findings } from './accessibility.ts';
import {
	ADMIN,
	card,
	DOCTOR,
	expect,
	MANAGER,
	PHONE,
	placeOf,
	RECEPTION,
	test,
	untilLive
} from './fixtures.ts';

const handoverButton = (page: Page) => page.getByRole('button', { name: /^Handover notes/ });
const panel = (page: Page) => page.getByRole('complementary', { name: 'Handover notes' });
const text = (page: Page) => page.getByRole('textbox', { name: 'Handover notes' });
const saved = (page: Page) => expect(page.locator('[data-standing=saved]')).toBeVisible();

let days = 0;
/** Goes to a day that no other test of this file writes about. */
async function freshDay(page: Page): Promise<string> {
	const { clinicId, date } = placeOf(page);
	const day = Temporal.PlainDate.from(date).add({ days: 7 * ++days });
	await go(page, `/board/${clinicId}/${day}`);
	return `/board/${clinicId}/${day}`;
}

async function go(page: Page, path: string): Promise<void> {
	await page.goto(path);
	await untilLive(page);
}

async function openHandover(page: Page): Promise<Locator> {
	await handoverButton(page).click();
	await expect(text(page)).toBeVisible();
	return text(page);
}

test('two people write one handover note together, with names at their carets, and it is there afterwards', async ({
	open
}) => {
	const one = await open();
	const path = await freshDay(one);
	const two = await open({ as: ADMIN });
	await go(two, path);
	await (await openHandover(one)).click();
	await one.keyboard.type('Room 2 is cold today.');
	await saved(one);
	await expect(two.locator('[data-standing=saved]')).toHaveCount(0);

	await openHandover(two);
	await expect(text(two)).toContainText('Room 2 is cold today.');
	await text(two).click();
	await two.keyboard.press('ControlOrMeta+End');
	await two.keyboard.press('Enter');
	await two.keyboard.type('The heater comes at ten.');
	await expect(text(one)).toContainText('The heater comes at ten.');
	await expect(text(one).locator('.colleague-name')).toHaveText(/\w+ \w+/);
	// Both write at one time, each on a line of their own.
	await text(one).getByText('Room 2').click();
	await one.keyboard.press('End');
	await Promise.all([
		one.keyboard.type(' Blankets are in the cupboard.'),
		two.keyboard.type(' Somebody has to let them in.')
	]);
	const all =
		/Room 2 is cold today\. Blankets are in the cupboard\..*The heater comes at ten\. Somebody has to let them in\./s;
	await expect(text(one)).toHaveText(all);
	await expect(text(two)).toHaveText(all);
	await saved(one);
	await saved(two);

	const later = await open();
	await go(later, path);
	await openHandover(later);
	await expect(text(later)).toHaveText(all);
	expect(await findings(later)).toEqual([]);
});

test('a button says that somebody wrote since one looked, until one has looked', async ({
	open
}) => {
	const one = await open();
	const path = await freshDay(one);
	const two = await open({ as: ADMIN });
	await openHandover(one);
	await text(one).click();
	await one.keyboard.type('Keys are at the front desk.');
	await saved(one);
	// One's own words are nothing new.
	await expect(handoverButton(one)).toHaveAccessibleName('Handover notes');
	await go(two, path);
	await expect(handoverButton(two)).toHaveAccessibleName('Handover notes: something new');
	await openHandover(two);
	await expect(text(two)).toContainText('Keys are at the front desk.');
	await handoverButton(two).click();
	await expect(handoverButton(two)).toHaveAccessibleName('Handover notes');
	await go(two, path);
	await expect(handoverButton(two)).toHaveAccessibleName('Handover notes');
});

test('by keyboard alone: opened, written with a list to tick off, a colleague mentioned, left', async ({
	open
}) => {
	const page = await open();
	await freshDay(page);
	await page.keyboard.press('j');
	await expect(panel(page)).toBeFocused();
	// Letters are the note's own: none of them opens anything.
	await tabTo(page, 'List to tick off');
	await page.keyboard.press('Enter');
	await expect(text(page)).toBeFocused();
	await page.keyboard.type('when: nobody has hung the new keys');
	await expect(text(page).getByRole('checkbox')).toHaveCount(1);
	await page.keyboard.type(' @');
	const colleagues = page.getByRole('listbox', { name: 'Colleagues' });
	await expect(colleagues.getByRole('option').first()).toBeVisible();
	const name = await colleagues.getByRole('option').nth(1).innerText();
	await page.keyboard.press('ArrowDown');
	await page.keyboard.press('Enter');
	await expect(text(page).locator('[data-mention]')).toHaveText(`@${name}`);
	await page.keyboard.press('ControlOrMeta+z');
	await expect(text(page).locator('[data-mention]')).toHaveCount(0);
	await saved(page);
	// Escape puts the list away first.
	await page.keyboard.type('Ask @');
	await expect(colleagues).toBeVisible();
	await page.keyboard.press('Escape');
	await expect(colleagues).toHaveCount(0);
	await expect(text(page)).toBeFocused();
	await page.keyboard.press('Escape');
	await expect(panel(page)).toBeFocused();
	await page.keyboard.press('Escape');
	await expect(panel(page)).toHaveCount(0);
});

async function tabTo(page: Page, name: string): Promise<void> {
	const target = page.getByRole('button', { name, exact: true });
	await expect(target).toBeVisible();
	for (let i = 0; i < 12; i++) {
		if (await target.evaluate((node) => node === document.activeElement)) return;
		await page.keyboard.press('Tab');
	}
	throw new Error(`no way to ${name} by Tab`);
}

test('whoever is mentioned finds a task that leads to the note, and nobody else does', async ({
	open
}) => {
	const one = await open();
	const path = await freshDay(one);
	const doctor = await open({ as: DOCTOR });
	const { name } = await doctor.evaluate(async () => ({ name: document.title }));
	expect(name).not.toBe('');
	const people = (await (await one.request.get(`${path}/handover/colleagues`)).json()) as {
		name: string;
	}[];
	const doctorName = people.map((person) => person.name).find((each) => each.startsWith('Dr'))!;
	await openHandover(one);
	await text(one).click();
	await one.keyboard.type(`Please call the lab @${doctorName.split(' ').at(-1)!.slice(0, 4)}`);
	await one
		.getByRole('listbox', { name: 'Colleagues' })
		.getByRole('option', { name: doctorName })
		.click();
	await saved(one);
	const tasks = async (page: Page) => {
		await page.goto('/tasks');
		return page.getByRole('article').filter({ hasText: 'You are mentioned in a note' });
	};
	const mine = await tasks(doctor);
	await expect(mine).toHaveCount(1);
	await expect(mine).toContainText('mentioned you in the handover notes');
	await expect(mine).not.toContainText('lab');
	await expect(await tasks(one)).toHaveCount(0);
	const doctorTasks = await tasks(doctor);
	await doctorTasks.getByRole('link', { name: /Handover notes of/ }).click();
	await untilLive(doctor);
	await expect(text(doctor)).toContainText('Please call the lab');
	await (await tasks(doctor)).getByRole('button', { name: 'Mark as done' }).click();
	await expect((await tasks(doctor)).filter({ hasText: 'call' })).toHaveCount(0);
});

test('a visit has a note between colleagues; whoever knows no patients has none', async ({
	open
}) => {
	const one = await open();
	await card(one).first().click();
	const visitId = await card(one).first().getAttribute('data-appointment-id');
	const note = one.getByRole('textbox', { name: 'Team note of this visit' });
	await note.click();
	await one.keyboard.type('Prefers the quiet room');
	await saved(one);
	const two = await open({ as: ADMIN });
	await go(two, `${new URL(one.url()).pathname}?visit=${visitId}`);
	await expect(two.getByRole('textbox', { name: 'Team note of this visit' })).toContainText(
		'Prefers the quiet room'
	);
	expect(await findings(two)).toEqual([]);
	const manager = await open({ as: MANAGER });
	await expect(handoverButton(manager)).toHaveCount(0);
	await card(manager).first().click();
	await expect(manager.getByRole('complementary', { name: 'Visit' })).toBeVisible();
	await expect(manager.getByText('Team note')).toHaveCount(0);
});

test('without a line it says that nothing is saved, keeps what is typed, and saves it when the line is back', async ({
	open
}) => {
	const page = await open();
	const path = await freshDay(page);
	await openHandover(page);
	await text(page).click();
	await page.keyboard.type('Before. ');
	await saved(page);
	await page.context().setOffline(true);
	await page.keyboard.type('In the cellar there is no line.');
	await expect(page.getByText('Not saved: no connection.')).toBeVisible();
	// Closed and opened again, it is still there.
	await handoverButton(page).click();
	await expect(panel(page)).toHaveCount(0);
	await openHandover(page);
	await expect(text(page)).toContainText('In the cellar there is no line.');
	await page.context().setOffline(false);
	await untilLive(page);
	await saved(page);
	const other = await open({ as: ADMIN });
	await go(other, path);
	await other.context().setOffline(true);
	await handoverButton(other).click();
	await expect(other.getByText('The note is shown as soon as there is one.')).toBeVisible();
	await other.context().setOffline(false);
	await expect(text(other)).toContainText('Before. In the cellar there is no line.');
});

test('what is pasted becomes plain: no pictures, no links, no colours', async ({ open }) => {
	const page = await open();
	await freshDay(page);
	await openHandover(page);
	await text(page).click();
	await text(page).evaluate((node) => {
		const data = new DataTransfer();
		data.setData(
			'text/html',
			'<h1 style="color:red">Plan</h1><p>See <a href="javascript:alert(1)">this</a><img src="http://evil.example/x.png" onerror="alert(1)"></p><script>alert(1)</script>'
		);
		node.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true }));
	});
	await expect(text(page)).toContainText('Plan');
	await expect(text(page)).toContainText('See this');
	await expect(
		text(page).locator('a, img:not(.ProseMirror-separator), h1, script, [style]')
	).toHaveCount(0);
});

test('on a phone and in the dark everything is there, large enough to touch', async ({ open }) => {
	const page = await open({ ...PHONE, colorScheme: 'dark' });
	await freshDay(page);
	await openHandover(page);
	await text(page).tap();
	await page.keyboard.type('Short of gloves');
	await saved(page);
	for (const tool of await page.getByRole('group', { name: 'Text' }).getByRole('button').all()) {
		const box = (await tool.boundingBox())!;
		expect(Math.min(box.width, box.height)).toBeGreaterThanOrEqual(44);
	}
	expect(await findings(page)).toEqual([]);
	expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
});

test('a doctor opens the handover notes from their own day', async ({ open }) => {
	const page = await open({ as: DOCTOR });
	await page.goto('/day');
	await untilLive(page);
	await handoverButton(page).first().click();
	await expect(text(page)).toBeVisible();
	await text(page).click();
	await page.keyboard.type('I leave at three');
	await saved(page);
	const board = await open({ as: RECEPTION, day: 'today' });
	await openHandover(board);
	await expect(text(board)).toContainText('I leave at three');
});
