import { spawnSync } from 'node:child_process';
import type { Page } from '@playwright/test';
import type { ReadBoard } from '#domain/board/queries.ts';
import { CHECKOUT } from '../support/build.ts';
import {
	card,
	DOCTOR,
	expect,
	labelOf,
	placeOf,
	RECEPTION,
	test,
	untilLive,
	WHOLE_DAY
} from './fixtures.ts';
import { pathTo } from './hands.ts';
import { freeMoves, storedBoard } from './stored-board.ts';

/** The one visit that was not there before. */
function added(before: ReadBoard, after: ReadBoard): string {
	const [id] = Object.keys(after.rows.appointments).filter(
		(other) => !(other in before.rows.appointments)
	);
	return id!;
}

/** Somebody as one says it on the telephone, and a service that somebody who works that day offers. */
function somebody(board: ReadBoard): { words: string; serviceId: string } {
	const [id, { name, birthDate }] = Object.entries(board.people)[0]!;
	return { words: `${name} ${birthDate}`, serviceId: board.rows.appointments[id]!.serviceId };
}

/** What finds somebody for sure who has no other visit within an hour of that time. */
function someoneFreeAt(board: ReadBoard, startsAt: number): string {
	const busy = new Set(
		Object.entries(board.rows.appointments)
			.filter(([, visit]) => Math.abs(visit.startsAt - startsAt) < 3_600_000)
			.map(([id]) => board.people[id]?.patientId)
	);
	const free = Object.values(board.people).find(({ patientId }) => !busy.has(patientId))!;
	return `${free.name} ${free.birthDate}`;
}

const patientField = (page: Page) => page.getByRole('combobox', { name: 'Patient' });
const found = (page: Page) =>
	page.getByRole('listbox', { name: 'Patients found' }).getByRole('option');
const panel = (page: Page) => page.getByRole('complementary');

test('a visit is drawn on free ground, the patient found while typing, and booked', async ({
	open,
	dayboard,
	database
}) => {
	const page = await open(WHOLE_DAY);
	const read = () => storedBoard(database, dayboard.databaseUrl, page);
	const before = await read();
	const { appointmentId, practitionerId, startsAt } = freeMoves(before).at(-1)!;
	const { serviceId, startsAt: from } = before.rows.appointments[appointmentId]!;
	const { target } = await pathTo(page, appointmentId, from, {
		...{ startsAt, columnId: practitionerId }
	});
	// A little below the line, so that the beginning is this step and not the one above.
	await page.mouse.move(target.x, target.y - 2);
	await page.mouse.down();
	await page.mouse.move(target.x, target.y + 14, { steps: 5 });
	await page.mouse.up();
	await expect(panel(page)).toBeVisible();
	await patientField(page).pressSequentially(someoneFreeAt(before, startsAt), { delay: 10 });
	await found(page).first().click();
	await page.getByLabel('Service').selectOption(serviceId);
	await expect(page.getByLabel('From')).toHaveValue(/^\d\d:\d\d$/);
	await page.getByRole('button', { name: 'Book', exact: true }).click();
	await expect
		.poll(async () => Object.keys((await read()).rows.appointments).length)
		.toBe(Object.keys(before.rows.appointments).length + 1);
	const after = await read();
	const id = added(before, after);
	await expect(card(page, id)).toHaveAttribute('data-state', 'settled');
	expect(after.rows.appointments[id]).toMatchObject({ practitionerId, startsAt, serviceId });
	await expect(panel(page)).toBeHidden();
});

test('a visit is booked without touching the mouse', async ({ open, dayboard, database }) => {
	const page = await open();
	const read = () => storedBoard(database, dayboard.databaseUrl, page);
	const before = await read();
	await page.keyboard.press('n');
	await expect(patientField(page)).toBeFocused();
	const { words, serviceId } = somebody(before);
	await page.keyboard.type(words, { delay: 10 });
	await expect(found(page).first()).toBeVisible();
	await page.keyboard.press('Enter');
	for (const name of ['Service', 'Doctor']) {
		const field = page.getByRole('combobox', { name, exact: true });
		for (let i = 0; i < 8 && !(await field.evaluate((node) => node.matches(':focus'))); i++) {
			await page.keyboard.press('Tab');
		}
		await expect(field).toBeFocused();
		const isChosen = async () =>
			name === 'Service' ? (await field.inputValue()) === serviceId : true;
		do await page.keyboard.press('ArrowDown');
		while (!(await isChosen()));
	}
	const book = page.getByRole('button', { name: 'Book', exact: true });
	await expect(page.getByLabel('From')).toBeVisible();
	const from = page.getByLabel('From');
	while (!(await from.evaluate((node) => node.matches(':focus')))) await page.keyboard.press('Tab');
	for (let i = 0; i < 120 && (await book.isDisabled()); i++) await page.keyboard.press('ArrowUp');
	await page.keyboard.press('Enter');
	await expect
		.poll(async () => Object.keys((await read()).rows.appointments).length)
		.toBe(Object.keys(before.rows.appointments).length + 1);
	await expect(card(page, added(before, await read()))).toHaveAttribute('data-state', 'settled');
});

test('a visit is made longer at its lower edge, and shorter by keyboard', async ({
	open,
	dayboard,
	database
}) => {
	const page = await open(WHOLE_DAY);
	const minutes = async (id: string) =>
		(await storedBoard(database, dayboard.databaseUrl, page)).rows.appointments[id]!
			.durationMinutes;
	const board = await storedBoard(database, dayboard.databaseUrl, page);
	const { appointmentId: id, startsAt, practitionerId } = freeMoves(board)[0]!;
	const before = await minutes(id);
	// First to a place with room after it.
	const { held, target } = await pathTo(page, id, board.rows.appointments[id]!.startsAt, {
		...{ startsAt, columnId: practitionerId }
	});
	await page.mouse.move(held.x, held.y);
	await page.mouse.down();
	await page.mouse.move(held.x + 5, held.y + 5);
	await page.mouse.move(target.x, target.y, { steps: 5 });
	await page.mouse.up();
	await expect(card(page, id)).toHaveAttribute('data-state', 'settled');
	const box = (await card(page, id).boundingBox())!;
	await page.mouse.move(box.x + 30, box.y + box.height - 2);
	await page.mouse.down();
	await page.mouse.move(box.x + 30, box.y + box.height - 10, { steps: 4 });
	await page.mouse.up();
	await expect.poll(() => minutes(id)).toBe(before - 5);
	await expect(card(page, id)).toHaveAttribute('data-state', 'settled');
	await card(page, id).focus();
	await page.keyboard.press('m');
	await page.keyboard.press('Shift+ArrowDown');
	await page.keyboard.press('Enter');
	await expect.poll(() => minutes(id)).toBe(before);
});

test('a card opens; status, note and history are kept; a cancelled visit is found in its list', async ({
	open,
	dayboard,
	database
}) => {
	const page = await open();
	const id = (await page
		.locator('[data-status=booked]')
		.last()
		.getAttribute('data-appointment-id'))!;
	const stored = async () => {
		const { rows, people } = await storedBoard(database, dayboard.databaseUrl, page);
		return { status: rows.appointments[id]!.status, remark: people[id]!.remark };
	};
	await card(page, id).focus();
	await page.keyboard.press('Enter');
	await expect(panel(page).getByRole('heading', { name: 'Visit' })).toBeVisible();
	await panel(page).getByRole('button', { name: 'Arrived' }).click();
	await expect(card(page, id)).toHaveAttribute('data-status', 'arrived');
	await panel(page).getByLabel('Note', { exact: true }).fill('Comes by wheelchair.');
	await panel(page).getByRole('button', { name: 'Keep the note' }).click();
	await expect.poll(stored).toMatchObject({ status: 'arrived', remark: 'Comes by wheelchair.' });
	await expect(panel(page).getByText('Hannah Whitlock').first()).toBeVisible();
	await panel(page).getByRole('button', { name: 'Cancel this visit…' }).click();
	await panel(page).getByLabel('Why is it cancelled?').selectOption('patient-asked');
	await panel(page).getByRole('button', { name: 'Cancel the visit' }).click();
	await expect(card(page, id)).toHaveCount(0);
	await expect.poll(stored).toMatchObject({ status: 'cancelled' });
	await page.getByRole('button', { name: /cancelled$/ }).click();
	await expect(panel(page).getByRole('heading', { name: 'Cancelled visits' })).toBeVisible();
});

test('a doctor blocks the own time, and nobody else’s', async ({ open }) => {
	const page = await open({ ...WHOLE_DAY, as: DOCTOR, day: 'today' });
	const reception = await open({ ...WHOLE_DAY, day: 'today' });
	// The demo has her at work on the day it is made for, so in six weeks too; tomorrow may be her day off.
	const { clinicId, date } = placeOf(page);
	const day = Temporal.PlainDate.from(date).add({ days: 42 }).toString();
	for (const there of [page, reception]) {
		await there.goto(`/board/${clinicId}/${day}`);
		await untilLive(there);
	}
	const own = page.getByRole('group', { name: 'Dr Katarzyna Nowak' });
	await expect(own).toBeVisible();
	const columnId = (await own.getAttribute('data-column-id'))!;
	const ground = (await own.locator('[data-ground]').boundingBox())!;
	// The last hour of the column: after work, so no visit is in the way.
	await page.mouse.move(ground.x + 60, ground.y + ground.height - 60);
	await page.mouse.down();
	await page.mouse.move(ground.x + 60, ground.y + ground.height - 20, { steps: 5 });
	await page.mouse.up();
	await expect(page.getByLabel('For')).toHaveValue(columnId);
	await expect(page.getByLabel('For').locator('option')).toHaveCount(1);
	await page.getByLabel('Kind').selectOption('meeting');
	await page.getByRole('button', { name: 'Block this time' }).click();
	const block = (there: Page) => there.locator(`[data-column-id="${columnId}"] [data-block-id]`);
	await expect(block(reception).filter({ hasText: 'Meeting' })).toBeVisible();
	await block(page).filter({ hasText: 'Meeting' }).click();
	await page.getByRole('button', { name: 'Remove the block…' }).click();
	await page.getByRole('button', { name: 'Yes, give this time back' }).click();
	await expect(block(reception).filter({ hasText: 'Meeting' })).toHaveCount(0);
});

test('what was typed before the page woke up is still there', async ({ browser, dayboard }) => {
	const context = await browser.newContext({ baseURL: dayboard.url });
	const page = await context.newPage();
	let release = () => {};
	const held = new Promise<void>((resolve) => (release = resolve));
	await page.route(/\/_app\/immutable\/.*\.js$/, async (route) => {
		await held;
		await route.continue();
	});
	await page.goto('/sign-in', { waitUntil: 'commit' });
	await page.getByLabel('E-mail').fill('reception@dayboard.example');
	await page.getByLabel('Password').fill('demo-reception');
	release();
	await page.waitForLoadState('networkidle');
	await expect(page.getByLabel('E-mail')).toHaveValue('reception@dayboard.example');
	await page.getByRole('button', { name: 'Sign in' }).click();
	await untilLive(page);
	await context.close();
});

test('signing out closes every window of the session', async ({ open }) => {
	const page = await open({ day: 'today' });
	const { clinicId, date } = placeOf(page);
	const other = await page.context().newPage();
	await other.goto(`/board/${clinicId}/${date}`);
	await untilLive(other);
	await page.getByRole('button', { name: 'My menu' }).click();
	await page.getByRole('menuitem', { name: 'Sign out' }).click();
	await expect(page.getByLabel('Password')).toBeVisible();
	await expect(other.locator('[data-connection=ended]')).toBeVisible();
	await page.goto(`/board/${clinicId}/${date}`);
	await expect(page.getByLabel('Password')).toBeVisible();
});

test('a move over HTTP shows on an open board', async ({ open, dayboard, database, request }) => {
	const page = await open();
	const board = await storedBoard(database, dayboard.databaseUrl, page);
	const { appointmentId, startsAt } = freeMoves(board)[0]!;
	const before = await labelOf(page, appointmentId).innerText();
	const token = spawnSync(process.execPath, ['sync-server/token.ts', '--email', RECEPTION.email], {
		...{ cwd: CHECKOUT, encoding: 'utf8' },
		env: { ...process.env, DATABASE_URL: dayboard.databaseUrl }
	}).stdout.trim();
	const answer = await request.post(`${dayboard.url}/api/v1/appointments/${appointmentId}/move`, {
		headers: {
			authorization: `Bearer ${token}`,
			'idempotency-key': crypto.randomUUID(),
			'if-match': `"${board.rows.appointments[appointmentId]!.revision}"`
		},
		data: { startsAt: new Date(startsAt).toISOString() }
	});
	expect(answer.status()).toBe(200);
	await expect(labelOf(page, appointmentId)).not.toHaveText(before);
});
