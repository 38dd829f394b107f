/** What a stranger writes comes to reception, who settles it; others' screens follow. */
import type { Page } from '@playwright/test';
import { findings } from './accessibility.ts';
import { ADMIN, DOCTOR, expect, MANAGER, PHONE, test } from './fixtures.ts';

const write = async (page: Page, name: string, message: string) => {
	await page.goto('/en/fellside/contact');
	await page.getByLabel('Your name').fill(name);
	await page.getByLabel('E-mail', { exact: true }).fill('someone@example.com');
	await page.getByLabel('Telephone', { exact: true }).fill('+48 600 500 400');
	await page.getByLabel('Your message').fill(message);
	await page.getByRole('button', { name: 'Send' }).click();
	await expect(page.getByText('Thank you, we have your message.')).toBeVisible();
};

test('a letter from the site: counted on the board, read, done, taken back, done for good', async ({
	open,
	browser,
	dayboard
}) => {
	const reception = await open({ day: 'today' });
	const link = reception.getByRole('link', { name: /^Tasks: \d+ open$/ });
	const before = Number(/\d+/.exec((await link.getAttribute('aria-label'))!)![0]);
	const stranger = await (await browser.newContext({ baseURL: dayboard.url })).newPage();
	await write(stranger, 'Helena Brief', 'Is there a ramp?\n\n<b>Thank you</b>');
	// The window is looked at again.
	await reception.evaluate(() => window.dispatchEvent(new Event('focus')));
	await expect(link).toHaveAccessibleName(`Tasks: ${before + 1} open`);
	await link.click();

	const task = reception.getByRole('article').filter({ hasText: 'Helena Brief' });
	await expect(task.getByText('Is there a ramp?')).toBeVisible();
	await expect(task.getByText('<b>Thank you</b>')).toBeVisible();
	await expect(task.getByRole('link', { name: 'someone@example.com' })).toHaveAttribute(
		'href',
		/^mailto:someone@example\.com\?/
	);
	await expect(task.getByRole('link', { name: '+48 600 500 400' })).toHaveAttribute(
		'href',
		'tel:+48600500400'
	);

	const colleague = await open({ as: ADMIN, day: 'today' });
	await colleague.goto('/tasks');
	const theirs = colleague.getByRole('article').filter({ hasText: 'Helena Brief' });
	await expect(theirs).toBeVisible();

	await task.getByRole('button', { name: 'Mark as done' }).click();
	await expect(task.getByText('Done', { exact: true })).toBeVisible();
	await expect(reception.getByRole('link', { name: `Open (${before})` })).toBeVisible();
	await colleague.evaluate(() => window.dispatchEvent(new Event('focus')));
	await expect(theirs).toHaveCount(0);
	await task.getByRole('button', { name: 'Undo' }).click();
	await expect(reception.getByRole('link', { name: `Open (${before + 1})` })).toBeVisible();
	await task.getByRole('button', { name: 'Mark as done' }).click();
	await expect(reception.getByRole('link', { name: `Open (${before})` })).toBeVisible();
	await reception.getByRole('link', { name: 'Done', exact: true }).click();
	await expect(task.getByText(/^Hannah Whitlock/)).toBeVisible();
	await task.getByRole('button', { name: 'Open it again' }).click();
	await reception.getByRole('link', { name: /^Open/ }).click();
	await expect(task.getByRole('button', { name: 'Mark as done' })).toBeVisible();
	await stranger.context().close();
});

test('a change that does not arrive is taken back, and said', async ({
	open,
	browser,
	dayboard
}) => {
	const stranger = await (await browser.newContext({ baseURL: dayboard.url })).newPage();
	await write(stranger, 'Otto Offline', 'Hello');
	const reception = await open({ day: 'today' });
	await reception.goto('/tasks');
	const task = reception.getByRole('article').filter({ hasText: 'Otto Offline' });
	await reception.context().setOffline(true);
	await task.getByRole('button', { name: 'Mark as done' }).click();
	await expect(reception.getByRole('alert')).toContainText('cannot be reached');
	await expect(task.getByRole('button', { name: 'Mark as done' })).toBeVisible();
	await reception.context().setOffline(false);
	await stranger.context().close();
});

test('a doctor has none but mentions, a manager no tasks at all', async ({ open }) => {
	const doctor = await open({ as: DOCTOR, day: 'today' });
	await doctor.getByRole('link', { name: /^Tasks/ }).click();
	await expect(doctor.getByText('Where a colleague mentions you in a note')).toBeVisible();
	const page = await open({ as: MANAGER, day: 'today' });
	await expect(page.getByRole('link', { name: /^Tasks/ })).toHaveCount(0);
	const answer = await page.goto('/tasks');
	expect(answer!.status()).toBe(403);
});

for (const [name, options] of [
	['a phone in the dark', { ...PHONE, colorScheme: 'dark' }],
	['a desktop', {}]
] as const) {
	test(`axe finds nothing on the tasks, on ${name}`, async ({ open, browser, dayboard }) => {
		const stranger = await (await browser.newContext({ baseURL: dayboard.url })).newPage();
		await write(stranger, 'Ada Access', 'Hello');
		await stranger.context().close();
		const page = await open({ ...options, day: 'today' });
		await page.goto('/tasks');
		await page.getByRole('button', { name: 'Mark as done' }).first().click();
		await expect(page.getByRole('button', { name: 'Undo' })).toBeVisible();
		expect(await findings(page)).toEqual([]);
	});
}
