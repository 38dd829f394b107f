/** When resources are taken, for judging many visits in memory one after the other. */
import { overlaps, type Interval } from '../scheduling/intervals.ts';
import type { Busy } from '../scheduling/resource-situation.ts';

/** One resource for one stretch of time. */
export interface Taken extends Interval {
	resourceId: string;
}

/** What a claim belongs to. */
export interface ClaimOwner {
	appointmentId?: string;
	blockId?: string;
}

export interface TakenTime {
	add(claims: readonly Taken[], owner: ClaimOwner): void;
	/** Gives up everything that an appointment takes. */
	release(appointmentId: string): void;
	/** @returns what takes the resource during the interval. */
	during(resourceId: string, interval: Interval): Busy[];
}

/** No claim is longer, so each lies in at most two of these stretches. */
const STRETCH_MS = 24 * 3_600_000;

export function createTakenTime(): TakenTime {
	const stretches = new Map<string, Busy[]>();
	const claimsOf = new Map<string, Taken[]>();
	const placesOf = ({ resourceId, start, end }: Taken) => {
		const places: string[] = [];
		for (let n = Math.floor(start / STRETCH_MS); n * STRETCH_MS < end; n++) {
			places.push(`${resourceId}/${n}`);
		}
		return places;
	};
	return {
		add(claims, owner) {
			for (const claim of claims) {
				const busy = { start: claim.start, end: claim.end, ...owner };
				for (const place of placesOf(claim)) {
					const list = stretches.get(place);
					if (list) list.push(busy);
					else stretches.set(place, [busy]);
				}
			}
			const { appointmentId } = owner;
			if (appointmentId === undefined) return;
			claimsOf.set(appointmentId, [...(claimsOf.get(appointmentId) ?? []), ...claims]);
		},
		release(appointmentId) {
			for (const place of new Set((claimsOf.get(appointmentId) ?? []).flatMap(placesOf))) {
				const left = stretches.get(place)!.filter((busy) => busy.appointmentId !== appointmentId);
				stretches.set(place, left);
			}
			claimsOf.delete(appointmentId);
		},
		during(resourceId, interval) {
			const met = placesOf({ resourceId, ...interval })
				.flatMap((place) => stretches.get(place) ?? [])
				.filter((busy) => overlaps(busy, interval));
			return [...new Set(met)];
		}
	};
}
