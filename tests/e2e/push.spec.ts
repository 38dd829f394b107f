/**
 * A patient chooses to be told on the telephone. What cannot be had here is a browser's own push service: its
 * subscription leads to one on loopback, and what that read is handed to the browser as such a service would.
 */
import type { Page } from '@playwright/test';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { eq } from 'drizzle-orm';
import { vapidKeysFrom } from '#db/push/vapid-keys.ts';
import { openDatabase, type Database } from '#db/database.ts';
import { appointments, messageRules, messages, patients, sites } from '#db/schema/index.ts';
import { findingOrganization, inOrganization } from '#db/transaction.ts';
import { ensureRules } from '#domain/messaging/commands/default-rules.ts';
import { wakeSender } from '#domain/messaging/commands/wake.ts';
import { writePayload, type PushPayload } from '#domain/messaging/push-payload.ts';
import { startDayboard, type RunningDayboard } from '../support/dayboard.ts';
import { startPushService, type TestPushService } from '../support/push-service.ts';
import { findings } from './accessibility.ts';
import { card, expect, labelOf, PHONE, placeOf, test, untilLive } from './fixtures.ts';
import {
	book,
	deliver,
	press,
	shownIn,
	subscribeAt,
	type Shown,
	type WorkerScope
} from './phone.ts';

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
	await allowByNight();
});
test.afterAll(async () => {
	await database?.close();
	await dayboard?.close();
	await service?.close();
});

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
	expect(await findings(page)).toEqual([]);
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

const ofFellside = async () => {
	const [site] = await findingOrganization(database, (transaction) =>
		transaction.select().from(sites).where(eq(sites.slug, 'fellside'))
	);
	return site!.organizationId;
};

/** Lets reminders leave by night too. Long before one is made: a changed rule has all that is queued looked at. */
async function allowByNight(): Promise<void> {
	const organizationId = await ofFellside();
	await inOrganization(database, organizationId, async (transaction) => {
		await ensureRules(transaction, organizationId);
		await transaction
			.update(messageRules)
			.set({ quietFromMinute: 0, quietUntilMinute: 0 })
			.where(eq(messageRules.kind, 'reminder'));
	});
}

/** Has the server remind of the visit of somebody now. */
async function remind(familyName: string): Promise<void> {
	const organizationId = await ofFellside();
	await inOrganization(database, organizationId, async (transaction) => {
		const [rule] = await transaction
			.select({ id: messageRules.id })
			.from(messageRules)
			.where(eq(messageRules.kind, 'reminder'));
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
	await deliver(dayboard.url, devtools, () => registrationId, text);
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
	await deliver(dayboard.url, tools, () => registrationId, text);
	const other = payloadOf({ title: 'Another', tag: 'another', id: 'another' });
	// Said again until it is there: of the same message the second is not shown.
	await expect
		.poll(async () => {
			await deliver(dayboard.url, tools, () => registrationId, other);
			return shownIn(worker);
		})
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

test('a message that is pushed twice is shown once, also where it was put away meanwhile', async ({
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
	await page.goto('/en/fellside');
	const running = context.waitForEvent('serviceworker');
	await page.evaluate(
		() => void navigator.serviceWorker.register('/service-worker.js', { type: 'module' })
	);
	const worker = await running;
	await page.evaluate(async () => void (await navigator.serviceWorker.ready));
	const at = () => registrationId;
	const text = payloadOf({ body: 'Your visit: Monday.', tag: 'reminder' });
	await deliver(dayboard.url, devtools, at, text);
	await expect.poll(() => shownIn(worker)).toMatchObject([{ body: 'Your visit: Monday.' }]);
	await worker.evaluate(async () => {
		const { registration } = self as unknown as WorkerScope;
		for (const one of await registration.getNotifications()) one.close();
	});
	// As after a crash: the server could not tell whether it had been taken.
	await deliver(dayboard.url, devtools, at, text);
	await deliver(dayboard.url, devtools, at, payloadOf({ body: 'Another', tag: 'another' }));
	await expect.poll(() => shownIn(worker)).toMatchObject([{ body: 'Another' }]);
	await context.close();
});

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
	await deliver(dayboard.url, devtools, at, payloadOf({ actions }));
	await expect
		.poll(() => shownIn(worker))
		.toEqual([
			{ title: 'Fellside', body: 'Zwolnił się termin.', actions: ['Tak, biorę', 'Nie, dziękuję'] }
		]);
	await deliver(
		dayboard.url,
		devtools,
		at,
		payloadOf({ actions, until: Date.now() - 1, body: 'Za późno' })
	);
	await expect
		.poll(() => shownIn(worker))
		.toEqual([{ title: 'Fellside', body: 'Za późno', actions: [] }]);
	await deliver(dayboard.url, devtools, at, 'nothing of ours');
	await expect
		.poll(() => shownIn(worker))
		.toContainEqual({ title: 'Dayboard', body: '', actions: [] });

	await worker.evaluate(async () => {
		const { registration } = self as unknown as WorkerScope;
		for (const one of await registration.getNotifications()) one.close();
	});
	// The browser puts them away in its own time: one of the same tag that comes before that goes with it.
	await expect.poll(() => shownIn(worker)).toEqual([]);
	await deliver(dayboard.url, devtools, at, payloadOf({ actions }));
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
