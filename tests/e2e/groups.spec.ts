import type { Page } from '@playwright/test';
import { findings } from './accessibility.ts';
import { ADMIN, card, expect, labelOf, test, untilLive, WHOLE_DAY } from './fixtures.ts';
import { openEmptyDay } from './empty-day.ts';

const MINUTE_MS = 60_000;
const NAME = 'Back school';
const PLACES = 3;
const panel = (page: Page) => page.getByRole('complementary');

/** Sets up a service for several patients at a time, and gives its id. */
async function addGroupService(
	page: Page,
	day: Awaited<ReturnType<typeof openEmptyDay>>
): Promise<string> {
	await page.goto(`/setup/${day.clinicId}/services`);
	await page.waitForLoadState('networkidle');
	await page.getByRole('button', { name: 'New service' }).click();
	await page.getByLabel('Name', { exact: true }).fill(NAME);
	await page.getByLabel('Minutes', { exact: true }).fill('45');
	await page.getByLabel('Patients at a time').fill(String(PLACES));
	await page.getByRole('checkbox', { name: day.doctorName }).check();
	await page.getByRole('button', { name: 'Save service' }).click();
	await expect(page.getByText('Saved.')).toBeVisible();
	await page.goto(`/board/${day.clinicId}/${day.date}`);
	await untilLive(page);
	const { services } = (await day.read()).rows;
	const [serviceId] = Object.entries(services).find(([, { name }]) => name === NAME)!;
	return serviceId;
}

test('several patients share one card, which moves as a whole and is cancelled for everybody', async ({
	open,
	dayboard,
	database
}) => {
	const admin = await open({ ...WHOLE_DAY, as: ADMIN });
	const day = await openEmptyDay(admin, { database, databaseUrl: dayboard.databaseUrl, days: 26 });
	const serviceId = await addGroupService(admin, day);
	const startsAt = day.opens + 30 * MINUTE_MS;
	const first = await day.book({ startsAt, patient: 0, over: { serviceId } });
	const reception = await open(WHOLE_DAY);
	await reception.goto(`/board/${day.clinicId}/${day.date}`);
	await untilLive(reception);
	await expect(labelOf(reception, first)).toContainText(`group, 1 of ${PLACES}`);

	// One more, by hand.
	await card(reception, first).click();
	await expect(panel(reception)).toContainText(day.patients[0]!.name);
	await panel(reception).getByRole('button', { name: 'Add a patient' }).click();
	const { name, birthDate } = day.patients[1]!;
	await panel(reception).getByRole('combobox', { name: 'Patient' }).fill(name);
	await reception
		.getByRole('listbox', { name: 'Patients found' })
		.getByRole('option')
		.filter({ hasText: birthDate ?? name })
		.first()
		.click();
	await panel(reception).getByRole('button', { name: 'Book' }).click();
	await expect(labelOf(admin, first)).toContainText(`group, 2 of ${PLACES}`);
	await expect(card(admin)).toHaveCount(1);

	const third = await day.book({ startsAt, patient: 2, over: { serviceId } });
	await expect(labelOf(reception, first)).toContainText(`group, 3 of ${PLACES}`);
	await expect(card(admin, first).locator('[data-attention]')).toBeHidden();
	await card(reception, first).click();
	await expect(panel(reception).getByRole('button', { name: 'Add a patient' })).toBeHidden();
	await expect(card(admin, first).locator('[data-attention]')).toBeVisible();
	await expect(card(admin, first)).toContainText('has it open');
	expect(await findings(reception)).toEqual([]);

	// One of them has arrived.
	await panel(reception)
		.getByRole('listitem')
		.filter({ hasText: day.patients[0]!.name })
		.getByRole('button', { name: 'Arrived' })
		.click();
	await expect
		.poll(async () => (await day.read()).rows.appointments[first]!.status)
		.toBe('arrived');
	await reception.keyboard.press('Escape');
	await expect(card(admin, first).locator('[data-attention]')).toBeHidden();

	// The whole group, by keyboard.
	await card(reception, first).focus();
	await reception.keyboard.press('m');
	for (let step = 0; step < 6; step++) await reception.keyboard.press('ArrowDown');
	await reception.keyboard.press('Enter');
	const startsOf = async () =>
		Object.values((await day.read()).rows.appointments).map((visit) => visit.startsAt);
	const later = startsAt + 30 * MINUTE_MS;
	await expect.poll(startsOf).toEqual([later, later, later]);
	await expect(labelOf(admin, first)).toContainText(`group, 3 of ${PLACES}`);

	// Nobody else comes in between.
	const refused = await admin.request.post('/api/v1/appointments', {
		headers: { 'idempotency-key': crypto.randomUUID(), origin: new URL(admin.url()).origin },
		data: {
			...{ clinicId: day.clinicId, serviceId, roomId: day.roomId, practitionerId: day.doctorId },
			patientId: day.patients[3]!.id,
			startsAt: new Date(later).toISOString()
		}
	});
	expect([refused.status(), ((await refused.json()) as { code: string }).code]).toEqual([
		...[409, 'session-full']
	]);

	await card(reception, third).or(card(reception, first)).click();
	await panel(reception).getByRole('button', { name: 'Cancel for everybody…' }).click();
	await panel(reception).getByRole('button', { name: 'Cancel 3 visits' }).click();
	await expect(card(admin)).toHaveCount(0);
});
