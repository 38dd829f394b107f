/** The course of one import: what it counts and complains about. Pure. */
import { checkRows, type CheckedRow } from './check-rows.ts';
import type { ImportFile, ImportKind, ImportReport, KindCount, Problem } from './kinds.ts';

export interface ImportRun {
	organizationId: string;
	/** Names the import in the history of what it changed. */
	requestId: string;
	/** Epoch milliseconds. */
	now: number;
	say(line: string): void;
	/** Checks the rows of a kind; those that fail are counted and reported. Empty where the file has none. */
	take<Kind extends ImportKind>(kind: Kind): CheckedRow<Kind>[];
	refuse(
		kind: ImportKind,
		row: { place: string; key: string | null },
		fault: { field: string | null; reason: string }
	): void;
	count(kind: ImportKind, what: Exclude<keyof KindCount, 'refused'>, rows: number): void;
}

/** @returns the run, and its counts and problems as they grow. */
export function startRun(
	file: ImportFile,
	about: Pick<ImportRun, 'organizationId' | 'requestId' | 'now' | 'say'>
): { run: ImportRun; counts: ImportReport['counts']; problems: Problem[] } {
	const counts: ImportReport['counts'] = {};
	const problems: Problem[] = [];
	const countOf = (kind: ImportKind) =>
		(counts[kind] ??= { taken: 0, updated: 0, unchanged: 0, refused: 0 });
	const complain = (problem: Problem) => {
		problems.push(problem);
		countOf(problem.kind).refused++;
	};
	const run: ImportRun = {
		...about,
		take(kind) {
			const rows = file.rows[kind] ?? [];
			if (rows.length === 0) return [];
			countOf(kind);
			const { checked, problems: found } = checkRows(kind, rows);
			found.forEach(complain);
			return checked;
		},
		refuse: (kind, { place, key }, { field, reason }) =>
			complain({ kind, place, key, field, reason }),
		count(kind, what, rows) {
			countOf(kind)[what] += rows;
		}
	};
	return { run, counts, problems };
}
