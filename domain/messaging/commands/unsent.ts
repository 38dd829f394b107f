/** Writing down why messages were not sent. */
import type { Transaction } from '../../../db/transaction.ts';
import { makeTask, wakeFor } from './attempts.ts';
import type { NotSent, Postponed } from './prepare.ts';

/** Settles messages in hand that are not sent: suppressed with their reason, or failed where every way was tried. */
export async function settleUnsent(
	transaction: Transaction,
	organizationId: string,
	unsent: readonly NotSent[]
): Promise<void> {
	if (unsent.length === 0) return;
	await transaction.$client.query(
		`UPDATE messages m SET state = CASE WHEN u.reason = 'used-up' THEN 'failed' ELSE 'suppressed' END,
				suppression = nullif(u.reason, 'used-up'), settled_at = now(), claimed_until = NULL, claimed_by = NULL,
				sealed_content = NULL
			FROM json_to_recordset($2) AS u("messageId" uuid, reason text)
			WHERE m.organization_id = $1 AND m.id = u."messageId" AND m.state = 'sending'`,
		[organizationId, JSON.stringify(unsent)]
	);
	for (const { messageId, reason } of unsent) {
		if (reason === 'used-up') await makeTask(transaction, organizationId, messageId);
	}
}

/** Queues messages in hand again for when they may leave. */
export async function postpone(
	transaction: Transaction,
	organizationId: string,
	postponed: readonly Postponed[]
): Promise<void> {
	if (postponed.length === 0) return;
	await transaction.$client.query(
		`UPDATE messages m SET state = 'queued', due_at = to_timestamp(p."dueAt" / 1000), claimed_until = NULL, claimed_by = NULL
			FROM json_to_recordset($2) AS p("messageId" uuid, "dueAt" float8)
			WHERE m.organization_id = $1 AND m.id = p."messageId" AND m.state = 'sending'`,
		[organizationId, JSON.stringify(postponed)]
	);
	const moments = postponed.map(({ dueAt }) => dueAt);
	await wakeFor(transaction, organizationId, moments);
}
