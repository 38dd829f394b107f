import { expect, placeOf, test, untilLive } from './fixtures.ts';
import { storedBoard } from './stored-board.ts';

test('a free time on another day is found, booked from here, and the way there is shown', async ({
	open,
	dayboard,
	database
}) => {
	const page = await open();
	const { date } = placeOf(page);
	const board = await storedBoard(database, dayboard.databaseUrl, page);
	const [visit] = Object.values(board.rows.appointments);
	await page.keyboard.press('n');
	await page
		.getByRole('combobox', { name: 'Patient' })
		.pressSequentially(Object.values(board.people)[0]!.name.slice(0, 5), { delay: 30 });
	await page.getByRole('listbox', { name: 'Patients found' }).getByRole('option').first().click();
	await page.getByLabel('Service').selectOption(visit!.serviceId);
	await page.getByRole('button', { name: 'Find a free time…' }).click();
	const times = page.getByRole('region', { name: 'Free times' });
	await expect(times.getByRole('listitem').first()).toBeVisible();
	const later = times.getByRole('button', { name: 'Later times' });
	while ((await times.getByRole('heading').count()) < 2) {
		const shown = await times.getByRole('listitem').count();
		await later.click();
		await expect.poll(() => times.getByRole('listitem').count()).toBeGreaterThan(shown);
	}
	await times.getByRole('list').nth(1).getByRole('button').first().click();
	await page.getByRole('button', { name: 'Book', exact: true }).click();
	await expect(page.getByText(/^Booked for /)).toBeVisible();
	await page.getByRole('link', { name: 'Show that day' }).click();
	await expect.poll(() => placeOf(page).date).not.toBe(date);
	await untilLive(page);
	const there = await storedBoard(database, dayboard.databaseUrl, page);
	expect(Object.values(there.rows.appointments).map(({ serviceId }) => serviceId)).toContain(
		visit!.serviceId
	);
});
