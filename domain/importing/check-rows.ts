/** Checks rows one by one against their schema, and against each other for repeated keys. */
import { type ImportKind, type Problem, type RawRow } from './kinds.ts';
import { fieldOf, plainReason } from './plain-reason.ts';
import { UnreadableRow } from './read-file.ts';
import { ROW_SCHEMAS, type RowOf } from './row-schemas.ts';

export interface CheckedRow<Kind extends ImportKind> {
	place: string;
	/** Names the row within its kind: its key, for users the e-mail address; working hours have none. */
	key: string | null;
	row: RowOf<Kind>;
}

/** @returns the rows that can be used, and a problem for each of the others. */
export function checkRows<Kind extends ImportKind>(
	kind: Kind,
	rows: readonly RawRow[]
): { checked: CheckedRow<Kind>[]; problems: Problem[] } {
	const checked: CheckedRow<Kind>[] = [];
	const problems: Problem[] = [];
	const firstPlace = new Map<string, string>();
	for (const { place, value } of rows) {
		const problem = (field: string | null, reason: string) =>
			problems.push({ kind, place, key: keyOf(value), field, reason });
		if (value instanceof UnreadableRow) {
			problem(null, value.reason);
			continue;
		}
		const parsed = ROW_SCHEMAS[kind].safeParse(value);
		if (!parsed.success) {
			// The first complaint is enough: the others often follow from it.
			const issue = parsed.error.issues[0]!;
			problem(fieldOf(issue.path), plainReason(issue, value));
			continue;
		}
		const row = parsed.data as RowOf<Kind>;
		const key = keyOf(row);
		const earlier = key === null ? undefined : firstPlace.get(key);
		if (earlier !== undefined) {
			problem(kind === 'users' ? 'email' : 'key', `is already used by ${earlier}`);
			continue;
		}
		if (key !== null) firstPlace.set(key, place);
		checked.push({ place, key, row });
	}
	return { checked, problems };
}

function keyOf(value: unknown): string | null {
	if (value === null || typeof value !== 'object') return null;
	const { key, email } = value as { key?: unknown; email?: unknown };
	if (typeof key === 'string') return key;
	// A patient's address is not for a report; only accounts go by theirs.
	return key === undefined && 'role' in value && typeof email === 'string' ? email : null;
}
