/** Many rows in few statements. */
import type { Transaction } from './transaction.ts';

/** Rows in one statement: enough that the round trip does not count, few enough for modest memory on both sides. */
export const BATCH_ROWS = 4_000;

/**
 * Inserts rows into a table; every row has the same columns, named as in the table. Instants are RFC 3339 texts.
 * @param onBatch is told how many rows went in with each statement
 */
export async function insertRows<Row extends object>(
	transaction: Transaction,
	table: string,
	rows: readonly Row[],
	onBatch?: (count: number) => void
): Promise<void> {
	if (rows.length === 0) return;
	const columns = Object.keys(rows[0]!)
		.map((name) => `"${name}"`)
		.join(', ');
	for (let start = 0; start < rows.length; start += BATCH_ROWS) {
		const batch = rows.slice(start, start + BATCH_ROWS);
		await transaction.$client.query(
			`INSERT INTO "${table}" (${columns})
				SELECT ${columns} FROM json_populate_recordset(NULL::"${table}", $1::json)`,
			[JSON.stringify(batch)]
		);
		onBatch?.(batch.length);
	}
}
