/** What stands in an organization's audit, read past the application. */
import { asc, eq } from 'drizzle-orm';
import type { Database } from '#db/database.ts';
import { auditEntries } from '#db/schema/index.ts';
import { inOrganization } from '#db/transaction.ts';
import type { AuditKind } from '#domain/access/audit-entry.ts';

export type StoredEntry = typeof auditEntries.$inferSelect;

/** @returns the entries, oldest first; of these kinds where some are named */
export async function auditRows(
	database: Database,
	organizationId: string,
	...kinds: AuditKind[]
): Promise<StoredEntry[]> {
	const rows = await inOrganization(database, organizationId, (transaction) =>
		transaction
			.select()
			.from(auditEntries)
			.where(eq(auditEntries.organizationId, organizationId))
			.orderBy(asc(auditEntries.id))
	);
	return kinds.length === 0 ? rows : rows.filter(({ kind }) => kinds.includes(kind));
}
