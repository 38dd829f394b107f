import { eq, sql } from 'drizzle-orm';
import { openDatabase, type Database } from '#db/database.ts';
import { appointments, messageRules, organizations } from '#db/schema/index.ts';
import { findingOrganization, inOrganization } from '#db/transaction.ts';
import { ensureRules } from '#domain/messaging/commands/default-rules.ts';
import { messageFactory } from '../factories/message-factory.ts';
import { startDayboard, type RunningDayboard } from '../support/dayboard.ts';
import { findings } from './accessibility.ts';
import { ADMIN, card, expect, PHONE, RECEPTION, TABLET, test, untilLive } from './fixtures.ts';

/** A demo of its own: its messages are sent while the spec looks. */
let dayboard: RunningDayboard;
let database: Database;
let organizationId: string;
/** A visit of the day after tomorrow or so, about which a reminder failed. */
let visit: typeof appointments.$inferSelect;
test.beforeAll(async () => {
	test.setTimeout(240_000);
	dayboard = await startDayboard({ scale: 'small' });
	database = openDatabase(dayboard.databaseUrl, { max: 2 });
	const [found] = await findingOrganization(database, (transaction) =>
		transaction.select({ id: organizations.id }).from(organizations)
	);
	organizationId = found!.id;
	const rules = await inOrganization(database, organizationId, async (transaction) => {
		await ensureRules(transaction, organizationId);
		[visit] = (await transaction
			.select()
			.from(appointments)
			.where(
				sql`${appointments.status} = 'booked' AND ${appointments.startsAt} > now() + interval '6 hours'
					AND EXISTS (SELECT FROM patients p WHERE p.id = ${appointments.patientId} AND p.email IS NOT NULL
						AND p.contact_channel IS NULL)`
			)
			.orderBy(appointments.startsAt)
			.limit(1)) as [typeof visit];
		// Whatever the hour is at which the spec runs.
		return transaction
			.update(messageRules)
			.set({ quietFromMinute: 0, quietUntilMinute: 0 })
			.where(eq(messageRules.kind, 'reminder'))
			.returning();
	});
	const about = {
		...{ appointmentId: visit.id, patientId: visit.patientId, clinicId: visit.clinicId },
		...{ ruleId: rules[0]!.id, aboutStart: visit.startsAt, kind: 'reminder' as const }
	};
	const ago = (hours: number) => ({ dueAt: new Date(Date.now() - hours * 3_600_000) });
	await messageFactory(database, organizationId, {
		...{ ...about, ...ago(2), state: 'failed', channel: 'email' },
		// As planning names it: it is wanted as long as the visit is where it is.
		cause: `reminder/${visit.id}/${visit.startsAt.getTime()}`,
		attempts: [
			{ channel: 'sms', outcome: 'failed', response: '21211 no such number' },
			{ channel: 'email', outcome: 'failed', response: '550 5.1.1 no such user' }
		]
	});
	await messageFactory(database, organizationId, {
		...{ ...about, ...ago(30), state: 'delivered', channel: 'email', kind: 'confirmation' },
		attempts: [{ channel: 'email', outcome: 'delivered', response: '250 2.0.0 queued' }]
	});
	await messageFactory(database, organizationId, {
		...{ ...about, ...ago(200), state: 'suppressed', suppression: 'cancelled' }
	});
});
test.afterAll(async () => {
	await database.close();
	await dayboard.close();
});

test('an administrator changes a rule, sees how it looks and what it sends next', async ({
	open
}) => {
	const page = await open({ as: ADMIN, at: dayboard, day: 'today' });
	await page.getByRole('button', { name: 'My menu' }).click();
	await page.getByRole('menuitem', { name: 'Messages' }).click();
	await page.getByRole('link', { name: 'Rules' }).click();
	await expect(page.getByRole('heading', { name: 'Messages', level: 1 })).toBeVisible();
	const rule = page.getByRole('listitem').filter({ hasText: 'before the visit' }).first();
	await expect(rule).toContainText('48 hours before the visit, by web push, then SMS, then e-mail');
	await rule.getByRole('link', { name: 'Change' }).click();

	// The order of the ways, by keyboard.
	const later = page.getByRole('button', { name: 'Web push later' });
	await later.focus();
	await page.keyboard.press('ArrowDown');
	await page.keyboard.press('ArrowDown');
	await expect(page.getByText('SMS, then e-mail, then web push')).toBeVisible();

	// What it says, in both languages, as it is typed.
	const english = page.getByRole('region', { name: 'English', exact: true });
	const preview = english.getByRole('region', { name: 'Preview, English' });
	await expect(preview).toContainText('Hello Maria,');
	await expect(page.getByRole('region', { name: 'Preview, Polish' })).toContainText(
		'Dzień dobry Maria,'
	);
	const short = english.getByLabel('Short text of an SMS');
	await short.fill('We wait for you: ');
	await english.getByRole('button', { name: 'Time', exact: true }).click();
	await expect(short).toHaveValue('We wait for you: {{visit.time}}');
	await expect(preview).toContainText(/We wait for you: \d\d:\d\d/);
	await expect(preview).toContainText('1 message, 138 letters left');

	// A placeholder that there is not is refused, with its place.
	await short.fill('We wait\nfor you: {{visit.tiem}}');
	await expect(preview).toContainText('once the marked places are mended');
	await page.getByRole('button', { name: 'Save the rule' }).click();
	await expect(page.getByRole('alert')).toContainText(
		'English, short text: There is no {{visit.tiem}} (line 2, letter 10).'
	);
	await english.getByRole('button', { name: 'Restore Dayboard' }).click();
	await expect(short).toHaveValue(/we expect you/);

	// The next ten, before anything is saved.
	await page.getByLabel('How much').fill('2');
	await page.getByRole('button', { name: 'Work it out with these changes' }).click();
	const rows = page.getByRole('region', { name: 'The next messages' }).getByRole('row');
	await expect(rows).toHaveCount(11);
	await expect(rows.nth(1)).toContainText(/\d\d:\d\d\s*\p{L}\. \p{L}\./u);
	await page.getByRole('button', { name: 'Save the rule' }).click();
	await expect(page.getByText('Saved.')).toBeVisible();
	await page.getByRole('link', { name: 'All rules' }).click();
	await expect(rule).toContainText('2 hours before the visit, by SMS, then e-mail, then web push');

	// Off and on again, from the list.
	const onOff = page.getByRole('switch', { name: 'Reminder, Every clinic, every service' });
	await onOff.uncheck();
	await expect(page.getByText('Saved.')).toBeVisible();
	await page.reload();
	await expect(onOff).not.toBeChecked();
	await onOff.check();
	await expect(page.getByText('Saved.')).toBeVisible();
});

test('a rule for one clinic is made from the one for everything, and removed', async ({ open }) => {
	const page = await open({ as: ADMIN, at: dayboard, day: 'today' });
	await page.goto('/organization/messages/new?kind=cancellation');
	await page.waitForLoadState('networkidle');
	await page.getByRole('button', { name: 'Add the rule' }).click();
	await expect(page.getByRole('alert')).toContainText('There is a rule of this kind');
	await page.getByLabel('Service').selectOption({ index: 1 });
	await page.getByRole('button', { name: 'Add the rule' }).click();
	await expect(page.getByRole('button', { name: 'Save the rule' })).toBeVisible();
	await page.getByRole('button', { name: 'Remove the rule' }).click();
	await page.getByRole('button', { name: 'Yes, remove it' }).click();
	await expect(page.getByRole('link', { name: /Change Cancellation/ })).toHaveCount(1);
});

test('reception finds what failed, sends it again, and sees it on the visit', async ({ open }) => {
	const page = await open({ as: RECEPTION, at: dayboard, day: 'today' });
	await page.goto('/messages');
	await page.getByRole('link', { name: 'Failed only' }).click();
	const failed = page.getByRole('listitem').filter({ hasText: 'Send again' });
	await expect(failed).toHaveCount(1);
	await expect(failed).toContainText('Tried 2 times by SMS and by e-mail.');
	await failed.locator('summary').click();
	await expect(failed).toContainText('550 5.1.1 no such user');
	const day = await failed.getByRole('link', { name: /^The visit of/ }).getAttribute('href');

	// What is typed wrongly is said.
	await page.goto('/messages?from=2027-02-02&until=2027-02-01');
	await expect(page.getByRole('alert')).toContainText('The last day is before the first one.');
	await page.goto('/messages?kind=reminder');
	await expect(page.getByRole('listitem').filter({ hasText: 'Confirmation' })).toHaveCount(0);
	await page.getByRole('button', { name: 'Send again' }).click();
	await expect(page.getByRole('button', { name: 'Send again' })).toHaveCount(0);

	await page.goto(day!);
	await untilLive(page);
	await card(page, visit.id).click();
	const panel = page.getByRole('complementary', { name: 'Visit' });
	await panel.getByText('Messages', { exact: true }).click();
	const entries = panel.getByRole('listitem').filter({ hasText: /^(Reminder|Confirmation) / });
	await expect(entries.first()).toContainText('The visit was cancelled.');
	await expect(entries.filter({ hasText: 'Confirmation' })).toContainText('Arrived');
	// Sent meanwhile, by the rule as it is.
	await expect(async () => {
		await page.reload();
		await untilLive(page);
		await card(page, visit.id).click();
		await panel.getByText('Messages', { exact: true }).click();
		await expect(panel.getByText('Sent', { exact: true })).toHaveCount(1, { timeout: 2_000 });
	}).toPass({ timeout: 30_000 });

	// Nothing more to this patient.
	await panel.getByLabel('Send this patient nothing').check();
	await panel.getByRole('button', { name: 'The patient has died…' }).click();
	await panel.getByRole('button', { name: 'Yes, the patient has died' }).click();
	await expect(panel.getByText('This patient has died.')).toBeVisible();
	await panel.getByRole('button', { name: 'This was a mistake' }).click();
	await expect(panel.getByRole('button', { name: 'The patient has died…' })).toBeVisible();
	await expect(panel.getByLabel('Send this patient nothing')).toBeChecked();
	expect(await findings(page)).toEqual([]);

	// What it said stands in the outbox.
	const admin = await open({ as: ADMIN, at: dayboard, day: 'today' });
	await admin.goto('/outbox');
	const clock = visit.startsAt.toLocaleTimeString('en-GB', {
		...{ hour: '2-digit', minute: '2-digit', timeZone: 'Europe/London' }
	});
	await expect(
		admin.getByRole('listitem').filter({ hasText: 'Reminder' }).filter({ hasText: clock }).first()
	).toBeVisible();
	expect((await page.request.get('/outbox')).status()).toBe(403);
});

for (const [device, options] of [
	['a desktop', { viewport: { width: 1440, height: 900 } }],
	['a tablet in the dark', { ...TABLET, colorScheme: 'dark' }],
	['a phone in the dark', { ...PHONE, colorScheme: 'dark' }],
	['a phone', PHONE]
] as const) {
	test(`axe finds nothing on the pages of messages, and nothing is cut off, on ${device}`, async ({
		open
	}) => {
		const page = await open({ ...options, as: ADMIN, at: dayboard, day: 'today' });
		await page.goto('/organization/messages');
		const rule = await page.getByRole('link', { name: /^Change Reminder,/ }).getAttribute('href');
		for (const path of [
			...['/messages', '/messages?state=failed', '/messages?until=2001-01-01', '/outbox'],
			...['/messages/figures?days=28', '/organization/messages', rule!],
			'/organization/messages/new?kind=waitlist-offer'
		]) {
			await page.goto(path);
			await page.waitForLoadState('networkidle');
			for (const summary of await page.locator('main summary:visible').all()) await summary.click();
			expect([path, await findings(page)]).toEqual([path, []]);
			const overflow = await page
				.locator('main')
				.evaluate((main) => main.scrollWidth - main.clientWidth);
			expect([path, overflow]).toEqual([path, 0]);
		}
	});
}
