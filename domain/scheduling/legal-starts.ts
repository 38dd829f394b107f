/** All the times at which a visit could begin: for lighting up targets, proposals and the search for free times. */
import { GRID_MINUTES } from './appointment.ts';
import { atLeast, intersect, MINUTE_MS, subtract, union, type Interval } from './intervals.ts';
import { sessionsIn } from './group-sessions.ts';
import { judgePlacement, judgeSuitability, type Situation } from './placement.ts';
import type { SupportSituation } from './resource-situation.ts';
import { buffersOf, type Buffers, type ServiceNeeds } from './visit-time.ts';

/**
 * Every start at which the visit may lie, as normal half-open intervals of *starts*: a start `s` on the grid is
 * legal when some interval has `start <= s < end`. To paint the ground that such visits cover, add the duration
 * to `end` and take away one grid step.
 */
export function legalStarts(durationMinutes: number, situation: Situation): Interval[] {
	const { service, clinic, practitioner, room, patient } = situation;
	if (!judgeSuitability(situation).ok) return [];
	const within = (working: readonly Interval[]) => startsWithin(working, durationMinutes);
	const hours = [clinic, practitioner, room].map(({ working }) => within(working));
	const free = subtract(hours.reduce(intersect), [
		...takenStarts(practitioner.busy, durationMinutes, buffersOf(service, 'practitioner')),
		...takenStarts(room.busy, durationMinutes, buffersOf(service, 'room')),
		...takenStarts(patient.busy, durationMinutes, NO_BUFFERS)
	]);
	const supported =
		situation.support === null
			? free
			: supportedStarts(durationMinutes, service, situation.support).reduce(intersect, free);
	const joined = joinableStarts(durationMinutes, situation);
	return joined.length === 0 ? supported : union([...supported, ...joined]);
}

/** @returns the starts of group sessions that are there already and have a place for one more, one by one */
export function joinableStarts(durationMinutes: number, situation: Situation): Interval[] {
	const { practitioner, room, serviceId, service } = situation;
	if (service.places === 1) return [];
	return sessionsIn(practitioner.busy, serviceId)
		.filter(({ startsAt, endsAt }) => endsAt - startsAt === durationMinutes * MINUTE_MS)
		.filter(
			({ practitionerId, roomId }) => practitionerId === practitioner.id && roomId === room.id
		)
		.filter(({ startsAt }) => judgePlacement({ startsAt, durationMinutes }, situation).ok)
		.map(({ startsAt }) => ({ start: startsAt, end: startsAt + 1 }));
}

/**
 * @returns for each kind of equipment and staff that the service needs, the starts at which enough of it is free;
 *   nothing for a service that needs none
 */
export function supportedStarts(
	durationMinutes: number,
	service: ServiceNeeds,
	support: readonly SupportSituation[]
): Interval[][] {
	const needs = [
		...service.equipmentKinds.map((capability) => ({ kind: 'equipment' as const, capability })),
		...service.staffKinds.map((capability) => ({ kind: 'staff' as const, capability }))
	];
	const byNeed = Map.groupBy(needs, ({ kind, capability }) => `${kind}/${capability}`);
	return [...byNeed.values()].map((same) => {
		const { kind, capability } = same[0]!;
		const starts = support
			.filter((one) => one.kind === kind && one.capability === capability)
			.map((one) =>
				subtract(
					startsWithin(one.working, durationMinutes),
					takenStarts(one.busy, durationMinutes, buffersOf(service, kind))
				)
			);
		return atLeast(same.length, starts);
	});
}

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
