import { findings } from './accessibility.ts';
import { expect, test } from './fixtures.ts';

test('a device that is signed out from another one stops within five seconds, and says why', async ({
	open
}) => {
	const [desk, elsewhere] = [await open(), await open()];
	await desk.getByRole('button', { name: 'My menu' }).click();
	await desk.getByRole('menuitem', { name: 'My devices' }).click();
	await expect(desk.getByRole('heading', { name: 'My devices' })).toBeVisible();
	expect(await findings(desk)).toEqual([]);
	const devices = desk.getByRole('listitem');
	await expect(devices.filter({ hasText: 'This device' })).toHaveCount(1);
	const count = await devices.count();
	// The newest of the others: other specs may have left some of theirs.
	await devices
		.filter({ hasNotText: 'This device' })
		.first()
		.getByRole('button', { name: /^Sign out/ })
		.click();
	await expect(elsewhere.getByRole('alert').getByText('You were signed out')).toBeVisible({
		timeout: 5_000
	});
	await expect(devices).toHaveCount(count - 1);
	await elsewhere.getByRole('link', { name: 'Sign in again' }).click();
	await expect(elsewhere.getByRole('status')).toContainText('signed this device out');
	await expect(desk.getByText('Signed out.')).toBeVisible();
});

test('after too many wrong passwords even the right one has to wait', async ({
	browser,
	dayboard
}) => {
	const page = await browser.newPage({ baseURL: dayboard.url });
	await page.goto('/sign-in');
	await page.waitForLoadState('networkidle');
	for (let i = 0; i < 11; i++) {
		await page.getByLabel('E-mail').fill('locked@dayboard.example');
		await page.getByLabel('Password').fill(`wrong ${i}`);
		await page.getByRole('button', { name: 'Sign in' }).click();
		await expect(page.getByRole('button', { name: 'Sign in', exact: true })).toBeEnabled();
		await expect(page.getByRole('alert')).toBeVisible();
	}
	await expect(page.getByRole('alert')).toContainText('Please try again in a minute');
	await page.close();
});
