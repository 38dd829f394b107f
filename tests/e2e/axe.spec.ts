import { findings, findingsInBothThemes } from './accessibility.ts';
import { ADMIN, card, expect, PHONE, placeOf, test } from './fixtures.ts';

test('axe finds nothing on the board and its panels', async ({ open }) => {
	const page = await open();
	expect(await findingsInBothThemes(page)).toEqual([]);
	await page.getByRole('button', { name: 'Filter' }).click();
	await card(page).first().click();
	await expect(page.getByRole('complementary', { name: 'Visit' })).toBeVisible();
	expect(await findingsInBothThemes(page)).toEqual([]);
	await page.keyboard.press('Escape');
	await page.keyboard.press('n');
	await page.getByRole('combobox', { name: 'Patient' }).fill('an');
	await expect(page.getByRole('listbox').getByRole('option').first()).toBeVisible();
	expect(await findingsInBothThemes(page)).toEqual([]);
	await page.keyboard.press('Escape');
	await page.getByText('Rooms', { exact: true }).click();
	expect(await findingsInBothThemes(page)).toEqual([]);
});

test('axe finds nothing on the sign-in page, the help and a phone', async ({
	open,
	browser,
	dayboard
}) => {
	const page = await open(PHONE);
	expect(await findings(page)).toEqual([]);
	await page.keyboard.press('?');
	await expect(page.getByRole('dialog')).toBeVisible();
	expect(await findings(page)).toEqual([]);
	const context = await browser.newContext({ baseURL: dayboard.url });
	const stranger = await context.newPage();
	await stranger.goto('/sign-in');
	expect(await findings(stranger)).toEqual([]);
	await context.close();
});

for (const [device, options] of [
	['a desktop in the dark', { colorScheme: 'dark' }],
	['a phone', PHONE]
] as const) {
	test(`axe finds nothing where hours, services and queues are, on ${device}`, async ({ open }) => {
		const page = await open({ ...options, as: ADMIN });
		const { clinicId } = placeOf(page);
		await page
			.getByRole('button', { name: /move several visits/ })
			.first()
			.click();
		await expect(page.getByRole('complementary', { name: 'Move several visits' })).toBeVisible();
		expect(await findings(page)).toEqual([]);
		await page.goto(`/setup/${clinicId}`);
		await expect(page.getByRole('heading', { name: 'The coming weeks' })).toBeVisible();
		expect(await findings(page)).toEqual([]);
		await page.goto(`/setup/${clinicId}/services`);
		await expect(page.getByRole('button', { name: 'Save service' })).toBeVisible();
		expect(await findings(page)).toEqual([]);
		await page.goto(`/waiting-room/${clinicId}`);
		await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
		expect(await findings(page)).toEqual([]);
	});
}
