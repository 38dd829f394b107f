/** A visit is booked, moved and cancelled with the keyboard alone. */
import type { Locator, Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';

/** Tabs on until the focus is where it should be; one can see where it is all the way. */
async function tabTo(page: Page, target: Locator): Promise<void> {
	const wanted = target.first();
	await expect(wanted).toBeVisible();
	for (let steps = 0; steps < 400; steps++) {
		if (await wanted.evaluate((element) => element === document.activeElement)) {
			const ring = await wanted.evaluate((element) => {
				const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(element);
				return (outlineStyle !== 'none' && outlineWidth !== '0px') || boxShadow !== 'none';
			});
			expect(ring, 'the focus can be seen').toBe(true);
			return;
		}
		await page.keyboard.press('Tab');
	}
	throw new Error('Tab does not lead there');
}

/** @returns the place of the first time that is far enough ahead to be changed again */
function firstAfterTomorrow(times: Locator): Promise<number> {
	return times.evaluateAll(
		(buttons, after) =>
			buttons.findIndex(
				(button) => Number((button as HTMLButtonElement).value.split('.')[3]) > after
			),
		Date.now() + 30 * 3_600_000
	);
}

test('booking, moving and cancelling by Tab, Enter, Space and arrows', async ({
	browser,
	dayboard
}) => {
	test.slow();
	const context = await browser.newContext({ baseURL: dayboard.url });
	const page = await context.newPage();
	const { keyboard } = page;
	await page.goto('/en/fellside');
	await keyboard.press('Tab');
	await expect(page.getByRole('link', { name: 'Skip to the content' })).toBeFocused();
	await keyboard.press('Enter');
	await tabTo(page, page.getByRole('main').getByRole('link', { name: 'Book a visit' }));
	await keyboard.press('Enter');
	await tabTo(page, page.getByRole('link', { name: /^Consultation/ }));
	await keyboard.press('Enter');
	// A day later than today, so that it may still be changed: the filter by arrows, the time by Tab.
	await tabTo(page, page.locator('summary').filter({ hasText: 'Any doctor' }));
	await keyboard.press('Enter');
	await tabTo(page, page.getByLabel('With'));
	await keyboard.press('ArrowDown');
	await expect(page).toHaveURL(/doctor=dr-/);
	const times = page.locator('button[name=time]');
	await expect(times.first()).toBeVisible();
	const later = await firstAfterTomorrow(times);
	await tabTo(page, times.nth(later));
	await keyboard.press('Space');
	await tabTo(page, page.getByLabel('First name'));
	await keyboard.type('Barbara');
	await keyboard.press('Tab');
	await keyboard.type('Keyes');
	await keyboard.press('Tab');
	// The browser's own field: day, month and year one after the other, as its language has them.
	await keyboard.type('05171990');
	await tabTo(page, page.getByLabel('Mobile phone'));
	await keyboard.type('+48 603 400 500');
	await tabTo(page, page.getByRole('checkbox'));
	await keyboard.press('Space');
	await tabTo(page, page.getByRole('button', { name: 'Book this visit' }));
	await keyboard.press('Enter');
	await expect(page.getByText('Your visit is booked.')).toBeVisible();

	await tabTo(page, page.getByRole('link', { name: 'Choose another time' }));
	await keyboard.press('Enter');
	await expect(page.getByRole('heading', { name: 'Move your visit' })).toBeVisible();
	await expect(times.first()).toBeVisible();
	await tabTo(page, times.nth((await firstAfterTomorrow(times)) + 3));
	await keyboard.press('Enter');
	await expect(page.getByText('Your visit has a new time.')).toBeVisible();

	await tabTo(page, page.locator('summary'));
	await keyboard.press('Space');
	await tabTo(page, page.getByRole('radio').first());
	await keyboard.press('Space');
	await tabTo(page, page.getByRole('button', { name: 'Yes, cancel it' }));
	await keyboard.press('Enter');
	await expect(page.getByText('This visit is cancelled.')).toBeVisible();
	await context.close();
});
