/** From a board's rows to what the placement rules need. Runs in the browser while a card is dragged. */
import { takesTime } from '../scheduling/appointment.ts';
import type { SessionPlace } from '../scheduling/group-sessions.ts';
import type { Interval } from '../scheduling/intervals.ts';
import type { Situation } from '../scheduling/placement.ts';
import type { Busy } from '../scheduling/resource-situation.ts';
import { claimedInterval, visitInterval } from '../scheduling/visit-time.ts';
import type {
	AppointmentRow,
	BoardRows,
	ClinicRow,
	OfferRow,
	PersonRow,
	PractitionerRow,
	RoomRow
} from './documents.ts';

/** Read access to a board's rows; a `Map` of each kind will do. */
export type BoardIndex = {
	[K in Exclude<keyof BoardRows, 'clinic'>]: ReadonlyMap<string, BoardRows[K][string]>;
} & { clinic: ClinicRow | null };

/** What is to be placed. */
export interface PlacedRequest {
	serviceId: string;
	/** The visits that are being placed: their own time is not in their way. None for a new one. */
	leftOut: readonly string[];
	/** `null` where the patient is not known (yet). */
	patientId: string | null;
}

export interface SituationRequest extends PlacedRequest {
	practitionerId: string;
	roomId: string;
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
	return situationsOnBoard(board, people, request)(request);
}

/**
 * Reads a board once, for many questions about the same visits: a card that is held asks about every doctor in every
 * room. What it answers is true for the rows as they were when it was made.
 * @returns the situation of each pair of doctor and room, as `situationOnBoard` has it
 */
export function situationsOnBoard(
	board: BoardIndex,
	people: ReadonlyMap<string, PersonRow>,
	{ serviceId, leftOut, patientId }: PlacedRequest
): (at: Pick<SituationRequest, 'practitionerId' | 'roomId'>) => Situation | null {
	const busy = busyByResource(board, new Set(leftOut));
	const { clinic } = board;
	const service = board.services.get(serviceId);
	const patient = { id: patientId, busy: patientBusy(board, people, { leftOut, patientId }) };
	const practitioners = remembered((id) => {
		const row = board.practitioners.get(id);
		if (!row) return null;
		const offersService = row.serviceIds.includes(serviceId);
		return { ...hoursOf(row), id, busy: busy.get(id) ?? [], offersService };
	});
	const rooms = remembered((id) => {
		const row = board.rooms.get(id);
		return row ? { ...hoursOf(row), id, busy: busy.get(id) ?? [], kind: row.kind } : null;
	});
	return ({ practitionerId, roomId }) => {
		const practitioner = practitioners(practitionerId);
		const room = rooms(roomId);
		if (!practitioner || !room || !service || !clinic) return null;
		return {
			...{ serviceId, service, practitioner, room, patient },
			clinic: { id: '', working: clinic.open.map(toInterval), away: clinic.closed.map(toInterval) },
			// Which device or person goes with a visit is found by the server.
			support: null
		};
	};
}

function remembered<T>(make: (id: string) => T): (id: string) => T {
	const made = new Map<string, T>();
	return (id) => {
		if (!made.has(id)) made.set(id, make(id));
		return made.get(id)!;
	};
}

function hoursOf({ working, breaks, away }: PractitionerRow | RoomRow) {
	return {
		working: working.map(toInterval),
		breaks: breaks.map(toInterval),
		away: away.map(toInterval)
	};
}

export function toInterval([start, end]: readonly [number, number, ...unknown[]]): Interval {
	return { start, end };
}

/** @returns what takes each practitioner's and room's time on this board, some visits left out */
export function busyByResource(
	board: BoardIndex,
	leftOut: ReadonlySet<string> = new Set()
): Map<string, Busy[]> {
	const busy = new Map<string, Busy[]>();
	const add = (resourceId: string, taken: Busy) => {
		const own = busy.get(resourceId);
		if (own) own.push(taken);
		else busy.set(resourceId, [taken]);
	};
	const addPlaced = (row: PlacedRow, more: Partial<Busy>) => {
		const service = board.services.get(row.serviceId);
		for (const kind of ['practitioner', 'room'] as const) {
			const taken = service ? claimedInterval(row, service, kind) : visitInterval(row);
			add(kind === 'room' ? row.roomId : row.practitionerId, { ...taken, ...more });
		}
	};
	for (const [appointmentId, visit] of board.appointments) {
		if (leftOut.has(appointmentId) || !takesTime(visit.status)) continue;
		addPlaced(visit, { appointmentId, session: sessionPlaceOf(visit) });
	}
	for (const [blockId, block] of board.blocks) {
		add(block.resourceId, { ...visitInterval(block), blockId });
	}
	for (const [holdId, offer] of board.offers) addPlaced(offer, { holdId });
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

function patientBusy(
	board: BoardIndex,
	people: ReadonlyMap<string, PersonRow>,
	request: Pick<PlacedRequest, 'leftOut' | 'patientId'>
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
