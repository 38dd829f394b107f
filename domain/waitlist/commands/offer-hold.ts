/** The hold that keeps an offered time: one for all offers of a round. */
import type { Database } from '../../../db/database.ts';
import { derivedId } from '../../../db/derived-id.ts';
import type { Transaction } from '../../../db/transaction.ts';
import type { Actor } from '../../access/actor.ts';
import {
	releaseHold,
	releaseHoldWithin,
	takeHold,
	takeHoldWithin
} from '../../scheduling/commands/holds.ts';
import type { Hold, HoldWish } from '../../scheduling/holds.ts';
import type { Result } from '../../scheduling/refusals.ts';
import { offerHoldOwner, type OfferedTime } from '../offer.ts';

/** Without its length: as long as the service takes with this doctor. */
type KeptTime = Omit<OfferedTime, 'durationMinutes'> & { durationMinutes?: number };

/**
 * @returns always the same for one opening and round: a process that was killed between the hold and the offers is
 *   followed by another that finds that very hold
 */
export function offerHoldId(openingId: string, round: number): string {
	return derivedId(`waitlist/${openingId}/${round}`);
}

const NIL_UUID = '00000000-0000-0000-0000-000000000000';

/** No person: what keeps times for those that they are offered to. May do what a stranger on the public site may. */
function keeper(organizationId: string, holdId: string): Actor {
	return {
		...{ organizationId, userId: NIL_UUID, name: '', sessionId: null, origin: null },
		holdOwner: offerHoldOwner(holdId),
		roles: [{ role: 'visitor', clinicId: null, practitionerId: null }]
	};
}

/** A time that is to be kept, and until when. */
export interface WantedHold {
	holdId: string;
	time: KeptTime;
	/** Epoch milliseconds. */
	expiresAt: number;
}

function wishOf({ holdId, time }: WantedHold): HoldWish {
	const { clinicId, practitionerId, roomId, serviceId, startsAt, durationMinutes } = time;
	return {
		...{ id: holdId, clinicId, practitionerId, roomId, serviceId, startsAt },
		...(durationMinutes === undefined ? {} : { durationMinutes })
	};
}

/** Keeps a time until an instant. @returns the hold, or what is in the way */
export function keepOfferedTime(
	database: Database,
	organizationId: string,
	wanted: WantedHold,
	now: number
): Promise<Result<Hold>> {
	const { holdId, expiresAt } = wanted;
	return takeHold(database, keeper(organizationId, holdId), wishOf(wanted), now, { expiresAt });
}

/**
 * The same within a transaction, on its own connection; what is kept under this id already is kept for longer.
 * Whoever waited for another connection here would wait for those who hold one and wait themselves.
 */
export function keepOfferedTimeWithin(
	transaction: Transaction,
	organizationId: string,
	wanted: WantedHold,
	now: number
): Promise<Result<Hold>> {
	const { holdId, expiresAt } = wanted;
	const actor = keeper(organizationId, holdId);
	return takeHoldWithin(transaction, actor, wishOf(wanted), now, { expiresAt });
}

/** Does nothing where it is not kept (any more). */
export async function giveBackOfferedTime(
	database: Database,
	organizationId: string,
	holdId: string
): Promise<void> {
	await releaseHold(database, keeper(organizationId, holdId), holdId);
}

/** The same within a transaction. */
export async function giveBackWithin(
	transaction: Transaction,
	organizationId: string,
	holdId: string
): Promise<void> {
	await releaseHoldWithin(transaction, keeper(organizationId, holdId), holdId);
}
