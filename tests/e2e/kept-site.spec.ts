/** An administrator keeps the public site; two who write at the same time lose nothing. */
import type { Page } from '@playwright/test';
import { findings } from './accessibility.ts';
import { ADMIN, expect, PHONE, test } from './fixtures.ts';

const SITE = '/organization/site';
/** One point. */
const LOGO =
	'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const text = (page: Page, name: string) => page.getByRole('textbox', { name });

test('what is written is on the pages; two writers both keep what they wrote', async ({
	open,
	browser,
	dayboard
}) => {
	const first = await open({ as: ADMIN, day: 'today' });
	const second = await open({ as: ADMIN, day: 'today' });
	await first.goto(SITE);
	await second.goto(SITE);

	await text(first, 'About us in English').fill('First about us.');
	await text(first, 'About us in Polish').fill('Pierwszy o nas.');
	await expect(first.getByText('15 of 8,000 characters').first()).toBeVisible();
	await first.getByRole('button', { name: 'Save', exact: true }).click();
	await expect(first.getByText('Saved.')).toBeVisible();

	// The second one had the page open: another text of hers, and one that both changed.
	await text(second, 'Welcome in English').fill('Welcome of the second.');
	await text(second, 'About us in English').fill('Second about us.');
	await second.getByRole('button', { name: 'Save', exact: true }).click();
	await expect(second.getByText('Somebody else changed the site')).toBeVisible();
	await expect(text(second, 'Welcome in English')).toHaveValue('Welcome of the second.');
	await expect(text(second, 'About us in English')).toHaveValue('Second about us.');
	await expect(text(second, 'About us in Polish')).toHaveValue('Pierwszy o nas.');
	const told = second.getByRole('alert').filter({ hasText: 'Both of you changed this.' });
	await told.getByText('About us (English): what they wrote').click();
	await expect(told.getByText('First about us.')).toBeVisible();
	await second.getByRole('button', { name: 'Save', exact: true }).click();
	await expect(second.getByText('Saved.')).toBeVisible();
	await expect(told).toHaveCount(0);

	const stranger = await (await browser.newContext({ baseURL: dayboard.url })).newPage();
	await stranger.goto('/en/fellside/about');
	await expect(stranger.getByText('Second about us.')).toBeVisible();
	await stranger.goto('/pl/fellside/about');
	await expect(stranger.getByText('Pierwszy o nas.')).toBeVisible();
	await stranger.goto('/en/fellside');
	await expect(stranger.getByText('Welcome of the second.')).toBeVisible();
	await stranger.context().close();
});

test('closing and opening asks first; a doctor is hidden; leaving with unsaved words asks', async ({
	open,
	dayboard
}) => {
	const page = await open({ as: ADMIN, day: 'today' });
	const isOpen = async () => (await page.request.get(`${dayboard.url}/en/fellside`)).status();
	await page.goto(SITE);
	await page.getByRole('button', { name: 'Take it off the web' }).click();
	await page.getByRole('button', { name: 'No, leave it' }).click();
	expect(await isOpen()).toBe(200);
	await page.getByRole('button', { name: 'Take it off the web' }).click();
	await page.getByRole('button', { name: 'Yes, take it off' }).click();
	await expect(page.getByRole('heading', { name: 'Nobody sees the site yet' })).toBeVisible();
	expect(await isOpen()).toBe(404);
	await page.getByRole('button', { name: 'Publish the site' }).click();
	await page.getByRole('button', { name: 'Yes, publish it' }).click();
	await expect(page.getByRole('heading', { name: 'The site is open to everybody' })).toBeVisible();
	expect(await isOpen()).toBe(200);

	await page.getByRole('button', { name: /^Dr James Robson/ }).click();
	await page.getByLabel('Shown on the public site').uncheck();
	await page.getByLabel('Add a language').selectOption({ label: 'Ukrainian' });
	await page.getByLabel('What patients read').fill('Likes hills.');
	await page.getByRole('button', { name: 'Save this doctor' }).click();
	await expect(page.getByText('Saved.').first()).toBeVisible();
	await expect(page.getByRole('button', { name: /^Dr James Robson/ })).toContainText('not shown');
	const doctors = await (await page.request.get(`${dayboard.url}/en/fellside/doctors`)).text();
	expect(doctors).not.toContain('James Robson');
	await page.getByLabel('Shown on the public site').check();
	await page.getByRole('button', { name: 'Save this doctor' }).click();
	await expect(page.getByRole('button', { name: /^Dr James Robson/ })).not.toContainText(
		'not shown'
	);

	await text(page, 'Contact in Polish').fill('Zaraz…');
	await expect(page.getByText('Not saved yet: Contact (Polish)')).toBeVisible();
	const asked = page.waitForEvent('dialog');
	const leaving = page.getByRole('link', { name: 'Settings', exact: true }).click();
	const dialog = await asked;
	expect(dialog.message()).toContain('Leave without saving');
	await dialog.dismiss();
	await leaving;
	await expect(text(page, 'Contact in Polish')).toHaveValue('Zaraz…');
});

test('a logo and words in Polish are put there by the administrator, and seen by strangers', async ({
	open,
	browser,
	dayboard
}) => {
	const page = await open({ as: ADMIN, day: 'today' });
	await page.goto(SITE);
	const file = page.locator('input[type=file]');
	// A file that is chosen before the page's scripts run is not heard of; no hand is that quick.
	await expect(async () => {
		await file.setInputFiles({
			...{ name: 'logo.png', mimeType: 'image/png' },
			buffer: Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>')
		});
		const fault = page.getByText('This is no PNG, JPEG or WebP picture.');
		await expect(fault).toBeVisible({ timeout: 2_000 });
	}).toPass();
	await file.setInputFiles({
		...{ name: 'logo.png', mimeType: 'image/png' },
		buffer: Buffer.from(LOGO, 'base64')
	});
	await expect(page.getByText('Saved.')).toBeVisible();
	await page.getByLabel('Our name stands in the picture').check();
	await page.getByLabel('Paediatrics in Polish').fill('Dzieci');
	await page.getByRole('button', { name: 'Save the specialties' }).click();
	await expect(page.getByText('Saved.').nth(1)).toBeVisible();
	await page.getByRole('button', { name: /^Dr James Robson/ }).click();
	await page.getByLabel('The same in Polish').fill('Lubi góry.');
	await page.getByRole('button', { name: 'Save this doctor' }).click();
	await expect(page.getByText('Saved.').nth(2)).toBeVisible();

	const stranger = await (await browser.newContext({ baseURL: dayboard.url })).newPage();
	await stranger.goto('/pl/fellside/doctors?text=Robson');
	const logo = stranger.getByRole('banner').getByRole('img', { name: 'Fellside Clinics' });
	await expect(logo).toHaveJSProperty('naturalWidth', 1);
	await stranger.getByRole('link', { name: /^Dr James Robson/ }).click();
	await expect(stranger.getByText('Lubi góry.')).toBeVisible();
	await stranger.goto('/pl/fellside/doctors/nobody-00000000');
	await expect(stranger.getByRole('heading', { name: 'Tej strony tu nie ma' })).toBeVisible();
	await expect(stranger.getByRole('banner')).toBeVisible();
	await stranger.context().close();

	await page.getByRole('button', { name: 'Remove it' }).click();
	await expect(page.getByRole('img', { name: 'Your logo' })).toHaveCount(0);
});

for (const [name, options] of [
	['a phone', { ...PHONE, colorScheme: 'dark' }],
	['a desktop', {}]
] as const) {
	test(`axe finds nothing on the site's page, on ${name}`, async ({ open }) => {
		const page = await open({ ...options, as: ADMIN, day: 'today' });
		await page.goto(SITE);
		await page.getByRole('button', { name: /^Dr Katarzyna Nowak/ }).click();
		await page.getByRole('button', { name: 'Take it off the web' }).click();
		expect(await findings(page)).toEqual([]);
	});
}
