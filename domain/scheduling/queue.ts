/** Who waits for whom on a day, and how late each doctor is, from what has really happened. */
import type { AppointmentStatus } from './appointment.ts';
import { MINUTE_MS } from './intervals.ts';

/** A visit as far as waiting matters; instants are epoch milliseconds. */
export interface QueuedVisit {
	id: string;
	practitionerId: string;
	startsAt: number;
	durationMinutes: number;
	status: AppointmentStatus;
	arrivedAt: number | null;
	wentInAt: number | null;
}

export interface Waiting {
	visit: QueuedVisit;
	/** Place in the doctor's queue, from 1. */
	place: number;
	/** When the patient will probably go in. */
	expectedAt: number;
}

export interface DoctorQueue {
	practitionerId: string;
	/** Who is in the room now. */
	inRoom: QueuedVisit | null;
	/** Those who are here, in the order in which they will probably go in. */
	waiting: Waiting[];
	/** How much later than planned the next patient will go in, whole minutes, 0 when on time. */
	delayMinutes: number;
}

/** A visit that takes longer than planned is taken to end in this long; nobody knows better. */
const OVERDUE_MS = 5 * MINUTE_MS;

/**
 * By appointment, not by arrival: whoever came early waits for the own time, whoever came late waits for the next gap
 * as if the time were the moment of arrival. Walk-ins have the time at which they were put in.
 * @param visits of one day and clinic
 * @param now epoch milliseconds
 * @returns a queue for each doctor with somebody waiting or in the room, or with visits that should have begun
 */
export function queuesOf(visits: readonly QueuedVisit[], now: number): DoctorQueue[] {
	return [...Map.groupBy(visits, ({ practitionerId }) => practitionerId)]
		.map(([practitionerId, own]) => queueOf(practitionerId, own, now))
		.filter(
			({ inRoom, waiting, delayMinutes }) => inRoom || waiting.length > 0 || delayMinutes > 0
		);
}

function queueOf(practitionerId: string, visits: readonly QueuedVisit[], now: number): DoctorQueue {
	const inside = visits
		.filter(({ status }) => status === 'checked-in')
		.toSorted((a, b) => (b.wentInAt ?? b.startsAt) - (a.wentInAt ?? a.startsAt));
	const inRoom = inside[0] ?? null;
	const turn = ({ startsAt, arrivedAt }: QueuedVisit) => Math.max(startsAt, arrivedAt ?? startsAt);
	const here = visits
		.filter(({ status }) => status === 'arrived')
		.toSorted((a, b) => turn(a) - turn(b) || (a.id < b.id ? -1 : 1));
	let free = inRoom ? expectedEnd(inRoom, now) : now;
	const waiting = here.map((visit, i): Waiting => {
		const expectedAt = Math.max(free, visit.startsAt);
		free = expectedAt + visit.durationMinutes * MINUTE_MS;
		return { visit, place: i + 1, expectedAt };
	});
	const [next] = waiting;
	const late = next ? next.expectedAt - turn(next.visit) : inRoom ? lateOf(inRoom, now) : 0;
	return {
		practitionerId,
		inRoom,
		waiting,
		delayMinutes: Math.max(0, Math.round(late / MINUTE_MS))
	};
}

function expectedEnd({ wentInAt, startsAt, durationMinutes }: QueuedVisit, now: number): number {
	const planned = (wentInAt ?? startsAt) + durationMinutes * MINUTE_MS;
	return planned > now ? planned : now + OVERDUE_MS;
}

/** With nobody waiting yet: how far the present visit will run over its own time. */
function lateOf(visit: QueuedVisit, now: number): number {
	return expectedEnd(visit, now) - (visit.startsAt + visit.durationMinutes * MINUTE_MS);
}
