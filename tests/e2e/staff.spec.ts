import { eq } from 'drizzle-orm';
import { openDatabase, type Database } from '#db/database.ts';
import { hashPassword } from '#db/passwords.ts';
import { clinics, organizations, resources, users } from '#db/schema/index.ts';
import { findingOrganization, inOrganization } from '#db/transaction.ts';
import type { Page } from '@playwright/test';
import { startDayboard, type RunningDayboard } from '../support/dayboard.ts';
import { findings } from './accessibility.ts';
import { ADMIN, card, expect, PHONE, placeOf, RECEPTION, test, untilLive } from './fixtures.ts';

/** A demo of its own: a second clinic would be on every page of the other specs. */
let dayboard: RunningDayboard;
let database: Database;
let organizationId: string;
const SOUTH = { id: crypto.randomUUID(), name: 'Zennor Clinic' };
test.beforeAll(async () => {
	test.setTimeout(240_000);
	dayboard = await startDayboard({ scale: 'small' });
	database = openDatabase(dayboard.databaseUrl, { max: 2 });
	const [found] = await findingOrganization(database, (transaction) =>
		transaction.select({ id: organizations.id }).from(organizations)
	);
	organizationId = found!.id;
	await inOrganization(database, organizationId, async (transaction) => {
		const { id, name } = SOUTH;
		await transaction.insert(resources).values({ organizationId, id, kind: 'clinic' });
		await transaction
			.insert(clinics)
			.values({ organizationId, id, name, zone: 'Europe/London', importKey: 'zennor' });
	});
});
test.afterAll(async () => {
	await database.close();
	await dayboard.close();
});

/** Opens a page about the organization. */
async function organizationPage(page: Page, tab: 'staff' | 'roles' | 'settings'): Promise<void> {
	await page.goto(`/organization/${tab}`);
	await page.waitForLoadState('networkidle');
}

const PASSWORD = 'a long enough password';

/** The password of an account, as if its owner had chosen one by the link of the invitation. */
async function takeUp(email: string): Promise<void> {
	const passwordHash = await hashPassword(PASSWORD);
	await inOrganization(database, organizationId, (transaction) =>
		transaction.update(users).set({ passwordHash }).where(eq(users.email, email))
	);
}

test('somebody is invited for one clinic, sees that one alone, and stops when the role is taken away', async ({
	open
}) => {
	const admin = await open({ as: ADMIN, at: dayboard, day: 'today' });
	const { clinicId: north } = placeOf(admin);
	await organizationPage(admin, 'staff');
	await admin.getByRole('button', { name: 'Add somebody' }).click();
	const dialog = admin.getByRole('dialog');
	const email = 'morwenna@dayboard.example';
	await dialog.getByLabel('Name').fill('Morwenna Tregenza');
	await dialog.getByLabel('E-mail').fill('no address');
	await dialog.getByRole('combobox', { name: 'Role' }).selectOption('Reception');
	await dialog.getByLabel('Where').selectOption(SOUTH.name);
	await dialog.getByRole('button', { name: 'Add and make an invitation' }).click();
	await expect(dialog.getByRole('alert')).toContainText('does not look like an e-mail address');
	await dialog.getByLabel('E-mail').fill(email);
	await dialog.getByRole('button', { name: 'Add and make an invitation' }).click();
	const link = dialog.getByLabel('Link for Morwenna Tregenza');
	await expect(link).toHaveValue(new RegExp(`^${dayboard.url}/\\S{43,}`));
	await dialog.getByRole('button', { name: 'Done' }).click();
	const row = admin.getByRole('row', { name: /Morwenna Tregenza/ });
	await expect(row).toContainText('Invited');
	await expect(row).toContainText(`Reception, ${SOUTH.name}`);

	await takeUp(email);
	const newcomer = await open({ as: { email, password: PASSWORD }, at: dayboard, day: 'today' });
	expect(placeOf(newcomer).clinicId).toBe(SOUTH.id);
	await expect(newcomer.getByRole('option').filter({ hasText: 'Clinic' })).toHaveText([SOUTH.name]);
	const stranger = await newcomer.request.get(`/board/${north}`);
	expect(stranger.status()).toBe(404);
	expect((await newcomer.request.get('/organization/staff')).status()).toBe(403);

	await row.getByRole('button', { name: /^Change/ }).click();
	await dialog.getByRole('button', { name: 'Take away Reception' }).click();
	await dialog.getByRole('button', { name: 'Save' }).click();
	await expect(dialog.getByText('Saved.')).toBeVisible();
	await expect(newcomer.getByRole('alert').getByText('You were signed out')).toBeVisible({
		timeout: 5_000
	});
	await newcomer.goto('/');
	await expect(newcomer.getByText('Your account has no clinic yet')).toBeVisible();

	await dialog.getByRole('button', { name: 'Close the account' }).click();
	await dialog.getByRole('button', { name: 'Yes, close it' }).click();
	await expect(dialog.getByText('The account is closed.')).toBeVisible();
	await newcomer.goto('/');
	await expect(newcomer.getByRole('button', { name: 'Sign in', exact: true })).toBeVisible();
});

test('signed out in one tab, the board in another stops within five seconds and says so', async ({
	open
}) => {
	const board = await open({ at: dayboard, day: 'today' });
	const other = await board.context().newPage();
	await other.goto(new URL(board.url()).pathname);
	await untilLive(other);
	await other.getByRole('button', { name: 'My menu' }).click();
	await other.getByRole('menuitem', { name: 'Sign out' }).click();
	await expect(board.getByRole('alert').getByText('You were signed out')).toBeVisible({
		timeout: 5_000
	});
});

test('a role is made from one that there is, kept while somebody has it, and removed', async ({
	open
}) => {
	const page = await open({ as: ADMIN, at: dayboard, day: 'today' });
	await organizationPage(page, 'roles');
	await page.getByRole('button', { name: 'Make a role' }).click();
	const dialog = page.getByRole('dialog');
	await dialog.getByLabel('Start from').selectOption('Reception');
	await dialog.getByLabel('May cancel visits').selectOption('No');
	await dialog.getByRole('button', { name: 'Make the role' }).click();
	await expect(dialog.getByRole('alert')).toContainText('give the role a name');
	await dialog.getByLabel('Name').fill('Night desk');
	await dialog.getByRole('button', { name: 'Make the role' }).click();
	await expect(dialog).toBeHidden();
	await expect(page.getByRole('columnheader', { name: 'Night desk' })).toBeVisible();

	await organizationPage(page, 'staff');
	await page.getByRole('button', { name: 'Change Sally Okafor' }).click();
	await dialog.getByRole('combobox', { name: 'Role' }).selectOption('Night desk');
	await dialog.getByRole('button', { name: 'Save' }).click();
	await expect(dialog.getByText('Saved.')).toBeVisible();

	await organizationPage(page, 'roles');
	const remove = async () => {
		await page.getByRole('button', { name: 'Change Night desk' }).click();
		await dialog.getByRole('button', { name: 'Remove the role' }).click();
		await dialog.getByRole('button', { name: 'Yes, remove it' }).click();
	};
	await remove();
	await expect(dialog.getByRole('alert')).toContainText('Sally Okafor has this role');
	await page.keyboard.press('Escape');
	await organizationPage(page, 'staff');
	await page.getByRole('button', { name: 'Change Sally Okafor' }).click();
	await dialog.getByRole('combobox', { name: 'Role' }).selectOption('Reception');
	await dialog.getByRole('button', { name: 'Save' }).click();
	await expect(dialog.getByText('Saved.')).toBeVisible();
	await organizationPage(page, 'roles');
	await remove();
	await expect(dialog).toBeHidden();
	await expect(page.getByRole('columnheader', { name: 'Night desk' })).toHaveCount(0);
});

test('settings are checked and stored, and only shown to whoever may not change them', async ({
	open
}) => {
	const page = await open({ as: ADMIN, at: dayboard, day: 'today' });
	await organizationPage(page, 'settings');
	await page.getByLabel(/minutes without use/).fill('2');
	await page.getByRole('button', { name: 'Save settings' }).click();
	await expect(page.getByRole('alert')).toContainText('from 5 to 10080');
	await page.getByLabel(/minutes without use/).fill('60');
	await page.getByLabel('Arrived').fill('Is here');
	await page.getByRole('button', { name: 'Save settings' }).click();
	await expect(page.getByText('Saved.')).toBeVisible();
	await page.reload();
	await expect(page.getByLabel('Arrived')).toHaveValue('Is here');
	await page.goto('/');
	await untilLive(page);
	await page.getByRole('button', { name: 'Filter' }).click();
	await expect(page.getByRole('option', { name: 'Is here' })).toHaveCount(1);
	const reception = await open({ as: RECEPTION, at: dayboard, day: 'today' });
	expect((await reception.request.get('/organization/settings')).status()).toBe(403);
});

test('support finds a visit by what it sees, and sees nobody', async ({ open }) => {
	const support = { email: 'support@dayboard.example', password: 'demo-support' };
	const page = await open({ as: support, at: dayboard, day: 'today' });
	const label = await card(page).first().locator('[data-label]').textContent();
	expect(label).toMatch(/, \p{L}\. \p{L}\., born \d{4}, /u);
	await card(page).first().click();
	const panel = page.getByRole('complementary', { name: 'Visit' });
	await expect(panel.getByRole('heading', { level: 3 }).first()).toHaveText(/born \d{4}$/);
	await expect(panel.getByLabel('Note', { exact: true })).toHaveCount(0);
	await expect(panel).toContainText('You do not have permission to see it.');
});

for (const [device, options] of [
	['a desktop', { viewport: { width: 1440, height: 900 } }],
	['a phone in the dark', { ...PHONE, colorScheme: 'dark' }]
] as const) {
	test(`axe finds nothing on the pages about an organization, on ${device}`, async ({ open }) => {
		const page = await open({ ...options, as: ADMIN, at: dayboard, day: 'today' });
		for (const [tab, opens] of [
			['staff', 'Change Hannah Whitlock'],
			['roles', 'Make a role'],
			['settings', null]
		] as const) {
			await organizationPage(page, tab);
			expect([tab, await findings(page)]).toEqual([tab, []]);
			if (opens === null) continue;
			await page.getByRole('button', { name: opens }).click();
			await expect(page.getByRole('dialog')).toBeVisible();
			expect([`${tab}, open`, await findings(page)]).toEqual([`${tab}, open`, []]);
		}
	});
}
