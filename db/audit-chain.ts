/**
 * How the audit's rows become a chain: the one definition, for whoever seals and whoever verifies. It is kept here
 * and not in functions of the database, so that whoever can change those cannot make a check blind.
 *
 * A chain lives for years: a column that comes later is added to the text of a row only where it is not null, or the
 * rows that were sealed before would no longer fit.
 */
import { createHash } from 'node:crypto';

export const CHAIN_SOURCES = ['audit_entries', 'events'] as const;
export type ChainSource = (typeof CHAIN_SOURCES)[number];

/** Microseconds: whole, whatever the session's zone and style of dates. */
export const microseconds = (instant: string) =>
	`(extract(epoch FROM ${instant}) * 1000000)::bigint`;

const sha256 = (text: string) => `encode(sha256(convert_to(${text}, 'UTF8')), 'hex')`;

/** Every column of each table, in the order in which they are hashed. */
export const HASHED_COLUMNS: Record<ChainSource, readonly string[]> = {
	audit_entries: [
		...[
			'organization_id',
			'id',
			'at',
			'actor_user_id',
			'session_id',
			'address',
			'request_id',
			'kind'
		],
		...['subject_kind', 'subject_id', 'clinic_id', 'detail', 'transaction_id']
	],
	events: [
		...[
			'organization_id',
			'id',
			'at',
			'actor_user_id',
			'request_id',
			'subject_kind',
			'subject_id',
			'kind'
		],
		...['clinic_id', 'boards', 'before', 'after', 'address', 'transaction_id']
	]
};

/**
 * @param alias of the row in the statement
 * @returns SQL for a row's hash, hex: SHA-256 of the text of `ROW('table', column, …)`, in which PostgreSQL sets off
 *   every value from its neighbours and tells what is null from what is empty
 */
export function rowHash(source: ChainSource, alias: string): string {
	const values = HASHED_COLUMNS[source].map((column) => {
		const value = `${alias}.${column}`;
		return column === 'at' ? microseconds(value) : value;
	});
	return sha256(`ROW('${source}', ${values.join(', ')})::text`);
}

/** SQL for the link of a sealed row; the same as `linkOf`. The arguments are SQL. */
export function linkSql(previous: string, row: string): string {
	const parts = ['position', 'source', 'row_id', 'row_hash'].map((column) => `${row}.${column}`);
	return sha256(
		`concat_ws('|', ${previous}, ${parts.join(', ')}, ${microseconds(`${row}.sealed_at`)})`
	);
}

export interface SealedRow {
	position: number;
	source: ChainSource;
	rowId: string;
	rowHash: string;
	/** Microseconds since 1970. */
	sealedAt: string;
}

/** @param previous link before; of the first row the organization's id */
export function linkOf(previous: string, row: SealedRow): string {
	const { position, source, rowId, rowHash, sealedAt } = row;
	return createHash('sha256')
		.update([previous, position, source, rowId, rowHash, sealedAt].join('|'))
		.digest('hex');
}
