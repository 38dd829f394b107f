/** A doctor who is not there: which of their time is taken, and from when on. Pure. */
import { busyByResource, toInterval, type BoardIndex } from '../board/situation.ts';
import {
	GRID_MINUTES,
	isMovable,
	MAX_DURATION_MINUTES,
	MIN_DURATION_MINUTES,
	takesTime
} from '../scheduling/appointment.ts';
import { MINUTE_MS, subtract, union, type Interval } from '../scheduling/intervals.ts';
import { visitInterval } from '../scheduling/visit-time.ts';
import { MAX_SPANS, type DraftChangeOf } from './draft-change.ts';

const GRID_MS = GRID_MINUTES * MINUTE_MS;

/**
 * @param now epoch milliseconds: what is over stays as it is
 * @returns the stretches of the doctor's day that are to be taken as leave: their hours and visits from now on, without
 *   what blocks take already and without visits that have begun; empty when nothing is left of the day
 */
export function awaySpans(
	board: BoardIndex,
	practitionerId: string,
	now: number,
	newId: () => string = () => crypto.randomUUID()
): DraftChangeOf<'away'>['spans'] {
	const { clinic } = board;
	const doctor = board.practitioners.get(practitionerId);
	if (!clinic || !doctor) return [];
	const visits = [...board.appointments].filter(
		([, row]) => row.practitionerId === practitionerId && takesTime(row.status)
	);
	const begun = visits.filter(([, row]) => !isMovable(row.status)).map(([id]) => id);
	const toMove = visits.filter(([, row]) => isMovable(row.status));
	const stays = (busyByResource(board).get(practitionerId) ?? [])
		.filter(
			({ appointmentId, blockId }) =>
				blockId !== undefined || (appointmentId !== undefined && begun.includes(appointmentId))
		)
		.map(({ start, end }) => ({ start, end }));
	const [whole] = spanOf([
		...doctor.working.map(toInterval),
		...toMove.map(([, row]) => visitInterval(row))
	]);
	if (!whole) return [];
	const from = Math.max(whole.start, clinic.dayStart, Math.ceil(now / GRID_MS) * GRID_MS);
	const until = Math.min(whole.end, clinic.dayEnd);
	if (from >= until) return [];
	return subtract([{ start: from, end: until }], union(stays))
		.map(onGrid)
		.flatMap(pieces)
		.slice(0, MAX_SPANS)
		.map(({ start, end }) => ({
			...{ blockId: newId(), startsAt: start },
			durationMinutes: (end - start) / MINUTE_MS
		}));
}

/** @returns one interval from the first beginning to the last end; none of none */
function spanOf(intervals: readonly Interval[]): Interval[] {
	if (intervals.length === 0) return [];
	return [
		{
			start: Math.min(...intervals.map(({ start }) => start)),
			end: Math.max(...intervals.map(({ end }) => end))
		}
	];
}

const onGrid = ({ start, end }: Interval): Interval => ({
	start: Math.ceil(start / GRID_MS) * GRID_MS,
	end: Math.floor(end / GRID_MS) * GRID_MS
});

/** A block lasts so long at the most. */
function pieces({ start, end }: Interval): Interval[] {
	const most = MAX_DURATION_MINUTES * MINUTE_MS;
	const found: Interval[] = [];
	for (let at = start; end - at >= MIN_DURATION_MINUTES * MINUTE_MS; at += most) {
		found.push({ start: at, end: Math.min(end, at + most) });
	}
	return found;
}
