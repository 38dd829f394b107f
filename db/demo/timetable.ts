/** A day's free ground: every doctor's hours with the blocks cut out, and when each room is taken. */
import { instantAt } from '../../domain/availability/local-day.ts';
import { subtract, MINUTE_MS, type Interval } from '../../domain/scheduling/intervals.ts';
import type { BlockKind } from '../../domain/scheduling/appointment.ts';
import type { Random } from './random.ts';
import type { Clinic, Doctor, Room, Shift, Staff } from './staff.ts';

export const ZONE = 'Europe/London';

export interface DemoBlock {
	id: string;
	clinic: Clinic;
	resourceId: string;
	start: number;
	end: number;
	kind: BlockKind;
}

/** One doctor's one day at a clinic; instants are epoch milliseconds. */
export interface DoctorDay {
	doctor: Doctor;
	clinic: Clinic;
	/** Where the doctor sits; `null` when every room was given away. */
	room: Room | null;
	/** Where somebody sits that day: taken by others only when nothing else is left. */
	seats: ReadonlySet<Room>;
	/** Free stretches, and whether each lies before the lunch break. */
	free: (Interval & { isMorning: boolean })[];
}

export interface Day {
	/** Local date, `YYYY-MM-DD`. */
	date: string;
	/** ISO weekday. */
	weekday: number;
	doctorDays: DoctorDay[];
	blocks: DemoBlock[];
}

const WEDNESDAY = 3;
const MEETING_MINUTES = 30;
/** Shares of doctors each week, of doctors each day, of unused rooms each day. */
const ON_LEAVE = 0.045;
const EMERGENCY = 0.025;
const MAINTENANCE = 0.06;

/** @returns the days from `first` on, with blocks drawn and seats given. */
export function makeDays(staff: Staff, first: string, count: number, random: Random): Day[] {
	const start = Temporal.PlainDate.from(first);
	// Leave comes in weeks: whoever is away is away from Monday to Sunday. Never the doctor who signs in.
	const away = new Map<string, Set<Doctor>>();
	return Array.from({ length: count }, (_, offset) => {
		const day = start.add({ days: offset });
		const week = `${day.yearOfWeek}-${day.weekOfYear}`;
		if (!away.has(week)) {
			away.set(
				week,
				new Set(staff.doctors.filter((_, number) => number > 0 && random.chance(ON_LEAVE)))
			);
		}
		return makeDay(staff, day, away.get(week)!, random);
	});
}

function makeDay(staff: Staff, day: Temporal.PlainDate, away: Set<Doctor>, random: Random): Day {
	const date = day.toString();
	const weekday = day.dayOfWeek;
	const at = (minute: number) => instantAt(date, minute, ZONE);
	const blocks: DemoBlock[] = [];
	const doctorDays: DoctorDay[] = [];
	for (const clinic of staff.clinics) {
		const present = staff.doctors.filter((doctor) => doctor.week[weekday - 1]?.clinic === clinic);
		const seats = giveSeats(clinic, present);
		const taken = new Set(seats.values());
		for (const doctor of present) {
			const shift = doctor.week[weekday - 1]!;
			const own = doctorBlocks(doctor, shift, away.has(doctor), weekday, at, random);
			blocks.push(...own);
			const halves = [
				{ start: at(shift.start), end: at(shift.breakStart), isMorning: true },
				{ start: at(shift.breakEnd), end: at(shift.end), isMorning: false }
			];
			const free = halves.flatMap((half) =>
				subtract([half], own).map((part) => ({ ...part, isMorning: half.isMorning }))
			);
			doctorDays.push({ doctor, clinic, room: seats.get(doctor) ?? null, seats: taken, free });
		}
		blocks.push(...roomBlocks(clinic, seats, weekday, at, random));
	}
	return { date, weekday, doctorDays, blocks };
}

/** Everybody to a room of the first kind that suits and is left; specialists before the rest. */
function giveSeats(clinic: Clinic, present: readonly Doctor[]): Map<Doctor, Room> {
	const left = [...clinic.rooms];
	const seats = new Map<Doctor, Room>();
	const isSpecialist = (doctor: Doctor) => doctor.specialty.rooms[0] !== 'consulting';
	const inOrder = present.toSorted((a, b) => Number(isSpecialist(b)) - Number(isSpecialist(a)));
	for (const doctor of inOrder) {
		for (const kind of doctor.specialty.rooms) {
			const index = left.findIndex((room) => room.kind === kind);
			if (index < 0) continue;
			seats.set(doctor, left[index]!);
			left.splice(index, 1);
			break;
		}
	}
	return seats;
}

function doctorBlocks(
	doctor: Doctor,
	shift: Shift,
	isAway: boolean,
	weekday: number,
	at: (minute: number) => number,
	random: Random
): DemoBlock[] {
	const block = (kind: BlockKind, start: number, end: number): DemoBlock => ({
		id: random.uuid(),
		clinic: shift.clinic,
		resourceId: doctor.id,
		start: at(start),
		end: at(end),
		kind
	});
	if (isAway) return [block('leave', shift.start, shift.end)];
	const blocks: DemoBlock[] = [];
	if (weekday === WEDNESDAY) {
		blocks.push(block('meeting', shift.breakEnd, shift.breakEnd + MEETING_MINUTES));
	}
	if (random.chance(EMERGENCY)) {
		const start = shift.start + 5 * random.whole(6, 30);
		const end = Math.min(start + 15 * random.whole(2, 4), shift.breakStart);
		if (end > start) blocks.push(block('emergency', start, end));
	}
	return blocks;
}

/** Rooms where nobody sits that day are the ones that are cleaned and mended. */
function roomBlocks(
	clinic: Clinic,
	seats: Map<Doctor, Room>,
	weekday: number,
	at: (minute: number) => number,
	random: Random
): DemoBlock[] {
	const opening = clinic.plan.opening[weekday - 1];
	if (!opening || seats.size === 0) return [];
	const taken = new Set(seats.values());
	return clinic.rooms
		.filter((room) => !taken.has(room) && random.chance(MAINTENANCE))
		.map((room) => {
			const start = opening.start + 30 * random.whole(0, 6);
			return {
				id: random.uuid(),
				clinic,
				resourceId: room.id,
				start: at(start),
				end: at(start + 60),
				kind: 'maintenance' as const
			};
		});
}

/** When rooms are taken on one day. */
export interface RoomUse {
	isFree(roomId: string, time: Interval): boolean;
	take(roomId: string, time: Interval): void;
}

export function roomUse(blocks: readonly DemoBlock[]): RoomUse {
	const taken = new Map<string, Interval[]>();
	const use: RoomUse = {
		isFree: (roomId, time) =>
			(taken.get(roomId) ?? []).every(({ start, end }) => end <= time.start || time.end <= start),
		take(roomId, time) {
			const times = taken.get(roomId);
			if (times) times.push(time);
			else taken.set(roomId, [time]);
		}
	};
	for (const block of blocks) use.take(block.resourceId, block);
	return use;
}

/** @returns how many minutes are free before and after lunch. */
export function freeMinutes(doctorDay: DoctorDay): { morning: number; afternoon: number } {
	const sum = (isMorning: boolean) =>
		doctorDay.free
			.filter((part) => part.isMorning === isMorning)
			.reduce((total, { start, end }) => total + (end - start) / MINUTE_MS, 0);
	return { morning: sum(true), afternoon: sum(false) };
}
