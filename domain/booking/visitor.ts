/** Somebody on the public site who has not said who they are, as an actor. */
import type { Actor, Origin } from '../access/actor.ts';
import type { Site } from '../site/site.ts';

/** @param visitorHash hash of the secret in the browser's cookie: times are kept for this browser alone */
export function visitorActor(site: Site, visitorHash: string, origin: Origin | null): Actor {
	return {
		...accountOf(site, origin),
		holdOwner: `visitor/${visitorHash}`,
		roles: [{ role: 'visitor', clinicId: null, practitionerId: null }]
	};
}

/** Whoever holds the link to a visit: acts as its patient. */
export function patientActor(site: Site, patientId: string, origin: Origin | null): Actor {
	return {
		...accountOf(site, origin),
		holdOwner: `patient/${patientId}`,
		roles: [{ role: 'patient', clinicId: null, practitionerId: null, patientId }]
	};
}

function accountOf({ organizationId, accountId }: Site, origin: Origin | null) {
	return { organizationId, userId: accountId, name: '', sessionId: null, origin };
}
