/** A visit is cancelled on the board; whoever waits is pushed to, taps, and stands in its place. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { and, eq } from 'drizzle-orm';
import { vapidKeysFrom } from '#db/push/vapid-keys.ts';
import { openDatabase, type Database } from '#db/database.ts';
import { appointments, messageRules, patients, services } from '#db/schema/index.ts';
import { inOrganization } from '#db/transaction.ts';
import { ensureRules } from '#domain/messaging/commands/default-rules.ts';
import { patientActor } from '#domain/booking/visitor.ts';
import { findSite } from '#domain/site/queries.ts';
import { joinWaitlist } from '#domain/waitlist/commands.ts';
import { entryWishSchema } from '#domain/waitlist/entry.ts';
import type { PushPayload } from '#domain/messaging/push-payload.ts';
import { startDayboard, type RunningDayboard } from '../support/dayboard.ts';
import { startPushService, type TestPushService } from '../support/push-service.ts';
import { card, expect, labelOf, PHONE, placeOf, test } from './fixtures.ts';
import { book, deliver, press, shownIn, subscribeAt } from './phone.ts';

const FAMILY_NAME = 'Wyczekana';

let service: TestPushService;
let dayboard: RunningDayboard;
let database: Database;
test.beforeAll(async () => {
	test.setTimeout(240_000);
	service = await startPushService();
	dayboard = await startDayboard({ env: { PUSH_SERVICES: service.origin } });
	database = openDatabase(dayboard.databaseUrl, { max: 2 });
});
test.afterAll(async () => {
	await database?.close();
	await dayboard?.close();
	await service?.close();
});

/** @returns a visit on the board that is worth waiting for: of a service that needs no referral */
async function visitOn(clinicId: string, shown: readonly string[]) {
	const site = (await findSite(database, 'fellside'))!;
	const { organizationId } = site;
	return inOrganization(database, organizationId, async (transaction) => {
		const rows = await transaction
			.select({ visit: appointments })
			.from(appointments)
			.innerJoin(services, eq(services.id, appointments.serviceId))
			.where(and(eq(appointments.clinicId, clinicId), eq(services.referralNeeded, false)));
		const visit = rows
			.map((row) => row.visit)
			.filter(({ id, place }) => shown.includes(id) && place === null)
			.toSorted((a, b) => b.startsAt.getTime() - a.startsAt.getTime())[0]!;
		return { site, visit };
	});
}

/** Puts the patient who booked on the public site on the list, and lets messages leave by night too. */
async function waitFor({ site, visit }: Awaited<ReturnType<typeof visitOn>>, date: string) {
	const { organizationId } = site;
	const patientId = await inOrganization(database, organizationId, async (transaction) => {
		await ensureRules(transaction, organizationId);
		await transaction
			.update(messageRules)
			.set({ quietFromMinute: 0, quietUntilMinute: 0 })
			.where(eq(messageRules.kind, 'waitlist-offer'));
		const [patient] = await transaction
			.select()
			.from(patients)
			.where(eq(patients.familyName, FAMILY_NAME));
		return patient!.id;
	});
	const joined = await joinWaitlist(database, patientActor(site, patientId, null), {
		...({ patientId, source: 'patient', again: 'refuse' } as const),
		wish: entryWishSchema(date).parse({
			...{ serviceId: visit.serviceId, clinicIds: [visit.clinicId], noticeMinutes: 0 },
			...{ practitionerIds: [visit.practitionerId], firstDate: date, lastDate: date }
		})
	});
	expect(joined).toMatchObject({ ok: true });
}

test('reception cancels, the telephone rings, one tap, and the board shows the patient in that time', async ({
	browser,
	open
}) => {
	const key = await readFile(path.join(dayboard.dataDir, 'vapid.key'), 'utf8');
	const phone = service.browser(vapidKeysFrom(key.trim())!.publicKey);
	const context = await browser.newContext({
		...{ ...PHONE, baseURL: dayboard.url, permissions: ['notifications'] }
	});
	await subscribeAt(context, phone);
	const page = await context.newPage();
	const devtools = await context.newCDPSession(page);
	let registrationId: string | undefined;
	devtools.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
		registrationId = registrations.at(-1)?.registrationId ?? registrationId;
	});
	await devtools.send('ServiceWorker.enable');
	await book(page, FAMILY_NAME);
	const running = context.waitForEvent('serviceworker');
	await page.getByRole('button', { name: 'Tell me on this phone' }).tap();
	await expect(page.getByText('You are told on this device.')).toBeVisible();
	const worker = await running;
	await page.goto('about:blank');

	const reception = await open({ at: dayboard });
	const { clinicId, date } = placeOf(reception);
	const shown = await reception
		.locator('[data-status=booked]')
		.evaluateAll((cards) => cards.map((one) => one.getAttribute('data-appointment-id')!));
	const wanted = await visitOn(clinicId, shown);
	await waitFor(wanted, date);
	const cancelled = wanted.visit.id;
	const time = (await labelOf(reception, cancelled).innerText()).match(/\d\d:\d\d/)![0];

	await card(reception, cancelled).focus();
	await reception.keyboard.press('Enter');
	const panel = reception.getByRole('complementary');
	await panel.getByRole('button', { name: 'Cancel this visit…' }).click();
	await panel.getByLabel('Why is it cancelled?').selectOption('patient-asked');
	const began = performance.now();
	await panel.getByRole('button', { name: 'Cancel the visit' }).click();

	const offered = () =>
		phone.taken.find(({ text }) =>
			(JSON.parse(text) as PushPayload).actions.some(({ action }) => action === 'accept')
		);
	await expect.poll(offered, { timeout: 20_000, intervals: [50] }).toBeDefined();
	const pushed = performance.now();
	const { text, urgency, ttl } = offered()!;
	expect(urgency).toBe('high');
	// As long as the offer holds, and no longer.
	expect(ttl).toBeGreaterThan(15 * 60);
	expect(ttl).toBeLessThanOrEqual(20 * 60);
	// Whoever reads along on a locked screen learns no name.
	expect(text).not.toContain(FAMILY_NAME);
	await deliver(dayboard.url, devtools, () => registrationId, text);
	await expect.poll(() => shownIn(worker)).toHaveLength(1);
	const [notice] = await shownIn(worker);
	expect(notice!.body).toContain(time);
	expect(notice!.actions).toEqual(['Yes, I take it', 'No, thanks']);

	const tapped = performance.now();
	await press(worker, 'accept');
	// What the patient has booked on the site may lie on the same day.
	const taken = card(reception).filter({ hasText: FAMILY_NAME }).filter({ hasText: time });
	await expect(taken).toBeVisible();
	const done = performance.now();
	await expect(card(reception, cancelled)).toHaveCount(0);
	await expect
		.poll(() => shownIn(worker))
		.toEqual([expect.objectContaining({ body: expect.stringContaining('It is booked for you') })]);
	const [stored] = await inOrganization(database, wanted.site.organizationId, (transaction) =>
		transaction
			.select({ source: appointments.source, practitionerId: appointments.practitionerId })
			.from(appointments)
			.innerJoin(patients, eq(patients.id, appointments.patientId))
			.where(and(eq(patients.familyName, FAMILY_NAME), eq(appointments.source, 'waitlist')))
	);
	expect(stored).toEqual({
		source: 'waitlist',
		practitionerId: wanted.visit.practitionerId
	});
	const seconds = (from: number, until: number) => ((until - from) / 1_000).toFixed(1);
	// Printed: seconds are what counts here.
	// eslint-disable-next-line no-console
	console.log(
		`cancelled to pushed ${seconds(began, pushed)} s, tapped to shown on the board ${seconds(tapped, done)} s, ` +
			`in all ${seconds(began, done)} s`
	);
	await context.close();
});
