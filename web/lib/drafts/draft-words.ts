/** What a draft says of its changes. */
import type { Draft, DraftPlace, VisitChange } from '#domain/drafts/draft-change.ts';
import { timeOf } from '#domain/scheduling/refusal-words.ts';
import type { Refusal } from '#domain/scheduling/refusals.ts';
import type { BoardStore } from '#web/lib/board/board-store.svelte.ts';
import type { DraftMark } from '#web/lib/board/board-shapes.ts';
import type { KeptStanding } from '#web/lib/sync/kept-document.ts';

/** What the words are taken from. */
export interface DraftWordsContext {
	board: BoardStore;
	draft: Draft;
	/** Why visits cannot go where they were drafted. */
	conflicts: ReadonlyMap<string, Refusal>;
}

/** @returns `10:20, Dr Nowak, Room 2` */
export function placeWords(
	{ startsAt, practitionerId, roomId }: DraftPlace,
	board: BoardStore
): string {
	return [
		timeOf(startsAt, { zone: board.zone, date: board.options.date }),
		board.practitioners.get(practitionerId)?.name,
		board.rooms.get(roomId)?.name
	]
		.filter(Boolean)
		.join(', ');
}

/** @returns how a place differs from another: `10:20, Dr Nowak`, without what is the same */
export function changedWords(to: DraftPlace, from: DraftPlace, board: BoardStore): string {
	const words = [timeOf(to.startsAt, { zone: board.zone, date: board.options.date })];
	if (to.practitionerId !== from.practitionerId) {
		words.push(board.practitioners.get(to.practitionerId)?.name ?? 'another doctor');
	} else if (to.roomId !== from.roomId) {
		words.push(board.rooms.get(to.roomId)?.name ?? 'another room');
	}
	return words.join(', ');
}

/** @returns the patient, or what the visit is for where that may not be known */
export function visitName(id: string, board: BoardStore): string {
	const row = board.appointments.get(id);
	return board.people.get(id)?.name ?? (row && board.services.get(row.serviceId)?.name) ?? 'Visit';
}

/** @returns what becomes of a visit: `9:00, Dr Adams → 9:20, Dr Nowak` */
export function changeWords(change: VisitChange, board: BoardStore): string {
	const from = placeWords({ ...change.from, roomId: '' }, board);
	switch (change.kind) {
		case 'move':
			return `${from} → ${changedWords(change.to, change.from, board)}`;
		case 'review':
			return `${from} → without a time, to be called`;
		case 'cancel':
			return `${from} → cancelled`;
	}
}

/** @returns why a change cannot be made now, in words */
export function conflictWords(
	id: string,
	refusal: Refusal,
	{ board, draft }: Pick<DraftWordsContext, 'board' | 'draft'>
): string {
	const live = board.appointments.get(id);
	const change = draft.visits.get(id);
	if (refusal.code === 'stale-revision') {
		if (!live) return 'It is no longer on this day.';
		return `Somebody moved it on the real day, to ${placeWords(live, board)}.`;
	}
	if (live?.status === 'cancelled' && change?.kind !== 'cancel') {
		return 'It was cancelled on the real day.';
	}
	const { alternatives: _, ...reason } = refusal;
	const other = refusal.obstacles?.find(({ appointmentId }) => appointmentId)?.appointmentId;
	const isDrafted = other !== undefined && draft.visits.has(other);
	const words = board.explain(reason);
	return isDrafted ? `${words} ${visitName(other, board)} is drafted to that time.` : words;
}

/** @returns what a screen reader says of a card after all the rest */
export function markWords(kind: DraftMark['kind'], id: string, context: DraftWordsContext): string {
	switch (kind) {
		case 'conflict': {
			const refusal = context.conflicts.get(id);
			return `conflict: ${refusal ? conflictWords(id, refusal, context) : ''}`;
		}
		case 'unplaced':
			return 'needs another place: the doctor is away';
		case 'moved': {
			const change = context.draft.visits.get(id);
			return change ? `moved from ${placeWords(change.from, context.board)}` : 'moved';
		}
	}
}

export const STANDING_WORDS: Record<KeptStanding, string> = {
	opening: 'Opening…',
	saved: 'Saved',
	saving: 'Saving…',
	'not-saved': 'Not saved yet, trying again…',
	'no-line': 'No connection: what you change waits here',
	refused: 'Cannot be opened'
};

export const countWords = (count: number, one: string, more = `${one}s`) =>
	`${count} ${count === 1 ? one : more}`;
