/** Writing the audit: who did, saw or tried what. Schedule changes write themselves (`events`). */
import type { Database } from '../../../db/database.ts';
import { auditEntries } from '../../../db/schema/index.ts';
import { addressOf, forActor, type Transaction } from '../../../db/transaction.ts';
import type { Actor } from '../actor.ts';
import type { AuditEntry } from '../audit-entry.ts';

/** Whom an entry names; `null`: nobody who is signed in. */
export type Author = Pick<Actor, 'organizationId' | 'sessionId' | 'origin'> & {
	userId: string | null;
};

/** Writes an entry within the change that it tells of: both are there or neither. */
export async function audit(
	transaction: Transaction,
	actor: Author,
	entry: AuditEntry
): Promise<void> {
	await transaction.insert(auditEntries).values({
		organizationId: actor.organizationId,
		actorUserId: actor.userId,
		sessionId: actor.sessionId,
		address: addressOf(actor) || null,
		requestId: actor.origin?.requestId ?? null,
		kind: entry.kind,
		subjectKind: entry.subject?.kind ?? null,
		subjectId: entry.subject?.id.slice(0, 200) ?? null,
		clinicId: entry.clinicId ?? null,
		detail: entry.detail ?? {}
	});
}

/** Writes an entry of its own: a look, or an attempt that was refused. */
export function auditAlone(database: Database, actor: Actor, entry: AuditEntry): Promise<void> {
	return forActor(database, actor, (transaction) => audit(transaction, actor, entry));
}

/** Writes an entry that no person is behind: a job's, or a command's of the operator. */
export async function auditOfOperator(
	transaction: Transaction,
	organizationId: string,
	{ kind, detail = {} }: Pick<AuditEntry, 'kind' | 'detail'>
): Promise<void> {
	await transaction.insert(auditEntries).values({ organizationId, kind, detail });
}
