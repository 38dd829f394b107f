/** An organization never loses the last person who can give roles: nobody could let anybody in again. */
import { sql } from 'drizzle-orm';
import type { Transaction } from '../../../db/transaction.ts';
import { refuse, type Result } from '../../scheduling/refusals.ts';
import { authorize } from '../authorize.ts';
import { rolesInForce } from '../queries/account-roles.ts';

/** Undoes the transaction that found out. */
export class Refused extends Error {
	readonly refusal: Result<never>;

	constructor(refusal: Result<never>) {
		super('refused');
		this.refusal = refusal;
	}
}

/** @returns what `work` gives, or the refusal that it threw to undo what it had done */
export async function refusable<T>(work: () => Promise<Result<T>>): Promise<Result<T>> {
	try {
		return await work();
	} catch (fault) {
		if (fault instanceof Refused) return fault.refusal;
		throw fault;
	}
}

/**
 * Called after a change, inside of its transaction: undoes it when nobody is left who can sign in and may change
 * everybody's roles. Throws `Refused`.
 */
export async function keepAnAdministrator(
	transaction: Transaction,
	organizationId: string
): Promise<void> {
	// Two administrators who close each other's accounts do it one after the other.
	await transaction.execute(
		sql`SELECT pg_advisory_xact_lock(hashtextextended(${`administrators/${organizationId}`}, 3))`
	);
	const everywhere = { organizationId, clinicId: null, practitionerId: null };
	const accounts = await rolesInForce(transaction, organizationId);
	const remains = accounts.some((roles) => {
		const somebody = { userId: '', name: '', organizationId, roles, sessionId: null, origin: null };
		return (
			authorize(somebody, 'staff.write', everywhere) &&
			authorize(somebody, 'role.write', everywhere)
		);
	});
	if (!remains) throw new Refused(refuse('last-administrator'));
}
