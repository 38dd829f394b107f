/**
 * What could be booked into time that became free: with the doctor whose time it was, in any room that suits; or with
 * another one for whom the room was all that was missing. Free time around it counts: a gap of 30 minutes beside 15
 * free ones takes a visit of 45. Pure.
 */
import { chainsAt } from '../availability/chains.ts';
import { dayInterval, weekdayOf } from '../availability/local-day.ts';
import { serviceGround, type ServiceGround } from '../availability/service-ground.ts';
import type { ClinicDay, SlotService } from '../availability/slot-wish.ts';
import { GRID_MINUTES } from '../scheduling/appointment.ts';
import { MINUTE_MS } from '../scheduling/intervals.ts';
import { gridStarts } from '../scheduling/legal-starts.ts';
import type { OfferedTime } from './offer.ts';
import type { Opening } from './opening.ts';

/** Time that became free, as far as it matters what fits. */
export type FreedTime = Pick<
	Opening,
	'clinicId' | 'practitionerId' | 'roomId' | 'startsAt' | 'endsAt'
>;

export interface PossibleTime extends OfferedTime {
	/** The clinic's local date, `YYYY-MM-DD`, and minutes after its midnight; the end of one past midnight is over 1440. */
	date: string;
	/** Monday is 1. */
	weekday: number;
	startMinute: number;
	endMinute: number;
	/** How much of the freed time the visit uses: 0 to 1. */
	fills: number;
	/** On how many of its sides free time is left over: 0, 1 or 2. */
	gaps: number;
}

/**
 * @param now epoch milliseconds: nothing that has begun is possible
 * @returns what could be booked for one service on one day, that which wastes least first
 */
export function possibleTimes(
	day: ClinicDay,
	service: SlotService,
	freed: FreedTime,
	now: number
): PossibleTime[] {
	const { start, end } = dayInterval(day.date, day.zone);
	const window = { start: Math.max(start, now), end };
	const ground = serviceGround(day, service, window, {});
	const weekday = weekdayOf(day.date);
	const times: PossibleTime[] = [];
	for (const practitionerId of day.practitionerIds) {
		const durationMinutes = ground.minutesOf(practitionerId);
		if (durationMinutes === undefined) continue;
		for (const legal of ground.startsOf(practitionerId)) {
			for (const startsAt of gridStarts(legal)) {
				const endsAt = startsAt + durationMinutes * MINUTE_MS;
				const shared = Math.min(endsAt, freed.endsAt) - Math.max(startsAt, freed.startsAt);
				if (shared <= 0) continue;
				const roomId = roomFor(freed, ground, practitionerId, startsAt);
				if (roomId === null || !isSupported(ground, practitionerId, startsAt)) continue;
				const hasGapBefore = startsAt - GRID_MS >= legal.start;
				const hasGapAfter = startsAt + GRID_MS < legal.end;
				times.push({
					...{ clinicId: day.clinicId, practitionerId, roomId, serviceId: service.id },
					...{ startsAt, durationMinutes, weekday, ...onTheWall(startsAt, endsAt, day) },
					fills: shared / (freed.endsAt - freed.startsAt),
					gaps: Number(hasGapBefore) + Number(hasGapAfter)
				});
			}
		}
	}
	return times.sort(byWaste(freed));
}

const GRID_MS = GRID_MINUTES * MINUTE_MS;

/** What uses most of the freed time and leaves fewest gaps comes first, then what is earliest. */
export function byWaste({ practitionerId }: Pick<FreedTime, 'practitionerId'>) {
	const isOther = (time: PossibleTime) => Number(time.practitionerId !== practitionerId);
	return (a: PossibleTime, b: PossibleTime): number =>
		b.fills - a.fills ||
		a.gaps - b.gaps ||
		a.startsAt - b.startsAt ||
		isOther(a) - isOther(b) ||
		(a.practitionerId < b.practitionerId ? -1 : 1);
}

/** @returns the room; `null` where the freed time has nothing to do with it that the visit is possible, or nothing is free */
function roomFor(
	freed: FreedTime,
	ground: ServiceGround,
	practitionerId: string,
	startsAt: number
): string | null {
	const rooms = ground.roomsAt(practitionerId, startsAt);
	const freedRoom = rooms.find((id) => id === freed.roomId) ?? null;
	// The room that became free leaves the others as they are.
	if (practitionerId === freed.practitionerId) return freedRoom ?? rooms[0] ?? null;
	return rooms.length === 1 ? freedRoom : null;
}

/** Of several devices or people enough have to be free at once, each for one thing. */
function isSupported(ground: ServiceGround, practitionerId: string, startsAt: number): boolean {
	const { equipmentKinds, staffKinds } = ground.service.needs;
	if (equipmentKinds.length + staffKinds.length === 0) return true;
	return chainsAt(startsAt, practitionerId, [ground], [practitionerId]) !== null;
}

/** @returns what a clock on the clinic’s wall shows, in minutes after midnight of the date */
export function onTheWall(
	startsAt: number,
	endsAt: number,
	{ date, zone }: Pick<ClinicDay, 'date' | 'zone'>
) {
	const minuteOf = (instant: number) => {
		const local = Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(zone);
		const isLater = local.toPlainDate().toString() > date;
		return local.hour * 60 + local.minute + (isLater ? DAY_MINUTES : 0);
	};
	return { date, startMinute: minuteOf(startsAt), endMinute: minuteOf(endsAt) };
}

const DAY_MINUTES = 1_440;
