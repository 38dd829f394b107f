/** What the ids in a history or an audit are called; never who a patient is. */
import type { Transaction } from '../../../db/transaction.ts';

const UUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;

/** What may be named: a patient is in none of these tables. */
const NAMED = [
	...['clinics', 'practitioners', 'rooms', 'equipment', 'staff_members', 'services', 'users']
];

/**
 * @param values whatever holds ids, anywhere in it
 * @returns names by id of the transaction's organization's clinics, doctors, rooms, equipment, staff, services and
 *   accounts; ids of anything else have none
 */
export async function namesIn(
	transaction: Transaction,
	organizationId: string,
	values: unknown
): Promise<Record<string, string>> {
	const ids = idsIn(values);
	if (ids.length === 0) return {};
	const { rows } = await transaction.$client.query<{ id: string; name: string }>(
		NAMED.map(
			(table) => `SELECT id, name FROM ${table} WHERE organization_id = $1 AND id = ANY($2::uuid[])`
		).join(' UNION ALL '),
		[organizationId, ids]
	);
	return Object.fromEntries(rows.map(({ id, name }) => [id, name]));
}

/** @returns those of the names that a value speaks of */
export function namesOf(value: unknown, names: Record<string, string>): Record<string, string> {
	return Object.fromEntries(
		idsIn(value).flatMap((id) => (names[id] === undefined ? [] : [[id, names[id]]]))
	);
}

function idsIn(values: unknown): string[] {
	return [...new Set(JSON.stringify(values).match(UUID) ?? [])];
}
