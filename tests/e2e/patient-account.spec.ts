/** A patient on a phone signs in with a code, moves and cancels a visit, adds a child and books for it. */
import type { Page } from '@playwright/test';
import pg from 'pg';
import type { Site } from '#domain/site/site.ts';
import { patientFactory } from '../domain/patients/family.ts';
import { codesSentTo, codeSentTo } from '../support/sent-codes.ts';
import { findingsInBothThemes } from './accessibility.ts';
import { expect, PHONE, test } from './fixtures.ts';

const HOME = '/en/fellside';
/** Longer than any service's cut-off in the demo. */
const AHEAD_MS = 30 * 3_600_000;

let owner: pg.Client;
test.beforeAll(async ({ dayboard }) => {
	owner = new pg.Client({ connectionString: dayboard.databaseUrl });
	await owner.connect();
});
test.afterAll(() => owner.end());

async function demoSite(): Promise<Site> {
	const { rows } = await owner.query<{ organization_id: string; account_id: string }>(
		`SELECT organization_id, account_id FROM sites WHERE slug = 'fellside'`
	);
	const { organization_id: organizationId, account_id: accountId } = rows[0]!;
	return {
		organizationId,
		accountId,
		slug: 'fellside',
		name: '',
		hue: 0,
		texts: {},
		specialties: {},
		logo: null,
		currency: 'GBP'
	};
}

/** Takes the first time that is far enough ahead to be changed again. */
async function takeTime(page: Page): Promise<void> {
	const times = page.locator('button[name=time]');
	await expect(times.first()).toBeVisible();
	const starts = await times.evaluateAll((buttons) =>
		buttons.map((button) => Number((button as HTMLButtonElement).value.split('.').at(-1)))
	);
	await times.nth(starts.findIndex((at) => at > Date.now() + AHEAD_MS)).tap();
}

async function chooseService(page: Page): Promise<void> {
	await page.getByRole('link', { name: 'Book a visit' }).first().tap();
	await page.getByRole('link', { name: /^Consultation/ }).tap();
	await takeTime(page);
	await expect(page.getByText('Kept for you until')).toBeVisible();
}

test('signs in by a code, changes visits, and books for a child', async ({
	browser,
	dayboard,
	database
}) => {
	test.slow();
	const email = 'weronika@home.example';
	await patientFactory(
		{ database, site: await demoSite() },
		{ email, givenName: 'Weronika', familyName: 'Kochanowska-Fletcher' }
	);
	const context = await browser.newContext({ ...PHONE, baseURL: dayboard.url });
	const page = await context.newPage();
	await page.goto(HOME);
	await page.getByRole('link', { name: 'My visits' }).tap();
	await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
	expect(await findingsInBothThemes(page)).toEqual([]);
	await page.getByLabel('E-mail or mobile phone').fill(email.toUpperCase());
	const known = (await codesSentTo({ database, owner }, email)).length;
	await page.getByRole('button', { name: 'Send me a code' }).tap();
	await expect(page.getByRole('heading', { name: 'Enter the code' })).toBeVisible();
	const code = await codeSentTo({ database, owner }, email, known);
	await page.getByLabel('Code').fill(code === '000000' ? '000001' : '000000');
	await page.getByRole('button', { name: 'Sign in' }).tap();
	await expect(page.getByText('Tries left: 4.')).toBeVisible();
	expect(await findingsInBothThemes(page)).toEqual([]);
	await page.getByLabel('Code').fill(code);
	await page.getByRole('button', { name: 'Sign in' }).tap();
	await expect(page.getByText('Hello Weronika')).toBeVisible();
	await expect(page.getByText('You have no visit to come.')).toBeVisible();

	await chooseService(page);
	expect(await findingsInBothThemes(page)).toEqual([]);
	await page.getByRole('button', { name: 'For me (Weronika)' }).tap();
	await expect(page.getByText('Your visit is booked.')).toBeVisible();
	expect(await findingsInBothThemes(page)).toEqual([]);
	await page.getByRole('link', { name: 'Choose another time' }).tap();
	await takeTime(page);
	await expect(page.getByText('Your visit has a new time.')).toBeVisible();

	await page.getByRole('link', { name: 'My visits' }).last().tap();
	await page.getByRole('link', { name: 'Children' }).tap();
	await page.getByLabel('First name').fill('Zofia');
	await expect(page.getByLabel('Last name')).toHaveValue('Kochanowska-Fletcher');
	await page.getByLabel('Date of birth').fill('2017-05-06');
	await page.getByRole('button', { name: 'Add a child' }).tap();
	await expect(page.getByText('You can book for this child now.')).toBeVisible();
	expect(await findingsInBothThemes(page)).toEqual([]);
	await chooseService(page);
	await page.getByRole('button', { name: 'For Zofia' }).tap();
	await expect(page.getByText('Your visit is booked.')).toBeVisible();
	await expect(page.getByText('For Zofia')).toBeVisible();

	await page.getByText('Cancel the visit', { exact: true }).tap();
	await page.getByLabel('I am ill').check();
	expect(await findingsInBothThemes(page)).toEqual([]);
	await page.getByRole('button', { name: 'Yes, cancel it' }).tap();
	await expect(page.getByText('This visit is cancelled.')).toBeVisible();
	const { rows } = await owner.query(
		`SELECT status, cancel_reason FROM appointments a JOIN patients p ON p.id = a.patient_id WHERE p.given_name = 'Zofia'
			AND p.email = $1`,
		[email]
	);
	expect(rows).toEqual([{ status: 'cancelled', cancel_reason: 'patient-ill' }]);

	await page.getByRole('link', { name: 'My visits' }).last().tap();
	await expect(page.getByText('Past and cancelled')).toBeVisible();
	expect(await findingsInBothThemes(page)).toEqual([]);
	await page.getByRole('link', { name: 'My details' }).tap();
	await page.getByLabel('Messages about visits').selectOption({ label: 'By SMS' });
	await page.getByRole('button', { name: 'Save' }).tap();
	await expect(page.getByText('Saved.')).toBeVisible();
	expect(await findingsInBothThemes(page)).toEqual([]);
	await page.getByRole('link', { name: 'Change: E-mail' }).tap();
	await expect(page.getByRole('heading', { name: 'New e-mail address' })).toBeVisible();
	expect(await findingsInBothThemes(page)).toEqual([]);
	await page.getByLabel('New e-mail address').fill(`new-${email}`);
	await page.getByRole('button', { name: 'Send me a code' }).tap();
	await expect(page.getByLabel('Code')).toBeVisible();
	expect(await findingsInBothThemes(page)).toEqual([]);
	await page.getByLabel('Code').fill(await codeSentTo({ database, owner }, `new-${email}`));
	await page.getByRole('button', { name: 'Confirm' }).tap();
	await expect(page.getByText('Your new contact is saved.')).toBeVisible();
	await page.getByRole('link', { name: 'My data' }).tap();
	await expect(page.getByRole('heading', { name: 'My data' })).toBeVisible();
	expect(await findingsInBothThemes(page)).toEqual([]);
	const download = page.waitForEvent('download');
	await page.getByRole('button', { name: 'As a page to read' }).tap();
	expect((await download).suggestedFilename()).toMatch(/^my-data-.*\.html$/);

	await page.goto(`/pl/fellside/me`);
	await expect(page.getByRole('heading', { name: 'Moje wizyty' })).toBeVisible();
	expect(await findingsInBothThemes(page)).toEqual([]);
	await page.getByRole('button', { name: 'Wyloguj się', exact: true }).tap();
	await page.waitForURL('**/pl/fellside');
	await page.goto(`${HOME}/me`);
	await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
	await context.close();
});
