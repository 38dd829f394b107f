/**
 * A patient chooses to be told on the telephone. What cannot be had here is a browser's own push service: its
 * subscription leads to one on loopback, and what that read is handed to the browser as such a service would.
 */
import type { BrowserContext, CDPSession, Page } from '@playwright/test';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import { vapidKeysFrom } from '#db/push/vapid-keys.ts';
import { startDayboard, type RunningDayboard } from '../support/dayboard.ts';
import {
	startPushService,
	type TestBrowser,
	type TestPushService
} from '../support/push-service.ts';
import { expect, PHONE, test } from './fixtures.ts';

let service: TestPushService;
let dayboard: RunningDayboard;
let publicKey: string;
test.beforeAll(async () => {
	test.setTimeout(240_000);
	service = await startPushService();
	dayboard = await startDayboard({ env: { PUSH_SERVICES: service.origin } });
	const key = await readFile(path.join(dayboard.dataDir, 'vapid.key'), 'utf8');
	publicKey = vapidKeysFrom(key.trim())!.publicKey;
});
test.afterAll(async () => {
	await dayboard?.close();
	await service?.close();
});

/** Has the browser subscribe at the service on loopback, with real keys. */
async function subscribeAt(context: BrowserContext, browser: TestBrowser): Promise<void> {
	await context.addInitScript(({ endpoint, keys }) => {
		let isMade = sessionStorage.getItem('subscribed') === 'yes';
		let key: BufferSource | string | null | undefined;
		const subscription = () => ({
			endpoint,
			get options() {
				return { userVisibleOnly: true, applicationServerKey: null };
			},
			toJSON: () => ({ endpoint, keys, expirationTime: null }),
			unsubscribe: async () => !(isMade = false)
		});
		Object.assign(PushManager.prototype, {
			async subscribe(options: PushSubscriptionOptionsInit) {
				key = options.applicationServerKey;
				if (!options.userVisibleOnly || typeof key !== 'string') throw new TypeError('options');
				isMade = true;
				sessionStorage.setItem('subscribed', 'yes');
				sessionStorage.setItem('key', key);
				return subscription();
			},
			getSubscription: async () => (isMade ? subscription() : null)
		});
	}, browser.subscription);
}

const AHEAD_MS = 30 * 3_600_000;

/** Books a consultation, far enough ahead that it may be changed. @returns when it is */
async function book(page: Page, familyName: string, lang = 'en'): Promise<number> {
	await page.goto(`/${lang}/fellside/book`);
	await page.getByRole('link', { name: /^Consultation/ }).tap();
	const times = page.locator('button[name=time]');
	await expect(times.first()).toBeVisible();
	const starts = await times.evaluateAll((buttons) =>
		buttons.map((button) => Number((button as HTMLButtonElement).value.split('.').at(-1)))
	);
	const place = starts.findIndex((at) => at > Date.now() + AHEAD_MS);
	await times.nth(place).tap();
	await page.locator('input[name=givenName]').fill('Weronika');
	await page.locator('input[name=familyName]').fill(familyName);
	await page.locator('input[name=birthDate]').fill('1979-07-02');
	await page.locator('input[name=phone]').fill('+48 601 200 300');
	await page.locator('input[name=consent]').check();
	await page.locator('main form button').last().tap();
	await page.waitForURL(/\/visit\/[\w-]{43}/);
	return starts[place]!;
}

const choice = (page: Page) => page.locator('[data-push]');

test('the button asks, the server remembers, the page says so, and takes it back', async ({
	browser
}) => {
	const context = await browser.newContext({
		...{ ...PHONE, baseURL: dayboard.url, permissions: ['notifications'] }
	});
	const phone = service.browser(publicKey);
	await subscribeAt(context, phone);
	const page = await context.newPage();
	await book(page, 'Okrzeja');
	// Nobody has a service worker who did not ask for one.
	expect(await page.evaluate(() => navigator.serviceWorker.getRegistrations())).toEqual([]);
	await page.getByRole('button', { name: 'Tell me on this phone' }).tap();
	await expect(page.getByText('You are told on this device.')).toBeVisible();
	expect(await page.evaluate(() => sessionStorage.getItem('key'))).toBe(publicKey);
	await page.reload();
	await expect(choice(page)).toHaveAttribute('data-push', 'on');
	const { violations } = await new AxeBuilder({ page }).analyze();
	expect(violations.map(({ id }) => id)).toEqual([]);
	await page.getByRole('button', { name: 'Do not tell me here any more' }).tap();
	await expect(page.getByRole('button', { name: 'Tell me on this phone' })).toBeVisible();
	await page.reload();
	await expect(choice(page)).toHaveAttribute('data-push', 'off');
	await context.close();
});

test('whoever said no to the browser is told how to change that; an unknown push service is refused', async ({
	browser
}) => {
	const context = await browser.newContext({ ...PHONE, baseURL: dayboard.url });
	const stranger = service.browser(publicKey);
	await subscribeAt(context, {
		...stranger,
		subscription: { ...stranger.subscription, endpoint: 'https://push.evil.example/x' }
	});
	const page = await context.newPage();
	await book(page, 'Perl');
	await context.grantPermissions(['notifications'], { origin: dayboard.url });
	await page.getByRole('button', { name: 'Tell me on this phone' }).tap();
	await expect(page.getByText('This did not work.')).toBeVisible();
	await expect(choice(page)).toHaveAttribute('data-push', 'off');
	await context.clearPermissions();
	await page.reload();
	await page.evaluate(() =>
		Object.assign(Notification, { requestPermission: async () => 'default' })
	);
	await page.getByRole('button', { name: 'Tell me on this phone' }).tap();
	await expect(page.getByText('Your browser’s question was closed')).toBeVisible();
	await page.evaluate(() =>
		Object.assign(Notification, { requestPermission: async () => 'denied' })
	);
	await page.getByRole('button', { name: 'Tell me on this phone' }).tap();
	await expect(page.getByText('This browser does not let us show messages.')).toBeVisible();
	await context.close();
});
