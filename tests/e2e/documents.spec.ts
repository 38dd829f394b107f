/** Papers on a visit: upload, download, refusal, removal, and who sees them. */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Locator, Page } from '@playwright/test';
import pg from 'pg';
import { MAX_DOCUMENT_BYTES } from '#domain/documents/document.ts';
import type { RunningDayboard } from '../support/dayboard.ts';
import { JPEG, pdf, PNG } from '../support/sample-papers.ts';
import { findings } from './accessibility.ts';
import { card, DOCTOR, expect, TABLET, test, WHOLE_DAY } from './fixtures.ts';
import { storedBoard } from './stored-board.ts';

/** Opens the first visit's panel. @returns its documents */
async function documentsOf(page: Page, visit = card(page).first()): Promise<Locator> {
	await visit.click();
	const section = page.getByRole('region', { name: 'Documents' });
	await expect(section.getByRole('heading', { name: 'Documents' })).toBeVisible();
	return section;
}

const paper = (name: string, buffer: Buffer, mimeType = 'application/pdf') => ({
	...{ name, buffer, mimeType }
});

const choose = (section: Locator, ...files: ReturnType<typeof paper>[]) =>
	section.locator('input[type=file]').setInputFiles(files);

async function storedFiles({ dataDir }: RunningDayboard): Promise<Buffer[]> {
	const folder = path.join(dataDir, 'files');
	const names = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
	const files = names.filter((entry) => entry.isFile());
	return Promise.all(files.map(({ parentPath, name }) => readFile(path.join(parentPath, name))));
}

test('papers are added, saved as they were, and removed after a question', async ({
	open,
	dayboard
}) => {
	const page = await open({ ...WHOLE_DAY, colorScheme: 'dark' });
	const section = await documentsOf(page);
	await expect(section).toContainText('None yet. Drop a PDF or a photo here, or choose one.');
	const bytes = pdf('Referral of Jadwiga Nowak');
	await choose(section, paper('Überweisung.pdf', bytes), paper('knee.pdf', PNG));
	await expect(section.getByRole('status')).toHaveText('knee.pdf was added.');
	await expect(section.getByRole('listitem')).toHaveCount(2);
	await expect(section.getByRole('link', { name: 'knee.png' })).toBeVisible();
	expect(await findings(page)).toEqual([]);

	const files = await storedFiles(dayboard);
	expect(files).toHaveLength(2);
	for (const file of files) expect(file.includes('Jadwiga')).toBe(false);

	const downloading = page.waitForEvent('download');
	await section.getByRole('link', { name: 'Überweisung.pdf' }).click();
	const download = await downloading;
	expect(download.suggestedFilename()).toBe('Überweisung.pdf');
	expect((await readFile(await download.path())).equals(bytes)).toBe(true);

	await section.getByRole('button', { name: 'Remove Überweisung.pdf' }).click();
	await section.getByRole('button', { name: 'Keep it' }).click();
	await section.getByRole('button', { name: 'Remove Überweisung.pdf' }).click();
	expect(await findings(page)).toEqual([]);
	await section.getByRole('button', { name: 'Remove', exact: true }).click();
	await expect(section.getByRole('status')).toHaveText('Überweisung.pdf was removed.');
	await expect(section.getByRole('link', { name: 'Überweisung.pdf' })).toHaveCount(0);
	expect(await storedFiles(dayboard)).toHaveLength(1);
	await section.getByText('1 removed').click();
	await expect(section.getByText('Überweisung.pdf').last()).toBeVisible();

	await section.getByRole('button', { name: 'Remove knee.png' }).click();
	await section.getByRole('button', { name: 'Remove', exact: true }).click();
	await expect(section).toContainText('2 removed');
	expect(await storedFiles(dayboard)).toHaveLength(0);
});

test('what cannot be taken is said beside, and nothing is stored', async ({ open, dayboard }) => {
	const page = await open(WHOLE_DAY);
	const section = await documentsOf(page, card(page).nth(1));
	const program = Buffer.concat([Buffer.from('MZ'), Buffer.alloc(500)]);
	await choose(
		...[section, paper('setup.pdf', program), paper('empty.pdf', Buffer.alloc(0))],
		paper('long.pdf', Buffer.concat([pdf(), Buffer.alloc(MAX_DOCUMENT_BYTES)]))
	);
	const notes = section.getByRole('alert');
	await expect(notes).toHaveCount(3);
	await expect(notes.filter({ hasText: 'setup.pdf' })).toContainText('Only PDF, JPEG and PNG');
	await expect(notes.filter({ hasText: 'empty.pdf' })).toContainText('is empty');
	await expect(notes.filter({ hasText: 'long.pdf' })).toContainText('larger than 10 MB');
	expect(await findings(page)).toEqual([]);
	await section.getByRole('button', { name: 'Close the message about setup.pdf' }).click();
	await expect(notes).toHaveCount(2);
	expect(await storedFiles(dayboard)).toHaveLength(0);
});

test('a file is dropped on the panel; one that takes long shows how far it is, and is cancelled', async ({
	open,
	dayboard
}) => {
	const page = await open(WHOLE_DAY);
	const section = await documentsOf(page, card(page).nth(2));
	const dropped = await page.evaluateHandle(
		(bytes) => {
			const transfer = new DataTransfer();
			transfer.items.add(new File([new Uint8Array(bytes)], 'photo.jpg', { type: 'image/jpeg' }));
			return transfer;
		},
		[...JPEG]
	);
	const panel = page.getByRole('complementary', { name: 'Visit' });
	await panel
		.getByRole('heading', { level: 2 })
		.dispatchEvent('dragover', { dataTransfer: dropped });
	await expect(section).toHaveClass(/over/);
	await panel.getByRole('heading', { level: 2 }).dispatchEvent('drop', { dataTransfer: dropped });
	await expect(section.getByRole('link', { name: 'photo.jpg' })).toBeVisible();
	await expect(section).not.toHaveClass(/over/);

	const line = await page.context().newCDPSession(page);
	await line.send('Network.emulateNetworkConditions', {
		...{ offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: 400_000 }
	});
	await choose(section, paper('slow.pdf', Buffer.concat([pdf(), Buffer.alloc(9_000_000)])));
	const progress = section.getByRole('progressbar', { name: 'Sending slow.pdf' });
	await expect
		.poll(() => progress.evaluate((bar: HTMLProgressElement) => bar.value))
		.toBeGreaterThan(0.02);
	expect(await findings(page)).toEqual([]);
	await section.getByRole('button', { name: 'Cancel' }).click();
	await expect(progress).toHaveCount(0);
	await expect(section.getByRole('listitem')).toHaveCount(1);
	expect(await storedFiles(dayboard)).toHaveLength(1);
	await section.getByRole('button', { name: 'Remove photo.jpg' }).click();
	await section.getByRole('button', { name: 'Remove', exact: true }).click();
	await expect(section.getByRole('status')).toHaveText('photo.jpg was removed.');
});

test('a doctor sees the papers of the own patients; fingers find every button', async ({
	open,
	database,
	dayboard
}) => {
	const page = await open({ ...TABLET, as: DOCTOR, day: 'today' });
	const owner = new pg.Client(dayboard.databaseUrl);
	await owner.connect();
	const { rows: roles } = await owner.query<{ own: string }>(
		`SELECT a.practitioner_id AS own FROM role_assignments a
			JOIN users u ON u.organization_id = a.organization_id AND u.id = a.user_id WHERE u.email = $1`,
		[DOCTOR.email]
	);
	await owner.end();
	const { rows } = await storedBoard(database, dayboard.databaseUrl, page);
	const visits = Object.entries(rows.appointments).filter(
		([, { status }]) => status !== 'cancelled'
	);
	const isOwn = ([, visit]: (typeof visits)[number]) => visit.practitionerId === roles[0]!.own;
	const panel = page.getByRole('complementary', { name: 'Visit' });
	const section = panel.getByRole('region', { name: 'Documents' });
	const openPanel = async (id: string) => {
		const answer = page.waitForResponse((response) => response.url().endsWith(`${id}/documents`));
		await card(page, id).click();
		return (await answer).status();
	};

	expect(await openPanel(visits.find(isOwn)![0])).toBe(200);
	const add = await section.getByRole('button', { name: 'Add a document' }).boundingBox();
	expect(add!.height).toBeGreaterThanOrEqual(44);
	await page.keyboard.press('Escape');

	expect(await openPanel(visits.find((visit) => !isOwn(visit))![0])).toBe(404);
	await expect(panel.getByRole('heading', { name: 'History' })).toBeVisible();
	await expect(section).toHaveCount(0);
});
