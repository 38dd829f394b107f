/** What a doctor's own day is drawn from: at each clinic their column, and what is blocked in it. */
import { MINUTE_MS, type Interval } from '#domain/scheduling/intervals.ts';
import { visitInterval } from '#domain/scheduling/visit-time.ts';
import type { BoardStore } from '#web/lib/board/board-store.svelte.ts';
import { columnsOf, nextFree, type Column } from '#web/lib/board/columns.ts';
import { snap, visibleRange } from '#web/lib/board/layout.ts';
import { shownBlocks, type ShownBlock } from '#web/lib/board/shown-blocks.ts';

/** A doctor's day at one clinic. */
export interface DayGround {
	store: BoardStore;
	/** All of the clinic, this person's wishes among them. */
	blocks: Map<string, ShownBlock>;
	column: Column;
}

export function groundOf(store: BoardStore, doctorId: string): DayGround {
	const { clinicId } = store.options;
	const { dayStart, dayEnd } = store.clinic!;
	const blocks = shownBlocks(store.blocks, store.wishes.pending.values(), {
		...{ clinicId, dayStart, dayEnd }
	});
	const { practitioners, rooms, services, visits } = store;
	const [column] = columnsOf(
		{ practitioners, rooms, services, visits, blocks },
		{ ...store.view, columnsBy: 'practitioner', practitionerId: doctorId }
	);
	return { store, blocks, column: column ?? absent(store, doctorId) };
}

/** On a day on which the doctor is not there the board has no column for them. */
function absent(store: BoardStore, doctorId: string): Column {
	const nothing = { working: [], breaks: [], away: [], visits: [], free: [], blocks: [] };
	return {
		...{ id: doctorId, kind: 'practitioner' as const, name: store.options.actor.name },
		...{ detail: '', ...nothing }
	};
}

/** @returns the part of the day that is drawn: where the doctor works, and where anything of theirs lies */
export function rangeOf(grounds: readonly DayGround[], doctorId: string): Interval {
	const { dayStart, dayEnd } = grounds[0]!.store.clinic!;
	return visibleRange(
		{ start: dayStart, end: dayEnd },
		grounds.flatMap(({ column }) => column.working),
		grounds.flatMap(({ blocks, column }) => [
			...column.visits.map(({ visit }) => visitInterval(visit)),
			...[...blocks.values()].filter(({ resourceId }) => resourceId === doctorId).map(visitInterval)
		])
	);
}

/**
 * @param now epoch milliseconds
 * @returns the first time that can be blocked, free and to come; where there is none, the first that is drawn
 */
export function firstFree(grounds: readonly DayGround[], range: Interval, now: number) {
	const found = grounds.flatMap(({ store, column }) => {
		const free = nextFree(column, now);
		return free ? [{ store, startsAt: snap(Math.max(free.start, now)) }] : [];
	});
	const [first] = found.sort((a, b) => a.startsAt - b.startsAt);
	return first ?? { store: grounds[0]!.store, startsAt: snap(Math.max(now, range.start)) };
}

/** A while before the present, so that what is just over is seen too. */
const BEFORE_MS = 45 * MINUTE_MS;

/** @returns the instant that a day begins to be looked at; `now` is null on another day than today */
export function firstSeen(
	store: BoardStore,
	doctorId: string,
	range: Interval,
	now: number | null
) {
	if (now !== null) return now - BEFORE_MS;
	return store.practitioners.get(doctorId)?.working[0]?.[0] ?? range.start;
}
