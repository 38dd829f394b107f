/**
 * A draft laid over the board of the real day, judged by the rules that judge a live change. Runs in the browser with
 * every row that changes, in the draft or on the real day. Pure.
 */
import type { AppointmentRow, BlockRow, PersonRow } from '../board/documents.ts';
import { busyByResource, situationOnBoard, type BoardIndex } from '../board/situation.ts';
import { isMovable, mayBecome } from '../scheduling/appointment.ts';
import { overlaps } from '../scheduling/intervals.ts';
import { judgePlacement } from '../scheduling/placement.ts';
import { accept, refuse, type Refusal, type Result } from '../scheduling/refusals.ts';
import { visitInterval } from '../scheduling/visit-time.ts';
import { isSamePlace, type Draft, type VisitChange } from './draft-change.ts';

/** The kind of block that stands where a doctor is away. */
export const AWAY_KIND = 'leave';

/** A change that could not be made now, and why. */
export interface DraftConflict {
	/** The visit, or for a doctor's absence the doctor. */
	key: string;
	refusal: Refusal;
}

export interface DraftedDay {
	/** The real day's rows with the changes laid over, those in conflict too: what is shown. */
	appointments: Map<string, AppointmentRow>;
	blocks: Map<string, BlockRow>;
	/** In the order in which the changes are judged. */
	conflicts: DraftConflict[];
	/** Visits of doctors who are away, for whom no place was found yet, by time. */
	unplaced: string[];
}

/**
 * Lays a draft over a day and judges it as the server judges the same changes together: all that are to move have
 * left, and each is judged as if those before it were made. So it does not matter whether two change places.
 * @param board the real day as it is now
 */
export function draftedDay(
	board: BoardIndex,
	people: ReadonlyMap<string, PersonRow>,
	draft: Draft
): DraftedDay {
	const shown = new Map(board.appointments);
	const appointments = new Map(board.appointments);
	for (const id of draft.visits.keys()) appointments.delete(id);
	const blocks = new Map(board.blocks);
	const judged: BoardIndex = { ...pickIndex(board), appointments, blocks };
	const conflicts: DraftConflict[] = [];
	for (const [id, change] of inOrder(draft)) {
		const live = board.appointments.get(id);
		const result = judgeChange(id, change, live, judged, people);
		if (!result.ok) conflicts.push({ key: id, refusal: result.refusal });
		else if (result.value !== null) appointments.set(id, result.value);
		const laid = live && laidOver(live, change);
		if (laid) shown.set(id, result.ok && result.value !== null ? result.value : laid);
	}
	const unplaced = new Set<string>();
	const shownBlocks = new Map(board.blocks);
	for (const [practitionerId, { spans }] of awayInOrder(draft)) {
		for (const { blockId, startsAt, durationMinutes } of spans) {
			const row: BlockRow = {
				...{ resourceId: practitionerId, startsAt, durationMinutes },
				...{ kind: AWAY_KIND, revision: 0 }
			};
			shownBlocks.set(blockId, row);
			const refusal = judgeAway(row, judged);
			if (refusal === null) {
				blocks.set(blockId, row);
				continue;
			}
			const visits = (refusal.obstacles ?? []).flatMap(({ appointmentId }) => appointmentId ?? []);
			for (const id of visits) unplaced.add(id);
			if (visits.length === 0) conflicts.push({ key: practitionerId, refusal });
		}
	}
	const startOf = (id: string) => shown.get(id)?.startsAt ?? 0;
	return {
		...{ appointments: shown, blocks: shownBlocks, conflicts },
		unplaced: [...unplaced].sort((a, b) => startOf(a) - startOf(b) || (a < b ? -1 : 1))
	};
}

/** @returns the visits' changes in the order in which they are judged, here and on the server */
export function inOrder(draft: Draft): [id: string, change: VisitChange][] {
	const startOf = (change: VisitChange) =>
		change.kind === 'move' ? change.to.startsAt : change.from.startsAt;
	return [...draft.visits].sort(
		([a, one], [b, other]) => startOf(one) - startOf(other) || (a < b ? -1 : 1)
	);
}

/** @returns the absences, judged after the visits: what is left in their time is in their way */
export function awayInOrder(draft: Draft) {
	return [...draft.away].sort(([a], [b]) => (a < b ? -1 : 1));
}

/** @returns whether the visit still lies where it did when the change was drafted */
export function isAsDrafted(live: AppointmentRow | undefined, { from }: VisitChange): boolean {
	return live !== undefined && isSamePlace(live, from);
}

/** @returns the row that it leaves where it takes time; `null`: it takes none any more */
function judgeChange(
	id: string,
	change: VisitChange,
	live: AppointmentRow | undefined,
	board: BoardIndex,
	people: ReadonlyMap<string, PersonRow>
): Result<AppointmentRow | null> {
	// Whoever moved it on the real day has the last word until somebody here looks at it again.
	if (!live || !isAsDrafted(live, change)) {
		return refuse('stale-revision', { field: 'basedOnRevision' });
	}
	if (change.kind !== 'move') {
		const status = change.kind === 'review' ? 'needs-review' : 'cancelled';
		if (mayBecome(live.status, status)) return accept(null);
		return refuse('status-not-possible', { field: 'changes.status' });
	}
	if (!isMovable(live.status)) return refuse('not-movable', { field: 'appointmentId' });
	const { startsAt, practitionerId, roomId } = change.to;
	const situation = situationOnBoard(board, people, {
		...{ practitionerId, roomId, serviceId: live.serviceId, leftOut: [id] },
		patientId: people.get(id)?.patientId ?? null
	});
	if (!situation) return refuse('not-found', { field: 'changes' });
	const placed = judgePlacement({ startsAt, durationMinutes: live.durationMinutes }, situation);
	if (!placed.ok) return placed;
	return accept({ ...laidOver(live, change), place: placed.value.place });
}

function laidOver(live: AppointmentRow, change: VisitChange): AppointmentRow {
	switch (change.kind) {
		case 'move': {
			// A new time ends the waiting for one.
			const status = live.status === 'needs-review' ? 'booked' : live.status;
			return { ...live, ...change.to, status };
		}
		case 'review':
			return { ...live, status: 'needs-review', place: null };
		case 'cancel':
			return { ...live, status: 'cancelled', place: null };
	}
}

/** @returns why a doctor cannot be away then: somebody is booked with them, or their time is taken otherwise */
function judgeAway(row: BlockRow, board: BoardIndex): Refusal | null {
	const span = visitInterval(row);
	const busy = (busyByResource(board).get(row.resourceId) ?? []).filter(
		(taken) => taken.holdId === undefined && overlaps(taken, span)
	);
	if (busy.length === 0) return null;
	const onlyBlocks = busy.every(({ blockId }) => blockId !== undefined);
	return {
		code: onlyBlocks ? 'practitioner-blocked' : 'practitioner-busy',
		obstacles: busy.map(({ start, end, appointmentId, blockId }) => ({
			...{ resourceId: row.resourceId, from: start, until: end },
			...(appointmentId === undefined ? {} : { appointmentId }),
			...(blockId === undefined ? {} : { blockId })
		}))
	};
}

/** A store's maps are getters of its class: they are read, not spread. */
export function pickIndex(board: BoardIndex): BoardIndex {
	const { clinic, practitioners, rooms, support, services, appointments, blocks, offers } = board;
	return { clinic, practitioners, rooms, support, services, appointments, blocks, offers };
}
