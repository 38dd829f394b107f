/** An import's report as lines for a terminal. Pure. */
import { IMPORT_KINDS, type ImportReport, type Problem } from './kinds.ts';

const COLUMNS = ['taken', 'updated', 'unchanged', 'refused'] as const;
const NAME_WIDTH = Math.max(...IMPORT_KINDS.map((kind) => kind.length));

/** @returns the counts per kind, every refused row, and the first passwords of new accounts. */
export function reportLines(report: ImportReport): string[] {
	const { organization, counts, problems, accounts } = report;
	const state = organization.created ? 'new' : 'known already';
	return [
		`${organization.name} (${organization.key}): ${state}`,
		`${''.padEnd(NAME_WIDTH)}${COLUMNS.map((name) => name.padStart(11)).join('')}`,
		...IMPORT_KINDS.flatMap((kind) => {
			const count = counts[kind];
			if (!count) return [];
			const cells = COLUMNS.map((name) => String(count[name]).padStart(11));
			return [`${kind.padEnd(NAME_WIDTH)}${cells.join('')}`];
		}),
		...(problems.length === 0 ? [] : ['', 'Refused:', ...problems.map(problemLine)]),
		...(accounts.length === 0
			? []
			: [
					'',
					'New accounts with their first passwords. Write them down: they are not shown again.',
					...accounts.map(({ email, password }) => `  ${email}  ${password}`)
				])
	];
}

function problemLine({ kind, place, key, field, reason }: Problem): string {
	const where = place.startsWith('line') ? `${kind}, ${place}` : place;
	const who = key === null ? '' : ` (${key})`;
	const said = field === null ? reason : `${field}: ${reason}`;
	return `  ${where}${who}: ${said.endsWith('.') ? said : `${said}.`}`;
}
