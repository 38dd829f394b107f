/** Writing the audit for whoever comes by the provider: before it is known who it is, there is no actor. */
import { auditEntries } from '../../../db/schema/index.ts';
import type { Transaction } from '../../../db/transaction.ts';
import type { Origin } from '../actor.ts';
import type { AuditEntry } from '../audit-entry.ts';

const ADDRESS = /^[0-9A-Fa-f:.%]{1,64}$/;

export interface Visitor {
	organizationId: string;
	/** `null`: nobody that is known. */
	userId: string | null;
	sessionId: string | null;
	origin: Origin;
}

/** Writes an entry within the change that it tells of. */
export async function auditVisitor(
	transaction: Transaction,
	{ organizationId, userId, sessionId, origin }: Visitor,
	{ kind, subject, detail = {} }: AuditEntry
): Promise<void> {
	const address = origin.address ?? '';
	await transaction.insert(auditEntries).values({
		...{ organizationId, actorUserId: userId, sessionId, kind, detail },
		address: ADDRESS.test(address) ? address : null,
		requestId: origin.requestId,
		subjectKind: subject?.kind ?? null,
		subjectId: subject?.id.slice(0, 200) ?? null
	});
}
