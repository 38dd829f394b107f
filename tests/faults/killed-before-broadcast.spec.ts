import { openDatabase } from '#db/database.ts';
import { ADMIN, card, expect, labelOf, test, untilLive, WHOLE_DAY } from '../e2e/fixtures.ts';
import { holdOver, pathTo } from '../e2e/hands.ts';
import { drawnWords, freeMoves, shownWords, storedBoard } from '../e2e/stored-board.ts';
import { startDayboard } from '../support/dayboard.ts';
import { startPostgresProxy } from '../support/postgres-proxy.ts';
import { freshDatabase } from '../support/test-postgres.ts';

test('killed between commit and broadcast: after the restart every open board equals the database', async ({
	open
}) => {
	test.setTimeout(120_000);
	const fresh = await freshDatabase({ filled: 'small' });
	const proxy = await startPostgresProxy(fresh.url);
	const dayboard = await startDayboard({ scale: 'small', databaseUrl: proxy.url });
	const database = openDatabase(fresh.url, { max: 2 });
	const read = () => storedBoard(database, fresh.url, one);
	const one = await open({ ...WHOLE_DAY, at: dayboard });
	const two = await open({ ...WHOLE_DAY, at: dayboard, as: ADMIN });
	try {
		for (const page of [one, two]) await page.evaluate(() => (window.name = 'not reloaded'));
		const before = await read();
		const { appointmentId, startsAt, practitionerId } = freeMoves(before)[0]!;
		const from = before.rows.appointments[appointmentId]!.startsAt;
		const label = await labelOf(two, appointmentId).innerText();
		await holdOver(
			one,
			await pathTo(one, appointmentId, from, { startsAt, columnId: practitionerId })
		);
		// The announcement is the first word after COMMIT (db/announcements.ts).
		const committed = proxy.cutBefore('announce');
		await one.mouse.up();
		await committed;
		await dayboard.kill();
		const after = await read();
		expect(after.rows.appointments[appointmentId]).toMatchObject({ startsAt });
		await expect(
			two.locator('[data-connection=reconnecting], [data-connection=offline]')
		).toBeVisible();
		expect(await labelOf(two, appointmentId).innerText()).toBe(label);

		proxy.restore();
		await dayboard.restart();
		for (const page of [one, two]) {
			await untilLive(page);
			await expect.poll(() => shownWords(page)).toEqual(drawnWords(after));
			await expect(card(page, appointmentId)).toHaveAttribute('data-state', 'settled');
			expect(await page.evaluate(() => window.name)).toBe('not reloaded');
		}
	} finally {
		await database.close();
		await dayboard.close();
		await proxy.close();
		await fresh.drop();
	}
});
