/** Visits in the way of time that is to be blocked, and where each of them could go instead. Pure. */
import type { Interval } from './intervals.ts';
import { gridStarts, legalStarts } from './legal-starts.ts';
import type { Situation } from './placement.ts';
import { claimedInterval, type VisitTime } from './visit-time.ts';

/** Times that are proposed for one visit. */
export const MOST_TIMES = 5;

export interface VisitInTheWay extends VisitTime {
	id: string;
	roomId: string;
}

export interface TimesElsewhere {
	appointmentId: string;
	/** Starts at which it may lie when those before it in the list take their first, nearest first; may be empty. */
	times: number[];
}

/**
 * Finds the nearest other times, so that all the visits can take their first together. A visit that has no other time
 * takes none from those after it.
 * @param blocked the time that is to be free of them
 * @param situationOf what a visit is judged on, without the visits that are to go; `null`: it is not known
 * @param earliest nothing is proposed before (epoch milliseconds)
 */
export function timesElsewhere(
	blocked: Interval,
	visits: readonly VisitInTheWay[],
	situationOf: (visit: VisitInTheWay) => Situation | null,
	earliest: number
): TimesElsewhere[] {
	const doctor: Interval[] = [blocked];
	const rooms: (Interval & { roomId: string })[] = [];
	return visits
		.toSorted((a, b) => a.startsAt - b.startsAt)
		.map((visit) => {
			const situation = situationOf(visit);
			if (!situation) return { appointmentId: visit.id, times: [] };
			const { practitioner, room } = situation;
			const besides: Situation = {
				...situation,
				practitioner: { ...practitioner, busy: [...practitioner.busy, ...doctor] },
				room: {
					...room,
					busy: [...room.busy, ...rooms.filter(({ roomId }) => roomId === visit.roomId)]
				}
			};
			const away = (start: number) => Math.abs(start - visit.startsAt);
			const times = legalStarts(visit.durationMinutes, besides)
				.flatMap(gridStarts)
				.filter((start) => start >= earliest)
				.sort((a, b) => away(a) - away(b))
				.slice(0, MOST_TIMES);
			if (times.length > 0) {
				const time = { startsAt: times[0]!, durationMinutes: visit.durationMinutes };
				doctor.push(claimedInterval(time, situation.service, 'practitioner'));
				rooms.push({
					...claimedInterval(time, situation.service, 'room'),
					roomId: visit.roomId
				});
			}
			return { appointmentId: visit.id, times };
		});
}
