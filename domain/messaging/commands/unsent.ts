/** Writing down why messages were not sent. */
import type { Transaction } from '../../../db/transaction.ts';
import { makeTask } from './attempts.ts';
import type { NotSent } from './prepare.ts';

/** Settles messages in hand that are not sent: suppressed with their reason, or failed where every way was tried. */
export async function settleUnsent(
	transaction: Transaction,
	organizationId: string,
	unsent: readonly NotSent[]
): Promise<void> {
	if (unsent.length === 0) return;
	await transaction.$client.query(
		`UPDATE messages m SET state = CASE WHEN u.reason = 'used-up' THEN 'failed' ELSE 'suppressed' END,
				suppression = nullif(u.reason, 'used-up'), settled_at = now(), claimed_until = NULL,
				sealed_content = NULL
			FROM json_to_recordset($2) AS u("messageId" uuid, reason text)
			WHERE m.organization_id = $1 AND m.id = u."messageId" AND m.state = 'sending'`,
		[organizationId, JSON.stringify(unsent)]
	);
	for (const { messageId, reason } of unsent) {
		if (reason === 'used-up') await makeTask(transaction, organizationId, messageId);
	}
}
