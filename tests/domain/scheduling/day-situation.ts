/** A doctor's day as the rules see it, for tables of cases. */
import fc from 'fast-check';
import { MINUTE_MS, type Interval } from '#domain/scheduling/intervals.ts';
import type { Situation } from '#domain/scheduling/placement.ts';
import type { Busy, SupportSituation } from '#domain/scheduling/resource-situation.ts';

/** 2026-11-23, a Monday, 00:00 UTC. Times below are minutes after it. */
export const MIDNIGHT = Date.UTC(2026, 10, 23);
export const at = (minutes: number) => MIDNIGHT + minutes * MINUTE_MS;
export const span = (from: number, until: number): Interval => ({
	start: at(from),
	end: at(until)
});
export const hours = (h: number, m = 0) => h * 60 + m;

export interface Given {
	practitionerBusy?: Busy[];
	roomBusy?: Busy[];
	patientBusy?: Busy[];
	roomKind?: string;
	neededKind?: string | null;
	offers?: boolean;
	bufferBefore?: number;
	bufferAfter?: number;
	roomBufferBefore?: number;
	roomBufferAfter?: number;
	places?: number;
	equipmentKinds?: string[];
	staffKinds?: string[];
	clinic?: { working?: Interval[]; away?: Interval[] };
	away?: Interval[];
	support?: (Pick<SupportSituation, 'id' | 'kind' | 'capability'> & Partial<SupportSituation>)[];
}

/** Both work from 8 to 17 with a break from 12 to 13. */
export function situation(given: Given = {}): Situation {
	const working = [span(hours(8), hours(12)), span(hours(13), hours(17))];
	const breaks = [span(hours(12), hours(13))];
	return {
		serviceId: 'service',
		service: {
			places: given.places ?? 1,
			bufferBeforeMinutes: given.bufferBefore ?? 0,
			bufferAfterMinutes: given.bufferAfter ?? 0,
			roomBufferBeforeMinutes: given.roomBufferBefore ?? given.bufferBefore ?? 0,
			roomBufferAfterMinutes: given.roomBufferAfter ?? given.bufferAfter ?? 0,
			...{ equipmentKinds: given.equipmentKinds ?? [], staffKinds: given.staffKinds ?? [] },
			roomKind: given.neededKind ?? null
		},
		practitioner: {
			...{ id: 'doctor', working, breaks, away: given.away ?? [] },
			busy: given.practitionerBusy ?? [],
			offersService: given.offers ?? true
		},
		room: {
			...{ id: 'room', working, breaks, away: [] },
			busy: given.roomBusy ?? [],
			kind: given.roomKind ?? 'consulting'
		},
		clinic: { id: 'clinic', working: [span(hours(0), hours(48))], away: [], ...given.clinic },
		support: (given.support ?? []).map((one) => ({
			...{ working, breaks, away: [], busy: [] },
			...one
		})),
		patient: { id: 'patient', busy: given.patientBusy ?? [] }
	};
}

export const visit = (from: number, until: number): Busy => ({
	...span(from, until),
	appointmentId: 'a'
});
export const block = (from: number, until: number): Busy => ({
	...span(from, until),
	blockId: 'b'
});

export const busyList = fc.array(
	fc
		.tuple(fc.integer({ min: 80, max: 220 }), fc.integer({ min: 1, max: 12 }), fc.boolean())
		.map(([start, length, isBlock]) => (isBlock ? block : visit)(start * 5, (start + length) * 5)),
	{ maxLength: 6 }
);
