import { card, expect, labelOf, test, untilLive, WHOLE_DAY } from './fixtures.ts';
import { holdOver, pathTo } from './hands.ts';
import { drawnWords, freeMoves, shownWords, storedBoard } from './stored-board.ts';

test('what is moved without a line waits, says so, and is judged when the line is back', async ({
	open,
	dayboard,
	database
}) => {
	const page = await open(WHOLE_DAY);
	const read = () => storedBoard(database, dayboard.databaseUrl, page);
	const before = await read();
	const { appointmentId, startsAt, practitionerId } = freeMoves(before)[0]!;
	const from = before.rows.appointments[appointmentId]!.startsAt;
	await page.context().setOffline(true);
	await expect(page.locator('[data-connection=offline]')).toBeVisible();
	await holdOver(
		page,
		await pathTo(page, appointmentId, from, { startsAt, columnId: practitionerId })
	);
	await page.mouse.up();
	await expect(card(page, appointmentId)).toHaveAttribute('data-state', 'pending');
	await expect(page.getByText('1 change waiting')).toBeVisible();
	await expect(labelOf(page, appointmentId)).toContainText('not confirmed yet');
	expect((await read()).rows.appointments[appointmentId]).toMatchObject({ startsAt: from });

	await page.context().setOffline(false);
	await untilLive(page);
	await expect(card(page, appointmentId)).toHaveAttribute('data-state', 'settled');
	const after = await read();
	expect(after.rows.appointments[appointmentId]).toMatchObject({ startsAt });
	await expect.poll(() => shownWords(page)).toEqual(drawnWords(after));
});

test('a page that is closed before its change was sent sends it when it is opened again', async ({
	open,
	dayboard,
	database
}) => {
	const page = await open(WHOLE_DAY);
	const read = () => storedBoard(database, dayboard.databaseUrl, page);
	const before = await read();
	const { appointmentId, startsAt, practitionerId } = freeMoves(before)[0]!;
	const from = before.rows.appointments[appointmentId]!.startsAt;
	const address = page.url();
	await page.context().setOffline(true);
	await expect(page.locator('[data-connection=offline]')).toBeVisible();
	await holdOver(
		page,
		await pathTo(page, appointmentId, from, { startsAt, columnId: practitionerId })
	);
	await page.mouse.up();
	await expect(page.getByText('1 change waiting')).toBeVisible();
	const context = page.context();
	const again = await context.newPage();
	await page.close();
	await context.setOffline(false);
	await again.goto(address);
	await untilLive(again);
	await expect
		.poll(async () => (await read()).rows.appointments[appointmentId]!.startsAt)
		.toBe(startsAt);
	await expect(card(again, appointmentId)).toHaveAttribute('data-state', 'settled');
});
