/** Files that somebody brings: workbooks and CSV as they really are, and as they should never be. */
import { describe, expect, it } from 'vitest';
import { readList, type ListAnswer } from '#domain/waitlist/commands/import/list-reader.ts';
import { readXlsxRows } from '#domain/waitlist/commands/import/read-xlsx.ts';
import { unzip, zip } from '#domain/waitlist/commands/import/unzip.ts';
import { workbookOf } from '#domain/waitlist/commands/import/write-xlsx.ts';
import { kindOf } from '#domain/waitlist/import/import-file.ts';
import { MAX_IMPORT_BYTES } from '#domain/waitlist/import/limits.ts';
import { readCsvRecords } from '#domain/waitlist/import/read-csv.ts';
import { tableOf } from '#domain/waitlist/import/table-of.ts';
import { templateRows } from '#domain/waitlist/import/template.ts';

/** A workbook with this in the place of its rows. */
function sheetOf(rows: string): Buffer {
	const files = unzip(workbookOf([['x']]), () => true, { inflatedBytes: 1e6 });
	const name = 'xl/worksheets/sheet1.xml';
	const xml = files.get(name)!.toString();
	const sheet = xml.replace(/<sheetData>.*<\/sheetData>/, `<sheetData>${rows}</sheetData>`);
	return zip(new Map([...files, [name, Buffer.from(sheet)]]), { packed: true });
}
const text = (place: string, value: string) =>
	`<c r="${place}" t="inlineStr"><is><t>${value}</t></is></c>`;

const csv = (content: string | Uint8Array) =>
	readCsvRecords(typeof content === 'string' ? Buffer.from(content) : content, 1_000);

/** What the thread says of a file first. */
async function firstOf(bytes: Uint8Array): Promise<ListAnswer> {
	const directory = { services: [], clinics: [], doctors: [] };
	const task = { bytes, columns: null, order: null, directory, today: '2026-11-28' };
	for await (const answer of readList(task)) return answer;
	throw new Error('said nothing');
}

describe('a workbook', () => {
	it('is read as what it shows: texts, numbers, dates, times', async () => {
		// 46115 is 3 April 2026; 0.333… is 8:00, not 7:59. Format 14 is a date, 20 a time.
		const files = unzip(
			sheetOf(
				`<row r="1">${text('A1', 'a &amp; b')}<c r="B1"><v>601234567</v></c><c r="C1" s="3"><v>46115</v></c><c r="D1" s="4"><v>0.3333333333</v></c><c r="F1" t="b"><v>1</v></c></row>`
			),
			() => true,
			{ inflatedBytes: 1e6 }
		);
		const styles = files.get('xl/styles.xml')!.toString();
		files.set(
			'xl/styles.xml',
			Buffer.from(styles.replace('</cellXfs>', '<xf numFmtId="14"/><xf numFmtId="20"/></cellXfs>'))
		);
		expect(await readXlsxRows(zip(files))).toEqual([
			['a & b', '601234567', '2026-04-03', '08:00', '', 'true']
		]);
	});

	it('tells a formula from its last result, however it is written', async () => {
		const rows = await readXlsxRows(
			sheetOf(
				`<row r="1"><c r="A1"><f>1+1</f><v>2</v></c><c r="B1" t="str"><f t="shared" ref="B1" si="0">"Anna"</f><v>Anna</v></c><c r="C1"><f/><v>3</v></c>${text('D1', 'typed')}</row>`
			)
		);
		expect(rows).toEqual([[null, null, null, 'typed']]);
	});

	it('of ours comes back as it was written', async () => {
		const written = templateRows('2026-11-28');
		expect(await readXlsxRows(workbookOf(written))).toEqual(
			written.map((cells) => cells.slice(0, -1).concat(cells === written[0] ? ['Note'] : ['']))
		);
	});

	it('fetches nothing and expands nothing', async () => {
		const files = unzip(workbookOf([['x']]), () => true, { inflatedBytes: 1e6 });
		const name = 'xl/worksheets/sheet1.xml';
		const xml = files
			.get(name)!
			.toString()
			.replace(
				'<worksheet',
				'<!DOCTYPE w [<!ENTITY a "boom"><!ENTITY b SYSTEM "file:///etc/passwd">]><worksheet'
			)
			.replace('>x<', '>&a;&b;<');
		const read = await readXlsxRows(zip(new Map([...files, [name, Buffer.from(xml)]]))).catch(
			(fault: Error) => fault.message
		);
		expect(JSON.stringify(read)).not.toMatch(/boom|root:/);
	});

	it.each([
		[
			'inflates to gigabytes',
			sheetOf(`<row r="1">${text('A1', 'x'.repeat(2e8))}</row>`),
			/too large/
		],
		[
			'skips a billion rows',
			sheetOf(`<row r="1000000000">${text('A1000000000', 'x')}</row>`),
			/rows/
		],
		[
			'has a cell far below',
			sheetOf(`<row r="900000">${text('A900000', 'x')}</row>`),
			/too many rows/
		],
		['is cut off', workbookOf([['x']]).subarray(0, 900), /cannot|no workbook/],
		['is no workbook', zip(new Map([['readme.txt', Buffer.from('hello')]])), /no workbook/]
	])('that %s is refused kindly', async (_, bytes, reason) => {
		expect(await firstOf(bytes)).toMatchObject({
			...{ kind: 'unusable', message: expect.stringMatching(reason) }
		});
	});

	it('that claims to need four gigabytes gets none of them', async () => {
		const honest = sheetOf(
			`<row r="1">${text('A1', 'First name')}</row><row r="2">${text('A2', 'Anna')}</row>`
		);
		const liar = Buffer.from(honest);
		for (const [mark, at] of [
			['PK\x03\x04', 22],
			['PK\x01\x02', 24]
		] as const) {
			for (let i = liar.indexOf(mark); i >= 0; i = liar.indexOf(mark, i + 1)) {
				liar.writeUInt32LE(0xfffffff0, i + at);
			}
		}
		expect(await readXlsxRows(liar)).toEqual([['First name'], ['Anna']]);
	});

	it('with cells far to the right is read without them', async () => {
		expect(
			await readXlsxRows(sheetOf(`<row r="1">${text('A1', 'a')}${text('XFD1', 'b')}</row>`))
		).toEqual([['a']]);
	});
});

describe('CSV', () => {
	it.each([
		['commas', 'a,b\n1,2\n'],
		['semicolons, with its mark', '\uFEFFa;b\r\n1;2\r\n'],
		['tabs', 'a\tb\n1\t2'],
		['quotes', '"a";"b"\n1;"2"']
	])('with %s', (_, content) => {
		expect(csv(content)).toEqual([
			['a', 'b'],
			['1', '2']
		]);
	});

	it('keeps empty lines, so that rows have the numbers of the spreadsheet', () => {
		const table = tableOf(csv('\nname\n\nAnna\n'));
		expect(table).toEqual({ headings: ['name'], rows: [{ number: 4, cells: ['Anna'] }] });
	});

	it('in another encoding is refused', () => {
		expect(() => csv(Buffer.from('Imi\xea;Nazwisko\n', 'latin1'))).toThrow(/UTF-8/);
		expect(() => csv(Buffer.from('a;b\n1;2', 'utf16le'))).toThrow(/UTF-8/);
	});

	it('with a quote that is never closed is refused, and nothing of it is repeated', () => {
		expect(() => csv('a,b\n"Kowalska,2\n')).toThrow(/^A quotation mark in this file is wrong/);
		expect(() => csv('a,b\n"Kowalska,2\n')).not.toThrow(/Kowalska/);
	});
});

describe('as a whole', () => {
	it('50,000 rows are taken, one more is refused', () => {
		const rows = (count: number) => [['name'], ...Array.from({ length: count }, () => ['Anna'])];
		expect(tableOf(rows(50_000)).rows).toHaveLength(50_000);
		expect(() => tableOf(rows(50_001))).toThrow(/more than 50,000 rows/);
	});

	it('needs headings and somebody below, and not too many columns', () => {
		expect(() => tableOf([])).toThrow(/nobody/);
		expect(() => tableOf([['name'], ['', ' ']])).toThrow(/nobody/);
		expect(() => tableOf([Array.from({ length: 101 }, () => 'x'), ['a']])).toThrow(/columns/);
	});

	it('is told by its first bytes, and by its size', () => {
		expect(kindOf(workbookOf([['x']]))).toBe('xlsx');
		expect(kindOf(Buffer.from('a,b'))).toBe('csv');
		expect(() => kindOf(Buffer.from('d0cf11e0a1b1', 'hex'))).toThrow(/password/);
		expect(() => kindOf(Buffer.alloc(0))).toThrow(/empty/);
		expect(() => kindOf(Buffer.alloc(MAX_IMPORT_BYTES + 1))).toThrow(/10 MB/);
	});
});
