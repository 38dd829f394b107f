/** How long a visit takes whom: its own time, and the buffers that its service asks for. */
import type { SessionTime } from './group-sessions.ts';
import { MINUTE_MS, type Interval } from './intervals.ts';

/** What a service asks for. */
export interface ServiceNeeds {
	/** How many patients come at one time; more than one: a group session. */
	places: number;
	/** For which the practitioner is taken before and after the visit. */
	bufferBeforeMinutes: number;
	bufferAfterMinutes: number;
	/** For which room and equipment are. */
	roomBufferBeforeMinutes: number;
	roomBufferAfterMinutes: number;
	/** Kind of room, or `null` for any. */
	roomKind: string | null;
	/** One of each is needed; a kind that is named twice: two of it. */
	equipmentKinds: readonly string[];
	staffKinds: readonly string[];
}

/** The time of a visit itself, without buffers. */
export interface VisitTime {
	startsAt: number;
	durationMinutes: number;
}

/** @returns the visit's own interval. */
export function visitInterval(time: VisitTime): Interval {
	return {
		start: time.startsAt,
		end: time.startsAt + time.durationMinutes * MINUTE_MS
	};
}

export interface Buffers {
	bufferBeforeMinutes: number;
	bufferAfterMinutes: number;
}

/** Who or what is taken along with a visit; each kind for its own buffers. */
export type ClaimedKind = 'practitioner' | 'room' | 'equipment' | 'staff';

/** @returns for how long before and after a visit such a resource is taken */
export function buffersOf(service: ServiceNeeds, kind: ClaimedKind): Buffers {
	if (kind === 'practitioner' || kind === 'staff') return service;
	return {
		bufferBeforeMinutes: service.roomBufferBeforeMinutes,
		bufferAfterMinutes: service.roomBufferAfterMinutes
	};
}

/** @returns the interval that a resource is taken for: the visit with its buffers. */
export function claimedInterval(
	time: VisitTime,
	service: ServiceNeeds,
	kind: ClaimedKind
): Interval {
	const visit = visitInterval(time);
	const { bufferBeforeMinutes, bufferAfterMinutes } = buffersOf(service, kind);
	return {
		start: visit.start - bufferBeforeMinutes * MINUTE_MS,
		end: visit.end + bufferAfterMinutes * MINUTE_MS
	};
}

/** @returns the session that such a visit is part of, or `null` for a service for one patient at a time */
export function sessionAt(
	time: VisitTime,
	service: ServiceNeeds,
	place: { serviceId: string; practitionerId: string; roomId: string }
): SessionTime | null {
	if (service.places === 1) return null;
	const { serviceId, practitionerId, roomId } = place;
	const { start, end } = visitInterval(time);
	return { serviceId, practitionerId, roomId, startsAt: start, endsAt: end };
}
