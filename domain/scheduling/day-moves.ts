/** Changes of many visits of one doctor at once, as the parts of one intent. */
import { isMovable, type AppointmentStatus } from './appointment.ts';
import type { Part } from './intents.ts';
import { MINUTE_MS } from './intervals.ts';

export interface MovableVisit {
	id: string;
	practitionerId: string;
	startsAt: number;
	status: AppointmentStatus;
	revision: number;
}

/** @returns the doctor's visits from an instant on that can still be moved, by time */
export function visitsFrom<V extends MovableVisit>(
	visits: readonly V[],
	practitionerId: string,
	from: number
): V[] {
	return visits
		.filter((visit) => visit.practitionerId === practitionerId && visit.startsAt >= from)
		.filter(({ status }) => isMovable(status) && status !== 'needs-review')
		.sort((a, b) => a.startsAt - b.startsAt);
}

const based = ({ id, revision }: MovableVisit) => ({
	appointmentId: id,
	basedOnRevision: revision
});

export function pushedLater(visits: readonly MovableVisit[], minutes: number): Part[] {
	return visits.map((visit) => ({
		...{ kind: 'move', ...based(visit) },
		changes: { startsAt: visit.startsAt + minutes * MINUTE_MS }
	}));
}

/** The rest of a day that runs late; whether patients are told is asked afterwards. */
export function lateBy(visits: readonly MovableVisit[], minutes: number): Part[] {
	return pushedLater(visits, minutes).map((part) =>
		part.kind === 'move' ? { ...part, because: 'running-late' } : part
	);
}

export function givenTo(visits: readonly MovableVisit[], practitionerId: string): Part[] {
	return visits.map((visit) => ({ kind: 'move', ...based(visit), changes: { practitionerId } }));
}

export function putToReview(visits: readonly MovableVisit[]): Part[] {
	return visits.map((visit) => ({
		...{ kind: 'set-status', ...based(visit) },
		changes: { status: 'needs-review' }
	}));
}
