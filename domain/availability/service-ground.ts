/** Where one service could begin on one day at one clinic, doctor by doctor, with the rooms that are free there. */
import { sessionsIn, takenPlaces } from '../scheduling/group-sessions.ts';
import { intersect, MINUTE_MS, subtract, union, type Interval } from '../scheduling/intervals.ts';
import {
	joinableStarts,
	NO_BUFFERS,
	startsWithin,
	supportedStarts,
	takenStarts
} from '../scheduling/legal-starts.ts';
import type { Situation } from '../scheduling/placement.ts';
import type { SupportSituation } from '../scheduling/resource-situation.ts';
import { buffersOf, type ClaimedKind, type ServiceNeeds } from '../scheduling/visit-time.ts';
import type { RefusalCode } from '../scheduling/refusals.ts';
import type { ClinicDay, Removed, SlotService } from './slot-wish.ts';
import { workingDay, whileOpen, type WorkingDay } from './working-hours.ts';

export interface ServiceGround {
	service: SlotService;
	/** `undefined` for those who do not offer it. */
	minutesOf(practitionerId: string): number | undefined;
	/** Normal list of starts, none for those who do not offer it. */
	startsOf(practitionerId: string): readonly Interval[];
	/** The rooms in which a visit of that doctor's length could begin then, the preferred first. */
	roomsAt(practitionerId: string, startsAt: number): string[];
	/** How many could still come to a group that begins there; `null` for a service for one patient at a time. */
	placesAt(practitionerId: string, roomId: string, startsAt: number): number | null;
	/** The equipment and staff that could go with it, the preferred first. */
	support: readonly SupportSituation[];
}

/**
 * @param window within which the visit begins and ends
 * @param removed counts what each rule takes away
 */
export function serviceGround(
	day: ClinicDay,
	service: SlotService,
	window: Interval,
	removed: Removed
): ServiceGround {
	const { needs } = service;
	const hoursOf = workingDays(day);
	const support = day.support.map((one): SupportSituation => ({
		...{ ...one, ...hoursOf(one.id) },
		busy: [...(day.taken.get(one.id) ?? [])]
	}));
	const rooms = day.rooms.filter(({ kind }) => needs.roomKind === null || needs.roomKind === kind);
	const taken = (id: string, minutes: number, kind: ClaimedKind) =>
		takenStarts(day.taken.get(id) ?? [], minutes, buffersOf(needs, kind));
	const within = (id: string, minutes: number) => startsWithin(hoursOf(id).working, minutes);
	/** Doctors who take equally long share what rooms and support allow. */
	const byMinutes = new Map<number, LengthGround>();
	const ofLength = (minutes: number): LengthGround => {
		const known = byMinutes.get(minutes);
		if (known) return known;
		const ofRooms = rooms.map(({ id }) => ({
			id,
			starts: subtract(within(id, minutes), taken(id, minutes, 'room'))
		}));
		const made = {
			wished: startsWithin([window], minutes).filter(({ start, end }) => start < end),
			rooms: ofRooms,
			inSomeRoom: union(ofRooms.flatMap(({ starts }) => starts)),
			supported: bySupport(needs, support, minutes),
			patientTaken:
				day.patientId === null
					? []
					: takenStarts(day.taken.get(day.patientId) ?? [], minutes, NO_BUFFERS)
		};
		byMinutes.set(minutes, made);
		return made;
	};
	const remove = (code: RefusalCode, before: Interval[], after: Interval[]) => {
		removed[code] = (removed[code] ?? 0) + lengthOf(before) - lengthOf(after);
		return after;
	};
	const situationOf = (id: string, roomId: string): Situation => {
		const around = (resource: string) => ({
			...{ id: resource, ...hoursOf(resource) },
			busy: [...(day.taken.get(resource) ?? [])]
		});
		return {
			...{ serviceId: service.id, service: needs, clinic: around(day.clinicId), support },
			practitioner: { ...around(id), offersService: true },
			room: { ...around(roomId), kind: rooms.find((room) => room.id === roomId)!.kind },
			patient: {
				id: day.patientId,
				busy: day.patientId === null ? [] : [...(day.taken.get(day.patientId) ?? [])]
			}
		};
	};
	const sessionsOf = (id: string) =>
		needs.places === 1 ? [] : sessionsIn(day.taken.get(id) ?? [], service.id);
	const starts = new Map<string, Interval[]>();
	for (const id of day.practitionerIds) {
		const minutes = service.minutesOf.get(id);
		if (minutes === undefined) continue;
		const ground = ofLength(minutes);
		const { wished } = ground;
		const present = remove('outside-hours', wished, intersect(wished, within(id, minutes)));
		const own = subtract(present, taken(id, minutes, 'practitioner'));
		let free = remove('practitioner-busy', present, own);
		free = remove('patient-busy', free, subtract(free, ground.patientTaken));
		free = remove('room-busy', free, intersect(free, ground.inSomeRoom));
		for (const { code, starts: supported } of ground.supported) {
			free = remove(code, free, intersect(free, supported));
		}
		const joined = sessionsOf(id)
			.filter(({ roomId }) => rooms.some((room) => room.id === roomId))
			.flatMap(({ roomId }) => joinableStarts(minutes, situationOf(id, roomId)))
			.filter(({ start }) => holds(wished, start));
		starts.set(id, joined.length === 0 ? free : union([...free, ...joined]));
	}
	return {
		service,
		support,
		minutesOf: (id) => service.minutesOf.get(id),
		startsOf: (id) => starts.get(id) ?? [],
		roomsAt: (id, startsAt) => {
			// Whose group is there already is free for nothing else.
			const joined = sessionsOf(id).find((one) => one.startsAt === startsAt);
			if (joined) return [joined.roomId];
			return ofLength(service.minutesOf.get(id)!)
				.rooms.filter((room) => holds(room.starts, startsAt))
				.map((room) => room.id);
		},
		placesAt: (id, roomId, startsAt) => {
			if (needs.places === 1) return null;
			const session = sessionsOf(id).find(
				(one) => one.startsAt === startsAt && one.roomId === roomId
			);
			return needs.places - (session ? takenPlaces(day.taken.get(id) ?? [], session) : 0);
		}
	};
}

interface LengthGround {
	wished: Interval[];
	rooms: { id: string; starts: Interval[] }[];
	inSomeRoom: Interval[];
	supported: { code: RefusalCode; starts: Interval[] }[];
	patientTaken: Interval[];
}

/** @returns whether some interval of starts holds that one */
export function holds(starts: readonly Interval[], startsAt: number): boolean {
	return starts.some(({ start, end }) => start <= startsAt && startsAt < end);
}

function bySupport(
	needs: ServiceNeeds,
	support: readonly SupportSituation[],
	minutes: number
): { code: RefusalCode; starts: Interval[] }[] {
	const only = (some: Partial<ServiceNeeds>) =>
		supportedStarts(
			minutes,
			{ ...needs, ...{ equipmentKinds: [], staffKinds: [] }, ...some },
			support
		);
	return [
		...only({ equipmentKinds: needs.equipmentKinds }).map((starts) => ({
			...{ code: 'equipment-busy' as const, starts }
		})),
		...only({ staffKinds: needs.staffKinds }).map((starts) => ({
			...{ code: 'staff-busy' as const, starts }
		}))
	];
}

/** Each resource's day while the clinic is open, worked out once, however many services are looked for on it. */
function workingDays(day: ClinicDay): (id: string) => WorkingDay {
	const made = workedOut.get(day) ?? workOutDays(day);
	workedOut.set(day, made);
	return made;
}

const workedOut = new WeakMap<ClinicDay, (id: string) => WorkingDay>();

function workOutDays(day: ClinicDay): (id: string) => WorkingDay {
	const known = new Map<string, WorkingDay>();
	const nobody = { rules: [], exceptions: [], always: false };
	const own = (id: string) => workingDay(day.hours.get(id) ?? nobody, day.date, day.zone);
	const clinic = own(day.clinicId);
	return (id) => {
		const made = known.get(id) ?? whileOpen(own(id), clinic);
		known.set(id, made);
		return made;
	};
}

function lengthOf(intervals: readonly Interval[]): number {
	return intervals.reduce((sum, { start, end }) => sum + end - start, 0) / MINUTE_MS;
}
