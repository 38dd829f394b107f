/** Gives an organization that has no rules the ones that everybody begins with. */
import { eq } from 'drizzle-orm';
import { messageRules } from '../../../db/schema/index.ts';
import type { Transaction } from '../../../db/transaction.ts';
import { DEFAULT_RULES } from '../default-rules.ts';

/** Does nothing where there is a rule, even one that is switched off. */
export async function ensureRules(transaction: Transaction, organizationId: string): Promise<void> {
	const [any] = await transaction
		.select({ id: messageRules.id })
		.from(messageRules)
		.where(eq(messageRules.organizationId, organizationId))
		.limit(1);
	if (any) return;
	await transaction
		.insert(messageRules)
		.values(DEFAULT_RULES.map((rule) => ({ organizationId, id: crypto.randomUUID(), ...rule })))
		.onConflictDoNothing();
}
