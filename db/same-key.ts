/** Joining tables whose keys carry the organization. */
import { and, eq } from 'drizzle-orm';
import type { AnyPgColumn } from 'drizzle-orm/pg-core';

/** @returns that a row of `table` is the one that `id` of `from` names: joined by both halves of its key */
export function same(
	from: { organizationId: AnyPgColumn },
	id: AnyPgColumn,
	table: { organizationId: AnyPgColumn; id: AnyPgColumn }
) {
	return and(eq(table.organizationId, from.organizationId), eq(table.id, id));
}
