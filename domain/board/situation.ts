/** From a board's rows to what the placement rules need. Runs in the browser while a card is dragged. */
import { takesTime } from '../scheduling/appointment.ts';
import type { SessionPlace } from '../scheduling/group-sessions.ts';
import type { Interval } from '../scheduling/intervals.ts';
import type { Situation } from '../scheduling/placement.ts';
import type { Busy } from '../scheduling/resource-situation.ts';
import { claimedInterval, visitInterval } from '../scheduling/visit-time.ts';
import type { AppointmentRow, BoardRows, ClinicRow, OfferRow, PersonRow } from './documents.ts';

/** Read access to a board's rows; a `Map` of each kind will do. */
export type BoardIndex = {
	[K in Exclude<keyof BoardRows, 'clinic'>]: ReadonlyMap<string, BoardRows[K][string]>;
} & { clinic: ClinicRow | null };

export interface SituationRequest {
	practitionerId: string;
	roomId: string;
	serviceId: string;
	/** The visits that are being placed: their own time is not in their way. None for a new one. */
	leftOut: readonly string[];
	/** `null` where the patient is not known (yet). */
	patientId: string | null;
}

/**
 * @returns the situation as far as this board knows it: a practitioner's or patient's visits at other clinics are
 *   not on it, so the server may still refuse. `null` when a resource or the service is not on this board.
 */
export function situationOnBoard(
	board: BoardIndex,
	people: ReadonlyMap<string, PersonRow>,
	request: SituationRequest
): Situation | null {
	const practitioner = board.practitioners.get(request.practitionerId);
	const room = board.rooms.get(request.roomId);
	const service = board.services.get(request.serviceId);
	const { clinic } = board;
	if (!practitioner || !room || !service || !clinic) return null;
	return {
		serviceId: request.serviceId,
		service,
		clinic: { id: '', working: clinic.open.map(toInterval), away: clinic.closed.map(toInterval) },
		// Which device or person goes with a visit is found by the server.
		support: null,
		practitioner: {
			id: request.practitionerId,
			working: practitioner.working.map(toInterval),
			breaks: practitioner.breaks.map(toInterval),
			away: practitioner.away.map(toInterval),
			busy: busyOf(board, request.practitionerId, request.leftOut),
			offersService: practitioner.serviceIds.includes(request.serviceId)
		},
		room: {
			id: request.roomId,
			kind: room.kind,
			working: room.working.map(toInterval),
			breaks: room.breaks.map(toInterval),
			away: room.away.map(toInterval),
			busy: busyOf(board, request.roomId, request.leftOut)
		},
		patient: {
			id: request.patientId,
			busy: patientBusy(board, people, request)
		}
	};
}

export function toInterval([start, end]: readonly [number, number, ...unknown[]]): Interval {
	return { start, end };
}

/** @returns what takes a practitioner's or room's time on this board, some visits left out. */
export function busyOf(board: BoardIndex, resourceId: string, leftOut: readonly string[]): Busy[] {
	const busy: Busy[] = [];
	for (const [appointmentId, visit] of board.appointments) {
		if (leftOut.includes(appointmentId) || !takesTime(visit.status)) continue;
		const kind = kindIn(visit, resourceId);
		if (kind === null) continue;
		busy.push({ ...claimOf(board, visit, kind), appointmentId, session: sessionPlaceOf(visit) });
	}
	for (const [blockId, block] of board.blocks) {
		if (block.resourceId === resourceId) busy.push({ ...visitInterval(block), blockId });
	}
	for (const [holdId, offer] of board.offers) {
		const kind = kindIn(offer, resourceId);
		if (kind !== null) busy.push({ ...claimOf(board, offer, kind), holdId });
	}
	return busy;
}

/** @returns the place in a group session that a visit on the board takes */
export function sessionPlaceOf(visit: AppointmentRow): SessionPlace | null {
	const { place, practitionerId, roomId, serviceId, startsAt } = visit;
	if (place === null) return null;
	return { place, practitionerId, roomId, serviceId, startsAt, endsAt: visitInterval(visit).end };
}

/** What takes a doctor's and a room's time for a service. */
type PlacedRow = AppointmentRow | OfferRow;

function kindIn(visit: PlacedRow, resourceId: string): 'practitioner' | 'room' | null {
	if (visit.practitionerId === resourceId) return 'practitioner';
	return visit.roomId === resourceId ? 'room' : null;
}

function claimOf(board: BoardIndex, visit: PlacedRow, kind: 'practitioner' | 'room'): Interval {
	const service = board.services.get(visit.serviceId);
	return service ? claimedInterval(visit, service, kind) : visitInterval(visit);
}

function patientBusy(
	board: BoardIndex,
	people: ReadonlyMap<string, PersonRow>,
	request: SituationRequest
): Busy[] {
	if (request.patientId === null) return [];
	const busy: Busy[] = [];
	for (const [appointmentId, person] of people) {
		if (person.patientId !== request.patientId) continue;
		if (request.leftOut.includes(appointmentId)) continue;
		const visit = board.appointments.get(appointmentId);
		if (visit && takesTime(visit.status)) busy.push({ ...visitInterval(visit), appointmentId });
	}
	return busy;
}
