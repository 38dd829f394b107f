import type { Browser, Page } from '@playwright/test';
import { eq } from 'drizzle-orm';
import { openDatabase, type Database } from '#db/database.ts';
import {
	clinics,
	organizations,
	patients,
	practitioners,
	rooms,
	services,
	users
} from '#db/schema/index.ts';
import { findingOrganization, inOrganization } from '#db/transaction.ts';
import type { Actor } from '#domain/access/actor.ts';
import { sessionFactory, type Clinic } from '../factories/clinic-factory.ts';
import { messageFactory } from '../factories/message-factory.ts';
import { matchFactory, offerFactory, openingFactory } from '../factories/offer-factory.ts';
import { entryFactory } from '../factories/waitlist-factory.ts';
import { startDayboard, type RunningDayboard } from '../support/dayboard.ts';
import { findings } from './accessibility.ts';
import { ADMIN, expect, PHONE, RECEPTION, TABLET, test } from './fixtures.ts';

type Options = Parameters<Browser['newContext']>[0];

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const ago = (days: number, minutes = 0) => new Date(Date.now() - days * DAY - minutes * MINUTE);

/** A demo of its own, with a month of the waitlist behind it. */
let dayboard: RunningDayboard;
let database: Database;
let clinic: Clinic;
let administrator: Actor;
test.beforeAll(async () => {
	test.setTimeout(240_000);
	dayboard = await startDayboard({ scale: 'small' });
	database = openDatabase(dayboard.databaseUrl, { max: 2 });
	clinic = await clinicOfDemo();
	await fill();
});
test.afterAll(async () => {
	await database.close();
	await dayboard.close();
});

async function clinicOfDemo(): Promise<Clinic> {
	const [found] = await findingOrganization(database, (transaction) =>
		transaction.select({ id: organizations.id }).from(organizations)
	);
	const organizationId = found!.id;
	return inOrganization(database, organizationId, async (transaction) => {
		const [place] = await transaction.select().from(clinics);
		const ids = async (table: typeof practitioners | typeof rooms | typeof patients) =>
			(await transaction.select({ id: table.id }).from(table).orderBy(table.id).limit(20)).map(
				({ id }) => id
			);
		const [service] = await transaction.select().from(services).orderBy(services.name);
		const account = async ({ email }: { email: string }) => {
			const [found] = await transaction.select().from(users).where(eq(users.email, email));
			return { userId: found!.id, organizationId } as Actor;
		};
		administrator = await account(ADMIN);
		return {
			...{ organizationId, clinicId: place!.id, serviceId: service!.id },
			...{ practitionerIds: await ids(practitioners), roomIds: await ids(rooms) },
			...{ patientIds: await ids(patients), equipmentIds: [], staffIds: [] },
			receptionist: await account(RECEPTION)
		};
	});
}

/** Three times became free: one was filled after somebody was skipped, one goes to nobody, one was offered in vain. */
async function fill(): Promise<void> {
	const entry = (patient: number, more: Parameters<typeof entryFactory>[2]) =>
		entryFactory(database, clinic, { patient, ...more });
	const urgent = await entry(0, { urgency: 'urgent', waitingSince: ago(9) });
	const longest = await entry(1, { urgency: 'routine', waitingSince: ago(80) });
	const booked = await entry(2, {
		...{ urgency: 'soon', waitingSince: ago(33), state: 'booked', endedAt: ago(3) }
	});
	const filled = await openingFactory(database, clinic, {
		...{ madeAt: ago(3, 45), state: 'filled', endedAt: ago(3) }
	});
	await matchFactory(database, clinic, filled, [urgent, booked, longest]);
	await offerFactory(database, clinic, {
		...{ entryId: urgent, openingId: filled, state: 'skipped', madeAt: ago(3, 44) },
		...{ decidedBy: clinic.receptionist.userId, reason: 'Called, is on holiday' }
	});
	const accepted = await offerFactory(database, clinic, {
		...{ entryId: booked, patient: 2, openingId: filled, state: 'accepted', madeAt: ago(3, 20) },
		...{ endedAt: ago(3), answeredBy: 'link' }
	});
	await messageFactory(database, clinic.organizationId, {
		...{ offerId: accepted, patientId: clinic.patientIds[2]!, state: 'delivered', channel: 'sms' },
		...{ kind: 'waitlist-offer', dueAt: ago(3, 20) }
	});
	const vain = await openingFactory(database, clinic, { madeAt: ago(8), state: 'exhausted' });
	await matchFactory(database, clinic, vain, [longest]);
	await offerFactory(database, clinic, {
		...{ entryId: longest, patient: 1, openingId: vain, state: 'passed', madeAt: ago(8) }
	});
	await openingFactory(database, clinic, { madeAt: ago(12), state: 'gone' });
}

/** A page of somebody who is signed in: these pages need no board. */
async function pageOf(browser: Browser, actor: Actor, options: Options = {}): Promise<Page> {
	const context = await browser.newContext({ baseURL: dayboard.url, ...options });
	const value = await sessionFactory(database, actor);
	await context.addCookies([{ name: 'dayboard_session', value, url: dayboard.url }]);
	return context.newPage();
}

test('an administrator weighs anew, sees what it would have changed, and saves nothing by that', async ({
	browser
}) => {
	const page = await pageOf(browser, administrator);
	await page.goto('/organization/settings');
	await page.getByRole('link', { name: 'Waitlist', exact: true }).click();
	await expect(page.getByRole('heading', { name: 'Waitlist', level: 1 })).toBeVisible();
	await expect(page.getByText('Move a weight to see')).toBeVisible();

	// By keyboard: urgency counts nothing, waiting everything.
	const urgency = page.getByRole('slider', { name: 'Urgency' });
	await urgency.focus();
	await page.keyboard.press('Home');
	await expect(page.getByLabel('Urgency, as a number')).toHaveValue('0');
	await page.getByLabel('Waiting so far, as a number').fill('100');
	await expect(page.getByRole('status', { name: 'Waiting so far, of all' })).toHaveText('77%');
	// Also where nobody was considered, or somebody else alone: who waited then is weighed.
	await expect(page.getByText('With these weights 3 of 3 times')).toBeVisible();
	const trials = page.getByRole('listitem').filter({ hasText: 'With the weights that hold' });
	await expect(trials).toHaveCount(3);
	await expect(trials.first()).toContainText(/Urgency 40\.0/);
	await expect(page.getByText('no exact replay')).toBeVisible();

	// Nothing was saved by that.
	await page.getByRole('button', { name: 'Undo my changes' }).click();
	await expect(urgency).toHaveValue('40');
	await expect(page.getByText('Move a weight to see')).toBeVisible();
	await page.reload();
	await page.waitForLoadState('networkidle');
	await expect(urgency).toHaveValue('40');
	await page.context().close();
});

test('what an administrator chooses is checked, saved, and there again', async ({ browser }) => {
	const page = await pageOf(browser, administrator);
	await page.goto('/organization/waitlist');
	await page.waitForLoadState('networkidle');
	const urgency = page.getByRole('slider', { name: 'Urgency' });
	await page.getByLabel('Minutes to answer').fill('1');
	await page.getByRole('button', { name: 'Save', exact: true }).click();
	await expect(page.getByRole('alert')).toContainText(
		'Minutes to answer must be a whole number from 2 to 1440.'
	);
	await page.getByLabel('Minutes to answer').fill('35');
	await page.getByLabel('Urgency, as a number').fill('10');
	await page.getByLabel('Soon', { exact: true }).check();
	await page.getByRole('button', { name: 'Save', exact: true }).click();
	await expect(page.getByText('Saved.', { exact: true })).toBeVisible();
	await page.reload();
	await expect(page.getByLabel('Minutes to answer')).toHaveValue('35');
	await expect(urgency).toHaveValue('10');
	await expect(page.getByLabel('Soon', { exact: true })).toBeChecked();
	expect(await findings(page)).toEqual([]);
	await page.context().close();
});

test('the report tells how times were given, and is downloaded', async ({ browser }) => {
	const page = await pageOf(browser, administrator);
	await page.goto('/waitlist/report');
	await expect(page.getByRole('heading', { name: 'How fairly times were given' })).toBeVisible();
	const figure = (name: string) =>
		page.locator('dl > div').filter({ has: page.getByText(name, { exact: true }) });
	await expect(figure('Times that became free')).toContainText('3');
	await expect(figure('Times that became free')).toContainText('1 were filled again, 33.3%');
	await expect(figure('Hours filled again')).toContainText('0.3 h');
	await expect(figure('From free to accepted')).toContainText('45 min');
	await expect(page.getByText('0 means everybody waited equally long')).toBeVisible();

	// The table behind the bars.
	await page.getByText('By urgency, as a table').click();
	const table = page.getByRole('region', { name: 'By urgency, as a table' });
	await expect(table.getByRole('row').filter({ hasText: 'Soon' })).toContainText('45 min');
	expect(await findings(page)).toEqual([]);

	const [download] = await Promise.all([
		page.waitForEvent('download'),
		page.getByRole('link', { name: 'Download as CSV' }).click()
	]);
	expect(download.suggestedFilename()).toMatch(/^waitlist-\d{4}-\d\d-\d\d-\d{4}-\d\d-\d\d\.csv$/);
	const text = await (await page.request.get(download.url())).text();
	const [head, all] = text.split('\r\n');
	expect(head).toContain('from,until,by,group,waiting,offered a time,got a time');
	expect(all).toMatch(/,all,All,3,2,1,/);
	await page.context().close();
});

test('the report says so where there is nothing, and where the period is none', async ({
	browser
}) => {
	const page = await pageOf(browser, administrator);
	await page.goto('/waitlist/report?from=2020-01-01&until=2020-01-31');
	await expect(page.getByRole('status')).toContainText('Nobody waited in these days');
	await page.goto('/waitlist/report?from=2020-01-01&until=2026-01-31');
	await expect(page.getByRole('alert')).toContainText('366 days at most');
	const file = await page.request.get('/waitlist/report/file?from=x');
	expect(file.status()).toBe(400);
	await page.context().close();
});

test('the board leads to the waitlist', async ({ open }) => {
	const page = await open({ at: dayboard, day: 'today' });
	await page.getByRole('button', { name: 'My menu' }).click();
	await page.getByRole('menuitem', { name: 'Waitlist' }).click();
	await expect(page.getByRole('heading', { name: 'Waitlist', level: 1 })).toBeVisible();
});

test('reception reads what was offered and why, and no figures', async ({ browser }) => {
	const page = await pageOf(browser, clinic.receptionist);
	await page.goto('/waitlist/offers');
	await expect(page.getByRole('heading', { name: 'Offers from the waitlist' })).toBeVisible();
	const rows = page.getByRole('article');
	await expect(rows).toHaveCount(3);
	const filled = rows.first();
	await expect(filled).toContainText('filled after 45 min');
	const [skipped, accepted] = await filled.locator('[data-offer-id]').all();
	await expect(skipped!).toContainText('Skipped by');
	await expect(skipped!).toContainText('‘Called, is on holiday’');
	await expect(accepted!).toContainText('Accepted');
	await expect(accepted!).toContainText('Sent by SMS. Answered by the link.');
	await filled.getByText('3 matches: who was considered, and why').click();
	await expect(filled.getByRole('listitem').last()).toContainText('Waiting so far');

	await page.getByLabel('State').selectOption('Gone');
	await page.getByRole('button', { name: 'Show' }).click();
	await expect(rows).toHaveCount(1);
	await expect(rows).toContainText('Nobody was asked');
	await page.getByRole('link', { name: 'Show all' }).click();

	// One entry's own.
	await accepted!.getByRole('link').click();
	await expect(
		page.getByText(/What .+ was offered: soon, on the list since 33 days/)
	).toBeVisible();
	await expect(rows).toHaveCount(1);
	expect(await findings(page)).toEqual([]);

	await expect(page.getByRole('link', { name: 'Report' })).toHaveCount(0);
	for (const path of ['/waitlist/report', '/waitlist/report/file', '/organization/waitlist']) {
		expect((await page.request.get(path)).status()).toBe(403);
	}
	await page.context().close();
});

const PAGES = ['/waitlist/report', '/waitlist/offers', '/organization/waitlist'];

for (const path of PAGES) {
	for (const [name, size] of [
		['a phone', PHONE],
		['a tablet', TABLET]
	] as const) {
		test(`${path} on ${name} in the dark: nothing is cut off`, async ({ browser }) => {
			const page = await pageOf(browser, administrator, { ...size, colorScheme: 'dark' });
			await page.goto(path);
			await page.waitForLoadState('networkidle');
			if (path === '/organization/waitlist') {
				await page.getByLabel('Urgency, as a number').fill('0');
				await expect(page.getByText(/With these weights .+ would have gone/)).toBeVisible();
			} else await page.locator('details > summary').first().click();
			const widths = await page
				.locator('main')
				.evaluate(({ scrollWidth, clientWidth }) => [scrollWidth, clientWidth]);
			expect(widths[0]).toBe(widths[1]);
			expect(await findings(page)).toEqual([]);
			await page.context().close();
		});
	}
}
