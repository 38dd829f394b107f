/** A patient's telephone: it subscribes at the push service on loopback, is handed what that read, and shows it. */
import {
	expect,
	type BrowserContext,
	type CDPSession,
	type Page,
	type Worker
} from '@playwright/test';
import type { TestBrowser } from '../support/push-service.ts';

/** Has the browser subscribe at the service on loopback, with real keys. */
export async function subscribeAt(context: BrowserContext, browser: TestBrowser): Promise<void> {
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
export async function book(page: Page, familyName: string): Promise<number> {
	await page.goto('/en/fellside/book');
	await page.getByRole('link', { name: /^Consultation/ }).tap();
	const times = page.locator('button[name=time]');
	await expect(times.first()).toBeVisible();
	const starts = await times.evaluateAll((buttons) =>
		buttons.map((button) => Number((button as HTMLButtonElement).value.split('.').at(-1)))
	);
	const place = starts.findIndex((at) => at > Date.now() + AHEAD_MS);
	await times.nth(place).tap();
	await expect(page.getByText('Kept for you until')).toBeVisible();
	await page.locator('input[name=givenName]').fill('Weronika');
	await page.locator('input[name=familyName]').fill(familyName);
	await page.locator('input[name=birthDate]').fill('1979-07-02');
	await page.locator('input[name=phone]').fill('+48 601 200 300');
	await page.locator('input[name=consent]').check();
	await page.getByRole('button', { name: 'Book this visit' }).tap();
	await page.waitForURL(/\/visit\/[\w-]{43}/);
	return starts[place]!;
}

/** What the browser's own push service does with what it was sent. */
export async function deliver(
	origin: string,
	devtools: CDPSession,
	registrationId: () => string | undefined,
	data: string
): Promise<void> {
	await expect.poll(registrationId).toBeDefined();
	await devtools.send('ServiceWorker.deliverPushMessage', {
		...{ origin, registrationId: registrationId()!, data }
	});
}

export interface Shown {
	title: string;
	body: string;
	actions: string[];
}

/** What of a worker's world is used here; TypeScript knows that of pages. */
export interface WorkerScope extends EventTarget {
	registration: ServiceWorkerRegistration;
	NotificationEvent: new (
		type: string,
		init: { notification: Notification; action: string }
	) => Event;
}

/** Asked in the worker itself: no page has to be open. */
export const shownIn = (worker: Worker) =>
	worker.evaluate(async () => {
		const { registration } = self as unknown as WorkerScope;
		const all = await registration.getNotifications();
		return all.map((one): Shown => {
			const { actions = [] } = one as Notification & { actions?: { title: string }[] };
			return { title: one.title, body: one.body, actions: actions.map(({ title }) => title) };
		});
	});

/** Presses a button of the notification. The system's own surface is out of reach: the browser's event is not. */
export const press = (worker: Worker, action: string) =>
	worker.evaluate(async (name) => {
		const scope = self as unknown as WorkerScope;
		const [notification] = await scope.registration.getNotifications();
		const event = new scope.NotificationEvent('notificationclick', {
			...{ notification: notification!, action: name }
		});
		const work: Promise<unknown>[] = [];
		// The browser waits for events of its own alone.
		Object.defineProperty(event, 'waitUntil', { value: (one: Promise<unknown>) => work.push(one) });
		scope.dispatchEvent(event);
		await Promise.all(work);
	}, action);
