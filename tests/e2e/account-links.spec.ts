import type { Browser } from '@playwright/test';
import { eq } from 'drizzle-orm';
import { makeAccountLink } from '#domain/access/commands/links.ts';
import { openDatabase } from '#db/database.ts';
import { users } from '#db/schema/index.ts';
import { findingOrganization } from '#db/transaction.ts';
import { startDayboard, type RunningDayboard } from '../support/dayboard.ts';
import { linkIn, startMailServer } from '../support/mail-server.ts';
import { findings } from './accessibility.ts';
import { ADMIN, expect, PHONE, RECEPTION, test } from './fixtures.ts';

const NEXT = 'a bicycle without brakes';

const visitor = async (browser: Browser, { url }: RunningDayboard, options = {}) =>
	(await browser.newContext({ baseURL: url, ...options })).newPage();

test('whoever forgot the password gets a mail, chooses a new one once, and is signed out elsewhere', async ({
	browser,
	open
}) => {
	const mailServer = await startMailServer('dayboard:secret');
	const dayboard = await startDayboard({
		env: (url) => ({
			...{ SMTP_URL: mailServer.url, MAIL_FROM: 'Clinic <board@clinic.example>', ORIGIN: url }
		})
	});
	try {
		const board = await open({ at: dayboard, day: 'today' });
		const page = await visitor(browser, dayboard);
		await page.goto('/sign-in');
		await page.getByRole('link', { name: 'Forgot your password?' }).click();
		expect(await findings(page)).toEqual([]);
		await page.getByLabel('E-mail').fill('nobody@dayboard.example');
		await page.getByRole('button', { name: 'Send me a link' }).click();
		const answer = await page.getByRole('status').innerText();
		await page.goto('/sign-in/forgotten');
		await page.getByLabel('E-mail').fill(RECEPTION.email);
		await page.getByRole('button', { name: 'Send me a link' }).click();
		await expect(page.getByRole('status')).toHaveText(answer);
		const mail = await mailServer.next(RECEPTION.email);
		expect(mail.from).toBe('board@clinic.example');
		expect(mail.text).toContain('The link works once, for one hour.');
		expect(mailServer.mails.flatMap(({ to }) => to)).toEqual([RECEPTION.email]);
		const link = linkIn(mail);
		expect(link.startsWith(`${dayboard.url}/account-link#`)).toBe(true);
		const secret = link.split('#')[1]!;

		// A scanner that opens it first changes nothing.
		expect((await fetch(link)).status).toBe(200);
		const asked: string[] = [];
		page.on('request', (request) => {
			asked.push(request.url(), ...Object.values(request.headers()));
		});
		await page.goto(link);
		await expect(page.getByText('Choose a new password.')).toBeVisible();
		expect(new URL(page.url()).hash).toBe('');
		expect(await findings(page)).toEqual([]);
		await page.getByLabel('New password', { exact: true }).fill('short');
		await page.getByLabel('New password again').fill('short');
		await page.getByRole('button', { name: 'Save password' }).click();
		// The browser itself says that it is too short.
		await expect(page.getByLabel('New password', { exact: true })).toBeFocused();
		await page.getByLabel('New password', { exact: true }).fill(NEXT);
		await page.getByLabel('New password again').fill(`${NEXT}!`);
		await page.getByRole('button', { name: 'Save password' }).click();
		await expect(page.getByRole('alert')).toContainText('differ');
		await page.getByLabel('New password', { exact: true }).fill(NEXT);
		await page.getByLabel('New password again').fill(NEXT);
		await page.getByRole('button', { name: 'Save password' }).click();
		await expect(page.getByRole('status')).toContainText('Your password is set');
		expect(asked.filter((text) => text.includes(secret))).toEqual([]);
		await expect(board.getByRole('alert').getByText('You were signed out')).toBeVisible();
		await page.getByLabel('E-mail').fill(RECEPTION.email);
		await page.getByLabel('Password', { exact: true }).fill(NEXT);
		await page.getByRole('button', { name: 'Sign in' }).click();
		await page.waitForURL(/\/board\//);

		const again = await visitor(browser, dayboard, PHONE);
		await again.goto(link);
		await expect(again.getByRole('alert')).toContainText('used already');
		expect(await findings(again)).toEqual([]);
		// Another one that is opened in the same tab.
		await again.goto(`${dayboard.url}/account-link#${'A'.repeat(43)}`);
		await expect(again.getByRole('alert')).toContainText('none of ours');
		// Neither addresses nor links are in the log.
		expect(dayboard.output().split('Ctrl-C stops it.')[1]!.trim()).toBe('');
		for (const one of [page, again]) await one.context().close();
	} finally {
		await dayboard.close();
		await mailServer.close();
	}
});

test('without a mail server the administrator is asked, and hands over an invitation', async ({
	browser,
	dayboard
}) => {
	const page = await visitor(browser, dayboard, { colorScheme: 'dark' });
	await page.goto('/sign-in/forgotten');
	await expect(page.getByText('Ask your administrator')).toBeVisible();
	expect(await findings(page)).toEqual([]);
	const database = openDatabase(dayboard.databaseUrl, { max: 2 });
	try {
		const [admin] = await findingOrganization(database, (transaction) =>
			transaction.select().from(users).where(eq(users.email, ADMIN.email))
		);
		const { organizationId, id: userId, name } = admin!;
		const role = 'organization-administrator';
		const actor = {
			...{ organizationId, userId, name, sessionId: null, origin: null },
			roles: [{ role, clinicId: null, practitionerId: null }]
		};
		const [colleague] = await findingOrganization(database, (transaction) =>
			transaction.select().from(users).where(eq(users.name, 'Priya Raman'))
		);
		const made = await makeAccountLink(database, actor, {
			...{ userId: colleague!.id, purpose: 'invitation' as const }
		});
		if (!made.ok) throw new Error(made.refusal.code);
		await page.goto(made.value.path);
		await expect(page.getByRole('heading', { name: 'Welcome to Dayboard' })).toBeVisible();
		await expect(page.getByText('Hello Priya Raman.')).toBeVisible();
		await page.getByLabel('New password', { exact: true }).fill(NEXT);
		await page.getByLabel('New password again').fill(NEXT);
		await page.getByRole('button', { name: 'Save password' }).click();
		await expect(page.getByRole('status')).toContainText('Your password is set');
	} finally {
		await database.close();
		await page.context().close();
	}
});

test('a link without scripts says what it needs', async ({ browser, dayboard }) => {
	const page = await visitor(browser, dayboard, { javaScriptEnabled: false });
	await page.goto(`/account-link#${'A'.repeat(43)}`);
	// Playwright's text locators leave `noscript` out.
	await expect(page.locator('noscript p')).toContainText('It needs JavaScript');
	await expect(page.locator('noscript p')).toBeVisible();
	await page.context().close();
});
