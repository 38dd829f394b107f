/**
 * Group sessions: visits of a service for several patients that lie at one time, with one doctor, in one room. Nobody
 * plans a session by itself; it is there as long as somebody has a place in it.
 */
import type { Interval } from './intervals.ts';

/** No room holds more patients at one time. */
export const MAX_PLACES = 50;

/** What makes two visits parts of the same session; instants are epoch milliseconds. */
export interface SessionTime {
	practitionerId: string;
	roomId: string;
	serviceId: string;
	startsAt: number;
	endsAt: number;
}

/** One place in a session, from 1. */
export interface SessionPlace extends SessionTime {
	place: number;
}

export function isSameSession(a: SessionTime, b: SessionTime): boolean {
	return (
		a.practitionerId === b.practitionerId &&
		a.roomId === b.roomId &&
		a.serviceId === b.serviceId &&
		a.startsAt === b.startsAt &&
		a.endsAt === b.endsAt
	);
}

/** Something that takes time, perhaps as a part of a session. */
export interface MaybeSession extends Interval {
	session?: SessionPlace | null;
}

/** @returns what is in the way of a visit that is part of `session`: everything but the session itself */
export function besidesSession<T extends MaybeSession>(
	taken: readonly T[],
	session: SessionTime | null
): readonly T[] {
	if (session === null) return taken;
	return taken.filter((one) => !one.session || !isSameSession(one.session, session));
}

/**
 * @param taken what takes the practitioner's time
 * @param places how many the service has
 * @returns the lowest place that nobody has, or `null` when the session is full
 */
export function freePlace(
	taken: readonly MaybeSession[],
	session: SessionTime,
	places: number
): number | null {
	const used = placesIn(taken, session);
	for (let place = 1; place <= places; place++) if (!used.has(place)) return place;
	return null;
}

/** @returns how many places of the session somebody has */
export function takenPlaces(taken: readonly MaybeSession[], session: SessionTime): number {
	return placesIn(taken, session).size;
}

function placesIn(taken: readonly MaybeSession[], session: SessionTime): Set<number> {
	return new Set(
		taken.flatMap((one) =>
			one.session && isSameSession(one.session, session) ? [one.session.place] : []
		)
	);
}

/** @returns each session of a service among what takes a practitioner's time, once */
export function sessionsIn(taken: readonly MaybeSession[], serviceId: string): SessionTime[] {
	const found: SessionTime[] = [];
	for (const { session } of taken) {
		if (!session || session.serviceId !== serviceId) continue;
		if (!found.some((known) => isSameSession(known, session))) found.push(session);
	}
	return found;
}
