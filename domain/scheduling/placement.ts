/**
 * Where and when a visit lies, and the rules that say whether it may lie there.
 * The same functions light up targets in the browser and judge on the server.
 */
import { GRID_MINUTES } from './appointment.ts';
import { contains, intersect, MINUTE_MS, overlaps, subtract, type Interval } from './intervals.ts';
import { accept, refuse, type Obstacle, type RefusalCode, type Result } from './refusals.ts';

/** What takes a resource's time: an interval with its buffers, and what it belongs to. */
export interface Busy extends Interval {
	appointmentId?: string;
	blockId?: string;
}

/** A practitioner or a room as the rules see it around the wanted time. */
export interface ResourceSituation {
	id: string;
	/** Where a visit may lie: hours of presence without breaks. Normal list. */
	working: Interval[];
	breaks: Interval[];
	/** What others take. The visit that is being placed is not in here. */
	busy: Busy[];
}

/** What a service asks for. */
export interface ServiceNeeds {
	bufferBeforeMinutes: number;
	bufferAfterMinutes: number;
	/** Kind of room, or `null` for any. */
	roomKind: string | null;
}

/** Everything that the rules need to know to judge one placement. */
export interface Situation {
	service: ServiceNeeds;
	practitioner: ResourceSituation & { offersService: boolean };
	room: ResourceSituation & { kind: string };
	/** The patient's other visits; empty where they are not known (the database will still refuse). */
	patient: { id: string | null; busy: Busy[] };
}

/** The time of a visit itself, without buffers. */
export interface VisitTime {
	startsAt: number;
	durationMinutes: number;
}

/** @returns the visit's own interval. */
export function visitInterval(time: VisitTime): Interval {
	return {
		start: time.startsAt,
		end: time.startsAt + time.durationMinutes * MINUTE_MS
	};
}

/** @returns the interval that practitioner and room are taken for: the visit with its buffers. */
export function claimedInterval(time: VisitTime, service: ServiceNeeds): Interval {
	const visit = visitInterval(time);
	return {
		start: visit.start - service.bufferBeforeMinutes * MINUTE_MS,
		end: visit.end + service.bufferAfterMinutes * MINUTE_MS
	};
}

/**
 * Judges one placement.
 * @returns acceptance, or a refusal that lists everything in the way for the first rule that is broken
 */
export function judgePlacement(time: VisitTime, situation: Situation): Result<null> {
	const { service, practitioner, room, patient } = situation;
	if (!practitioner.offersService) {
		return refuse('service-not-offered', { field: 'changes.practitionerId' });
	}
	if (service.roomKind !== null && service.roomKind !== room.kind) {
		return refuse('room-unsuitable', { field: 'changes.roomId' });
	}
	const visit = visitInterval(time);
	for (const resource of [practitioner, room]) {
		const outside = judgeHours(visit, resource);
		if (!outside.ok) return outside;
	}
	const claimed = claimedInterval(time, service);
	return (
		refusalFor(claimed, practitioner.id, practitioner.busy, [
			'practitioner-busy',
			'practitioner-blocked'
		]) ??
		refusalFor(claimed, room.id, room.busy, ['room-busy', 'room-blocked']) ??
		refusalFor(visit, patient.id ?? '', patient.busy, ['patient-busy', 'patient-busy']) ??
		accept(null)
	);
}

function judgeHours(visit: Interval, resource: ResourceSituation): Result<null> {
	if (resource.working.some((hours) => contains(hours, visit))) return accept(null);
	const met = resource.breaks.filter((pause) => overlaps(pause, visit));
	const obstacle = ({ start, end }: Interval): Obstacle => ({
		resourceId: resource.id,
		from: start,
		until: end
	});
	if (met.length > 0) return refuse('on-break', { obstacles: met.map(obstacle) });
	return refuse('outside-hours', {
		obstacles: subtract([visit], resource.working).map(obstacle)
	});
}

function refusalFor(
	wanted: Interval,
	resourceId: string,
	busy: readonly Busy[],
	[byVisit, byBlock]: readonly [RefusalCode, RefusalCode]
): Result<never> | null {
	const met = busy.filter((taken) => overlaps(taken, wanted)).sort((a, b) => a.start - b.start);
	const first = met[0];
	if (first === undefined) return null;
	const obstacles = met.map(({ start, end, appointmentId, blockId }) => ({
		resourceId,
		from: start,
		until: end,
		...(appointmentId === undefined ? {} : { appointmentId }),
		...(blockId === undefined ? {} : { blockId })
	}));
	return refuse(first.blockId === undefined ? byVisit : byBlock, { obstacles });
}

/**
 * Every start at which the visit may lie, as normal half-open intervals of *starts*: a start `s` on the grid is
 * legal when some interval has `start <= s < end`. To paint the ground that such visits cover, add the duration
 * to `end` and take away one grid step.
 */
export function legalStarts(durationMinutes: number, situation: Situation): Interval[] {
	const { service, practitioner, room, patient } = situation;
	if (!practitioner.offersService) return [];
	if (service.roomKind !== null && service.roomKind !== room.kind) return [];
	return subtract(
		intersect(
			startsWithin(practitioner.working, durationMinutes),
			startsWithin(room.working, durationMinutes)
		),
		[
			...takenStarts(practitioner.busy, durationMinutes, service),
			...takenStarts(room.busy, durationMinutes, service),
			...takenStarts(patient.busy, durationMinutes, NO_BUFFERS)
		]
	);
}

type Buffers = Pick<ServiceNeeds, 'bufferBeforeMinutes' | 'bufferAfterMinutes'>;

/** A patient has no buffers: one visit may follow the other. */
export const NO_BUFFERS: Buffers = { bufferBeforeMinutes: 0, bufferAfterMinutes: 0 };

/** @returns the starts of visits of this length that lie within `working`. */
export function startsWithin(working: readonly Interval[], durationMinutes: number): Interval[] {
	const duration = durationMinutes * MINUTE_MS;
	return working
		.filter((hours) => hours.end - hours.start >= duration)
		.map((hours) => ({ start: hours.start, end: hours.end - duration + 1 }));
}

/** @returns the starts of visits of this length that would meet what is taken, buffers included. */
export function takenStarts(
	busy: readonly Interval[],
	durationMinutes: number,
	{ bufferBeforeMinutes, bufferAfterMinutes }: Buffers
): Interval[] {
	// A start s is taken by [from, until) when s - before < until and from < s + duration + after.
	return busy.map((taken) => ({
		start: taken.start - (durationMinutes + bufferAfterMinutes) * MINUTE_MS + 1,
		end: taken.end + bufferBeforeMinutes * MINUTE_MS
	}));
}

const GRID_MS = GRID_MINUTES * MINUTE_MS;

/** @returns every start on the grid inside an interval of legal starts. */
export function gridStarts(legal: Interval): number[] {
	const starts: number[] = [];
	for (let s = Math.ceil(legal.start / GRID_MS) * GRID_MS; s < legal.end; s += GRID_MS)
		starts.push(s);
	return starts;
}
