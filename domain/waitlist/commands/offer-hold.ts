/** The hold that keeps an offered time: one for all offers of a round. */
import type { Database } from '../../../db/database.ts';
import { derivedId } from '../../../db/derived-id.ts';
import type { Actor } from '../../access/actor.ts';
import { releaseHold, takeHold } from '../../scheduling/commands/holds.ts';
import type { Hold } from '../../scheduling/holds.ts';
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

/** Keeps a time until an instant, or keeps it for longer. @returns the hold, or what is in the way */
export async function keepOfferedTime(
	database: Database,
	organizationId: string,
	{ holdId, time, expiresAt }: { holdId: string; time: KeptTime; expiresAt: number },
	now: number
): Promise<Result<Hold>> {
	const actor = keeper(organizationId, holdId);
	const { clinicId, practitionerId, roomId, serviceId, startsAt, durationMinutes } = time;
	const wish = {
		...{ id: holdId, clinicId, practitionerId, roomId, serviceId, startsAt },
		...(durationMinutes === undefined ? {} : { durationMinutes })
	};
	const take = () => takeHold(database, actor, wish, now, { expiresAt });
	const taken = await take();
	if (taken.ok || taken.refusal.code !== 'reused-key') return taken;
	// A round that was cut off kept another time of the same opening.
	await giveBackOfferedTime(database, organizationId, holdId);
	return take();
}

/** Does nothing where it is not kept (any more). */
export async function giveBackOfferedTime(
	database: Database,
	organizationId: string,
	holdId: string
): Promise<void> {
	await releaseHold(database, keeper(organizationId, holdId), holdId);
}
