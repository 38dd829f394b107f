/** Lays out a day's visits: when, with whom, where and for what; not yet for whom. */
import { MINUTE_MS, type Interval } from '../../domain/scheduling/intervals.ts';
import { SERVICES, type ServicePlan } from './catalogue.ts';
import { AFTERNOON_FACTOR, CANCELLED_SHARE, MORNING_FACTOR, WEEKDAY_FACTOR } from './facts.ts';
import type { Random } from './random.ts';
import type { Clinic, Doctor, Room } from './staff.ts';
import { freeMinutes, roomUse, type Day, type DoctorDay, type RoomUse } from './timetable.ts';

/** A visit without a patient. */
export interface Slot {
	clinic: Clinic;
	date: string;
	doctor: Doctor;
	room: Room;
	service: ServicePlan;
	start: number;
	end: number;
}

const GRID_MS = 5 * MINUTE_MS;
/** Volume of one clinic's day against its mean. */
const DAY_NOISE = 0.12;
/** Weekends are quieter for each doctor who is there. */
const WEEKEND_FILL = 1.05;
const SERVICE_BY_KEY = new Map<string, ServicePlan>(SERVICES.map((plan) => [plan.key, plan]));
const FALLBACK = SERVICE_BY_KEY.get('short')!;

/** @returns what may be booked on that day, if everybody booked in time. */
export function layOutDay(day: Day, random: Random): Slot[] {
	const use = roomUse(day.blocks);
	const slots: Slot[] = [];
	const clinics = new Set(day.doctorDays.map(({ clinic }) => clinic));
	for (const clinic of clinics) {
		const present = day.doctorDays.filter((doctorDay) => doctorDay.clinic === clinic);
		const minutes = present.reduce((sum, { free }) => sum + lengthOf(free), 0);
		if (minutes === 0) continue;
		const perMinute = dayVolume(clinic, day.weekday, minutes, random) / minutes;
		for (const doctorDay of present)
			slots.push(...layOutDoctor(doctorDay, perMinute, use, day, random));
	}
	return slots;
}

function lengthOf(parts: readonly Interval[]): number {
	return parts.reduce((sum, { start, end }) => sum + (end - start) / MINUTE_MS, 0);
}

/** Called-off visits come on top of those that are measured. */
function dayVolume(clinic: Clinic, weekday: number, minutes: number, random: Random): number {
	const noise = 1 + DAY_NOISE * (random.next() + random.next() - 1);
	const kept = clinic.plan.visitsPerDay * WEEKDAY_FACTOR[weekday - 1]! * noise;
	if (weekday <= 5) return kept / (1 - CANCELLED_SHARE);
	// At the weekend as many as those who are there can see at the weekday's pace.
	const usual = clinic.plan.doctors.length * 7.5 * 60;
	return ((kept / (1 - CANCELLED_SHARE)) * WEEKEND_FILL * minutes) / usual;
}

function layOutDoctor(
	doctorDay: DoctorDay,
	perMinute: number,
	use: RoomUse,
	day: Day,
	random: Random
): Slot[] {
	const { morning, afternoon } = freeMinutes(doctorDay);
	// Scaled so that the two halves together come to the day's volume.
	const scale =
		(morning + afternoon) / (morning * MORNING_FACTOR + afternoon * AFTERNOON_FACTOR || 1);
	return doctorDay.free.flatMap((part) => {
		const factor = (part.isMorning ? MORNING_FACTOR : AFTERNOON_FACTOR) * scale;
		const wanted = (lengthOf([part]) * perMinute * factor) | 0;
		const rest = lengthOf([part]) * perMinute * factor - wanted;
		const count = wanted + Number(random.chance(rest));
		return layOutPart(doctorDay, part, count, use, day, random);
	});
}

function layOutPart(
	doctorDay: DoctorDay,
	part: Interval,
	count: number,
	use: RoomUse,
	day: Day,
	random: Random
): Slot[] {
	const planned = fitServices(doctorDay, (part.end - part.start) / MINUTE_MS, count, random);
	const busy = planned.reduce((sum, plan) => sum + claimedMinutes(plan), 0);
	const spare = Math.floor(((part.end - part.start) / MINUTE_MS - busy) / 5);
	// The spare time, in steps of five minutes, falls anywhere between the visits.
	const gaps = new Array<number>(planned.length + 1).fill(0);
	for (let i = 0; i < spare; i++) gaps[random.whole(0, planned.length)]! += 1;
	const slots: Slot[] = [];
	let at = part.start;
	for (const [index, plan] of planned.entries()) {
		at += gaps[index]! * GRID_MS;
		const slot = placeAt(doctorDay, plan, at, use, day.date);
		if (slot) slots.push(slot);
		at += claimedMinutes(plan) * MINUTE_MS;
	}
	return slots;
}

/** @returns up to `count` services that fit into so many minutes together. */
function fitServices(
	{ doctor, clinic }: DoctorDay,
	minutes: number,
	count: number,
	random: Random
): ServicePlan[] {
	const offers = Object.entries(doctor.specialty.services).filter(([key]) => {
		const { roomKind } = SERVICE_BY_KEY.get(key)!;
		return roomKind === null || clinic.plan.rooms[roomKind] !== undefined;
	});
	const weights = offers.map(([, weight]) => weight);
	const planned: ServicePlan[] = [];
	let left = minutes;
	while (planned.length < count) {
		const plan = SERVICE_BY_KEY.get(offers[random.weighted(weights)]![0])!;
		const chosen = claimedMinutes(plan) <= left ? plan : FALLBACK;
		if (claimedMinutes(chosen) > left) break;
		left -= claimedMinutes(chosen);
		planned.push(chosen);
	}
	return planned;
}

function claimedMinutes(plan: ServicePlan): number {
	return plan.bufferBeforeMinutes + plan.durationMinutes + plan.bufferAfterMinutes;
}

/** Takes a room for the visit; where none of the right kind is free it becomes a short consultation. */
function placeAt(
	doctorDay: DoctorDay,
	plan: ServicePlan,
	at: number,
	use: RoomUse,
	date: string
): Slot | null {
	for (const service of [plan, FALLBACK]) {
		const claimed = { start: at, end: at + claimedMinutes(service) * MINUTE_MS };
		const room = freeRoom(doctorDay, service, claimed, use);
		if (!room) continue;
		use.take(room.id, claimed);
		const start = at + service.bufferBeforeMinutes * MINUTE_MS;
		return {
			...{ clinic: doctorDay.clinic, doctor: doctorDay.doctor, date, room, service, start },
			end: start + service.durationMinutes * MINUTE_MS
		};
	}
	return null;
}

function freeRoom(
	{ clinic, room: seat, seats }: DoctorDay,
	service: ServicePlan,
	claimed: Interval,
	use: RoomUse
): Room | undefined {
	const suits = (room: Room) =>
		(service.roomKind === null || room.kind === service.roomKind) && use.isFree(room.id, claimed);
	if (seat && suits(seat)) return seat;
	return clinic.rooms.find((room) => suits(room) && !seats.has(room)) ?? clinic.rooms.find(suits);
}
