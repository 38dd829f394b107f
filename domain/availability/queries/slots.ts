/** The search for free times: over doctors, clinics, days and hours, a page at a time. */
import { readAvailability, type ReadAvailability } from '../../../db/availability-reader.ts';
import type { Database } from '../../../db/database.ts';
import type { Actor } from '../../access/actor.ts';
import { authorize } from '../../access/authorize.ts';
import { MINUTE_MS, type Interval } from '../../scheduling/intervals.ts';
import { accept, refuse, type RefusalCode, type Result } from '../../scheduling/refusals.ts';
import {
	bySlotOrder,
	freeSlotsOn,
	type ClinicDay,
	type FreeSlot,
	type Removed,
	type SlotPlace,
	type SlotWish
} from '../free-slots.ts';
import { dayInterval } from '../local-day.ts';
import type { SlotPage, SlotSearch } from '../slot-search.ts';

/** Days in the first read: they nearly always fill a page. Each further read takes twice as many. */
const FIRST_DAYS = 2;
const MOST_DAYS_A_READ = 16;
/** A visit at midnight still meets what is taken with buffers on the other side of it. */
const AROUND_MS = 3 * 60 * MINUTE_MS;

/** @param now epoch milliseconds: nothing that has begun is free */
export async function searchSlots(
	database: Database,
	actor: Actor,
	search: SlotSearch,
	now: number
): Promise<Result<SlotPage>> {
	const { organizationId } = actor;
	const readable = (clinicId: string) =>
		authorize(actor, 'board.read', { organizationId, clinicId, practitionerId: null });
	if (!search.clinicIds.every(readable)) return refuse('not-found', { field: 'clinicIds' });
	const after = search.after === undefined ? null : parseCursor(search.after);
	const found: SlotPage['slots'] = [];
	const removed: Removed = {};
	let days = daysOf(search);
	for (let take = FIRST_DAYS; days.length > 0 && found.length <= search.limit; take *= 2) {
		const some = days.slice(0, Math.min(take, MOST_DAYS_A_READ));
		days = days.slice(some.length);
		const read = await readAvailability(database, organizationId, {
			...{ clinicIds: search.clinicIds, serviceId: search.serviceId },
			practitionerIds: search.practitionerIds ?? null,
			patientId: search.patientId ?? null,
			// Every zone of the world lies within 14 hours of UTC.
			from: dayInterval(some[0]!, 'Etc/GMT-14').start - AROUND_MS,
			until: dayInterval(some.at(-1)!, 'Etc/GMT+12').end + AROUND_MS
		});
		if (!read.service) return refuse('not-found', { field: 'serviceId' });
		if (read.clinics.length < new Set(search.clinicIds).size) {
			return refuse('not-found', { field: 'clinicIds' });
		}
		if (read.practitioners.length === 0) return accept(nothing('service-not-offered'));
		if (read.rooms.length === 0) return accept(nothing('room-unsuitable'));
		const durationMinutes = search.durationMinutes ?? read.service.durationMinutes;
		const wish = { ...search.wish, service: read.service, durationMinutes, notBefore: now };
		for (const slot of slotsIn(read, some, search, wish, removed)) {
			if (after && bySlotOrder(slot, after) <= 0) continue;
			found.push({ ...slot, ...namesFor(read, slot), durationMinutes });
		}
	}
	if (found.length === 0) return accept(nothing(after ? null : mostOf(removed)));
	const slots = found.slice(0, search.limit);
	const more = found.length > search.limit || days.length > 0;
	return accept({
		slots,
		next: more ? cursorOf(slots.at(-1)!) : null,
		whyNone: null
	});
}

const nothing = (whyNone: RefusalCode | null): SlotPage => ({ slots: [], next: null, whyNone });

/** The local dates that are asked for; with a cursor those before it are known already. */
function daysOf({ from, days, weekdays, after }: SlotSearch): string[] {
	const first = Temporal.PlainDate.from(from);
	const dates = Array.from({ length: days }, (_, offset) => first.add({ days: offset }));
	const seen = after === undefined ? null : parseCursor(after).date;
	return dates
		.filter((date) => weekdays === undefined || weekdays.includes(date.dayOfWeek))
		.map(String)
		.filter((date) => seen === null || date >= seen);
}

/** Days in order; within a day all clinics together, by time. */
function slotsIn(
	read: ReadAvailability,
	dates: readonly string[],
	search: SlotSearch,
	wish: SlotWish,
	removed: Removed
): FreeSlot[] {
	const taken = new Map<string, Interval[]>(
		Object.entries(read.taken).map(([id, spans]) => [
			id,
			spans.map(([start, end]) => ({ start, end }))
		])
	);
	const clinics = read.clinics.map(({ id, zone }) => {
		const rules = Map.groupBy(
			read.rules.filter((rule) => rule.clinicId === id),
			(rule) => rule.resourceId
		);
		return {
			...{ clinicId: id, zone, rules, taken, patientId: search.patientId ?? null },
			// Who never works at a clinic says nothing about why it is full.
			practitionerIds: read.practitioners.map((doctor) => doctor.id).filter((d) => rules.has(d)),
			roomIds: read.rooms.filter((room) => room.clinicId === id).map((room) => room.id)
		};
	});
	return dates.flatMap((date) =>
		clinics
			.flatMap((clinic): FreeSlot[] => {
				const day: ClinicDay = { ...clinic, date };
				const answer = freeSlotsOn(day, wish);
				for (const [code, minutes] of Object.entries(answer.removed)) {
					removed[code as RefusalCode] = (removed[code as RefusalCode] ?? 0) + minutes;
				}
				return answer.slots;
			})
			.sort(bySlotOrder)
	);
}

function namesFor(read: ReadAvailability, { practitionerId, roomId }: FreeSlot) {
	const nameIn = (list: { id: string; name: string }[], id: string) =>
		list.find((row) => row.id === id)!.name;
	return {
		practitionerName: nameIn(read.practitioners, practitionerId),
		roomName: nameIn(read.rooms, roomId)
	};
}

function mostOf(removed: Removed): RefusalCode {
	const [most] = Object.entries(removed).sort(([, a], [, b]) => b - a);
	return (most?.[0] ?? 'outside-hours') as RefusalCode;
}

function cursorOf({ date, startsAt, practitionerId }: SlotPlace): string {
	return `${date}.${startsAt}.${practitionerId}`;
}

function parseCursor(cursor: string): SlotPlace {
	const [date, startsAt, practitionerId] = cursor.split('.');
	return { date: date!, startsAt: Number(startsAt), practitionerId: practitionerId! };
}
