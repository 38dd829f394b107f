import { parse } from 'csv-parse/sync';
import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { findings } from './accessibility.ts';
import { ADMIN, card, expect, PHONE, RECEPTION, TABLET, test } from './fixtures.ts';

const entries = (page: Page) => page.getByRole('listitem');

test('an administrator finds who looked at a visit, and takes the search away as a file', async ({
	open
}) => {
	const desk = await open();
	await card(desk).first().click();
	await expect(desk.getByRole('complementary', { name: 'Visit' })).toBeVisible();
	await expect(desk.getByText('Booked for').first()).toBeVisible();

	const page = await open({ as: ADMIN });
	await page.goto('/organization/audit');
	await expect(page.getByRole('heading', { name: 'Audit', level: 1 })).toBeVisible();
	await expect(entries(page).first()).toContainText('Looked through the audit');
	expect(await findings(page)).toEqual([]);

	await page.getByLabel('What').selectOption({ label: 'Looks at records' });
	await page.getByLabel('Who').selectOption({ label: 'Hannah Whitlock' });
	await page.getByRole('button', { name: 'Search' }).click();
	const look = entries(page).filter({ hasText: 'Looked at a visit and its patient' }).first();
	await expect(look).toContainText('Hannah Whitlock');
	await look.locator('summary').click();
	await expect(look).toContainText('Request');
	expect(await findings(page)).toEqual([]);

	await look.getByRole('link', { name: 'Everything about it' }).click();
	await expect(entries(page).filter({ hasText: 'Visit: Booked for' })).toHaveCount(1);

	await page.getByText('Export', { exact: true }).click();
	await page
		.getByLabel('First day')
		.fill(Temporal.Now.plainDateISO().subtract({ days: 300 }).toString());
	const downloading = page.waitForEvent('download');
	await page.getByRole('button', { name: 'Download' }).click();
	const file = await readFile(await (await downloading).path(), 'utf8');
	const rows = parse<Record<string, string>>(file, { bom: true, columns: true });
	expect(rows.length).toBeGreaterThanOrEqual(3);
	expect(new Set(rows.map((row) => row['subject id'])).size).toBe(1);
	expect(rows.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['book', 'visit-read']));

	await page.goto('/organization/audit');
	await expect(entries(page).filter({ hasText: 'Exported the audit' })).toHaveCount(1);
});

test('pages through the older entries, and says so where nothing fits', async ({ open }) => {
	const page = await open({ as: ADMIN });
	await page.goto('/organization/audit');
	const first = await entries(page).count();
	expect(first).toBe(50);
	await page.getByRole('link', { name: 'Older entries' }).click();
	await expect(page.getByRole('link', { name: 'Newest entries' })).toBeVisible();
	await expect(entries(page)).toHaveCount(50);
	await page.goto('/organization/audit?until=2001-01-01');
	await expect(page.getByText('Nothing fits what you ask for.')).toBeVisible();
	await page.goto('/organization/audit?from=2026-02-02&until=2026-02-01');
	await expect(page.getByRole('alert')).toContainText('The last day is before the first one.');
	await expect(page.getByText('Sealed up to entry')).toBeVisible();
});

test('who may not read it is told so, and that is written down', async ({ open }) => {
	const desk = await open({ as: RECEPTION });
	const answer = await desk.goto('/organization/audit');
	expect(answer?.status()).toBe(403);
	await expect(desk.getByText('This page is for administrators')).toBeVisible();
	const page = await open({ as: ADMIN });
	await page.goto('/organization/audit?group=refused');
	const refused = entries(page).filter({ hasText: 'the page /organization/audit' }).first();
	await expect(refused).toContainText('Hannah Whitlock');
});

for (const [device, options] of [
	['a desktop in the dark', { colorScheme: 'dark' }],
	['a tablet', TABLET],
	['a phone', PHONE]
] as const) {
	test(`axe finds nothing in the audit on ${device}`, async ({ open }) => {
		const page = await open({ ...options, as: ADMIN });
		await page.goto('/organization/audit');
		await entries(page).first().locator('summary').click();
		await page.getByText('Export', { exact: true }).click();
		expect(await findings(page)).toEqual([]);
		const overflow = await page
			.locator('main')
			.evaluate((main) => main.scrollWidth - main.clientWidth);
		expect(overflow).toBeLessThanOrEqual(0);
	});
}
