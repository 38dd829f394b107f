/** Who works where and when: the week of every doctor, the rooms, and the working-hours rows that say so. */
import {
	DOCTOR_NAMES,
	ROOM_NAMES,
	SPECIALTIES,
	type ClinicPlan,
	type RoomKind,
	type Specialty
} from './catalogue.ts';
import type { Random } from './random.ts';

/** One day's work in the clinic's local time; minutes after midnight. */
export interface Shift {
	clinic: Clinic;
	start: number;
	breakStart: number;
	breakEnd: number;
	end: number;
}

export interface Doctor {
	id: string;
	key: string;
	name: string;
	specialty: Specialty;
	/** By ISO weekday, Monday first. */
	week: (Shift | null)[];
}

export interface Room {
	id: string;
	key: string;
	name: string;
	kind: RoomKind;
}

export interface Clinic {
	id: string;
	plan: ClinicPlan;
	rooms: Room[];
}

export interface Staff {
	clinics: Clinic[];
	doctors: Doctor[];
}

/** Start, break and end as doctors like them; cut to the opening hours. */
const HABITS = [
	[510, 750, 810, 1050],
	[480, 720, 765, 960],
	[540, 780, 840, 1080],
	[480, 720, 780, 1020],
	[510, 735, 780, 1005]
] as const;

const WEEKEND_BREAK_MINUTES = 30;

/** One doctor in so many is at another clinic on one weekday. */
const VISITING_EVERY = 6;

/**
 * @param todayWeekday ISO weekday on which the first doctor, whom the demo's sign-in belongs to, has to be at work
 */
export function makeStaff(
	plans: readonly ClinicPlan[],
	todayWeekday: number,
	random: Random
): Staff {
	const clinics = plans.map((plan) => ({
		id: random.uuid(),
		plan,
		rooms: makeRooms(plan, random)
	}));
	const doctors: Doctor[] = [];
	for (const clinic of clinics) {
		for (const [place, specialtyKey] of clinic.plan.doctors.entries()) {
			const specialty: Specialty = SPECIALTIES[specialtyKey];
			const number = doctors.length;
			const name = `${specialty.title} ${DOCTOR_NAMES[number % DOCTOR_NAMES.length]}`.trim();
			const mustWork = number === 0 ? todayWeekday : null;
			doctors.push({
				id: random.uuid(),
				key: `doctor-${String(number + 1).padStart(2, '0')}`,
				name,
				specialty,
				week: makeWeek(clinic, place, mustWork, random)
			});
		}
	}
	sendVisiting(doctors, clinics, random);
	return { clinics, doctors };
}

function makeRooms(plan: ClinicPlan, random: Random): Room[] {
	return Object.entries(plan.rooms).flatMap(([kind, count]) =>
		Array.from({ length: count }, (_, index) => ({
			id: random.uuid(),
			key: `${plan.key}-${kind}-${index + 1}`,
			name: roomName(kind as RoomKind, index, count),
			kind: kind as RoomKind
		}))
	);
}

function roomName(kind: RoomKind, index: number, count: number): string {
	return count > 1 || kind === 'consulting' ? `${ROOM_NAMES[kind]} ${index + 1}` : ROOM_NAMES[kind];
}

function makeWeek(
	clinic: Clinic,
	place: number,
	mustWork: number | null,
	random: Random
): (Shift | null)[] {
	const [saturday, sunday] = clinic.plan.weekendStaff;
	const staff = clinic.plan.doctors.length;
	// From the top of the list on Saturday and from its end on Sunday, so that weekends are shared out.
	const works = [
		...[true, true, true, true, true],
		place < saturday || mustWork === 6,
		place >= staff - sunday || mustWork === 7
	];
	// A weekend day is worked instead of a weekday; apart from that one in five has a day off.
	const daysOff = Number(works[5]) + Number(works[6]) || Number(random.chance(0.2));
	for (let off = 0; off < daysOff; off++) {
		const day = (place * 2 + off) % 5;
		works[day + 1 === mustWork ? (day + 1) % 5 : day] = false;
	}
	const habit = random.pick(HABITS);
	return works.map((isWorked, day) => {
		const opening = clinic.plan.opening[day];
		if (!isWorked || !opening) return null;
		if (day >= 5) return weekendShift(clinic, opening);
		const [start, breakStart, breakEnd, end] = habit;
		return {
			clinic,
			start: Math.max(start, opening.start),
			breakStart,
			breakEnd,
			end: Math.min(end, opening.end)
		};
	});
}

function weekendShift(clinic: Clinic, opening: { start: number; end: number }): Shift {
	const breakStart = Math.round((opening.start + opening.end) / 2 / 30) * 30;
	return {
		clinic,
		start: opening.start,
		breakStart,
		breakEnd: breakStart + WEEKEND_BREAK_MINUTES,
		end: opening.end
	};
}

/** Some doctors of the two largest clinics are at a smaller one on a day of the week. */
function sendVisiting(doctors: Doctor[], clinics: Clinic[], random: Random): void {
	const smaller = clinics.slice(2);
	if (smaller.length === 0) return;
	let next = 0;
	for (const [number, doctor] of doctors.entries()) {
		const isGeneral = doctor.specialty === SPECIALTIES.general;
		const home = doctor.week.find((shift) => shift !== null)!.clinic;
		if (number === 0 || !isGeneral || smaller.includes(home) || number % 2 === 0) continue;
		if (next >= VISITING_EVERY) break;
		const weekdays = [0, 1, 2, 3, 4].filter((day) => doctor.week[day]);
		const day = random.pick(weekdays);
		doctor.week[day] = { ...doctor.week[day]!, clinic: smaller[next++ % smaller.length]! };
	}
}
