/** Where else a visit could lie on a drafted day: nearest first, with the same doctor or another. Pure. */
import type { AppointmentRow, PersonRow } from '../board/documents.ts';
import { situationOnBoard, type BoardIndex } from '../board/situation.ts';
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
	const request = {
		...{ serviceId: row.serviceId, leftOut: [id] },
		patientId: people.get(id)?.patientId ?? null
	};
	const doctors = [...board.practitioners]
		.filter(([doctor, { serviceIds }]) => !away.has(doctor) && serviceIds.includes(row.serviceId))
		.sort(([a, one], [b, other]) => rank(a, wanted) - rank(b, wanted) || one.order - other.order);
	const rooms = [...board.rooms].sort(([, a], [, b]) => a.order - b.order).map(([room]) => room);
	const found = doctors.flatMap(([practitionerId], place) => {
		const in_ = (roomId: string) =>
			situationOnBoard(board, people, { ...request, practitionerId, roomId });
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
		const place =
			shared && joins(id, row, shared, board, search.people)
				? shared
				: nearestPlaces(id, row, { ...search, board })[0];
		if (!place) continue;
		if (session !== null && !sessions.has(session)) sessions.set(session, place);
		places.set(id, place);
		appointments.set(id, placedRow(id, row, place, board, search.people));
	}
	return places;
}

function judged(
	id: string,
	row: AppointmentRow,
	place: DraftPlace,
	board: BoardIndex,
	people: ReadonlyMap<string, PersonRow>
) {
	const situation = situationOnBoard(board, people, {
		...{ practitionerId: place.practitionerId, roomId: place.roomId },
		...{ serviceId: row.serviceId, leftOut: [id], patientId: people.get(id)?.patientId ?? null }
	});
	const { durationMinutes } = row;
	return situation && judgePlacement({ startsAt: place.startsAt, durationMinutes }, situation);
}

function joins(...args: Parameters<typeof judged>): boolean {
	return judged(...args)?.ok === true;
}

function placedRow(...args: Parameters<typeof judged>): AppointmentRow {
	const [, row, place] = args;
	const placed = judged(...args);
	return { ...row, ...place, place: placed?.ok ? placed.value.place : row.place };
}

const sessionKey = ({ practitionerId, roomId, serviceId, startsAt }: AppointmentRow) =>
	[practitionerId, roomId, serviceId, startsAt / MINUTE_MS].join('/');
