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

/** Days in the first read: one nearly always fills a page. Each further read takes twice as many. */
const FIRST_DAYS = 1;
const MOST_DAYS_A_READ = 16;
/** Doctors times days that are worked through in one piece: the process has boards to serve in between. */
const MOST_AT_ONCE = 800;
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
	// Somebody's other visits show in what is not free.
	const everywhere = { organizationId, clinicId: null, practitionerId: null };
	if (search.patientId !== undefined && !authorize(actor, 'patient.search', everywhere)) {
		return refuse('not-allowed', { field: 'patientId' });
	}
	const after = search.after === undefined ? null : parseCursor(search.after);
	const found: SlotPage['slots'] = [];
	const removed: Removed = {};
	let days = daysOf(search);
	let take = FIRST_DAYS;
	while (days.length > 0 && found.length <= search.limit) {
		const some = days.slice(0, take);
		days = days.slice(some.length);
		const read = await readAvailability(database, organizationId, {
			...{ clinicIds: search.clinicIds, serviceId: search.serviceId },
			practitionerIds: search.practitionerIds ?? null,
			patientId: search.patientId ?? null,
			// Every zone of the world lies within 14 hours of UTC.
			from: dayInterval(some[0]!, 'Etc/GMT-14').start - AROUND_MS,
			until: dayInterval(some.at(-1)!, 'Etc/GMT+12').end + AROUND_MS,
			weekdays: [...new Set(some.map((date) => Temporal.PlainDate.from(date).dayOfWeek))]
		});
		if (!read.service) return refuse('not-found', { field: 'serviceId' });
		if (read.clinics.length < new Set(search.clinicIds).size) {
			return refuse('not-found', { field: 'clinicIds' });
		}
		if (read.practitioners.length === 0) return accept(nothing('service-not-offered'));
		if (read.rooms.length === 0) return accept(nothing('room-unsuitable'));
		const most = Math.floor(MOST_AT_ONCE / read.practitioners.length);
		take = Math.max(1, Math.min(take * 2, MOST_DAYS_A_READ, most));
		const durationMinutes = search.durationMinutes ?? read.service.durationMinutes;
		const wish = { ...search.wish, service: read.service, durationMinutes, notBefore: now };
		for (const slot of slotsIn(read, some, search, wish, removed)) {
			if (after && bySlotOrder(slot, after) <= 0) continue;
			found.push({ ...slot, ...namesFor(read, slot), durationMinutes });
			if (found.length > search.limit) break;
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

/** Day by day, as far as somebody asks for the next one; within a day all clinics together. */
function* slotsIn(
	read: ReadAvailability,
	dates: readonly string[],
	search: SlotSearch,
	wish: SlotWish,
	removed: Removed
): Generator<FreeSlot> {
	const taken = Object.entries(read.taken).map(([id, spans]): [string, Interval[]] => [
		id,
		spans.map(([start, end]) => ({ start, end })).sort((a, b) => a.start - b.start)
	]);
	const clinics = read.clinics.map(({ id, zone }) => {
		const rules = Map.groupBy(
			read.rules.filter((rule) => rule.clinicId === id),
			(rule) => rule.resourceId
		);
		return {
			...{ clinicId: id, zone, rules, patientId: search.patientId ?? null },
			// Who never works at a clinic says nothing about why it is full.
			practitionerIds: read.practitioners.map((doctor) => doctor.id).filter((d) => rules.has(d)),
			roomIds: read.rooms.filter((room) => room.clinicId === id).map((room) => room.id)
		};
	});
	for (const date of dates) {
		const slots = clinics.flatMap((clinic): FreeSlot[] => {
			const around = takenAround(taken, dayInterval(date, clinic.zone));
			const day: ClinicDay = { ...clinic, date, taken: around };
			const answer = freeSlotsOn(day, wish);
			for (const [code, minutes] of Object.entries(answer.removed)) {
				removed[code as RefusalCode] = (removed[code as RefusalCode] ?? 0) + minutes;
			}
			return answer.slots;
		});
		yield* slots.sort(bySlotOrder);
	}
}

/** What is taken on one day: a visit is judged by its neighbours, not by those of the other days that were read. */
function takenAround(
	taken: readonly [string, readonly Interval[]][],
	{ start, end }: Interval
): Map<string, Interval[]> {
	return new Map(
		taken.map(([id, spans]) => [
			id,
			spans.filter((span) => span.end > start - AROUND_MS && span.start < end + AROUND_MS)
		])
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
