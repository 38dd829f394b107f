/** A patient on a phone books, moves and cancels a visit; reception's open board follows. */
import type { Page } from '@playwright/test';
import { card, expect, labelOf, PHONE, placeOf, test, untilLive } from './fixtures.ts';

/** Longer than any service's cut-off in the demo: the visit may still be changed. */
const AHEAD_MS = 30 * 3_600_000;
const MOST_STEPS = 12;

/** Counts what a thumb has to do. */
class Thumb {
	steps = 0;
	private readonly page: Page;
	constructor(page: Page) {
		this.page = page;
	}
	async tap(name: string | RegExp, role: 'link' | 'button' | 'checkbox' = 'button') {
		this.steps++;
		await this.page.getByRole(role, { name }).first().tap();
	}
	async type(label: string, text: string) {
		this.steps++;
		await this.page.getByLabel(label, { exact: true }).fill(text);
	}
	/** Takes the first time that is far enough ahead. @returns when it is (epoch milliseconds) */
	async takeTime(after: number): Promise<number> {
		this.steps++;
		const times = this.page.locator('button[name=time]');
		await expect(times.first()).toBeVisible();
		const starts = await times.evaluateAll((buttons) =>
			buttons.map((button) => Number((button as HTMLButtonElement).value.split('.').at(-1)))
		);
		const place = starts.findIndex((at) => at > after);
		await times.nth(place).tap();
		return starts[place]!;
	}
}

test('in under a dozen steps a patient books; moving and cancelling show on reception’s board', async ({
	open,
	browser,
	dayboard
}) => {
	const reception = await open();
	const context = await browser.newContext({ ...PHONE, baseURL: dayboard.url });
	const page = await context.newPage();
	const thumb = new Thumb(page);
	const began = Date.now();
	await page.goto('/en/fellside');
	await thumb.tap('Book a visit', 'link');
	await thumb.tap(/^Consultation/, 'link');
	const first = await thumb.takeTime(Date.now() + AHEAD_MS);
	await expect(page.getByText('Kept for you until')).toBeVisible();
	await thumb.type('First name', 'Weronika');
	await thumb.type('Last name', 'Szymborska-Fletcher');
	await thumb.type('Date of birth', '1979-07-02');
	await thumb.type('Mobile phone', '+48 601 200 300');
	await thumb.tap('The clinic may keep these data', 'checkbox');
	// In a lift, say: it is told, and nothing that was typed is lost.
	await context.setOffline(true);
	await page.getByRole('button', { name: 'Book this visit' }).tap();
	const cutOff = page.getByText('There is no connection at the moment.');
	await expect(cutOff).toBeVisible();
	await context.setOffline(false);
	await expect(cutOff).toHaveCount(0);
	await expect(page.getByLabel('Last name')).toHaveValue('Szymborska-Fletcher');
	await thumb.tap('Book this visit');
	await expect(page.getByText('Your visit is booked.')).toBeVisible();
	// Printed: what matters is how few they are.
	// eslint-disable-next-line no-console
	console.log(
		`booked in ${thumb.steps} taps and typed fields, ${((Date.now() - began) / 1_000).toFixed(1)} s of the browser's time`
	);
	expect(thumb.steps).toBeLessThanOrEqual(MOST_STEPS);

	const { clinicId } = placeOf(reception);
	const boardOf = async (at: number) => {
		const date = Temporal.Instant.fromEpochMilliseconds(at)
			.toZonedDateTimeISO('Europe/London')
			.toPlainDate();
		await reception.goto(`/board/${clinicId}/${date}`);
		await untilLive(reception);
	};
	await boardOf(first);
	const booked = card(reception).filter({ hasText: 'Szymborska-Fletcher' });
	await expect(booked).toHaveCount(1);
	const id = (await booked.getAttribute('data-appointment-id'))!;
	await expect(labelOf(reception, id)).toContainText('booked online');
	await expect(labelOf(reception, id)).toContainText('new patient');

	await thumb.tap('Choose another time', 'link');
	const second = await thumb.takeTime(first);
	await expect(page.getByText('Your visit has a new time.')).toBeVisible();
	await boardOf(second);
	await expect(card(reception, id)).toHaveCount(1);

	await page.getByText('Cancel the visit', { exact: true }).tap();
	await page.getByLabel('I cannot come at this time').check();
	await thumb.tap('Yes, cancel it');
	await expect(page.getByText('This visit is cancelled.')).toBeVisible();
	await expect(card(reception, id)).toHaveCount(0);
	await context.close();
});

test('whoever turns away gives the time back at once', async ({ browser, dayboard }) => {
	const context = await browser.newContext({ ...PHONE, baseURL: dayboard.url });
	const page = await context.newPage();
	await page.goto('/en/fellside/book');
	await page.getByRole('link', { name: /^Consultation/ }).tap();
	const time = page.locator('button[name=time]').first();
	const value = (await time.getAttribute('value'))!;
	await time.tap();
	await expect(page.getByText('Kept for you until')).toBeVisible();
	const timesPage = page.url().replace(/\/details\/[^?]*/, '/times');
	const times = async () => (await (await context.request.get(timesPage)).text()).includes(value);
	expect(await times()).toBe(false);
	await page.getByRole('button', { name: 'Menu' }).tap();
	await page.getByRole('link', { name: 'Clinics', exact: true }).tap();
	await expect(page.getByRole('heading', { name: 'Clinics' })).toBeVisible();
	await expect.poll(times).toBe(true);
	await context.close();
});
