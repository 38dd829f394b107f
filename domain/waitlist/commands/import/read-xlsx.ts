/**
 * The first sheet of a workbook. `read-excel-file` trusts the file: it reserves the memory that an archive claims to
 * need, fills the rows and columns that a cell's address skips, and takes a formula's last result for a value. So the
 * archive is opened here, within limits, and what it gets holds neither gaps of that kind nor formulas.
 * Documents are never fetched from elsewhere: its parser knows the five entities of XML alone and passes over a DOCTYPE.
 */
import { readSheet } from 'read-excel-file/universal';
import { MAX_IMPORT_COLUMNS, UnusableFile, type Cell } from '../../import/limits.ts';
import { MAX_SHEET_ROWS } from '../../import/table-of.ts';
import { unzip, zip } from './unzip.ts';

/** 50,000 rows of all columns, well filled, come to about 60 MB. */
const MAX_INFLATED_BYTES = 160 * 1024 * 1024;
/** Stands where a formula was: no text of a cell can hold it, XML forbids the letter. */
const FORMULA = '\uFFFE';

/** What a sheet needs; pictures, links to other files and the rest are not opened. */
const NEEDED =
	/^xl\/(workbook\.xml|_rels\/workbook\.xml\.rels|styles\.xml|sharedStrings\.xml|worksheets\/[^/]+\.xml)$/i;

/** @throws UnusableFile when it is none, or too large */
export async function readXlsxRows(bytes: Uint8Array): Promise<Cell[][]> {
	const files = unzip(bytes, (name) => NEEDED.test(name), { inflatedBytes: MAX_INFLATED_BYTES });
	const tamed = new Map<string, Buffer>();
	for (const [name, content] of files) {
		const isSheet = /worksheets\//i.test(name);
		tamed.set(name, isSheet ? Buffer.from(withoutTraps(content.toString('utf8'))) : content);
	}
	const archive = zip(tamed);
	let rows;
	try {
		rows = await readSheet(new Uint8Array(archive).buffer);
	} catch (cause) {
		if (cause instanceof UnusableFile) throw cause;
		// Its message may quote cells.
		throw new UnusableFile('This is no workbook that can be read. Save it as .xlsx again.');
	}
	return rows.map((row) => row.map(textOf));
}

const CELL = /<((?:\w+:)?)c(\s[^>]*?)?(?:\/>|>([\s\S]*?)<\/\1c>)/g;
const ROW = /<(?:\w+:)?row(\s[^>]*?)?\/?>/g;

function withoutTraps(xml: string): string {
	for (const [, attributes = ''] of xml.matchAll(ROW)) {
		const number = Number(/\sr="(\d+)"/.exec(attributes)?.[1] ?? 0);
		// Sheets that were coloured to their end have empty rows there.
		if (number > 1_048_576)
			throw new UnusableFile('This workbook is damaged: it has too many rows.');
	}
	return xml.replace(CELL, (cell, prefix: string, attributes = '', content = '') => {
		const [, letters = '', row = '0'] = /\sr="([A-Z]+)(\d+)"/i.exec(attributes) ?? [];
		if (content === '') return '';
		if (Number(row) > MAX_SHEET_ROWS) {
			throw new UnusableFile('This file has too many rows. Please split it in two.');
		}
		if (columnOf(letters) > MAX_IMPORT_COLUMNS) return '';
		if (!/<(?:\w+:)?f[\s>/]/.test(content)) return cell;
		const place = letters === '' ? '' : ` r="${letters}${row}"`;
		return `<${prefix}c${place} t="inlineStr"><${prefix}is><${prefix}t>${FORMULA}</${prefix}t></${prefix}is></${prefix}c>`;
	});
}

/** @returns 1 for A, 27 for AA */
function columnOf(letters: string): number {
	return [...letters.toUpperCase()].reduce((sum, one) => sum * 26 + one.charCodeAt(0) - 64, 0);
}

/** The days from which Excel counts: what lies before is a time of day without a date. */
const FIRST_DAY = Date.UTC(1900, 0, 1);
const MINUTE_MS = 60_000;

function textOf(value: unknown): Cell {
	if (value === null || value === undefined) return '';
	if (value instanceof Date) {
		// Fractions of a day are not exact: 8:00 may come as 7:59:59.999.
		const at = Math.round(value.getTime() / MINUTE_MS) * MINUTE_MS;
		if (!Number.isFinite(at)) return '';
		const iso = new Date(at).toISOString();
		return at < FIRST_DAY ? iso.slice(11, 16) : iso.slice(0, 16).replace('T00:00', '');
	}
	if (value === FORMULA) return null;
	return String(value);
}
