/** The nearest times that would work, to go with a refusal. */
import { GRID_MINUTES } from './appointment.ts';
import { MINUTE_MS } from './intervals.ts';
import { gridStarts, legalStarts } from './legal-starts.ts';
import type { Situation } from './placement.ts';
import type { ResourceSituation } from './resource-situation.ts';
import type { Alternative } from './refusals.ts';

export const MAX_ALTERNATIVES = 3;

export interface AlternativeSearch {
	/** The wanted time; its practitioner stays, its room is preferred. */
	wanted: { startsAt: number; durationMinutes: number };
	situation: Situation;
	/** Other rooms of the clinic that could do. */
	otherRooms: (ResourceSituation & { kind: string })[];
	/** No time before this instant is proposed (now, for the present day). */
	notBefore: number;
	/** Where the visit lies already: that is no proposal. */
	present?: number | undefined;
}

/**
 * Finds the times nearest to the wanted one with the same practitioner, in the wanted room where that is free,
 * else in another that suits. Each free stretch gives its nearest start first, so that the answers are
 * choices ('10:25, 11:10, 13:00') and not neighbours on the grid.
 * @returns nearest first, at most `MAX_ALTERNATIVES`
 */
export function nearestAlternatives(search: AlternativeSearch): Alternative[] {
	const { wanted, situation, notBefore, present } = search;
	const distance = (start: number) => Math.abs(start - wanted.startsAt);
	const best = new Map<number, string>();
	const firsts = new Set<number>();
	for (const room of [situation.room, ...search.otherRooms]) {
		for (const legal of legalStarts(wanted.durationMinutes, {
			...situation,
			room
		})) {
			const starts = gridStarts(legal).filter((start) => start >= notBefore && start !== present);
			const nearest = starts.toSorted((a, b) => distance(a) - distance(b))[0];
			if (nearest === undefined) continue;
			firsts.add(nearest);
			for (const start of starts) if (!best.has(start)) best.set(start, room.id);
		}
	}
	const chosen: number[] = [];
	const apart = Math.max(wanted.durationMinutes, GRID_MINUTES) * MINUTE_MS;
	const candidates = [
		...[...firsts].sort((a, b) => distance(a) - distance(b)),
		...[...best.keys()].sort((a, b) => distance(a) - distance(b))
	];
	for (const start of candidates) {
		if (chosen.length === MAX_ALTERNATIVES) break;
		if (chosen.every((other) => Math.abs(other - start) >= apart)) chosen.push(start);
	}
	return chosen
		.sort((a, b) => distance(a) - distance(b))
		.map((startsAt) => ({
			startsAt,
			practitionerId: situation.practitioner.id,
			roomId: best.get(startsAt)!
		}));
}
