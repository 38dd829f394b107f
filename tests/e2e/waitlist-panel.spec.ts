/** The waitlist beside the board: times that light up, dragged onto by mouse, finger and keyboard; approvals; numbers. */
import type { Locator, Page } from '@playwright/test';
import { eq } from 'drizzle-orm';
import type { Database } from '#db/database.ts';
import { messageRules } from '#db/schema/index.ts';
import { inOrganization } from '#db/transaction.ts';
import { ensureRules } from '#domain/messaging/commands/default-rules.ts';
import { findSite } from '#domain/site/queries.ts';
import { findings } from './accessibility.ts';
import { openEmptyDay, type EmptyDay } from './empty-day.ts';
import {
	ADMIN,
	card,
	expect,
	labelOf,
	PHONE,
	TABLET,
	test,
	untilLive,
	WHOLE_DAY
} from './fixtures.ts';
import { Finger } from './hands.ts';

const panelOf = (page: Page) => page.getByRole('complementary', { name: 'Waitlist' });
const lit = (page: Page) => page.locator('[data-lit]');

/** Puts a patient of the demo on the list for that day, through the interface of whoever is signed in. */
async function waits(
	page: Page,
	day: EmptyDay,
	{ patient, urgency = 'routine' }: { patient: number; urgency?: 'routine' | 'urgent' }
): Promise<string> {
	const { id, name } = day.patients[patient]!;
	const answer = await page.request.post('/api/v1/waitlist', {
		headers: { 'idempotency-key': crypto.randomUUID(), origin: new URL(page.url()).origin },
		data: {
			...{ patientId: id, serviceId: day.serviceId, clinicIds: [day.clinicId], urgency },
			...{ practitionerIds: [day.doctorId], firstDate: day.date, lastDate: day.date }
		}
	});
	expect(answer.status()).toBe(201);
	return name;
}

/** Opens the panel, chooses somebody, and waits for the times to light up. */
async function choose(page: Page, name: string): Promise<Locator> {
	if (!(await panelOf(page).isVisible())) await page.keyboard.press('w');
	const entry = panelOf(page).getByRole('button', { name: new RegExp(`^${name}`) });
	await entry.click();
	await expect(lit(page).first()).toBeVisible();
	return entry;
}

const middleOf = async (node: Locator) => {
	const box = (await node.boundingBox())!;
	return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
};

/** @returns the visit that a patient has on this board now */
async function visitOf(day: EmptyDay, patient: number) {
	const { rows, people } = await day.read();
	const id = Object.keys(people).find(
		(one) => people[one]!.patientId === day.patients[patient]!.id
	);
	return id === undefined ? null : { id, ...rows.appointments[id]! };
}

test('reception adds somebody, drags them onto a time that is lit, and a colleague sees the visit', async ({
	open,
	dayboard,
	database
}) => {
	const page = await open(WHOLE_DAY);
	const day = await openEmptyDay(page, { database, databaseUrl: dayboard.databaseUrl, days: 70 });
	const colleague = await open(WHOLE_DAY);
	await colleague.goto(`/board/${day.clinicId}/${day.date}`);
	await untilLive(colleague);

	await page.keyboard.press('w');
	const panel = panelOf(page);
	await panel.getByRole('button', { name: 'Add somebody' }).click();
	const { name } = day.patients[0]!;
	const fill = async () => {
		await panel.getByRole('combobox', { name: 'Patient' }).fill(name);
		await panel
			.getByRole('option', { name: new RegExp(`^${name}`) })
			.first()
			.click();
		await panel.getByLabel('Service').selectOption(day.serviceId);
		await panel.getByLabel('From', { exact: true }).fill(day.date);
		await panel.getByLabel('Until', { exact: true }).fill(day.date);
		await panel.getByRole('button', { name: 'Put on the list' }).click();
	};
	await fill();
	await expect(panel.getByRole('button', { name: new RegExp(`^${name}`) })).toBeVisible();
	// Nobody waits twice for the same.
	await panel.getByRole('button', { name: 'Add somebody' }).click();
	await fill();
	await expect(panel.getByRole('alert')).toContainText('already waits for this since');
	expect(await findings(page)).toEqual([]);
	await panel.getByRole('button', { name: 'Cancel' }).click();

	const entry = await choose(page, name);
	expect(await findings(page)).toEqual([]);
	const target = page.locator(`[data-lit="${day.doctorId}"]`).nth(3);
	const startsAt = Number(await target.getAttribute('data-starts-at'));
	const [from, to] = [await middleOf(entry), await middleOf(target)];
	await page.mouse.move(from.x, from.y);
	await page.mouse.down();
	await page.mouse.move(from.x - 10, from.y + 4, { steps: 3 });
	await page.mouse.move(to.x, to.y, { steps: 10 });
	await expect(page.locator('[data-entry-target]')).toContainText(name);
	await expect(page.locator('[data-entry-target]')).not.toHaveClass(/illegal/);
	await page.mouse.up();
	const dialog = page.getByRole('dialog');
	await expect(dialog).toContainText(name);
	expect(await findings(page)).toEqual([]);
	const seen = dialog.getByRole('checkbox', { name: 'The referral was seen' });
	if (await seen.isVisible()) await seen.check();
	await dialog.getByRole('button', { name: 'Book now' }).click();
	await expect.poll(async () => (await visitOf(day, 0))?.startsAt).toBe(startsAt);
	const visit = (await visitOf(day, 0))!;
	expect(visit.source).toBe('waitlist');
	await expect(labelOf(page, visit.id)).toContainText(name);
	await card(colleague, visit.id).click();
	await expect(colleague.getByRole('complementary', { name: 'Visit' })).toContainText(
		'from the waitlist'
	);
	await expect(panel.getByRole('button', { name: new RegExp(`^${name}`) })).toHaveCount(0);
});

test('by keyboard alone: W, the entry, a time that is lit, Enter', async ({
	open,
	dayboard,
	database
}) => {
	const page = await open(WHOLE_DAY);
	const day = await openEmptyDay(page, { database, databaseUrl: dayboard.databaseUrl, days: 77 });
	const name = await waits(page, day, { patient: 1 });
	await page.keyboard.press('w');
	await expect(panelOf(page)).toBeFocused();
	const entry = panelOf(page).getByRole('button', { name: new RegExp(`^${name}`) });
	await entry.focus();
	await page.keyboard.press('Enter');
	await expect(entry).toHaveAttribute('aria-pressed', 'true');
	const go = panelOf(page).getByRole('button', { name: 'Go to the times' });
	await expect(go).toBeVisible();
	await go.focus();
	await page.keyboard.press('Enter');
	await expect(lit(page).first()).toBeFocused();
	await page.keyboard.press('ArrowDown');
	await page.keyboard.press('ArrowDown');
	const focused = page.locator('[data-lit]:focus');
	const startsAt = Number(await focused.getAttribute('data-starts-at'));
	expect(await focused.getAttribute('aria-label')).toContain(`give to ${name}`);
	await page.keyboard.press('Escape');
	await expect(entry).toBeFocused();
	await go.focus();
	await page.keyboard.press('Enter');
	await page.keyboard.press('ArrowDown');
	await page.keyboard.press('ArrowDown');
	await page.keyboard.press('Enter');
	const book = page.getByRole('dialog').getByRole('button', { name: 'Book now' });
	await expect(book).toBeVisible();
	await book.focus();
	await page.keyboard.press('Enter');
	await expect.poll(async () => (await visitOf(day, 1))?.startsAt).toBe(startsAt);
});

test('on a tablet a finger holds an entry and drags it onto a time', async ({
	open,
	dayboard,
	database
}) => {
	const page = await open(TABLET);
	const day = await openEmptyDay(page, { database, databaseUrl: dayboard.databaseUrl, days: 84 });
	const name = await waits(page, day, { patient: 2 });
	const entry = await choose(page, name);
	// A finger meets each, and none lies under another one.
	const boxes = await lit(page)
		.filter({ visible: true })
		.evaluateAll((nodes) =>
			nodes
				.filter((node) => getComputedStyle(node).pointerEvents !== 'none')
				.map((node) => ({
					column: (node as HTMLElement).dataset.lit,
					box: node.getBoundingClientRect()
				}))
				.map(({ column, box: { top, bottom } }) => ({ column, top, bottom }))
		);
	expect(boxes.length).toBeGreaterThan(4);
	for (const [i, { column, top, bottom }] of boxes.entries()) {
		expect(bottom - top).toBeGreaterThanOrEqual(44);
		const next = boxes[i + 1];
		if (next?.column === column) expect(next!.top).toBeGreaterThanOrEqual(bottom);
	}
	const target = page.locator(`[data-lit="${day.doctorId}"]`).nth(2);
	// Into the middle of the screen: at the edges the board scrolls along.
	await target.evaluate((node) => node.scrollIntoView({ block: 'center', inline: 'center' }));
	const startsAt = Number(await target.getAttribute('data-starts-at'));
	// A quarter of an hour is as tall as half of what a finger meets: held over its upper half it is that time.
	const { x, y } = (await target.boundingBox())!;
	const [from, to] = [await middleOf(entry), { x: x + 20, y: y + 10 }];
	const finger = await Finger.on(page);
	await finger.down(from);
	await expect(page.locator('[data-entry-target]')).toBeVisible();
	await finger.moveTo(from, to);
	await expect(page.locator('[data-entry-target]')).not.toHaveClass(/illegal/);
	await finger.up();
	await page.getByRole('dialog').getByRole('button', { name: 'Book now' }).tap();
	await expect.poll(async () => (await visitOf(day, 2))?.startsAt).toBe(startsAt);
});

/** Lets messages leave by night too: the hour at which the test runs is none of its business. */
async function withoutQuietHours(database: Database): Promise<void> {
	const { organizationId } = (await findSite(database, 'fellside'))!;
	await inOrganization(database, organizationId, async (transaction) => {
		await ensureRules(transaction, organizationId);
		await transaction
			.update(messageRules)
			.set({ quietFromMinute: 0, quietUntilMinute: 0 })
			.where(eq(messageRules.kind, 'waitlist-offer'));
	});
}

test('a cancelled time is proposed for the most urgent, and goes out when reception lets it', async ({
	open,
	dayboard,
	database
}) => {
	// Two boards, two looks by axe, and what jobs do in between.
	test.slow();
	await withoutQuietHours(database);
	const page = await open(WHOLE_DAY);
	const day = await openEmptyDay(page, { database, databaseUrl: dayboard.databaseUrl, days: 63 });
	const colleague = await open(WHOLE_DAY);
	await colleague.goto(`/board/${day.clinicId}/${day.date}`);
	await untilLive(colleague);
	const visitId = await day.book({ startsAt: day.opens + 3_600_000, patient: 3 });
	const name = await waits(page, day, { patient: 4, urgency: 'urgent' });
	await card(page, visitId).click();
	const visit = page.getByRole('complementary', { name: 'Visit' });
	await visit.getByRole('button', { name: 'Cancel this visit…' }).click();
	await visit.getByRole('button', { name: 'Cancel the visit' }).click();
	// Once this one is skipped, the next who waits for such a time is asked: another one of the demo, perhaps.
	const ghostOn = (board: Page) => board.locator('[data-offer-id]').filter({ hasText: name });
	const ghost = ghostOn(page);
	await expect(ghost).toContainText(`${name}?`, { timeout: 20_000 });
	await expect(ghostOn(colleague)).toContainText(`${name}?`);
	await page.keyboard.press('Escape');
	await page.keyboard.press('w');
	await expect(page.getByRole('button', { name: /^Waitlist: .*1 to decide/ })).toBeVisible();
	expect(await findings(page)).toEqual([]);
	await panelOf(page)
		.getByRole('button', { name: `Let it go out to ${name}` })
		.click();
	await expect(ghost).toContainText(`Offered to ${name}`);
	await expect(ghost).toContainText(/\d+:\d\d/);
	await expect(ghostOn(colleague)).toContainText(`Offered to ${name}`);
	await ghost.click();
	const offer = page.getByRole('complementary', { name: 'Kept for the waitlist' });
	await expect(offer).toContainText(`Offered to ${name} until`);
	expect(await findings(page)).toEqual([]);
	await offer.getByRole('button', { name: /^Take it back…/ }).click();
	await offer.getByLabel(/^Why is/).fill('Called: cannot come');
	await offer.getByRole('button', { name: 'Skip', exact: true }).click();
	await expect(ghost).toHaveCount(0);
	await expect(ghostOn(colleague)).toHaveCount(0);
});

test('a free time shows whom it suits, the best first, and why', async ({
	open,
	dayboard,
	database
}) => {
	const page = await open(WHOLE_DAY);
	const day = await openEmptyDay(page, { database, databaseUrl: dayboard.databaseUrl, days: 56 });
	const calm = await waits(page, day, { patient: 5 });
	const urgent = await waits(page, day, { patient: 6, urgency: 'urgent' });
	const column = page.locator(`[data-column-id="${day.doctorId}"]`);
	await column.getByRole('button', { name: /^New visit with/ }).click();
	await page.getByRole('group', { name: 'What is new' }).getByText('Waitlist').click();
	const ranked = page.getByRole('list', { name: 'Who suits this time' });
	// Others may wait as well: another spec brought them.
	const placeOfName = async (name: string) =>
		(await ranked.locator('[data-entry-id]').allTextContents()).findIndex((text) =>
			text.includes(name)
		);
	await expect.poll(() => placeOfName(urgent)).toBeGreaterThanOrEqual(0);
	expect(await placeOfName(calm)).toBeGreaterThan(await placeOfName(urgent));
	await ranked.getByRole('button', { name: new RegExp(`^${urgent}`) }).click();
	await expect(ranked).toContainText('Waiting so far');
	await ranked.getByText('As a table').click();
	await expect(ranked.getByRole('row', { name: /^Urgency/ })).toBeVisible();
	expect(await findings(page)).toEqual([]);
	await ranked.getByRole('button', { name: /^Give / }).click();
	await page.getByRole('dialog').getByRole('button', { name: 'Book now' }).click();
	await expect.poll(async () => (await visitOf(day, 6))?.source).toBe('waitlist');
});

for (const [name, options] of [
	['a desktop in the dark', { colorScheme: 'dark' }],
	['a phone', PHONE]
] as const) {
	test(`the dashboard counts and finds those who wait, on ${name}`, async ({
		open,
		dayboard,
		database
	}) => {
		const page = await open({ ...options, as: ADMIN });
		const days = name === 'a phone' ? 91 : 98;
		const day = await openEmptyDay(page, { database, databaseUrl: dayboard.databaseUrl, days });
		const patient = name === 'a phone' ? 7 : 8;
		const waiting = await waits(page, day, { patient, urgency: 'urgent' });
		await page.goto('/waitlist');
		await expect(page.getByRole('heading', { level: 1 })).toHaveText('Waitlist');
		const urgency = page.getByRole('region', { name: 'Urgency' });
		await urgency.getByRole('button', { name: /^Urgent/ }).click();
		await expect(page).toHaveURL(/urgency=urgent/);
		await page.getByRole('searchbox', { name: 'Search the waitlist' }).fill(waiting);
		const entry = page.getByRole('button', { name: new RegExp(`^${waiting}`) });
		await expect(entry).toBeVisible();
		expect(page.url()).not.toContain(encodeURIComponent(waiting.split(' ')[0]!));
		await entry.click();
		await expect(page.getByText('Notice')).toBeVisible();
		expect(await findings(page)).toEqual([]);
		await page.getByRole('button', { name: 'Take off…' }).click();
		await page.getByRole('button', { name: 'Take off', exact: true }).click();
		await expect(entry).toHaveCount(0);
		expect(await findings(page)).toEqual([]);
	});
}
