/** Somebody says at a kiosk that they are here. */
import type { Database } from '../../../db/database.ts';
import type { Origin } from '../../access/actor.ts';
import { checkInVisit } from '../../booking/commands.ts';
import { SITE_LANGUAGES } from '../../site/site.ts';
import { readVisitBehindLink, type VisitBehindLink } from '../../booking/queries.ts';
import { isConfirmable } from '../../scheduling/appointment.ts';
import { accept, refuse, type Result } from '../../scheduling/refusals.ts';
import type { Arrival } from '../kiosk.ts';
import { findExpected, kioskActor, type Kiosk } from '../queries.ts';

export interface Arrived {
	/** Nothing else of the name is on a screen that others see. */
	firstName: string;
	visit: VisitBehindLink;
}

/**
 * Marks the one visit of today that fits as arrived; of a patient who is here already it only says where they stand.
 * @returns the visit; `not-found` just the same where nobody fits, several do, or it is not the time for it: who asks
 *   learns nothing about anybody else
 */
export async function arriveAtKiosk(
	database: Database,
	kiosk: Kiosk,
	arrival: Arrival,
	{ origin, now = Date.now() }: { origin: Origin | null; now?: number }
): Promise<Result<Arrived>> {
	const [expected, ...others] = await findExpected(database, kiosk, arrival, now);
	if (!expected || others.length > 0) return refuse('not-found');
	const actor = kioskActor(kiosk, origin);
	if (isConfirmable(expected.status)) {
		const verdict = await checkInVisit(database, actor, expected, 'kiosk', now);
		if (verdict.outcome === 'refused') return refuse('not-found');
	}
	const visit = await readVisitBehindLink(
		database,
		actor,
		expected.appointmentId,
		// The screen says nothing of the service.
		SITE_LANGUAGES[0]
	);
	return visit ? accept({ firstName: expected.firstName, visit }) : refuse('not-found');
}
