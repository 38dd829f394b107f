/** What is said of rows that do not go on the waitlist, on the page and in the file to be saved. */
import type { BadRow } from '#domain/waitlist/import/judge-row.ts';
import type { DuplicateRow } from '#domain/waitlist/import/steps.ts';
import { BYTE_ORDER_MARK, csvLine } from '#web/lib/csv.ts';

export interface ProblemLine {
	row: number;
	column: string;
	reason: string;
}

/** @returns a line for each thing that is wrong, by row */
export function problemLines(
	bad: readonly BadRow[],
	duplicates: readonly DuplicateRow[]
): ProblemLine[] {
	return [
		...bad.flatMap(({ number, problems }) => problems.map((one) => ({ row: number, ...one }))),
		...duplicates.map(({ number, sameAs }) => ({
			row: number,
			column: '',
			reason: duplicateWords(sameAs)
		}))
	].sort((a, b) => a.row - b.row);
}

export function duplicateWords(sameAs: number | null): string {
	return sameAs === null
		? 'waits for this service already'
		: `is the same person and service as row ${sameAs}`;
}

/** @returns the lines as a file that a spreadsheet opens without carrying anything out */
export function problemFile(lines: readonly ProblemLine[]): Blob {
	const written = lines.map(({ row, column, reason }) => csvLine([row, column, reason]));
	const text = BYTE_ORDER_MARK + csvLine(['Row', 'Column', 'Reason']) + written.join('');
	return new Blob([text], { type: 'text/csv;charset=utf-8' });
}
