/** Whom the doctor sees now and next, from what has really happened. Pure. */
import type { DoctorQueue } from '#domain/scheduling/queue.ts';
import { visitInterval } from '#domain/scheduling/visit-time.ts';
import type { BoardStore } from '#web/lib/board/board-store.svelte.ts';
import type { Visit } from '#web/lib/board/visit.ts';

export interface OwnVisit {
	store: BoardStore;
	visit: Visit;
}

export interface Turn {
	inRoom: OwnVisit | null;
	/** Who waits and goes in next, else whoever comes next by the time of the visit. */
	next: OwnVisit | null;
	/** How many wait. */
	waiting: number;
	/** How late it is, whole minutes. */
	delayMinutes: number;
}

/**
 * @param own the doctor's visits of today, at all clinics
 * @param queues of the doctor, one for each clinic where there is one
 * @param now epoch milliseconds
 */
export function turnOf(
	own: readonly OwnVisit[],
	queues: readonly DoctorQueue[],
	now: number
): Turn {
	const find = (id: string | undefined) => own.find(({ visit }) => visit.id === id) ?? null;
	const inRoom = queues.map((queue) => find(queue.inRoom?.id)).find(Boolean) ?? null;
	const waiting = queues
		.flatMap((queue) => queue.waiting)
		.sort((a, b) => a.expectedAt - b.expectedAt);
	const toCome = own
		.filter(({ visit }) => visit.status === 'booked' || visit.status === 'pending')
		.filter(({ visit }) => visitInterval(visit).end > now)
		.sort((a, b) => a.visit.startsAt - b.visit.startsAt);
	return {
		inRoom,
		next: find(waiting[0]?.visit.id) ?? toCome[0] ?? null,
		waiting: waiting.length,
		delayMinutes: Math.max(0, ...queues.map((queue) => queue.delayMinutes))
	};
}
