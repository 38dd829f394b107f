/** The search for free times: over doctors, clinics, days and hours, a page at a time. */
import { setImmediate } from 'node:timers/promises';
import type { ReadAvailability } from '../../../db/availability-reader.ts';
import type { Database } from '../../../db/database.ts';
import type { Actor } from '../../access/actor.ts';
import { authorize } from '../../access/authorize.ts';
import { accept, refuse, type RefusalCode, type Result } from '../../scheduling/refusals.ts';
import { bySlotOrder, freeSlotsOn, type FreeSlot, type SlotPlace } from '../free-slots.ts';
import type { Removed, SlotService, SlotWish } from '../slot-wish.ts';
import { dayInterval } from '../local-day.ts';
import type { SlotPage, SlotSearch } from '../slot-search.ts';
import { readDays, type TakenTimes } from './ground-reader.ts';
import { kindsOf } from './resource-kinds.ts';
import { clinicsIn, type SearchedClinic } from './searched-clinics.ts';

/** Doctors times days that are worked through in one piece: the process has boards to serve in between. */
const MOST_AT_ONCE = 400;

/** @param now epoch milliseconds: nothing that has begun is free */
export async function searchSlots(
	database: Database,
	actor: Actor,
	search: SlotSearch,
	now: number
): Promise<Result<SlotPage>> {
	const { organizationId } = actor;
	const readable = (clinicId: string) =>
		authorize(actor, 'slot.search', { organizationId, clinicId, practitionerId: null });
	if (!search.clinicIds.every(readable)) return refuse('not-found', { field: 'clinicIds' });
	// Somebody's other visits show in what is not free.
	const everywhere = { organizationId, clinicId: null, practitionerId: null };
	if (search.patientId !== undefined && !authorize(actor, 'patient.search', everywhere)) {
		return refuse('not-allowed', { field: 'patientId' });
	}
	const after = search.after === undefined ? null : parseCursor(search.after);
	const found: SlotPage['slots'] = [];
	const removed: Removed = {};
	const dates = daysOf(search);
	let looked = 0;
	let sinceRest = 0;
	reading: for await (const { read, dates: some, taken } of readDays(database, organizationId, {
		...{ clinicIds: search.clinicIds, serviceIds: search.serviceIds, dates },
		...{ practitionerIds: search.practitionerIds ?? null, patientId: search.patientId ?? null }
	})) {
		// Once: later readings are of the same people.
		const unknown =
			missing(search, read) ??
			(looked === 0 ? await unknownPerson(database, actor, search, read) : null);
		if (unknown !== null) return refuse('not-found', { field: unknown });
		const hopeless = neverPossible(read);
		if (hopeless !== null) return accept(nothing(hopeless));
		const wish = { ...search.wish, services: servicesFrom(read, search), notBefore: now };
		const clinics = clinicsIn(read, search.patientId ?? null);
		for (const date of some) {
			looked++;
			for (const slot of slotsOn(date, clinics, taken, wish, removed)) {
				if (after && bySlotOrder(slot, after) <= 0) continue;
				found.push({ ...slot, ...namesFor(read, slot) });
				if (found.length > search.limit) break reading;
			}
			sinceRest += read.practitioners.length;
			if (sinceRest < MOST_AT_ONCE) continue;
			sinceRest = 0;
			await setImmediate();
		}
	}
	if (found.length === 0) return accept(nothing(after ? null : mostOf(removed)));
	const slots = found.slice(0, search.limit);
	const more = found.length > search.limit || looked < dates.length;
	return accept({
		slots,
		next: more ? cursorOf(slots.at(-1)!) : null,
		whyNone: null
	});
}

function missing(search: SlotSearch, read: ReadAvailability): string | null {
	if (read.services.length < search.serviceIds.length) return 'serviceIds';
	return read.clinics.length < new Set(search.clinicIds).size ? 'clinicIds' : null;
}

/** A doctor who offers none of the services is known all the same; one of another organization is not. */
async function unknownPerson(
	database: Database,
	actor: Actor,
	search: SlotSearch,
	read: ReadAvailability
): Promise<'practitionerIds' | 'patientId' | null> {
	const offering = new Set(read.practitioners.map(({ id }) => id));
	const doctors = (search.practitionerIds ?? []).filter((id) => !offering.has(id));
	const asked = [...doctors, ...(search.patientId === undefined ? [] : [search.patientId])];
	if (asked.length === 0) return null;
	const known = await kindsOf(database, actor, asked);
	if (!doctors.every((id) => known.get(id) === 'practitioner')) return 'practitionerIds';
	const { patientId } = search;
	return patientId === undefined || known.get(patientId) === 'patient' ? null : 'patientId';
}

/** What no day will change. */
function neverPossible({ services, rooms }: ReadAvailability): RefusalCode | null {
	if (services.some(({ minutesOf }) => Object.keys(minutesOf).length === 0)) {
		return 'service-not-offered';
	}
	const suits = (roomKind: string | null) =>
		rooms.some(({ kind }) => roomKind === null || kind === roomKind);
	return services.every(({ roomKind }) => suits(roomKind)) ? null : 'room-unsuitable';
}

/** In the order in which they were asked for. */
function servicesFrom({ services }: ReadAvailability, search: SlotSearch): SlotService[] {
	return search.serviceIds.map((id) => {
		const needs = services.find((service) => service.id === id)!;
		const minutes = Object.entries(needs.minutesOf).map(([doctor, own]): [string, number] => [
			doctor,
			search.durationMinutes ?? own
		]);
		return { id, needs, minutesOf: new Map(minutes) };
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

/** @returns the free times of one day, all clinics together, in the order of the pages */
function slotsOn(
	date: string,
	clinics: readonly SearchedClinic[],
	taken: TakenTimes,
	wish: SlotWish,
	removed: Removed
): FreeSlot[] {
	const slots = clinics.flatMap((clinic): FreeSlot[] => {
		const around = taken.around(dayInterval(date, clinic.zone));
		const answer = freeSlotsOn({ ...clinic, date, taken: around }, wish);
		for (const [code, minutes] of Object.entries(answer.removed)) {
			removed[code as RefusalCode] = (removed[code as RefusalCode] ?? 0) + minutes;
		}
		return answer.slots;
	});
	return slots.sort(bySlotOrder);
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
