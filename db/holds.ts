/** Keeping times, and giving them back (migration 0010). */
import type { PlannedClaim } from '../domain/scheduling/visit-claims.ts';
import type { Database } from './database.ts';
import { statementsOf } from './pool.ts';
import type { Transaction } from './transaction.ts';

/** A hold that was judged; instants are epoch milliseconds. */
export interface PlannedHold {
	id: string;
	owner: string;
	clinicId: string;
	practitionerId: string;
	roomId: string;
	serviceId: string;
	startsAt: number;
	endsAt: number;
	expiresAt: number;
	/** How many one owner may keep at once. */
	most: number;
	/** In a group session; `null` for any other visit. */
	place: number | null;
	shared: string[];
	hours: { id: string; revision: number }[];
	endHolds: string[];
	claims: Omit<PlannedClaim, 'exclusive'>[];
}

/** Throws the database's error 23P01 when somebody was faster. @param where in a transaction it is kept when that commits */
export async function insertHold(
	where: Database | Transaction,
	organizationId: string,
	hold: PlannedHold
): Promise<'held' | 'stale' | 'too-many'> {
	const { rows } = await statementsOf(where).query<{ outcome: 'held' | 'stale' | 'too-many' }>({
		name: 'take_hold',
		text: 'SELECT take_hold($1, $2) AS outcome',
		values: [organizationId, JSON.stringify(hold)]
	});
	return rows[0]!.outcome;
}
