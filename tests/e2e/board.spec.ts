import { openRivals } from './empty-day.ts';
import {
	ADMIN,
	card,
	dropTarget,
	expect,
	labelOf,
	placeOf,
	test,
	untilLive,
	WHOLE_DAY
} from './fixtures.ts';
import { holdOver, moveByKeyboard, pathTo } from './hands.ts';
import { drawnWords, freeMoves, shownWords, storedBoard } from './stored-board.ts';

test('a move by mouse in one browser shows in the other and stands in the database', async ({
	open,
	dayboard,
	database
}) => {
	const [one, two] = [await open(WHOLE_DAY), await open({ ...WHOLE_DAY, as: ADMIN })];
	const before = await storedBoard(database, dayboard.databaseUrl, one);
	const { appointmentId, startsAt, practitionerId } = freeMoves(before)[0]!;
	const from = before.rows.appointments[appointmentId]!.startsAt;
	const path = await pathTo(one, appointmentId, from, { startsAt, columnId: practitionerId });
	await holdOver(one, path);
	await expect(dropTarget(one)).not.toHaveClass(/illegal/);
	await expect(two.locator('[data-ghost]')).toBeVisible();
	await one.mouse.up();
	await expect(two.locator('[data-ghost]')).toBeHidden();
	await expect(card(one, appointmentId)).toHaveAttribute('data-state', 'settled');
	const after = await storedBoard(database, dayboard.databaseUrl, one);
	expect(after.rows.appointments[appointmentId]).toMatchObject({ startsAt, practitionerId });
	for (const page of [one, two]) {
		await expect.poll(() => shownWords(page)).toEqual(drawnWords(after));
	}
});

test('a move by keyboard alone shows in the other browser', async ({ open }) => {
	const [one, two] = [await open(), await open({ as: ADMIN })];
	const id = (await card(one)
		.and(one.locator('[data-status=booked]'))
		.first()
		.getAttribute('data-appointment-id'))!;
	const before = await labelOf(two, id).innerText();
	await moveByKeyboard(one, id);
	await expect(card(one, id)).toHaveAttribute('data-state', 'settled');
	await expect(labelOf(two, id)).not.toHaveText(before);
	await expect(labelOf(two, id)).toHaveText(await labelOf(one, id).innerText());
});

test('a drop on a taken time comes back and says why', async ({ open }) => {
	// Columns narrower than the note, which has to lie over the next one.
	const page = await open({ viewport: { width: 700, height: 1320 } });
	const column = page
		.locator('[data-column-id]')
		.filter({ has: page.locator('[data-status=booked] >> nth=1') })
		.first();
	const cards = column.locator('[data-status=booked]');
	const id = (await cards.nth(0).getAttribute('data-appointment-id'))!;
	const start = (await cards.nth(0).boundingBox())!;
	const end = (await cards.nth(1).boundingBox())!;
	const before = await labelOf(page, id).innerText();
	await holdOver(page, {
		held: { x: start.x + 20, y: start.y + 4 },
		target: { x: end.x + 20, y: end.y + 6 }
	});
	await expect(dropTarget(page)).toHaveClass(/illegal/);
	await page.mouse.up();
	const note = page.locator('[data-refusal-code]');
	await expect(note).toHaveAttribute('data-refusal-code', /practitioner-busy|room-busy/);
	await expect(note).toContainText(/until \d\d:\d\d/);
	const isWhole = await note.evaluate((node) => {
		const { right, top, height } = node.getBoundingClientRect();
		return node.contains(document.elementFromPoint(right - 4, top + height / 2));
	});
	expect(isWhole).toBe(true);
	await expect(labelOf(page, id)).toHaveText(`${before}, change refused`);
	await note
		.getByRole('button', { name: /^\d\d:\d\d/ })
		.first()
		.click();
	await expect(card(page, id)).toHaveAttribute('data-state', 'settled');
	await expect(note).toBeHidden();
});

test('two people drop two cards on one room and time at once: one of them gets it', async ({
	open,
	dayboard,
	database
}) => {
	const pages = [await open(WHOLE_DAY), await open({ ...WHOLE_DAY, as: ADMIN })] as const;
	const where = { database, databaseUrl: dayboard.databaseUrl, days: 48 };
	const { roomId, startsAt, ids, from, date } = await openRivals(pages[0], where);
	await pages[1].goto(`/board/${placeOf(pages[1]).clinicId}/${date}`);
	await untilLive(pages[1]);
	for (const [i, page] of pages.entries()) {
		await page.getByText('Rooms', { exact: true }).click();
		await holdOver(page, await pathTo(page, ids[i]!, from[i]!, { startsAt, columnId: roomId }));
		await expect(dropTarget(page)).not.toHaveClass(/illegal/);
	}
	await Promise.all(pages.map((page) => page.mouse.up()));
	const states = () =>
		Promise.all(pages.map((page, i) => card(page, ids[i]!).getAttribute('data-state')));
	await expect.poll(async () => (await states()).toSorted()).toEqual(['refused', 'settled']);
	const loser = (await states()).indexOf('refused');
	await expect(pages[loser]!.locator('[data-refusal-code]')).toHaveAttribute(
		'data-refusal-code',
		'room-busy'
	);
	const after = await storedBoard(database, dayboard.databaseUrl, pages[0]);
	const there = Object.values(after.rows.appointments).filter(
		(visit) => visit.roomId === roomId && visit.startsAt === startsAt
	);
	expect(there).toHaveLength(1);
	for (const page of pages) {
		await expect.poll(() => shownWords(page)).toEqual(drawnWords(after));
	}
});

test('a wrong date and a strange clinic are explained', async ({ open }) => {
	const page = await open({ day: 'today' });
	const { clinicId } = placeOf(page);
	await page.goto(`/board/${clinicId}/2026-02-30`);
	await expect(page.getByText('A day looks like 2026-11-23')).toBeVisible();
	await page.goto(`/board/${crypto.randomUUID()}/2026-11-23`);
	await expect(page.getByText('There is no such clinic here')).toBeVisible();
});
