/** Patients confirm and check in by links on a phone and at a kiosk; reception's open board shows each at once. */
import type { Browser, BrowserContextOptions, Page } from '@playwright/test';
import { localDateOf } from '#domain/availability/local-day.ts';
import { SESSION_COOKIE } from '#domain/access/session-cookie.ts';
import type { Actor } from '#domain/access/actor.ts';
import type { OfferState } from '#domain/waitlist/offer.ts';
import { practitioners } from '#db/schema/index.ts';
import { inOrganization } from '#db/transaction.ts';
import { sessionFactory } from '../factories/clinic-factory.ts';
import { offerFactory } from '../factories/offer-factory.ts';
import { entryFactory } from '../factories/waitlist-factory.ts';
import { siteFactory, type SiteClinic } from '../factories/site-factory.ts';
import { startDayboard, type RunningDayboard } from '../support/dayboard.ts';
import { freshDatabase, type FreshDatabase } from '../support/test-postgres.ts';
import { findings } from './accessibility.ts';
import { card, expect, labelOf, PHONE, TABLET, test, untilLive } from './fixtures.ts';

let fresh: FreshDatabase;
let clinic: SiteClinic;
let dayboard: RunningDayboard;

test.beforeAll(async () => {
	test.setTimeout(240_000);
	fresh = await freshDatabase();
	clinic = await siteFactory(fresh.database, { practitioners: 4, rooms: 4, patients: 8 });
	dayboard = await startDayboard({ scale: 'none', databaseUrl: fresh.url });
});
test.afterAll(async () => {
	await dayboard?.close();
	await fresh?.drop();
});

/** @returns a browser in which somebody of the staff is signed in, or nobody */
async function browserOf(
	browser: Browser,
	actor: Actor | null,
	options: BrowserContextOptions = {}
): Promise<Page> {
	const context = await browser.newContext({ baseURL: dayboard.url, ...options });
	if (actor) {
		const value = await sessionFactory(fresh.database, actor);
		await context.addCookies([{ name: SESSION_COOKIE, value, url: dayboard.url }]);
	}
	return context.newPage();
}

async function boardOf(browser: Browser): Promise<Page> {
	const page = await browserOf(browser, clinic.receptionist);
	await page.goto(`/board/${clinic.clinicId}/${localDateOf(clinic.now, clinic.zone)}`);
	await untilLive(page);
	return page;
}

test('a patient confirms and checks in by links; the open board shows both', async ({
	browser
}) => {
	const id = await clinic.visitIn(60, { practitioner: 0, room: 0, patient: 0 });
	const reception = await boardOf(browser);
	await expect(labelOf(reception, id)).not.toContainText('confirmed');
	const phone = await browserOf(browser, null, PHONE);

	await phone.goto(await clinic.linkTo('confirm', id));
	await phone.getByRole('button', { name: 'Yes, I will come' }).tap();
	await expect(phone.getByText('Thank you for telling us.')).toBeVisible();
	await expect(labelOf(reception, id)).toContainText('confirmed by the patient');
	await card(reception, id).click();
	await expect(
		reception.getByText('Confirmed by the patient', { exact: false }).first()
	).toBeVisible();

	await phone.goto(await clinic.linkTo('check-in', id));
	await phone.getByRole('button', { name: 'I am here' }).tap();
	await expect(phone.getByText('You are next.')).toBeVisible();
	await expect(labelOf(reception, id)).toContainText('Arrived');
	await expect(
		reception.getByText('The patient is here: said so on the phone, by a link')
	).toBeVisible();
	await phone.context().close();
	await reception.context().close();
});

test('reception marks what a patient said by phone, and takes it back', async ({ browser }) => {
	const id = await clinic.visitIn(180, { practitioner: 1, room: 1, patient: 1 });
	const reception = await boardOf(browser);
	await card(reception, id).click();
	await reception.getByRole('button', { name: 'Confirmed by phone' }).click();
	await expect(reception.getByText(/Confirmed by phone, \w{3},? \d\d:\d\d/)).toBeVisible();
	await expect(labelOf(reception, id)).toContainText('confirmed');
	await reception.getByRole('button', { name: 'Take it back' }).click();
	await expect(labelOf(reception, id)).not.toContainText('confirmed');
	await reception.context().close();
});

test('a kiosk is set up, opened on a tablet, used by a patient, and closed', async ({
	browser
}) => {
	const id = await clinic.visitIn(30, { practitioner: 2, room: 2, patient: 2 });
	const reception = await boardOf(browser);
	const staff = await browserOf(browser, clinic.administrator);
	await staff.goto(`/setup/${clinic.clinicId}`);
	await staff.getByRole('link', { name: 'Kiosks' }).click();
	await staff.getByLabel('Name of a new kiosk').fill('Entrance');
	await staff.getByRole('button', { name: 'Make a kiosk' }).click();
	const link = await staff.getByRole('textbox', { name: 'Link for Entrance' }).inputValue();
	await expect(staff.getByRole('img', { name: 'The same link, to be scanned' })).toBeVisible();

	// Somebody carries the tablet on which they are signed in.
	const tablet = await browserOf(browser, clinic.administrator, TABLET);
	await tablet.clock.install();
	await tablet.goto(link);
	await expect(tablet.getByText('is signed in on this device')).toBeVisible();
	expect(tablet.url()).not.toContain('#');
	await tablet.getByRole('button', { name: 'Sign out and open the kiosk' }).tap();
	await expect(tablet.getByRole('heading', { name: 'Welcome. Who is here?' })).toBeVisible();
	const cookies = await tablet.context().cookies();
	expect(cookies.map(({ name }) => name)).not.toContain(SESSION_COOKIE);

	const type = async (familyName: string) => {
		await tablet.getByLabel('Family name').fill(familyName);
		await tablet.getByLabel('Day').fill('1');
		await tablet.getByLabel('Month').fill('1');
		await tablet.getByLabel('Year').fill('1980');
		await tablet.getByRole('button', { name: 'I am here' }).tap();
	};
	await type('Nobody');
	await expect(tablet.getByRole('heading', { name: /^Please go to the reception/ })).toBeVisible();
	await tablet.getByRole('link', { name: 'Done' }).tap();
	await type('patient2');
	await expect(tablet.getByRole('heading', { name: 'You are here, Anna.' })).toBeVisible();
	await expect(tablet.getByText('You will be called to: Room 3')).toBeVisible();
	expect(await findings(tablet)).toEqual([]);
	await expect(labelOf(reception, id)).toContainText('Arrived');
	await card(reception, id).click();
	await expect(reception.getByText('The patient is here: said so at the kiosk')).toBeVisible();
	await expect(reception.getByText('Kiosk: Entrance,')).toBeVisible();

	await tablet.clock.runFor(16_000);
	await expect(tablet.getByRole('heading', { name: 'Welcome. Who is here?' })).toBeVisible();
	await expect(tablet.getByLabel('Family name')).toHaveValue('');
	await expect(tablet.getByText('Anna')).toHaveCount(0);

	await staff.reload();
	await staff.getByRole('button', { name: 'Close Entrance' }).click();
	await expect(staff.getByText("'Entrance' is closed.")).toBeVisible();
	await tablet.clock.runFor(5_000);
	await expect(tablet.getByRole('heading', { name: /^This screen is closed/ })).toBeVisible();
	for (const page of [staff, tablet, reception]) await page.context().close();
});

test('a kiosk works by keyboard, and forgets what somebody typed who walked away', async ({
	browser
}) => {
	const staff = await browserOf(browser, clinic.administrator);
	await staff.goto(`/setup/${clinic.clinicId}/kiosks`);
	await staff.getByLabel('Name of a new kiosk').fill('Corridor');
	await staff.keyboard.press('Enter');
	const link = await staff.getByRole('textbox', { name: 'Link for Corridor' }).inputValue();
	const screen = await browserOf(browser, null);
	await screen.clock.install();
	await screen.goto(link);
	await screen.getByRole('button', { name: 'Open the kiosk' }).press('Enter');
	await screen.getByLabel('Family name').focus();
	await screen.keyboard.type('Patient3');
	for (const part of ['Day', 'Month', 'Year']) {
		await screen.keyboard.press('Tab');
		await expect(screen.getByLabel(part)).toBeFocused();
	}
	expect(await findings(screen)).toEqual([]);
	await screen.clock.runFor(46_000);
	await expect(screen.getByLabel('Family name')).toHaveValue('');
	await screen.context().close();
	await staff.context().close();
});

/** Each stand of an offer once; the open one and the one that is over, with what else is free, in both languages. */
async function offerLinks(): Promise<Record<'en' | 'pl', string[]>> {
	await inOrganization(fresh.database, clinic.organizationId, (transaction) =>
		transaction.update(practitioners).set({ listed: true })
	);
	const linkTo = async (state: OfferState, patient: number) => {
		const entryId = await entryFactory(fresh.database, clinic, { patient });
		const offerId = await offerFactory(fresh.database, clinic, { entryId, patient, state });
		const patientId = clinic.patientIds[patient]!;
		return clinic.linkTo('accept-offer', null, { offerId, patientId });
	};
	const both = [await linkTo('made', 0), await linkTo('expired', 1)];
	return {
		en: [...both, await linkTo('accepted', 2)],
		pl: [...both, await linkTo('passed', 5), await linkTo('declined', 6)]
	};
}

test('the pages of links and kiosks have no accessibility faults, in either language and theme', async ({
	browser
}) => {
	test.slow();
	const id = await clinic.visitIn(24 * 60, { practitioner: 3, room: 3, patient: 3 });
	const here = await clinic.visitIn(60, { practitioner: 3, room: 3, patient: 4 });
	const links = [
		await clinic.linkTo('confirm', id),
		await clinic.linkTo('cancel', id),
		await clinic.linkTo('reschedule', id),
		`${await clinic.linkTo('reschedule', id)}/times`,
		await clinic.linkTo('check-in', here),
		await clinic.linkTo('unsubscribe', null),
		await clinic.linkTo('cancel', id, { expiresAt: new Date(0) }),
		'/l/nothing',
		'/kiosk'
	];
	const offers = await offerLinks();
	for (const [colorScheme, lang] of [
		['light', 'en'],
		['dark', 'pl']
	] as const) {
		const phone = await browserOf(browser, null, { ...PHONE, colorScheme });
		for (const link of [...links, ...offers[lang]]) {
			await phone.goto(`${link}?lang=${lang}`);
			await expect(phone.getByRole('heading', { level: 1 })).toBeVisible();
			expect(await findings(phone)).toEqual([]);
		}
		const staff = await browserOf(browser, clinic.administrator, { colorScheme });
		await staff.goto(`/setup/${clinic.clinicId}/kiosks`);
		expect(await findings(staff)).toEqual([]);
		await staff.context().close();
		await phone.context().close();
	}
});
