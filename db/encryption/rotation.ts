/** The steps of a key rotation: each is one short transaction that can be repeated, beside a Dayboard that runs. */
import { and, asc, eq, ne } from 'drizzle-orm';
import type { Database } from '../database.ts';
import { dataKeys } from '../schema/index.ts';
import { inOrganization, type Transaction } from '../transaction.ts';
import { nameOf, sealFor, type SealedColumn } from './sealed-columns.ts';
import {
	keyVersionOf,
	sealWith,
	unsealToBytes,
	unwrap,
	wrap,
	wrappingKey,
	type DataKey
} from './sealing.ts';

/** Rows in one transaction: locked for milliseconds. */
const BATCH = 500;
const FIRST_ID = '00000000-0000-0000-0000-000000000000';

/**
 * Wraps with the operator's first key what another one wraps.
 * @returns how many data keys that were
 * @throws Error when one of them cannot be unwrapped; then none is changed
 */
export async function wrapAnew(
	transaction: Transaction,
	{ keyring }: Database,
	organizationId: string
): Promise<number> {
	const wrapping = wrappingKey(keyring);
	const others = await transaction
		.select()
		.from(dataKeys)
		.where(and(eq(dataKeys.organizationId, organizationId), ne(dataKeys.wrappedBy, wrapping.name)))
		.orderBy(asc(dataKeys.version))
		.for('update');
	for (const stored of others) {
		const wrapped = wrap(wrapping, unwrap(keyring, stored), stored);
		await transaction
			.update(dataKeys)
			.set({ wrapped, wrappedBy: wrapping.name })
			.where(
				and(eq(dataKeys.organizationId, organizationId), eq(dataKeys.version, stored.version))
			);
	}
	return others.length;
}

export interface Resealed {
	/** Sealed with the newest key now. */
	count: number;
	/** Cannot be opened, for they were tampered with: left as they are. */
	unreadable: number;
}

/**
 * Seals with the newest key whatever of a column is sealed with an older one, in batches.
 * Rows that somebody is changing are passed over: whoever calls, calls again until nothing is left.
 * @param keys every data key of the organization, by version
 * @param onBatch is told how many were sealed anew
 */
export async function resealColumn(
	database: Database,
	column: SealedColumn,
	{ organizationId, keys }: { organizationId: string; keys: ReadonlyMap<number, DataKey> },
	onBatch: (count: number) => void = () => {}
): Promise<Resealed> {
	const newest = newestOf(keys);
	const sum: Resealed = { count: 0, unreadable: 0 };
	for (let after = FIRST_ID; ;) {
		const batch = await inOrganization(database, organizationId, async ({ $client }) => {
			const { rows } = await $client.query<{ id: string; sealed: string }>(
				`SELECT "${column.rowId}" AS id, "${column.column}" AS sealed FROM "${column.table}"
					WHERE organization_id = $1 AND "${column.rowId}" > $2 AND ${isOlder(column, '$3')}
					ORDER BY "${column.rowId}" LIMIT ${BATCH} FOR UPDATE SKIP LOCKED`,
				[organizationId, after, newest.version]
			);
			const anew = rows.flatMap(({ id, sealed }) => {
				const seal = sealFor(organizationId, nameOf(column), id);
				try {
					const key = keys.get(keyVersionOf(sealed))!;
					return [{ id, sealed: sealWith(newest, seal, unsealToBytes(key, seal, sealed)) }];
				} catch {
					return [];
				}
			});
			await $client.query(
				`UPDATE "${column.table}" t SET "${column.column}" = r.sealed
					FROM unnest($2::uuid[], $3::text[]) AS r(id, sealed)
					WHERE t.organization_id = $1 AND t."${column.rowId}" = r.id`,
				[organizationId, anew.map(({ id }) => id), anew.map(({ sealed }) => sealed)]
			);
			return { rows, count: anew.length };
		});
		const last = batch.rows.at(-1);
		if (!last) return sum;
		after = last.id;
		sum.count += batch.count;
		sum.unreadable += batch.rows.length - batch.count;
		onBatch(batch.count);
	}
}

/** @returns how many rows of a column are sealed with an older key than the newest */
export async function countOlder(
	database: Database,
	column: SealedColumn,
	organizationId: string,
	newestVersion: number
): Promise<number> {
	return inOrganization(database, organizationId, async ({ $client }) => {
		const { rows } = await $client.query<{ count: number }>(
			`SELECT count(*)::int AS count FROM "${column.table}"
				WHERE organization_id = $1 AND ${isOlder(column, '$2')}`,
			[organizationId, newestVersion]
		);
		return rows[0]!.count;
	});
}

/** The version in a sealed text's form; what is empty has none. */
function isOlder({ column }: SealedColumn, than: string): string {
	return `substring("${column}" from '^1\\.([0-9]{1,10})\\.')::bigint < ${than}`;
}

export function newestOf(keys: ReadonlyMap<number, DataKey>): DataKey {
	return keys.get(Math.max(...keys.keys()))!;
}
