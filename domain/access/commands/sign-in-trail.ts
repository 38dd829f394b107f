/** What the audit says of those who did not get in. */
import type { Database } from '../../../db/database.ts';
import { inOrganization } from '../../../db/transaction.ts';
import type { Origin } from '../actor.ts';
import { audit } from './audit.ts';

export interface SignInRefusal {
	outcome: 'wrong' | 'locked';
	/** When it is looked at again (epoch milliseconds). */
	until?: number;
	step: 'password' | 'second-step';
	origin: Origin | null;
}

/** Writes that somebody, who need not be its owner, tried to sign in to an account. */
export function tellOfRefusal(
	database: Database,
	{ organizationId, id }: { organizationId: string; id: string },
	{ outcome, until, step, origin }: SignInRefusal
): Promise<void> {
	const nobody = { organizationId, userId: null, sessionId: null, origin };
	return inOrganization(database, organizationId, (transaction) =>
		audit(transaction, nobody, {
			kind: outcome === 'locked' ? 'sign-in-locked' : 'sign-in-failed',
			subject: { kind: 'user', id },
			detail: until === undefined ? { step } : { step, until }
		})
	);
}
