/** Which of day and month comes first in a list: told by its own dates where one of them can only be read one way. Pure. */
import { DATE_ORDERS, isInDoubt, ordersOf, type DateOrder } from './cell-values.ts';
import type { ColumnMap, ImportField } from './columns.ts';
import type { ImportTable } from './limits.ts';

const DATE_FIELDS: readonly ImportField[] = ['birthDate', 'firstDate', 'lastDate', 'waitingSince'];

export interface FoundOrder {
	order: DateOrder;
	/** A date that means two days, where nothing in the list tells which; `null`: nothing is in doubt. */
	example: string | null;
}

/** @param chosen what somebody said; `null`: nobody was asked yet */
export function dateOrderOf(
	{ rows }: ImportTable,
	columns: ColumnMap,
	chosen: DateOrder | null
): FoundOrder {
	const indices = columns.flatMap((field, index) =>
		field !== null && DATE_FIELDS.includes(field) ? [index] : []
	);
	let example: string | null = null;
	const counts: Record<DateOrder, number> = { 'day-first': 0, 'month-first': 0 };
	for (const { cells } of rows) {
		for (const index of indices) {
			const text = cells[index];
			if (!text) continue;
			const orders = ordersOf(text);
			if (orders.length < DATE_ORDERS.length) counts[orders[0]!]++;
			else if (example === null && isInDoubt(text)) example = text;
		}
	}
	if (chosen !== null) return { order: chosen, example };
	const told = counts['day-first'] !== counts['month-first'];
	const order = counts['month-first'] > counts['day-first'] ? 'month-first' : 'day-first';
	return { order, example: told && Math.min(...Object.values(counts)) === 0 ? null : example };
}
