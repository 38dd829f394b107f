/** Several services in one visit: one after the other without a gap, each with a doctor and a room of its own. */
import { contains, MINUTE_MS, overlaps, type Interval } from '../scheduling/intervals.ts';
import { besidesSession, isSameSession } from '../scheduling/group-sessions.ts';
import type { SupportSituation } from '../scheduling/resource-situation.ts';
import {
	claimedInterval,
	sessionAt,
	visitInterval,
	type ClaimedKind
} from '../scheduling/visit-time.ts';
import { holds, type ServiceGround } from './service-ground.ts';

/** One service of the visit. */
export interface ChainStep {
	serviceId: string;
	practitionerId: string;
	roomId: string;
	/** Epoch milliseconds. */
	startsAt: number;
	durationMinutes: number;
}

/** What the steps so far take, beside what others have: by resource. */
type Taken = readonly (Interval & { resourceId: string })[];

/**
 * @param practitionerId who does the first of them
 * @param everybody who could do the others; the first one's doctor and room are tried first
 * @returns the steps in the order of time, or `null` when no order of the services works
 */
export function chainsAt(
	startsAt: number,
	practitionerId: string,
	grounds: readonly ServiceGround[],
	everybody: readonly string[]
): ChainStep[] | null {
	for (const [i, ground] of grounds.entries()) {
		const rest = grounds.filter((_, other) => other !== i);
		const steps = stepsFrom(startsAt, [practitionerId], ground, rest, everybody, []);
		if (steps) return steps;
	}
	return null;
}

function stepsFrom(
	startsAt: number,
	candidates: readonly string[],
	ground: ServiceGround,
	rest: readonly ServiceGround[],
	everybody: readonly string[],
	before: readonly { step: ChainStep; taken: Taken }[]
): ChainStep[] | null {
	for (const practitionerId of candidates) {
		if (!holds(ground.startsOf(practitionerId), startsAt)) continue;
		for (const roomId of roomsFor(ground, practitionerId, startsAt, before)) {
			const placed = place(ground, { practitionerId, roomId, startsAt }, before);
			if (!placed) continue;
			if (rest.length === 0) return [...before.map(({ step }) => step), placed.step];
			const next = startsAt + placed.step.durationMinutes * MINUTE_MS;
			const others = [practitionerId, ...everybody.filter((id) => id !== practitionerId)];
			for (const [i, following] of rest.entries()) {
				const left = rest.filter((_, other) => other !== i);
				const steps = stepsFrom(next, others, following, left, everybody, [...before, placed]);
				if (steps) return steps;
			}
		}
	}
	return null;
}

/** The room that the patient is in already comes first. A single service needs no more than the first that is free. */
function roomsFor(
	ground: ServiceGround,
	practitionerId: string,
	startsAt: number,
	before: readonly { step: ChainStep }[]
): string[] {
	const rooms = ground.roomsAt(practitionerId, startsAt);
	const present = before.at(-1)?.step.roomId;
	return present !== undefined && rooms.includes(present)
		? [present, ...rooms.filter((id) => id !== present)]
		: rooms;
}

/** @returns the step with all that it takes, or `null` where the steps before are in its way */
function place(
	{ service, minutesOf, support }: ServiceGround,
	chosen: Pick<ChainStep, 'practitionerId' | 'roomId' | 'startsAt'>,
	before: readonly { taken: Taken }[]
): { step: ChainStep; taken: Taken } | null {
	const time = {
		startsAt: chosen.startsAt,
		durationMinutes: minutesOf(chosen.practitionerId)!
	};
	const earlier = before.flatMap(({ taken }) => taken);
	const claim = (resourceId: string, kind: ClaimedKind) => ({
		resourceId,
		...claimedInterval(time, service.needs, kind)
	});
	const isFree = (wanted: Taken[number]) =>
		!earlier.some((taken) => taken.resourceId === wanted.resourceId && overlaps(taken, wanted));
	const taken = [claim(chosen.practitionerId, 'practitioner'), claim(chosen.roomId, 'room')];
	if (!taken.every(isFree)) return null;
	const visit = visitInterval(time);
	const session = sessionAt(time, service.needs, { serviceId: service.id, ...chosen });
	/** Those that are with the session already come first, as they do when it is booked. */
	const isWithSession = ({ busy }: SupportSituation) =>
		session !== null && busy.some((one) => one.session && isSameSession(one.session, session));
	const candidates = support.toSorted(
		(a, b) => Number(isWithSession(b)) - Number(isWithSession(a))
	);
	for (const kind of ['equipment', 'staff'] as const) {
		const wanted = kind === 'equipment' ? service.needs.equipmentKinds : service.needs.staffKinds;
		for (const capability of wanted) {
			const free = candidates.find(
				(one) =>
					one.kind === kind &&
					one.capability === capability &&
					one.working.some((hours) => contains(hours, visit)) &&
					!besidesSession(one.busy, session).some((busy) => overlaps(busy, claim(one.id, kind))) &&
					!taken.some(({ resourceId }) => resourceId === one.id) &&
					isFree(claim(one.id, kind))
			);
			if (!free) return null;
			taken.push(claim(free.id, kind));
		}
	}
	return {
		step: { serviceId: service.id, ...chosen, durationMinutes: time.durationMinutes },
		taken
	};
}
