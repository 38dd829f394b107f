/** Lit times as targets to be met: a mouse has each of them, a finger as many as are tall enough for it. Pure. */
import { MINUTE_MS } from '#domain/scheduling/intervals.ts';
import type { SuitableTime } from '#domain/waitlist/panel.ts';

export interface LitTarget {
	time: SuitableTime;
	/** Where the target ends, epoch milliseconds. */
	until: number;
	/** It lies under the target before it: met by keyboard and by dragging, not by a tap. */
	isCovered: boolean;
}

const STEP_MINUTES = 15;
const ownEnd = ({ startsAt, durationMinutes }: SuitableTime) =>
	startsAt + Math.min(STEP_MINUTES, durationMinutes) * MINUTE_MS;

/**
 * @param times of one column, the earliest first
 * @param leastMs how long a target lasts at the least, as far as there is free time for it; 0: as long as it is lit
 * @returns one for each time; those that are not covered do not overlap
 */
export function litTargets(times: readonly SuitableTime[], leastMs: number): LitTarget[] {
	return stretchesOf(times).flatMap(({ members, freeUntil }) => {
		const groups = grouped(members, freeUntil, leastMs);
		return groups.flatMap((group, index) => {
			const lit = Math.max(group[0]!.startsAt + leastMs, ...group.map(ownEnd));
			const next = groups[index + 1]?.[0]!.startsAt ?? freeUntil;
			return group.map((time, place) => ({
				...{ time, isCovered: place > 0 },
				until: place > 0 ? ownEnd(time) : Math.min(lit, next)
			}));
		});
	});
}

/** @returns the times by the free time that they lie in, without a break */
function stretchesOf(times: readonly SuitableTime[]) {
	const stretches: { members: SuitableTime[]; freeUntil: number }[] = [];
	for (const time of times) {
		const end = time.startsAt + time.durationMinutes * MINUTE_MS;
		const last = stretches.at(-1);
		if (last && time.startsAt <= last.freeUntil) {
			last.members.push(time);
			last.freeUntil = Math.max(last.freeUntil, end);
		} else stretches.push({ members: [time], freeUntil: end });
	}
	return stretches;
}

/** @returns the times of a stretch by the target that they share; the first of each gives it its name */
function grouped(
	members: readonly SuitableTime[],
	freeUntil: number,
	leastMs: number
): SuitableTime[][] {
	const groups: SuitableTime[][] = [];
	for (const time of members) {
		const own = groups.at(-1);
		if (own && time.startsAt < own[0]!.startsAt + leastMs) own.push(time);
		else groups.push([time]);
	}
	const last = groups.at(-1)!;
	// What is left over at the end is too short for a finger: the target before takes it in.
	if (groups.length > 1 && freeUntil - last[0]!.startsAt < leastMs) {
		groups.splice(-2, 2, [...groups.at(-2)!, ...last]);
	}
	return groups;
}
