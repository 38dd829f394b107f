/** Having an organization's messages sent. */
import type { Database } from '../../../db/database.ts';
import { queueJobs } from '../../../db/jobs.ts';
import { inOrganization, type Transaction } from '../../../db/transaction.ts';

/** Has what is due looked at, once this transaction commits. */
export function wakeSender(transaction: Transaction, organizationId: string): Promise<void> {
	return queueJobs(transaction, 'send-messages', [
		{ data: { organizationId }, key: organizationId }
	]);
}

/** The same, at once. */
export function queueSending(database: Database, organizationId: string): Promise<void> {
	return inOrganization(database, organizationId, (transaction) =>
		wakeSender(transaction, organizationId)
	);
}
