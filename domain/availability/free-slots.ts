/**
 * Free times on one day at one clinic: every start at which a visit of one or several services, back to back, finds
 * a doctor, a room and whatever else each service needs.
 */
import { GRID_MINUTES } from '../scheduling/appointment.ts';
import { MINUTE_MS, type Interval } from '../scheduling/intervals.ts';
import { gridStarts } from '../scheduling/legal-starts.ts';
import { chainsAt, type ChainStep } from './chains.ts';
import { dayInterval, instantAt } from './local-day.ts';
import { serviceGround, type ServiceGround } from './service-ground.ts';
import type { ClinicDay, Removed, SlotWish } from './slot-wish.ts';

/** A visit that could be booked as it stands. */
export interface FreeSlot {
	clinicId: string;
	/** Of the first service. */
	practitionerId: string;
	roomId: string;
	/** The clinic's local date, `YYYY-MM-DD`. */
	date: string;
	/** Epoch milliseconds. */
	startsAt: number;
	/** Of all services together. */
	durationMinutes: number;
	/** For a single service that several patients come to at one time: how many more can; `null` for others. */
	placesLeft: number | null;
	/** One for each service, in the order of time. */
	steps: ChainStep[];
}

/**
 * @returns the free starts, earliest first, doctors of one start in the order of their ids; and what removed the rest
 */
export function freeSlotsOn(
	day: ClinicDay,
	wish: SlotWish
): { slots: FreeSlot[]; removed: Removed } {
	const removed: Removed = {};
	const window = wishedWindow(day, wish);
	const grounds = wish.services.map((service) => serviceGround(day, service, window, removed));
	const slots: FreeSlot[] = [];
	const { end } = dayInterval(day.date, day.zone);
	for (const practitionerId of day.practitionerIds) {
		for (const startsAt of possibleStarts(practitionerId, grounds)) {
			if (startsAt >= end || !isOnStep(startsAt, day, wish.stepMinutes)) continue;
			const steps = chainsAt(startsAt, practitionerId, grounds, day.practitionerIds);
			if (steps === null) continue;
			const last = steps.at(-1)!;
			const roomId = steps[0]!.roomId;
			const [ground, ...more] = grounds;
			const placesLeft =
				ground && more.length === 0 ? ground.placesAt(practitionerId, roomId, startsAt) : null;
			slots.push({
				...{ clinicId: day.clinicId, date: day.date, practitionerId, startsAt, steps },
				...{ roomId, placesLeft },
				durationMinutes: (last.startsAt - startsAt) / MINUTE_MS + last.durationMinutes
			});
		}
	}
	return { slots: slots.sort(bySlotOrder), removed };
}

/** Where one of the services could begin with this doctor; for several they are tried one by one. */
function possibleStarts(practitionerId: string, grounds: readonly ServiceGround[]): number[] {
	const starts = grounds.flatMap((ground) => ground.startsOf(practitionerId).flatMap(gridStarts));
	return grounds.length === 1 ? starts : [...new Set(starts)];
}

/** What the order of slots goes by, and so the pages: clinics in several zones are in step by their days. */
export type SlotPlace = Pick<FreeSlot, 'date' | 'startsAt' | 'practitionerId'>;

/** Day by day, then by time, then by doctor. */
export function bySlotOrder(a: SlotPlace, b: SlotPlace): number {
	if (a.date !== b.date) return a.date < b.date ? -1 : 1;
	if (a.startsAt !== b.startsAt) return a.startsAt - b.startsAt;
	return a.practitionerId < b.practitionerId ? -1 : a.practitionerId > b.practitionerId ? 1 : 0;
}

/** The time of day that is wished for, as far as it is not over. */
function wishedWindow({ date, zone }: ClinicDay, { hours, notBefore }: SlotWish): Interval {
	const start = instantAt(date, hours.fromMinute, zone);
	return { start: Math.max(start, notBefore), end: instantAt(date, hours.untilMinute, zone) };
}

/** Counted on the clinic's clock, so that a step of an hour stays on the full hour when clocks change by half of one. */
function isOnStep(startsAt: number, { zone }: ClinicDay, stepMinutes: number): boolean {
	if (stepMinutes === GRID_MINUTES) return true;
	const time = Temporal.Instant.fromEpochMilliseconds(startsAt).toZonedDateTimeISO(zone);
	return (time.hour * 60 + time.minute) % stepMinutes === 0;
}
