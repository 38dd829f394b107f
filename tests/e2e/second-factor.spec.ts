import type { Browser, Page } from '@playwright/test';
import { eq } from 'drizzle-orm';
import { organizations, users } from '#db/schema/index.ts';
import { findingOrganization } from '#db/transaction.ts';
import { codeOf } from '../domain/access/account.ts';
import type { RunningDayboard } from '../support/dayboard.ts';
import { findings } from './accessibility.ts';
import { DOCTOR, expect, PHONE, RECEPTION, test } from './fixtures.ts';

async function visitor(browser: Browser, dayboard: RunningDayboard, options = {}) {
	const context = await browser.newContext({ baseURL: dayboard.url, ...options });
	return context.newPage();
}

async function givePassword(page: Page, { email, password }: { email: string; password: string }) {
	await page.goto('/sign-in');
	await page.getByLabel('E-mail').fill(email);
	await page.getByLabel('Password', { exact: true }).fill(password);
	await page.getByRole('button', { name: 'Sign in' }).click();
}

/** @returns what the page shows for typing into an app */
async function keyOf(page: Page): Promise<string> {
	await page.getByText('I cannot scan it').click();
	return (await page.locator('details code').innerText()).replaceAll(' ', '');
}

const onBoard = (page: Page) => page.waitForURL(/\/board\//);

test('a second factor is set up, asked for, used with a recovery code and turned off', async ({
	open,
	browser,
	dayboard
}) => {
	const page = await open({ as: DOCTOR, day: 'today' });
	await page.getByRole('button', { name: 'My menu' }).click();
	await page.getByRole('menuitem', { name: 'Second factor' }).click();
	await expect(page.getByRole('heading', { name: 'Second factor' })).toBeVisible();
	expect(await findings(page)).toEqual([]);
	await page.getByLabel('Your password, once more').fill('wrong');
	await page.getByRole('button', { name: 'Set it up' }).click();
	await expect(page.getByRole('alert')).toContainText('not your password');
	await page.getByLabel('Your password, once more').fill(DOCTOR.password);
	await page.getByRole('button', { name: 'Set it up' }).click();
	await expect(page.getByRole('img', { name: /QR code/ })).toBeVisible();
	const secret = await keyOf(page);
	expect(await findings(page)).toEqual([]);
	await page.getByLabel('Code from the app').fill(codeOf(secret, Date.now() - 30_000));
	await page.getByRole('button', { name: 'Turn it on' }).click();
	await expect(page.getByText('They are shown only now.')).toBeVisible();
	expect(await findings(page)).toEqual([]);
	const codes = await page.getByRole('listitem').allInnerTexts();
	expect(codes).toHaveLength(10);
	const download = page.waitForEvent('download');
	await page.getByRole('button', { name: 'Download' }).click();
	expect((await download).suggestedFilename()).toBe('dayboard-recovery-codes.txt');
	await page.getByRole('link', { name: 'I have kept them' }).click();
	await expect(page.getByText('10 recovery codes are left')).toBeVisible();
	expect(await findings(page)).toEqual([]);

	// With a code from the app.
	const phone = await visitor(browser, dayboard, PHONE);
	await givePassword(phone, DOCTOR);
	await phone.waitForURL('**/sign-in/second-step?*');
	expect(await findings(phone)).toEqual([]);
	// Not signed in yet.
	await phone.goto('/me/devices');
	await phone.waitForURL('**/sign-in?*');
	await phone.goto('/sign-in/second-step');
	const field = phone.getByLabel('Code', { exact: true });
	await field.fill(codeOf(secret, Date.now() - 90_000));
	await phone.getByRole('button', { name: 'Sign in', exact: true }).click();
	await expect(phone.getByRole('alert')).toContainText('does not fit');
	const code = codeOf(secret, Date.now());
	await field.fill(code);
	await phone.getByRole('button', { name: 'Sign in', exact: true }).click();
	await onBoard(phone);
	await phone.context().close();

	// The same code again, then a recovery code, at another browser in the dark.
	const desk = await visitor(browser, dayboard, { colorScheme: 'dark' });
	await givePassword(desk, DOCTOR);
	await desk.getByLabel('Code', { exact: true }).fill(code);
	await desk.getByRole('button', { name: 'Sign in', exact: true }).click();
	await expect(desk.getByRole('alert')).toContainText('used already');
	await desk.getByRole('button', { name: 'I do not have my phone' }).click();
	expect(await findings(desk)).toEqual([]);
	await desk.getByLabel('Recovery code').fill(codes[0]!);
	await desk.getByRole('button', { name: 'Sign in', exact: true }).click();
	await onBoard(desk);
	await desk.context().close();

	await page.reload();
	await expect(page.getByText('9 recovery codes are left')).toBeVisible();
	await page.getByText('Turn off…').click();
	await page.getByRole('checkbox').check();
	await page
		.getByLabel(/Your password or a code/)
		.last()
		.fill(codes[1]!);
	await page.getByRole('button', { name: 'Turn it off' }).click();
	await expect(page.getByRole('status')).toContainText('Your second factor is off');
});

test('where it is required nobody gets further than setting it up', async ({
	browser,
	dayboard,
	database
}) => {
	const [found] = await findingOrganization(database, (transaction) =>
		transaction
			.select({ id: organizations.id, before: organizations.settings })
			.from(users)
			.innerJoin(organizations, eq(organizations.id, users.organizationId))
			.where(eq(users.email, RECEPTION.email))
	);
	const { id, before } = found!;
	const settings = (secondFactor: 'required' | 'optional') =>
		findingOrganization(database, (transaction) =>
			transaction
				.update(organizations)
				.set({ settings: { ...before, secondFactor } })
				.where(eq(organizations.id, id))
		);
	await settings('required');
	try {
		const page = await visitor(browser, dayboard);
		await givePassword(page, RECEPTION);
		await page.waitForURL('**/sign-in/set-up-second-factor?*');
		expect(await findings(page)).toEqual([]);
		const cookies = await page.context().cookies();
		expect(cookies.map(({ name }) => name)).not.toContain('dayboard_session');
		expect(cookies.find(({ name }) => name === 'dayboard_second_step')).toMatchObject({
			...{ httpOnly: true, path: '/sign-in', sameSite: 'Strict' }
		});
		await page.goto('/me/devices');
		await page.waitForURL('**/sign-in?*');
		await page.goto('/sign-in/set-up-second-factor');
		const secret = await keyOf(page);
		await page.getByLabel('Code from the app').fill(codeOf(secret, Date.now()));
		await page.getByRole('button', { name: 'Sign in', exact: true }).click();
		await expect(page.getByText('They are shown only now.')).toBeVisible();
		expect(await findings(page)).toEqual([]);
		const [recoveryCode] = await page.getByRole('listitem').allInnerTexts();
		await page.getByRole('link', { name: /go on/ }).click();
		await onBoard(page);
		// Taken away again, with a code since it is required.
		await page.goto('/me/second-factor');
		await page.getByText('Turn off…').click();
		await page.getByRole('checkbox').check();
		await page.getByLabel('Code from your app, or a recovery code').last().fill(RECEPTION.password);
		await page.getByRole('button', { name: 'Turn it off' }).click();
		await expect(page.getByRole('alert')).toContainText('needs a code');
		await page.getByRole('checkbox').check();
		await page.getByLabel('Code from your app, or a recovery code').last().fill(recoveryCode!);
		await page.getByRole('button', { name: 'Turn it off' }).click();
		await expect(page.getByRole('status').first()).toContainText('Your second factor is off');
		await expect(page.getByText('your next sign-in asks you to')).toBeVisible();
		await page.context().close();
	} finally {
		await settings('optional');
	}
});

test('a forged or old cookie of the second step leads back to the password', async ({
	browser,
	dayboard
}) => {
	const page = await visitor(browser, dayboard);
	await page.goto('/sign-in/second-step');
	await expect(page.getByRole('status')).toContainText('Please begin again');
	const { hostname } = new URL(dayboard.url);
	await page.context().addCookies([
		{
			...{ name: 'dayboard_second_step', value: 'A'.repeat(43) },
			...{ domain: hostname, path: '/sign-in' }
		}
	]);
	for (const path of ['/sign-in/second-step', '/sign-in/set-up-second-factor']) {
		await page.goto(path);
		await expect(page.getByRole('status')).toContainText('Please begin again');
	}
	await page.context().close();
});
