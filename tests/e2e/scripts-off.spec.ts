/** A browser that runs no scripts: everything on the way to a booked visit works. */
import { expect, PHONE, test } from './fixtures.ts';

test('from the first page to a booked visit, with preparation and price on the way', async ({
	browser,
	dayboard
}) => {
	const context = await browser.newContext({
		...{ ...PHONE, javaScriptEnabled: false, baseURL: dayboard.url }
	});
	const page = await context.newPage();
	await page.goto('/en/fellside');
	await page.getByRole('link', { name: 'Book a visit' }).first().click();
	await page.getByRole('link', { name: /^Blood test.*£30/ }).click();
	await expect(page.getByRole('heading', { name: 'When suits you?' })).toBeVisible();
	// The filter is a form, folded away.
	await page.locator('summary').filter({ hasText: 'Any doctor' }).click();
	await page.getByLabel('With').selectOption({ label: 'Dr Katarzyna Nowak' });
	await page.getByRole('button', { name: 'Show times' }).click();
	await expect(page).toHaveURL(/doctor=dr-katarzyna-nowak/);
	await page.locator('button[name=time]').last().click();
	await expect(page.getByText('Kept for you until')).toBeVisible();
	await expect(page.getByText('Please eat nothing for 10 hours before the test.')).toBeVisible();
	await expect(page.locator('dl')).toContainText('£30');
	await page.getByLabel('First name').fill('Noemi');
	await page.getByLabel('Last name').fill('Script-Less');
	await page.getByLabel('Date of birth').fill('1988-08-08');
	await page.getByLabel('E-mail').fill('noemi@example.com');
	await page.getByRole('checkbox').check();
	await page.getByRole('button', { name: 'Book this visit' }).click();
	await expect(page.getByText('Your visit is booked.')).toBeVisible();
	await expect(page.getByText('Please eat nothing for 10 hours before the test.')).toBeVisible();
	await expect(page.locator('dl')).toContainText('£30');
	await context.close();
});

test('a free time on a doctor’s page, and a letter to the clinic', async ({
	browser,
	dayboard
}) => {
	const context = await browser.newContext({
		...{ javaScriptEnabled: false, baseURL: dayboard.url }
	});
	const page = await context.newPage();
	await page.goto('/en/fellside/doctors');
	await page.getByRole('link', { name: /^Dr Katarzyna Nowak/ }).click();
	await page.getByLabel('For').selectOption({ label: 'Health check' });
	await page.getByRole('button', { name: 'Show', exact: true }).click();
	await page.locator('button[name=time]').first().click();
	await expect(page.getByText('Kept for you until')).toBeVisible();
	await expect(page.locator('dl')).toContainText('Health check');
	await page.getByRole('button', { name: 'Choose another time' }).click();

	await page.getByRole('link', { name: 'Contact' }).click();
	await page.getByLabel('Your name').fill('Noemi Script');
	await page.getByLabel('E-mail', { exact: true }).fill('noemi@example.com');
	await page.getByLabel('Your message').fill('Is there a lift?');
	await page.getByRole('button', { name: 'Send' }).click();
	await expect(page.getByText('Thank you, we have your message.')).toBeVisible();
	await context.close();
});
