/** The doctor's own day on a tablet: drawing with a finger, the same by keyboard, visits in the way, running late. */
import type { Page } from '@playwright/test';
import { findings } from './accessibility.ts';
import { DOCTOR, expect, RECEPTION, TABLET, test, untilLive } from './fixtures.ts';
import { Finger } from './hands.ts';
import { boardAt } from './stored-board.ts';

const MINUTE_MS = 60_000;
/** Of the timeline: eleven pixels for five minutes. */
const PIXELS_PER_MS = 11 / (5 * MINUTE_MS);

const panel = (page: Page) => page.getByRole('complementary');
const blocks = (page: Page) => page.locator('[data-block-id]');
const target = (page: Page) => page.locator('[data-block-target]');

/** A day on which the demo's doctor works and nobody is booked yet, so many weeks after the day it was made for. */
async function openOwnDay(page: Page, weeks: number) {
	await page.goto('/day');
	await untilLive(page);
	const today = await page.locator('nav input[type=date]').inputValue();
	const date = Temporal.PlainDate.from(today).add({ weeks }).toString();
	await page.goto(`/day?date=${date}`);
	await untilLive(page);
	const column = page.locator('[data-column-id]').first();
	const doctorId = (await column.getAttribute('data-column-id'))!;
	const clinicId = (await column.getAttribute('data-clinic-id'))!;
	return { date, doctorId, clinicId };
}

test('a finger draws a block on a tablet, and reception sees it; its handle draws it longer', async ({
	open
}) => {
	const page = await open({ ...TABLET, as: DOCTOR, day: 'today' });
	const { date, doctorId, clinicId } = await openOwnDay(page, 15);
	const colleague = await open({ as: RECEPTION, day: 'today' });
	await colleague.goto(`/board/${clinicId}/${date}`);
	await untilLive(colleague);
	const onBoard = (words: string) =>
		colleague.locator(`[data-column-id="${doctorId}"] [data-block-id]`, { hasText: words });

	const box = (await page.locator('.scroller').boundingBox())!;
	const from = { x: box.x + 200, y: box.y + 200 };
	const to = { x: from.x, y: from.y + 40 * MINUTE_MS * PIXELS_PER_MS };
	const finger = await Finger.on(page);
	await finger.down(from);
	await expect(target(page)).toBeVisible();
	await finger.moveTo(from, to);
	await expect(target(page)).toContainText('40 min');
	await finger.up();
	await expect(panel(page).getByLabel('Minutes')).toHaveValue('40');
	await panel(page).getByLabel('Kind').selectOption('leave');
	await panel(page).getByRole('button', { name: 'Block this time' }).tap();
	await expect(onBoard('Leave')).toHaveCount(1);
	await expect(blocks(page)).toHaveAttribute('data-state', 'settled');

	// Its handle draws it longer.
	const grip = (await page.locator('[data-block-grip]').boundingBox())!;
	const held = { x: grip.x + grip.width / 2, y: grip.y + grip.height / 2 };
	await finger.down(held);
	await finger.moveTo(held, { x: held.x, y: held.y + 20 * MINUTE_MS * PIXELS_PER_MS });
	await expect(target(page)).toContainText('60 min');
	await finger.up();
	await expect(onBoard('Leave')).toHaveAttribute('aria-label', /60 minutes/);
});

test('by keyboard time is blocked, every week, drawn longer and given back', async ({ open }) => {
	const page = await open({ ...TABLET, as: DOCTOR, day: 'today' });
	const { date, doctorId, clinicId } = await openOwnDay(page, 19);
	const colleague = await open({ as: RECEPTION, day: 'today' });
	const onBoard = (words: string) =>
		colleague.locator(`[data-column-id="${doctorId}"] [data-block-id]`, { hasText: words });
	// Begun by a key, moved and drawn by arrows.
	await page.keyboard.press('b');
	await expect(target(page)).toContainText('15 min');
	await page.keyboard.press('Shift+ArrowDown');
	await expect(target(page)).toContainText('20 min');
	await page.keyboard.press('Enter');
	await expect(panel(page).getByLabel('Minutes')).toHaveValue('20');
	await panel(page).getByLabel('Repeat').selectOption('weekly');
	await panel(page)
		.getByLabel('Until')
		.fill(Temporal.PlainDate.from(date).add({ weeks: 2 }).toString());
	await panel(page).getByRole('button', { name: 'Block this time' }).press('Enter');
	await expect(blocks(page)).toHaveAttribute('data-state', 'settled');
	const later = Temporal.PlainDate.from(date).add({ weeks: 2 }).toString();
	await colleague.goto(`/board/${clinicId}/${later}`);
	await untilLive(colleague);
	await expect(onBoard('Break')).toHaveCount(1);
	// Lifted by a key, drawn longer, dropped; then given back.
	const own = blocks(page).filter({ hasText: 'Break' });
	await own.focus();
	await page.keyboard.press('m');
	await page.keyboard.press('Shift+ArrowDown');
	await page.keyboard.press('Enter');
	await expect(own).toHaveAttribute('aria-label', /Break/);
	await expect(own).toHaveAttribute('data-state', 'settled');
	await own.focus();
	await page.keyboard.press('Enter');
	await panel(page).getByRole('button', { name: 'Remove the block…' }).click();
	await panel(page).getByRole('button', { name: 'Yes, give this time back' }).click();
	await expect(own).toHaveCount(0);
	// Those of the weeks after it go together.
	await expect(onBoard('Break')).toHaveCount(1);
	await page.goto(`/day?date=${Temporal.PlainDate.from(date).add({ weeks: 1 }).toString()}`);
	await untilLive(page);
	await own.focus();
	await page.keyboard.press('Enter');
	await panel(page).getByRole('button', { name: 'Remove the block…' }).click();
	await expect(panel(page)).toContainText('It repeats: 1 more after it');
	expect(await findings(page)).toEqual([]);
	await panel(page).getByRole('button', { name: 'This and all after it' }).click();
	await expect(own).toHaveCount(0);
	await expect(onBoard('Break')).toHaveCount(0);
});

for (const colorScheme of ['light', 'dark'] as const) {
	test(`visits in the way are listed and moved, or put to review; axe finds nothing, ${colorScheme}`, async ({
		open,
		dayboard,
		database
	}) => {
		const page = await open({ ...TABLET, colorScheme, as: DOCTOR, day: 'today' });
		const weeks = colorScheme === 'light' ? 16 : 17;
		const { date, doctorId, clinicId } = await openOwnDay(page, weeks);
		const reception = await open({ as: RECEPTION, day: 'today' });
		const read = () => boardAt(database, dayboard.databaseUrl, { clinicId, date });
		const { starts, ids } = await bookTwo(reception, { clinicId, doctorId, read });
		await expect(page.locator(`[data-appointment-id="${ids[1]}"]`)).toBeVisible();
		expect(await findings(page)).toEqual([]);

		await page.getByRole('button', { name: 'Block time' }).tap();
		const zone = (await read()).rows.clinic['clinic']!.zone;
		const clock = (instant: number) =>
			Temporal.Instant.fromEpochMilliseconds(instant)
				.toZonedDateTimeISO(zone)
				.toPlainTime()
				.toString({ smallestUnit: 'minute' });
		await panel(page).getByLabel('From').fill(clock(starts[0]!));
		await panel(page).getByLabel('Minutes').fill('120');
		await panel(page).getByLabel('Minutes').press('Tab');
		expect(await findings(page)).toEqual([]);
		await panel(page).getByRole('button', { name: 'Block this time' }).tap();
		await expect(panel(page).locator('[data-in-the-way]')).toHaveCount(2);
		await expect(blocks(page)).toHaveCount(0);
		expect(await findings(page)).toEqual([]);
		if (colorScheme === 'light') {
			await panel(page).getByRole('button', { name: 'Move them, and block' }).tap();
			await expect(blocks(page)).toHaveAttribute('data-state', 'settled');
			const { rows } = await read();
			const [block] = Object.values(rows.blocks);
			const until = block!.startsAt + block!.durationMinutes * MINUTE_MS;
			for (const id of ids) {
				const { startsAt, durationMinutes } = rows.appointments[id]!;
				const meets = startsAt < until && startsAt + durationMinutes * MINUTE_MS > block!.startsAt;
				expect(meets).toBe(false);
			}
			return;
		}
		await panel(page).getByRole('button', { name: 'Block, and put these to review' }).tap();
		await expect(blocks(page)).toHaveAttribute('data-state', 'settled');
		const { rows } = await read();
		expect(ids.map((id) => rows.appointments[id]!.startsAt)).toEqual(starts);
		await reception.goto('/tasks');
		await expect(reception.getByText('A visit lies in blocked time')).toHaveCount(2);
	});
}

test('the rest of a day goes later together, and those who wait are told when the doctor says so', async ({
	open,
	dayboard,
	database
}) => {
	const page = await open({ ...TABLET, as: DOCTOR, day: 'today' });
	const { date, doctorId, clinicId } = await openOwnDay(page, 18);
	const reception = await open({ as: RECEPTION, day: 'today' });
	const read = () => boardAt(database, dayboard.databaseUrl, { clinicId, date });
	const { starts, ids } = await bookTwo(reception, { clinicId, doctorId, read });
	await expect(page.locator(`[data-appointment-id="${ids[1]}"]`)).toBeVisible();
	await page.getByRole('button', { name: 'Running late' }).tap();
	await panel(page).getByText('20 min', { exact: true }).tap();
	await panel(page).getByRole('button', { name: 'Move 2 visits later' }).tap();
	await expect(panel(page)).toContainText('2 visits are 20 minutes later now.');
	const startsNow = async () => {
		const { rows } = await read();
		return ids.map((id) => rows.appointments[id]!.startsAt);
	};
	expect(await startsNow()).toEqual(starts.map((start) => start + 20 * MINUTE_MS));
	expect(await findings(page)).toEqual([]);
	await panel(page).getByRole('button', { name: 'Tell 2 patients' }).tap();
	await expect(panel(page)).toContainText('2 patients are told in a moment.');

	// What cannot go later is said, and the others go without it.
	const [first, second] = await startsNow();
	const blocked = await page.request.post('/api/v1/blocks', {
		headers: { 'idempotency-key': crypto.randomUUID(), origin: new URL(page.url()).origin },
		data: {
			...{ clinicId, resourceId: doctorId, kind: 'meeting' },
			startsAt: new Date(second! + 50 * MINUTE_MS).toISOString(),
			endsAt: new Date(second! + 90 * MINUTE_MS).toISOString()
		}
	});
	expect(blocked.status()).toBe(201);
	await panel(page).getByRole('button', { name: 'Done' }).tap();
	await expect(blocks(page)).toHaveCount(1);
	await page.keyboard.press('l');
	await panel(page).getByText('45 min', { exact: true }).tap();
	await panel(page).getByRole('button', { name: 'Move 2 visits later' }).tap();
	await expect(panel(page).getByRole('alert')).toContainText('nothing was moved');
	expect(await startsNow()).toEqual([first, second]);
	await panel(page).getByRole('button', { name: 'Move the other 1' }).tap();
	await expect(panel(page)).toContainText('1 visit is 45 minutes later now.');
	expect(await startsNow()).toEqual([first! + 45 * MINUTE_MS, second]);

	// The week says it too, and whoever is no doctor is told so.
	await page.goto(`/day?date=${date}&view=week`);
	await expect(page.locator(`[data-date="${date}"] li`)).toHaveCount(3);
	expect(await findings(page)).toEqual([]);
	// It follows what others do.
	const lines = page.locator(`[data-date="${date}"] li`);
	await expect(page.locator('main[data-connection=live]')).toBeVisible();
	const visit = `/api/v1/appointments/${ids[1]}`;
	const etag = (await reception.request.get(visit)).headers()['etag']!;
	const given = await reception.request.post(`${visit}/cancel`, {
		headers: {
			...{ 'idempotency-key': crypto.randomUUID(), 'if-match': etag },
			origin: new URL(page.url()).origin
		},
		data: { reason: 'patient-asked' }
	});
	expect(given.status()).toBe(200);
	await expect(lines).toHaveCount(2);
	await reception.goto('/day');
	await expect(reception.getByText('your account is not a doctor’s')).toBeVisible();
});

/** Two visits of the doctor, soon after the work begins and 80 minutes later: before the break of a short day, too. */
async function bookTwo(
	page: Page,
	{
		clinicId,
		doctorId,
		read
	}: { clinicId: string; doctorId: string; read: () => ReturnType<typeof boardAt> }
): Promise<{ starts: number[]; ids: string[] }> {
	const { rows } = await read();
	const { working, serviceIds } = rows.practitioners[doctorId]!;
	const opens = working[0]![0];
	const starts = [opens + 15 * MINUTE_MS, opens + 95 * MINUTE_MS];
	const found = serviceIds
		.map((id) => ({ id, ...rows.services[id]! }))
		.find(
			(service) => service.durationMinutes <= 30 && service.places === 1 && !service.referralNeeded
		)!;
	const [roomId] = Object.entries(rows.rooms).find(
		([, { kind }]) => found.roomKind === null || kind === found.roomKind
	)!;
	const search = await page.request.post('/api/v1/patients/search', {
		headers: { origin: new URL(page.url()).origin },
		data: { text: '19', limit: 20 }
	});
	const { patients } = (await search.json()) as { patients: { id: string }[] };
	const ids: string[] = [];
	for (const startsAt of starts) {
		for (const { id: patientId } of patients.splice(0)) {
			const answer = await page.request.post('/api/v1/appointments', {
				headers: { 'idempotency-key': crypto.randomUUID(), origin: new URL(page.url()).origin },
				data: {
					...{ clinicId, serviceId: found.id, roomId, practitionerId: doctorId, patientId },
					startsAt: new Date(startsAt).toISOString()
				}
			});
			patients.push({ id: patientId });
			if (answer.status() !== 201) continue;
			ids.push(((await answer.json()) as { id: string }).id);
			break;
		}
	}
	expect(ids).toHaveLength(2);
	return { starts, ids };
}
