import type { Page } from '@playwright/test';
import { ADMIN, card, expect, labelOf, placeOf, test, untilLive, WHOLE_DAY } from './fixtures.ts';
import { openEmptyDay } from './empty-day.ts';
import { storedBoard } from './stored-board.ts';

const MINUTE_MS = 60_000;
const panel = (page: Page) => page.getByRole('complementary');
const clock = (instant: number, zone: string) =>
	Temporal.Instant.fromEpochMilliseconds(instant)
		.toZonedDateTimeISO(zone)
		.toPlainTime()
		.toString({ smallestUnit: 'minute' });

/** Asks in a visit's panel for another time of the day. */
async function moveInPanel(page: Page, id: string, time: string) {
	await card(page, id).click();
	await panel(page).getByRole('button', { name: 'Move', exact: false }).first().click();
	await panel(page).getByLabel('From').fill(time);
	await panel(page).getByLabel('From').press('Tab');
	await panel(page).getByRole('button', { name: 'Move', exact: true }).click();
}

test('two visits change places, an afternoon is pushed later, and a doctor who falls ill is away for everybody', async ({
	open,
	dayboard,
	database
}) => {
	const admin = await open({ ...WHOLE_DAY, as: ADMIN });
	const day = await openEmptyDay(admin, { database, databaseUrl: dayboard.databaseUrl, days: 6 });
	const zone = (await day.read()).rows.clinic['clinic']!.zone;
	const [early, late] = [day.opens + 30 * MINUTE_MS, day.opens + 90 * MINUTE_MS];
	const a = await day.book({ startsAt: early, patient: 0 });
	const b = await day.book({ startsAt: late, patient: 1 });
	const reception = await open(WHOLE_DAY);
	await reception.goto(`/board/${day.clinicId}/${day.date}`);
	await untilLive(reception);
	const startOf = async (id: string) => (await day.read()).rows.appointments[id]!.startsAt;

	await moveInPanel(admin, a, clock(late, zone));
	await panel(admin).getByRole('button', { name: 'Swap the two' }).click();
	await expect.poll(() => startOf(a)).toBe(late);
	expect(await startOf(b)).toBe(early);
	await expect(labelOf(reception, b)).toContainText(clock(early, zone));
	await admin.keyboard.press('Escape');

	await admin.getByRole('button', { name: `${day.doctorName}: move several visits` }).click();
	await panel(admin).getByLabel('Visits from').fill(clock(day.opens, zone));
	await panel(admin).getByLabel('Visits from').press('Tab');
	await panel(admin).getByRole('button', { name: 'Move 2 visits later' }).click();
	await expect.poll(() => startOf(b)).toBe(early + 20 * MINUTE_MS);
	expect(await startOf(a)).toBe(late + 20 * MINUTE_MS);

	// Leave is not taken while visits are booked into it: the screen says where they are.
	const takeLeave = async () => {
		await admin.goto(`/setup/${day.clinicId}`);
		await admin.waitForLoadState('networkidle');
		await admin.getByRole('button', { name: day.doctorName }).click();
		await admin.getByLabel('First day').fill(day.date);
		await admin.getByRole('button', { name: 'Add', exact: true }).click();
	};
	await takeLeave();
	await expect(admin.getByRole('alert')).toContainText('2 visits are in the way');
	await admin.getByRole('alert').getByRole('link').click();
	await untilLive(admin);
	expect(placeOf(admin).date).toBe(day.date);
	await admin.getByRole('button', { name: `${day.doctorName}: move several visits` }).click();
	await panel(admin).getByLabel('Visits from').fill(clock(day.opens, zone));
	await panel(admin).getByLabel('Visits from').press('Tab');
	await panel(admin).getByRole('button', { name: 'Put 2 visits to review' }).click();
	await expect(card(admin, a)).toHaveAttribute('data-status', 'needs-review');
	await takeLeave();
	await expect(admin.getByText('Saved.')).toBeVisible();
	await expect(admin.locator(`[data-date="${day.date}"]`)).toContainText('Leave');

	// Reception's board was open all the time.
	const column = reception.locator(`[data-column-id="${day.doctorId}"]`);
	await expect(column.locator('header')).toContainText('leave');
	await expect(reception.getByRole('button', { name: '2 to review' })).toBeVisible();
});

test('an administrator books over another visit, with a reason that everybody sees', async ({
	open,
	dayboard,
	database
}) => {
	const admin = await open({ ...WHOLE_DAY, as: ADMIN });
	const day = await openEmptyDay(admin, { database, databaseUrl: dayboard.databaseUrl, days: 13 });
	const zone = (await day.read()).rows.clinic['clinic']!.zone;
	const [early, late] = [day.opens + 30 * MINUTE_MS, day.opens + 90 * MINUTE_MS];
	await day.book({ startsAt: early, patient: 2 });
	const b = await day.book({ startsAt: late, patient: 3 });
	await expect(card(admin, b)).toBeVisible();
	await moveInPanel(admin, b, clock(early, zone));
	await panel(admin).getByRole('button', { name: 'Book anyway…' }).click();
	await panel(admin).getByLabel('Why?').fill('Pain, cannot wait');
	await panel(admin).getByRole('button', { name: 'Book anyway', exact: true }).click();
	await expect(labelOf(admin, b)).toContainText('rules set aside');
	await expect(panel(admin)).toContainText('Rules were set aside: Pain, cannot wait');
	expect((await day.read()).rows.appointments[b]).toMatchObject({
		...{ startsAt: early, overridden: true }
	});
});

test('repeat visits are booked together, and cancelled from one of them on', async ({
	open,
	dayboard,
	database
}) => {
	const page = await open(WHOLE_DAY);
	const day = await openEmptyDay(page, { database, databaseUrl: dayboard.databaseUrl, days: 20 });
	const person = day.patients[5]!;
	await page.keyboard.press('n');
	await page
		.getByRole('combobox', { name: 'Patient' })
		.pressSequentially(`${person.name} ${person.birthDate}`, { delay: 10 });
	await page.getByRole('listbox', { name: 'Patients found' }).getByRole('option').first().click();
	await page.getByLabel('Service').selectOption(day.serviceId);
	await panel(page).getByRole('combobox', { name: 'Doctor' }).selectOption(day.doctorId);
	const zone = (await day.read()).rows.clinic['clinic']!.zone;
	await page.getByLabel('From').fill(clock(day.opens + 60 * MINUTE_MS, zone));
	await page.getByLabel('From').press('Tab');
	await page.getByLabel('Repeat').selectOption('weekly');
	await panel(page).getByRole('spinbutton', { name: 'Visits' }).fill('3');
	await page.getByRole('button', { name: 'Book', exact: true }).click();
	const visits = async () => Object.values((await day.read()).rows.appointments);
	await expect.poll(async () => (await visits()).length).toBe(1);
	const second = Temporal.PlainDate.from(day.date).add({ days: 7 }).toString();
	await page.goto(`/board/${day.clinicId}/${second}`);
	await untilLive(page);
	const there = () => storedBoard(database, dayboard.databaseUrl, page);
	const [id] = Object.entries((await there()).people).find(
		([, { patientId }]) => patientId === person.id
	)!;
	await expect(labelOf(page, id)).toContainText('one of several');
	await card(page, id).click();
	await expect(panel(page)).toContainText('3 to come');
	await panel(page).getByRole('button', { name: 'Cancel this and the later ones…' }).click();
	await panel(page).getByRole('button', { name: 'The patient asked' }).click();
	await expect.poll(async () => (await there()).rows.appointments[id]!.status).toBe('cancelled');
	await page.goto(`/board/${day.clinicId}/${day.date}`);
	await untilLive(page);
	const statuses = (await visits()).map(({ status }) => status);
	expect(statuses).toEqual(['booked']);
});

test('a walk-in waits in the queue, and the wall shows a first name and nothing else', async ({
	open,
	dayboard,
	database
}) => {
	const admin = await open({ ...WHOLE_DAY, as: ADMIN, day: 'today' });
	const day = await openEmptyDay(admin, { database, databaseUrl: dayboard.databaseUrl, days: 0 });
	const now = Math.floor(Date.now() / 300_000) * 300_000;
	const read = await day.read();
	const busy = new Set(Object.values(read.people).map(({ patientId }) => patientId));
	const id = await day.book({
		...{ startsAt: now, patient: 0 },
		over: {
			walkIn: true,
			override: 'Came without an appointment',
			patientId: await stranger(admin, busy)
		}
	});
	await expect(labelOf(admin, id)).toContainText('walk-in');
	await admin
		.getByRole('button', { name: /\d+ arrived/ })
		.first()
		.click();
	const person = (await day.read()).people[id]!;
	await expect(panel(admin)).toContainText(person.name);
	const wall = await admin.context().newPage();
	await wall.goto(`/waiting-room/${day.clinicId}`);
	await expect(wall.getByText(person.firstName).first()).toBeVisible();
	expect(await wall.textContent('main')).not.toContain(
		person.name.replace(person.firstName, '').trim()
	);
});

/** @returns a patient of the organization who is not on the board */
async function stranger(page: Page, busy: ReadonlySet<string>): Promise<string> {
	const answer = await page.request.post('/api/v1/patients/search', {
		headers: { origin: new URL(page.url()).origin },
		data: { text: '19', limit: 50 }
	});
	const { patients } = (await answer.json()) as { patients: { id: string }[] };
	return patients.find(({ id }) => !busy.has(id))!.id;
}
