/** Rows that an import file names by a key of its own: found again, added, changed. */
import { insertRows } from '../bulk-insert.ts';
import type { Transaction } from '../transaction.ts';

/** A table whose rows have `import_key`, and the columns that a file can set. */
export interface KeyedTable {
	name: 'clinics' | 'services' | 'practitioners' | 'rooms' | 'patients';
	columns: readonly string[];
	/** Set for what can be claimed: it has a row in `resources` with the same id. */
	resourceKind: 'clinic' | 'practitioner' | 'room' | 'patient' | null;
}

/** Values by column, as JSON has them: dates are texts. */
export type Columns = Record<string, unknown>;

export interface KeyedRow {
	id: string;
	columns: Columns;
}

/** @returns every row of the organization, by key. */
export async function readKeyedRows(
	transaction: Transaction,
	organizationId: string,
	{ name, columns }: KeyedTable
): Promise<Map<string, KeyedRow>> {
	const list = columns.map((column) => `'${column}', t."${column}"`).join(', ');
	const { rows } = await transaction.$client.query<{ key: string } & KeyedRow>(
		`SELECT t.import_key AS key, t.id, json_build_object(${list}) AS columns
			FROM "${name}" t WHERE t.organization_id = $1`,
		[organizationId]
	);
	return new Map(rows.map(({ key, id, columns: values }) => [key, { id, columns: values }]));
}

/** Adds rows; `columns` of each has a value for every column of the table. */
export async function insertKeyedRows(
	transaction: Transaction,
	organizationId: string,
	table: KeyedTable,
	rows: readonly { key: string; row: KeyedRow }[]
): Promise<void> {
	if (table.resourceKind !== null) {
		await insertRows(
			transaction,
			'resources',
			rows.map(({ row }) => ({
				organization_id: organizationId,
				id: row.id,
				kind: table.resourceKind,
				hours_revision: 1
			}))
		);
	}
	await insertRows(
		transaction,
		table.name,
		rows.map(({ key, row }) => ({
			organization_id: organizationId,
			id: row.id,
			...row.columns,
			import_key: key
		}))
	);
}

/** Sets every column of rows that exist. */
export async function updateKeyedRows(
	transaction: Transaction,
	organizationId: string,
	{ name, columns }: KeyedTable,
	rows: readonly KeyedRow[]
): Promise<void> {
	if (rows.length === 0) return;
	const sets = columns.map((column) => `"${column}" = r."${column}"`).join(', ');
	await transaction.$client.query(
		`UPDATE "${name}" t SET ${sets} FROM json_populate_recordset(NULL::"${name}", $1::json) r
			WHERE t.organization_id = $2 AND t.id = r.id`,
		[JSON.stringify(rows.map((row) => ({ id: row.id, ...row.columns }))), organizationId]
	);
}
