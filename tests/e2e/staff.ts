/** Signing in and finding one's way on the board, as the specs need it. */
import {
	expect,
	type Browser,
	type BrowserContextOptions,
	type Locator,
	type Page
} from '@playwright/test';

export const RECEPTION = { email: 'reception@dayboard.example', password: 'demo-reception' };
export const ADMIN = { email: 'admin@dayboard.example', password: 'demo-admin' };

/** Opens a browser context of its own and signs in; ends on the board's first clinic, today. */
export async function openBoard(
	browser: Browser,
	url: string,
	account = RECEPTION,
	options: BrowserContextOptions = {}
): Promise<Page> {
	const context = await browser.newContext({ baseURL: url, ...options });
	const page = await context.newPage();
	await page.goto('/sign-in');
	await page.getByLabel('E-mail').fill(account.email);
	await page.getByLabel('Password').fill(account.password);
	await page.getByRole('button', { name: 'Sign in' }).click();
	await expect(page.locator('[data-board-loaded=true][data-connection=live]')).toBeVisible();
	return page;
}

/** The board of the following day: none of its visits has begun, so all can be moved. */
export async function openTomorrow(page: Page): Promise<void> {
	const before = page.url();
	await page.getByRole('button', { name: 'Next day' }).click();
	await expect.poll(() => page.url()).not.toBe(before);
	await expect(page.locator('[data-board-loaded=true][data-connection=live]')).toBeVisible();
	await expect(card(page).first()).toBeVisible();
}

export function card(page: Page, appointmentId?: string): Locator {
	return page.locator(
		appointmentId ? `[data-appointment-id="${appointmentId}"]` : '[data-appointment-id]'
	);
}

/** What a screen reader says of a card: time, patient, service, status and so on. */
export function labelOf(page: Page, appointmentId: string): Locator {
	return card(page, appointmentId).locator('[data-label]');
}
