/** Free times of one service on one day at one clinic: every start at which some doctor and some room are free. */
import { GRID_MINUTES } from '../scheduling/appointment.ts';
import { intersect, MINUTE_MS, subtract, union, type Interval } from '../scheduling/intervals.ts';
import {
	gridStarts,
	NO_BUFFERS,
	startsWithin,
	takenStarts,
	type ServiceNeeds
} from '../scheduling/placement.ts';
import type { RefusalCode } from '../scheduling/refusals.ts';
import { instantAt } from './local-day.ts';
import { workingDay, type WorkingHoursRule } from './working-hours.ts';

/** A visit that could be booked as it stands. */
export interface FreeSlot {
	clinicId: string;
	practitionerId: string;
	/** The first suitable room that is free, in the order of the clinic's list. */
	roomId: string;
	/** The clinic's local date, `YYYY-MM-DD`. */
	date: string;
	/** Epoch milliseconds. */
	startsAt: number;
}

/** What is looked for on a day. */
export interface SlotWish {
	service: ServiceNeeds;
	durationMinutes: number;
	/** Epoch milliseconds: nothing earlier is free. */
	notBefore: number;
	/** Only visits that begin and end within these minutes after local midnight. */
	hours: { fromMinute: number; untilMinute: number };
	/** Starts on full steps after local midnight; a multiple of five minutes. */
	stepMinutes: number;
}

/** A clinic on one day, with those who could do it. */
export interface ClinicDay {
	clinicId: string;
	/** IANA zone. */
	zone: string;
	/** The clinic's local date, `YYYY-MM-DD`. */
	date: string;
	practitionerIds: string[];
	/** Suitable rooms, the preferred one first. */
	roomIds: string[];
	/** Weekly rules at this clinic, by resource. */
	rules: ReadonlyMap<string, readonly WorkingHoursRule[]>;
	/** What is taken around the day, by resource. */
	taken: ReadonlyMap<string, readonly Interval[]>;
	/** `null` where the patient is not known. */
	patientId: string | null;
}

/** How much of the doctors' time each rule removes, in minutes of possible starts. */
export type Removed = Partial<Record<RefusalCode, number>>;

/**
 * @returns the free starts, earliest first, doctors of one start in the order of their ids; and what removed the rest
 */
export function freeSlotsOn(
	day: ClinicDay,
	wish: SlotWish
): { slots: FreeSlot[]; removed: Removed } {
	const { durationMinutes, service } = wish;
	const wished = wishedStarts(day, wish);
	const startsOf = (resourceId: string) => {
		const { working } = workingDay(day.rules.get(resourceId) ?? [], day.date, day.zone);
		return intersect(startsWithin(working, durationMinutes), wished);
	};
	const takenOf = (resourceId: string) =>
		takenStarts(day.taken.get(resourceId) ?? [], durationMinutes, service);
	const rooms = day.roomIds.map((id) => ({ id, starts: subtract(startsOf(id), takenOf(id)) }));
	const inSomeRoom = union(rooms.flatMap(({ starts }) => starts));
	const patientTaken =
		day.patientId === null
			? []
			: takenStarts(day.taken.get(day.patientId) ?? [], durationMinutes, NO_BUFFERS);

	const slots: FreeSlot[] = [];
	const removed: Removed = {};
	const remove = (code: RefusalCode, before: Interval[], after: Interval[]) => {
		removed[code] = (removed[code] ?? 0) + lengthOf(before) - lengthOf(after);
		return after;
	};
	for (const practitionerId of day.practitionerIds) {
		const present = remove('outside-hours', wished, startsOf(practitionerId));
		const alone = remove('practitioner-busy', present, subtract(present, takenOf(practitionerId)));
		const both = remove('patient-busy', alone, subtract(alone, patientTaken));
		const free = remove('room-busy', both, intersect(both, inSomeRoom));
		for (const startsAt of free.flatMap(gridStarts)) {
			if (!isOnStep(startsAt, day, wish.stepMinutes)) continue;
			const room = rooms.find(({ starts }) =>
				starts.some(({ start, end }) => start <= startsAt && startsAt < end)
			)!;
			slots.push({
				...{ clinicId: day.clinicId, date: day.date },
				...{ practitionerId, roomId: room.id, startsAt }
			});
		}
	}
	return { slots: slots.sort(bySlotOrder), removed };
}

/** What the order of slots goes by, and so the pages: clinics in several zones are in step by their days. */
export type SlotPlace = Pick<FreeSlot, 'date' | 'startsAt' | 'practitionerId'>;

/** Day by day, then by time, then by doctor. */
export function bySlotOrder(a: SlotPlace, b: SlotPlace): number {
	if (a.date !== b.date) return a.date < b.date ? -1 : 1;
	if (a.startsAt !== b.startsAt) return a.startsAt - b.startsAt;
	return a.practitionerId < b.practitionerId ? -1 : a.practitionerId > b.practitionerId ? 1 : 0;
}

function wishedStarts(
	{ date, zone }: ClinicDay,
	{ hours, notBefore, durationMinutes }: SlotWish
): Interval[] {
	const window = {
		start: instantAt(date, hours.fromMinute, zone),
		end: instantAt(date, hours.untilMinute, zone)
	};
	return startsWithin([window], durationMinutes)
		.map(({ start, end }) => ({ start: Math.max(start, notBefore), end }))
		.filter(({ start, end }) => start < end);
}

/** Counted on the clinic's clock, so that a step of an hour stays on the full hour when clocks change by half of one. */
function isOnStep(startsAt: number, { zone }: ClinicDay, stepMinutes: number): boolean {
	if (stepMinutes === GRID_MINUTES) return true;
	const time = Temporal.Instant.fromEpochMilliseconds(startsAt).toZonedDateTimeISO(zone);
	return (time.hour * 60 + time.minute) % stepMinutes === 0;
}

function lengthOf(intervals: readonly Interval[]): number {
	return intervals.reduce((sum, { start, end }) => sum + end - start, 0) / MINUTE_MS;
}
