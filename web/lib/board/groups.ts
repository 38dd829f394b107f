/** Group sessions on the board: one card for all who come at one time to one doctor, in one room. */
import { isMovable, type AppointmentStatus } from '#domain/scheduling/appointment.ts';
import type { Part } from '#domain/scheduling/intents.ts';
import type { Visit } from './visit.ts';

/** @returns the same text for all visits of one session; `null` for a visit that is part of none */
export function groupKeyOf(visit: Visit): string | null {
	if (visit.place === null) return null;
	const { practitionerId, roomId, serviceId, startsAt, durationMinutes } = visit;
	return [practitionerId, roomId, serviceId, startsAt, durationMinutes].join('/');
}

/** @returns the visits of each session in the order of their places, whoever is only asked for last; by key */
export function groupsOf(visits: readonly Visit[]): Map<string, Visit[]> {
	const groups = new Map<string, Visit[]>();
	for (const visit of visits) {
		const key = groupKeyOf(visit);
		if (key === null) continue;
		const group = groups.get(key);
		if (group) group.push(visit);
		else groups.set(key, [visit]);
	}
	for (const group of groups.values()) group.sort((a, b) => placeOf(a) - placeOf(b));
	return groups;
}

/** The server gives the place. */
const placeOf = ({ place }: Visit) => place || Infinity;

const ORDER: readonly AppointmentStatus[] = [
	'pending',
	'booked',
	'arrived',
	'checked-in',
	'fulfilled'
];

/** @returns how far the session is: as far as the last of its patients */
export function groupStatus(members: readonly Visit[]): AppointmentStatus {
	return ORDER.find((status) => members.some((visit) => visit.status === status)) ?? 'booked';
}

export function isGroupMovable(members: readonly Visit[]): boolean {
	return members.every(({ status, revision }) => isMovable(status) && revision > 0);
}

/** One part for each of the visits, based on what this person sees. */
export function partsFor(
	members: readonly Visit[],
	revisionOf: (appointmentId: string) => number,
	change: PartChange
): Part[] {
	return members.map(
		({ id }) => ({ ...change, appointmentId: id, basedOnRevision: revisionOf(id) }) as Part
	);
}

type PartChange = Part extends infer P
	? P extends { appointmentId: string; basedOnRevision: number }
		? Omit<P, 'appointmentId' | 'basedOnRevision'>
		: never
	: never;
