/** Where else a visit could lie on a drafted day: nearest first, with the same doctor or another. Pure. */
import type { AppointmentRow, PersonRow } from '../board/documents.ts';
import {
	situationOnBoard,
	situationsOnBoard,
	type BoardIndex,
	type PlacedRequest
} from '../board/situation.ts';
import { nearestAlternatives } from '../scheduling/alternatives.ts';
import { MINUTE_MS } from '../scheduling/intervals.ts';
import { judgePlacement } from '../scheduling/placement.ts';
import { pickIndex } from './drafted-day.ts';
import { placeOf, type DraftPlace } from './draft-change.ts';

export const MOST_PLACES = 5;

export interface PlaceSearch {
	/** The drafted day: what is in the way. */
	board: BoardIndex;
	people: ReadonlyMap<string, PersonRow>;
	/** Doctors with whom nothing is proposed. */
	away: ReadonlySet<string>;
	/** Nothing is proposed before (epoch milliseconds). */
	notBefore: number;
}

/**
 * @param wanted where it should lie; times near it are looked for
 * @returns at most `MOST_PLACES`, nearest in time first; of the same time the same doctor's before others'
 */
export function nearestPlaces(
	id: string,
	wanted: DraftPlace,
	{ board, people, away, notBefore }: PlaceSearch
): DraftPlace[] {
	const row = board.appointments.get(id);
	if (!row) return [];
	const situationAt = situationsOnBoard(board, people, requestOf(id, row, people));
	const doctors = [...board.practitioners]
		.filter(([doctor, { serviceIds }]) => !away.has(doctor) && serviceIds.includes(row.serviceId))
		.sort(([a, one], [b, other]) => rank(a, wanted) - rank(b, wanted) || one.order - other.order);
	const rooms = [...board.rooms].sort(([, a], [, b]) => a.order - b.order).map(([room]) => room);
	const found = doctors.flatMap(([practitionerId], place) => {
		const in_ = (roomId: string) => situationAt({ practitionerId, roomId });
		const situation = in_(wanted.roomId) ?? in_(rooms[0] ?? '');
		if (!situation) return [];
		const otherRooms = rooms
			.filter((room) => room !== situation.room.id)
			.map((room) => in_(room)?.room)
			.filter((room) => room !== undefined);
		const { durationMinutes } = row;
		return nearestAlternatives({
			wanted: { startsAt: wanted.startsAt, durationMinutes },
			...{ situation, otherRooms, notBefore }
		}).map((alternative) => ({ ...alternative, place }));
	});
	return found
		.sort(
			(a, b) =>
				Math.abs(a.startsAt - wanted.startsAt) - Math.abs(b.startsAt - wanted.startsAt) ||
				a.place - b.place
		)
		.slice(0, MOST_PLACES)
		.map(placeOf);
}

const rank = (practitionerId: string, wanted: DraftPlace) =>
	practitionerId === wanted.practitionerId ? 0 : 1;

/**
 * Proposes a place for each of several visits, so that all of them can be taken together: each is put where nothing
 * nearer is free any more.
 * @param ids by importance: who comes first has the first choice
 * @returns by id; without those for whom there is no place on this day
 */
export function placesForAll(ids: readonly string[], search: PlaceSearch): Map<string, DraftPlace> {
	const appointments = new Map(search.board.appointments);
	const board: BoardIndex = { ...pickIndex(search.board), appointments };
	const places = new Map<string, DraftPlace>();
	/** Where the first of a group went: the others come along. */
	const sessions = new Map<string, DraftPlace>();
	for (const id of ids) {
		const row = appointments.get(id);
		if (!row) continue;
		const session = row.place === null ? null : sessionKey(row);
		const shared = session === null ? undefined : sessions.get(session);
		const judgedAt = (at: DraftPlace) => judged(id, row, at, board, search.people);
		let place = shared;
		let placed = shared && judgedAt(shared);
		if (!placed?.ok) {
			place = nearestPlaces(id, row, { ...search, board })[0];
			placed = place && judgedAt(place);
		}
		if (!place) continue;
		if (session !== null && !sessions.has(session)) sessions.set(session, place);
		places.set(id, place);
		const taken = placed?.ok ? placed.value.place : row.place;
		appointments.set(id, { ...row, ...place, place: taken });
	}
	return places;
}

/** What is to be placed: a visit of this day, whose own time is not in its way. */
const requestOf = (
	id: string,
	{ serviceId }: AppointmentRow,
	people: ReadonlyMap<string, PersonRow>
): PlacedRequest => ({
	...{ serviceId, leftOut: [id] },
	patientId: people.get(id)?.patientId ?? null
});

function judged(
	id: string,
	row: AppointmentRow,
	place: DraftPlace,
	board: BoardIndex,
	people: ReadonlyMap<string, PersonRow>
) {
	const { practitionerId, roomId } = place;
	const request = { ...requestOf(id, row, people), practitionerId, roomId };
	const situation = situationOnBoard(board, people, request);
	const { durationMinutes } = row;
	return situation && judgePlacement({ startsAt: place.startsAt, durationMinutes }, situation);
}

const sessionKey = ({ practitionerId, roomId, serviceId, startsAt }: AppointmentRow) =>
	[practitionerId, roomId, serviceId, startsAt / MINUTE_MS].join('/');
