/** What a resource is taken by around a wanted time, and the refusal that it gives. */
import type { MaybeSession } from './group-sessions.ts';
import { overlaps, type Interval } from './intervals.ts';
import { refuse, type Result } from './refusals.ts';

/** What takes a resource's time: an interval with its buffers, and what it belongs to. */
export interface Busy extends MaybeSession {
	appointmentId?: string;
	blockId?: string;
	holdId?: string;
}

/** A resource as the rules see it around the wanted time. */
export interface ResourceSituation {
	id: string;
	/** Where a visit may lie: hours of presence without breaks and days off. Normal list. */
	working: Interval[];
	breaks: Interval[];
	/** Stretches in which holidays, leave or a closure take the place of the usual hours. */
	away: Interval[];
	/** What others take. The visit that is being placed is not in here. */
	busy: Busy[];
}

/** A device or a person that could go with the visit. */
export interface SupportSituation extends ResourceSituation {
	kind: 'equipment' | 'staff';
	/** Which kind of equipment or staff. */
	capability: string;
}

/** A refusal by what it meets first: `practitioner-busy`, `room-blocked`, `held`, … */
export function refusalFor(
	wanted: Interval,
	{ id: resourceId, busy }: { id: string; busy: readonly Busy[] },
	kind: 'practitioner' | 'room' | 'patient' | 'equipment' | 'staff'
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
	const isBlock = first.blockId !== undefined && (kind === 'practitioner' || kind === 'room');
	const isHeld = first.holdId !== undefined;
	return refuse(isHeld ? 'held' : isBlock ? `${kind}-blocked` : `${kind}-busy`, { obstacles });
}
