/**
 * A patient chooses to be told on the telephone. What cannot be had here is a browser's own push service: its
 * subscription leads to one on loopback, and what that read is handed to the browser as such a service would.
 */
import type { BrowserContext, CDPSession, Page, Worker } from '@playwright/test';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import { eq } from 'drizzle-orm';
import { vapidKeysFrom } from '#db/push/vapid-keys.ts';
import { openDatabase, type Database } from '#db/database.ts';
import { appointments, messageRules, messages, patients, sites } from '#db/schema/index.ts';
import { findingOrganization, inOrganization } from '#db/transaction.ts';
import { ensureRules } from '#domain/messaging/commands/default-rules.ts';
import { wakeSender } from '#domain/messaging/commands/wake.ts';
import { writePayload, type PushPayload } from '#domain/messaging/push-payload.ts';
import { startDayboard, type RunningDayboard } from '../support/dayboard.ts';
import {
	startPushService,
	type TestBrowser,
	type TestPushService
} from '../support/push-service.ts';
import { card, expect, labelOf, PHONE, placeOf, test, untilLive } from './fixtures.ts';

let service: TestPushService;
let dayboard: RunningDayboard;
let publicKey: string;
let database: Database;
test.beforeAll(async () => {
	test.setTimeout(240_000);
	service = await startPushService();
	dayboard = await startDayboard({ env: { PUSH_SERVICES: service.origin } });
	const key = await readFile(path.join(dayboard.dataDir, 'vapid.key'), 'utf8');
	database = openDatabase(dayboard.databaseUrl, { max: 2 });
	publicKey = vapidKeysFrom(key.trim())!.publicKey;
});
test.afterAll(async () => {
	await database?.close();
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
async function book(page: Page, familyName: string): Promise<number> {
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

/** Has the server remind of the visit of somebody now, by night too. */
async function remind(familyName: string): Promise<void> {
	const [site] = await findingOrganization(database, (transaction) =>
		transaction.select().from(sites).where(eq(sites.slug, 'fellside'))
	);
	const { organizationId } = site!;
	await inOrganization(database, organizationId, async (transaction) => {
		await ensureRules(transaction, organizationId);
		const [rule] = await transaction
			.update(messageRules)
			.set({ quietFromMinute: 0, quietUntilMinute: 0 })
			.where(eq(messageRules.kind, 'reminder'))
			.returning();
		const [found] = await transaction
			.select({ visit: appointments })
			.from(appointments)
			.innerJoin(patients, eq(patients.id, appointments.patientId))
			.where(eq(patients.familyName, familyName));
		const { id: appointmentId, patientId, clinicId, startsAt } = found!.visit;
		const id = crypto.randomUUID();
		await transaction.insert(messages).values({
			...{ organizationId, id, kind: 'reminder', cause: `test/${id}`, ruleId: rule!.id },
			...{ appointmentId, patientId, clinicId, language: 'en', aboutStart: startsAt },
			...{ channels: ['push'], dueAt: new Date() }
		});
		await wakeSender(transaction, organizationId);
	});
}

/** What the browser's own push service does with what it was sent. */
async function deliver(
	devtools: CDPSession,
	registrationId: () => string | undefined,
	data: string
): Promise<void> {
	await expect.poll(registrationId).toBeDefined();
	await devtools.send('ServiceWorker.deliverPushMessage', {
		...{ origin: dayboard.url, registrationId: registrationId()!, data }
	});
}

interface Shown {
	title: string;
	body: string;
	actions: string[];
}

/** What of a worker's world is used here; TypeScript knows that of pages. */
interface WorkerScope extends EventTarget {
	registration: ServiceWorkerRegistration;
	NotificationEvent: new (
		type: string,
		init: { notification: Notification; action: string }
	) => Event;
}

/** Asked in the worker itself: no page has to be open. */
const shownIn = (worker: Worker) =>
	worker.evaluate(async () => {
		const { registration } = self as unknown as WorkerScope;
		const all = await registration.getNotifications();
		return all.map((one): Shown => {
			const { actions = [] } = one as Notification & { actions?: { title: string }[] };
			return { title: one.title, body: one.body, actions: actions.map(({ title }) => title) };
		});
	});

/** Presses a button of the notification. The system's own surface is out of reach: the browser's event is not. */
const press = (worker: Worker, action: string) =>
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

test('a reminder is pushed, shown while no page is open, and its button confirms the visit on the board', async ({
	browser,
	open
}) => {
	const familyName = 'Montwill-Mirecka';
	const context = await browser.newContext({
		...{ ...PHONE, baseURL: dayboard.url, permissions: ['notifications'] }
	});
	const phone = service.browser(publicKey);
	await subscribeAt(context, phone);
	const page = await context.newPage();
	const devtools = await context.newCDPSession(page);
	let registrationId: string | undefined;
	devtools.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
		registrationId = registrations.at(-1)?.registrationId ?? registrationId;
	});
	await devtools.send('ServiceWorker.enable');
	const startsAt = await book(page, familyName);
	const running = context.waitForEvent('serviceworker');
	await page.getByRole('button', { name: 'Tell me on this phone' }).tap();
	await expect(page.getByText('You are told on this device.')).toBeVisible();
	const worker = await running;

	const reception = await open({ at: dayboard });
	const { clinicId } = placeOf(reception);
	const date = Temporal.Instant.fromEpochMilliseconds(startsAt)
		.toZonedDateTimeISO('Europe/London')
		.toPlainDate();
	await reception.goto(`/board/${clinicId}/${date}`);
	await untilLive(reception);
	const visit = card(reception).filter({ hasText: familyName });
	const id = (await visit.getAttribute('data-appointment-id'))!;
	await expect(labelOf(reception, id)).not.toContainText('confirmed');

	await remind(familyName);
	await expect.poll(() => phone.taken.length).toBe(1);
	expect(service.refused).toEqual([]);
	const { text, urgency } = phone.taken[0]!;
	expect(urgency).toBe('normal');
	// The page that hears the devices' tools goes away before anything is shown.
	await page.goto('about:blank');
	await deliver(devtools, () => registrationId, text);
	await expect.poll(() => shownIn(worker)).toHaveLength(1);
	const [{ title, body, actions } = {} as Shown] = await shownIn(worker);
	expect([title, actions]).toEqual([expect.stringMatching(/Fellside|Clinic|\w/), ['I will come']]);
	expect(body).toMatch(/^Your visit: \w+day \d+ \w+, \d\d:\d\d\.$/);
	await page.close();

	await press(worker, 'confirm');
	await expect
		.poll(() => shownIn(worker))
		.toEqual([
			{ title, body: 'Thank you for telling us. We look forward to your visit.', actions: [] }
		]);
	await expect(labelOf(reception, id)).toContainText('confirmed');

	// The same message once more, as after a crash: nobody is told twice.
	const tools = await context.newCDPSession(await context.newPage());
	await tools.send('ServiceWorker.enable');
	await deliver(tools, () => registrationId, text);
	const other = payloadOf({ title: 'Another', tag: 'another', id: 'another' });
	await deliver(tools, () => registrationId, other);
	await expect
		.poll(() => shownIn(worker))
		.toContainEqual(expect.objectContaining({ title: 'Another' }));
	// The outcome stands where the message was shown: shown again, it would have taken its place.
	expect((await shownIn(worker)).map((one) => one.body)).toContain(
		'Thank you for telling us. We look forward to your visit.'
	);
	await context.close();
});

/** As the server writes it. */
function payloadOf(change: Partial<PushPayload>): string {
	return writePayload({
		...{
			id: crypto.randomUUID(),
			title: 'Fellside',
			body: 'Zwolnił się termin.',
			lang: 'pl',
			tag: 'offer'
		},
		...{ open: '/', actions: [], until: Date.now() + 60_000, ...change }
	});
}

test('an offer has its buttons in the patient’s language, none once it is over; an answer that is lost is said so', async ({
	browser
}) => {
	const context = await browser.newContext({
		...{ ...PHONE, baseURL: dayboard.url, permissions: ['notifications'] }
	});
	const page = await context.newPage();
	const devtools = await context.newCDPSession(page);
	let registrationId: string | undefined;
	devtools.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
		registrationId = registrations.at(-1)?.registrationId ?? registrationId;
	});
	await devtools.send('ServiceWorker.enable');
	await page.goto('/pl/fellside');
	const running = context.waitForEvent('serviceworker');
	await page.evaluate(
		() => void navigator.serviceWorker.register('/service-worker.js', { type: 'module' })
	);
	const worker = await running;
	await page.evaluate(async () => void (await navigator.serviceWorker.ready));
	const at = () => registrationId;
	const actions: PushPayload['actions'] = [
		{ action: 'accept', path: `/l/${'a'.repeat(43)}` },
		{ action: 'decline', path: `/l/${'b'.repeat(43)}` }
	];
	await deliver(devtools, at, payloadOf({ actions }));
	await expect
		.poll(() => shownIn(worker))
		.toEqual([
			{ title: 'Fellside', body: 'Zwolnił się termin.', actions: ['Tak, biorę', 'Nie, dziękuję'] }
		]);
	await deliver(devtools, at, payloadOf({ actions, until: Date.now() - 1, body: 'Za późno' }));
	await expect
		.poll(() => shownIn(worker))
		.toEqual([{ title: 'Fellside', body: 'Za późno', actions: [] }]);
	await deliver(devtools, at, 'nothing of ours');
	await expect
		.poll(() => shownIn(worker))
		.toContainEqual({ title: 'Dayboard', body: '', actions: [] });

	await worker.evaluate(async () => {
		const { registration } = self as unknown as WorkerScope;
		for (const one of await registration.getNotifications()) one.close();
	});
	await deliver(devtools, at, payloadOf({ actions }));
	await expect.poll(() => shownIn(worker)).toHaveLength(1);
	await worker.evaluate(() => {
		Object.assign(self, { fetch: () => Promise.reject(new TypeError('no network')) });
	});
	await press(worker, 'accept');
	await expect
		.poll(() => shownIn(worker))
		.toEqual([
			{ title: 'Fellside', body: expect.stringContaining('nie dotarła do przychodni'), actions: [] }
		]);
	await context.close();
});
