/** A clinic's own spreadsheet becomes a waitlist: looked through, mended, put on the list, brought again. */
import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { unzip } from '#domain/waitlist/commands/import/unzip.ts';
import { workbookOf } from '#domain/waitlist/commands/import/write-xlsx.ts';
import { findings, findingsInBothThemes } from './accessibility.ts';
import { expect, PHONE, test } from './fixtures.ts';

const HEADINGS = ['First name', 'Last name', 'Birth date', 'Phone', 'Service', 'Waiting since'];
const since = Temporal.Now.plainDateISO('UTC').subtract({ days: 40 }).toString();

const bring = (page: Page, name: string, content: Buffer) =>
	page.getByLabel(/^Choose (a|another) file$/).setInputFiles({
		...{ name, mimeType: 'application/octet-stream', buffer: content }
	});

const good = Array.from({ length: 12 }, (_, i) => [
	...['Zofia', `Listkiewicz-${'abcdefghijkl'[i]}`, '1962-05-17', `+48 602 ${100_000 + i}`],
	...['Consultation', since]
]);
const workbook = workbookOf([
	HEADINGS,
	...good,
	['Jan', 'Kowal', '31.02.1970', '602200001', 'Consultation', since],
	['Jan', 'Kowal', '1970-02-01', '602200001', 'Consultatoin', since],
	['=HYPERLINK("http://evil.example")', 'Kowal', '1970-02-01', '602200001', 'Consultation', ''],
	good[0]!.map((cell) => cell.replace('+48 602 ', '602-'))
]);

test('a workbook with mistakes: every bad row is listed with its reason, and can be saved', async ({
	open
}, info) => {
	const page = await open({ viewport: { width: 1440, height: 900 }, day: 'today' });
	await page.goto('/waitlist/import');
	await bring(page, 'Lista oczekujących.xlsx', workbook);

	const put = page.getByRole('button', { name: 'Put 12 people on the list' });
	await expect(put).toBeEnabled();
	const problems = page.getByRole('region', { name: 'Rows that do not go on the waitlist' });
	for (const words of [
		/^14 Birth date is no date/,
		/^15 Service is not known: “Consultatoin”; the nearest is “Consultation”$/,
		/^16 First name holds a formula/,
		/^17 +is the same person and service as row 2$/
	]) {
		await expect(problems.getByRole('row', { name: words })).toBeVisible();
	}
	await expect(page.getByRole('row', { name: /^2 Listkiewicz-a Zofia 1962-05-17/ })).toBeVisible();
	expect(await findingsInBothThemes(page)).toEqual([]);
	await page.screenshot({ path: info.outputPath('looked-1440.png') });

	const download = page.waitForEvent('download');
	await page.getByRole('button', { name: 'Save as CSV' }).click();
	const saved = await readFile(await (await download).path(), 'utf8');
	expect(saved.split('\r\n')).toHaveLength(6);
	expect(saved).toContain('16,First name,holds a formula: put its value there');
});

test('by the keyboard its good rows go on the list, and brought again nobody does', async ({
	open
}, info) => {
	const page = await open({ viewport: { width: 1440, height: 900 }, day: 'today' });
	await page.goto('/waitlist/import');
	await bring(page, 'list.xlsx', workbook);
	await page.getByRole('button', { name: 'Put 12 people on the list' }).focus();
	await page.keyboard.press('Enter');
	await expect(page.getByText('12 people were put on the waitlist.')).toBeVisible();
	await page.screenshot({ path: info.outputPath('added-1440.png') });

	await page.getByRole('button', { name: 'Bring another list' }).click();
	await bring(page, 'again.xlsx', workbook);
	await expect(page.getByRole('button', { name: 'Nobody to put on the list' })).toBeDisabled();
	await expect(page.getByRole('row', { name: /waits for this service already/ })).toHaveCount(12);
});

test('on a telephone: a column is named, the order of dates is chosen, dropping works too', async ({
	open
}, info) => {
	const page = await open({ ...PHONE, day: 'today' });
	await page.goto('/waitlist/import');
	await page.screenshot({ path: info.outputPath('empty-390.png'), fullPage: true });
	const csv =
		'Vorname;Nazwisko;Data urodzenia;Nr telefonu;Usługa\n' +
		'Maja;Brzęczyszczewska;03/04/1990;602 300 001;consultation\n';
	const transfer = await page.evaluateHandle((text) => {
		const data = new DataTransfer();
		data.items.add(new File([text], 'lista.csv', { type: 'text/csv' }));
		return data;
	}, csv);
	await page.getByRole('group', { name: 'The file' }).dispatchEvent('drop', {
		dataTransfer: transfer
	});
	await expect(page.getByText('One column is needed and not there: First name.')).toBeVisible();
	await page.getByLabel('Vorname').selectOption('First name');

	const put = page.getByRole('button', { name: 'Put 1 person on the list' });
	await expect(put).toBeDisabled();
	await page.screenshot({ path: info.outputPath('in-doubt-390.png'), fullPage: true });
	await page
		.getByRole('group', { name: 'What is 03/04/1990 in this list?' })
		.getByLabel('The month comes first')
		.check();
	await expect(page.getByRole('cell', { name: '1990-03-04' })).toBeVisible();
	expect(await findings(page)).toEqual([]);
	await page.screenshot({ path: info.outputPath('looked-390.png'), fullPage: true });
	await put.tap();
	await expect(page.getByText('1 person was put on the waitlist.')).toBeVisible();
});

test('what is no list is refused kindly, and the template can be filled in', async ({
	open,
	dayboard
}) => {
	const page = await open({ day: 'today' });
	await page.goto('/waitlist/import');
	await bring(page, 'old.xls', Buffer.from('d0cf11e0a1b11ae1', 'hex'));
	await expect(page.getByRole('alert')).toContainText('Save it as .xlsx');
	await bring(page, 'large.csv', Buffer.alloc(10 * 1024 * 1024 + 1, 'a'));
	await expect(page.getByRole('alert')).toContainText('larger than 10 MB');

	const send = (body: Buffer, headers: Record<string, string> = {}) =>
		page.request.post(`${dayboard.url}/waitlist/import/run`, {
			data: body,
			headers: {
				...{ accept: 'application/json', origin: dayboard.url },
				...{ 'content-type': 'application/octet-stream', ...headers }
			}
		});
	const look = { 'x-import': JSON.stringify({ mode: 'look', columns: null, order: null }) };
	expect((await send(Buffer.alloc(10 * 1024 * 1024 + 1), look)).status()).toBe(413);
	expect((await send(Buffer.from('a'))).status()).toBe(400);
	expect((await send(Buffer.from('a'), { ...look, origin: 'https://evil.example' })).status()).toBe(
		403
	);

	const download = page.waitForEvent('download');
	await page.getByRole('link', { name: 'Download a template' }).click();
	const template = await readFile(await (await download).path());
	const sheet = unzip(template, (name) => name.endsWith('sheet1.xml'), { inflatedBytes: 1e6 });
	expect([...sheet.values()][0]!.toString()).toContain('Waiting since');
	await bring(page, 'waitlist.xlsx', template);
	await expect(page.getByText('is not known: “Name of a service”')).toBeVisible();
});
