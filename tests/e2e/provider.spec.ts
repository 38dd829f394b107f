/** Single sign-on, from the settings page to the board, with a real provider on loopback. */
import type { Page } from '@playwright/test';
import { startDayboard, type RunningDayboard } from '../support/dayboard.ts';
import { CLIENT, startIdentityProvider, type TestProvider } from '../support/identity-provider.ts';
import { findings } from './accessibility.ts';
import { ADMIN, expect, test, untilLive } from './fixtures.ts';

let dayboard: RunningDayboard;
let provider: TestProvider;

// What is set up by the first is used by the others.
test.describe.configure({ mode: 'serial' });

test.beforeAll(async () => {
	test.setTimeout(240_000);
	dayboard = await startDayboard({ scale: 'small', env: { ALLOW_PRIVATE_PROVIDERS: '1' } });
	provider = await startIdentityProvider([`${dayboard.url}/sign-in/provider/callback`]);
	provider.people.set('anna', {
		...{ email: 'anna@north.example', email_verified: true, name: 'Anna Wolska' },
		groups: ['front-desk']
	});
});
test.afterAll(async () => {
	await provider?.close();
	await dayboard?.close();
});

/** On the provider's own page. */
async function signInAtProvider(page: Page, name: string) {
	await page.getByLabel('Name').fill(name);
	await page.getByRole('button', { name: 'Sign in' }).click();
}

test('an administrator sets it up; a new person signs in with the role of the claim, and not without it', async ({
	open,
	browser
}) => {
	const admin = await open({ as: ADMIN, at: dayboard, day: 'today' });
	await admin.goto('/organization/provider');
	await expect(admin.getByRole('heading', { name: 'Not set up yet' })).toBeVisible();
	expect(await findings(admin)).toEqual([]);
	await admin.getByRole('button', { name: 'Set up single sign-on' }).click();
	await expect(admin.getByLabel('Redirect address')).toHaveValue(
		`${dayboard.url}/sign-in/provider/callback`
	);
	await admin.getByLabel('Name on the button').fill('North account');
	await admin.getByLabel("Provider's address").fill(`${provider.issuer}/wrong`);
	await admin.getByLabel('Client ID').fill(CLIENT.clientId);
	await admin.getByLabel('Client secret').fill(CLIENT.clientSecret);
	await admin.getByRole('button', { name: 'Test the connection' }).click();
	await expect(admin.getByText('but no sign-in provider')).toBeVisible();
	await admin.getByLabel("Provider's address").fill(provider.issuer);
	await admin.getByRole('button', { name: 'Test the connection' }).click();
	await expect(admin.getByText('It works:')).toBeVisible();
	await admin.getByLabel('E-mail domains').fill('north');
	await admin.getByRole('textbox', { name: 'Rule 1: who has' }).fill('front-desk');
	await admin.getByRole('combobox', { name: 'Rule 1: role' }).selectOption('Reception');
	await admin.getByRole('button', { name: 'Add a rule' }).click();
	await expect(admin.getByRole('textbox', { name: 'Rule 2: who has' })).toBeFocused();
	await admin.keyboard.type('x');
	await admin.getByRole('button', { name: 'Remove rule 2' }).click();
	await admin.getByRole('checkbox', { name: 'Offer single sign-on' }).check();
	await expect(admin.getByText('You have changes that are not saved.')).toBeVisible();
	await admin.getByRole('button', { name: 'Save' }).click();
	await expect(admin.getByRole('alert')).toHaveText(
		'An e-mail domain must look like clinic.example.'
	);
	await expect(admin.getByLabel('E-mail domains')).toBeFocused();
	expect(await findings(admin)).toEqual([]);
	await admin.getByLabel('E-mail domains').fill('north.example');
	await admin.getByRole('button', { name: 'Save' }).click();
	await expect(admin.getByText('Saved.')).toBeVisible();
	await admin.reload();
	await expect(admin.getByLabel('Client secret')).toHaveValue('');
	await expect(admin.getByLabel("Provider's address")).toHaveValue(provider.issuer);
	expect(await findings(admin)).toEqual([]);

	const anna = await (await browser.newContext({ baseURL: dayboard.url })).newPage();
	await anna.goto('/sign-in');
	await anna.getByLabel('E-mail').fill('anna@north.example');
	await anna.getByRole('button', { name: 'Continue with North account' }).click();
	await signInAtProvider(anna, 'anna');
	await untilLive(anna);
	await anna.getByRole('button', { name: 'My menu' }).click();
	await expect(anna.getByText('Anna Wolska')).toBeVisible();
	await expect(anna.getByText('Reception', { exact: true })).toBeVisible();
	await anna.getByRole('menuitem', { name: 'Sign out' }).click();
	await expect(anna).toHaveURL(/\/sign-in/);

	provider.people.get('anna')!.groups = [];
	await anna.goto('/sign-in/provider');
	expect(await findings(anna)).toEqual([]);
	await anna.getByLabel('E-mail').fill('anna@north.example');
	await anna.getByRole('button', { name: 'Continue' }).click();
	await expect(anna.getByRole('heading', { name: 'You were not signed in' })).toBeVisible();
	await expect(anna.getByRole('alert')).toContainText('given you no role');
	expect(await findings(anna)).toEqual([]);
	await anna.goto('/');
	await expect(anna).toHaveURL(/\/sign-in/);
	provider.people.get('anna')!.groups = ['front-desk'];
	await anna.context().close();
});

test('without scripts the way leads to the provider and back', async ({ browser }) => {
	const context = await browser.newContext({ baseURL: dayboard.url, javaScriptEnabled: false });
	const page = await context.newPage();
	await page.goto('/sign-in');
	await page.getByRole('link', { name: "Sign in with your organization's account" }).click();
	await page.getByLabel('E-mail').fill('anna@nowhere.example');
	await page.getByRole('button', { name: 'Continue' }).click();
	await expect(page.getByRole('alert')).toContainText('nowhere.example');
	await page.getByLabel('E-mail').fill('anna@north.example');
	await page.getByRole('button', { name: 'Continue' }).click();
	// By itself; the link is for whoever switched that off as well.
	await expect(page.getByRole('heading', { name: 'Clinic accounts' })).toBeVisible();
	await page.getByRole('button', { name: 'No, thanks' }).click();
	await expect(page.getByRole('alert')).toContainText('You chose not to sign in');
	await page.getByRole('link', { name: 'Try again' }).click();
	await page.getByLabel('E-mail').fill('anna@north.example');
	await page.getByRole('button', { name: 'Continue' }).click();
	await signInAtProvider(page, 'anna');
	await expect(page).toHaveURL(/\/board\//);
	const back = page.url();
	await page.goto(`${dayboard.url}/sign-in/provider/callback?state=made-up&code=made-up`);
	await expect(page.getByRole('alert')).toContainText('used before');
	await page.goto(back);
	await expect(page).toHaveURL(/\/board\//);
	await context.close();
});

test('the sign-in page offers nothing to a domain that nobody has', async ({ browser }) => {
	const context = await browser.newContext({ baseURL: dayboard.url });
	const page = await context.newPage();
	await page.goto('/sign-in');
	const asked = page.waitForResponse((response) => response.url().includes('/offer'));
	await page.getByLabel('E-mail').fill('anna@nowhere.example');
	await asked;
	await expect(
		page.getByRole('link', { name: "Sign in with your organization's account" })
	).toBeVisible();
	await expect(page.getByRole('button', { name: /^Continue with/ })).toHaveCount(0);
	expect(await findings(page)).toEqual([]);
	await context.close();
});
