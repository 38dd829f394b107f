/** From the rows of a spreadsheet to headings and what stands below them. Pure. */
import {
	MAX_IMPORT_COLUMNS,
	MAX_IMPORT_ROWS,
	UnusableFile,
	type Cell,
	type ImportTable
} from './limits.ts';

/** So many may be empty or hold the headings beside those that count. */
export const MAX_SHEET_ROWS = MAX_IMPORT_ROWS + 1_000;
const MAX_HEADING_LENGTH = 100;

/**
 * @param rows all rows of the sheet from its first on
 * @throws UnusableFile when there are too many, or none
 */
export function tableOf(rows: readonly (readonly Cell[])[]): ImportTable {
	const filled = rows
		.map((cells, index) => ({ number: index + 1, cells: [...cells] }))
		.filter(({ cells }) => cells.some((cell) => cell === null || cell.trim() !== ''));
	const [header, ...below] = filled;
	if (!header || below.length === 0) {
		throw new UnusableFile(
			'There is nobody in this file: it needs a row of headings and a row for each person.'
		);
	}
	if (below.length > MAX_IMPORT_ROWS || rows.length >= MAX_SHEET_ROWS) {
		throw new UnusableFile(
			`This file has more than ${MAX_IMPORT_ROWS.toLocaleString('en-GB')} rows. Please split it in two.`
		);
	}
	const width = header.cells.findLastIndex((cell) => cell !== '') + 1;
	if (width > MAX_IMPORT_COLUMNS) {
		throw new UnusableFile(
			`This file has more than ${MAX_IMPORT_COLUMNS} columns. Please leave some out.`
		);
	}
	const headings = header.cells
		.slice(0, width)
		.map((cell) => (cell ?? '').trim().slice(0, MAX_HEADING_LENGTH));
	return { headings, rows: below };
}
