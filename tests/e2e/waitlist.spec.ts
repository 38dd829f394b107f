/** A patient who finds no time that suits waits for one. */
import { findingsInBothThemes } from './accessibility.ts';
import { expect, PHONE, test } from './fixtures.ts';

test('whoever finds no time that suits waits for one, on a phone', async ({
	browser,
	dayboard
}) => {
	const context = await browser.newContext({ ...PHONE, baseURL: dayboard.url });
	const page = await context.newPage();
	await page.goto('/en/fellside/book');
	await page
		.getByRole('link', { name: /^Consultation/ })
		.first()
		.tap();
	await page.getByRole('link', { name: 'Wait for another time' }).tap();
	await expect(page.getByRole('heading', { level: 1 })).toHaveText('Wait for an earlier time');
	expect(await findingsInBothThemes(page)).toEqual([]);
	await page.getByRole('checkbox', { name: 'Sunday' }).uncheck();
	await page.getByLabel('What time of day?').selectOption('In the morning');
	await page.getByLabel('First name').fill('Halina');
	await page.getByLabel('Last name').fill('Wójcik');
	await page.getByLabel('Date of birth').fill('1961-03-09');
	await page.getByLabel('Mobile phone').fill('+48 601 222 333');
	await page.getByRole('checkbox', { name: 'The clinic may keep these data' }).check();
	await page.getByRole('button', { name: 'Put me on the list' }).tap();
	await expect(page.getByRole('heading', { level: 1 })).toHaveText('You are on the list');
	expect(await findingsInBothThemes(page)).toEqual([]);
	await context.close();
});
