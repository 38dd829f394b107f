/** How large a list may be that is put on the waitlist at once. Pure. */

export const MAX_IMPORT_BYTES = 10 * 1024 * 1024;
export const MAX_IMPORT_ROWS = 50_000;
export const MAX_IMPORT_COLUMNS = 100;
/** Of one cell; what is longer is no name, date or note of a list. */
export const MAX_CELL_LENGTH = 2_000;

/** A cell as text, dates as `YYYY-MM-DD`, times as `HH:MM`; `null`: it holds a formula, whatever that comes to. */
export type Cell = string | null;

/** A list as it was read: the first row that is not empty holds the headings. */
export interface ImportTable {
	headings: string[];
	/** `number` is what the spreadsheet shows beside the row; cells in the order of the headings. */
	rows: { number: number; cells: Cell[] }[];
}

/** A file that cannot be used as a whole. The message is shown as it is, and repeats nothing of what the file holds. */
export class UnusableFile extends Error {}
