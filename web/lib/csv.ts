/** Lines of comma-separated values (RFC 4180) that a spreadsheet opens without carrying anything out. */

/** What a spreadsheet takes for the beginning of a formula. */
const FORMULA = /^[=+\-@\t\r]/;
const NEEDS_QUOTES = /[",\r\n]/;

/** So that spreadsheets read what follows as UTF-8. */
export const BYTE_ORDER_MARK = '\uFEFF';

/** @returns one line with its end; a text that looks like a formula begins with an apostrophe */
export function csvLine(cells: readonly (string | number | null)[]): string {
	return `${cells.map(cellOf).join(',')}\r\n`;
}

function cellOf(value: string | number | null): string {
	if (value === null) return '';
	if (typeof value === 'number') return String(value);
	const text = FORMULA.test(value) ? `'${value}` : value;
	return NEEDS_QUOTES.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
