/**
 * Where and when a visit lies, and the rules that say whether it may lie there.
 * The same functions light up targets in the browser and judge on the server.
 */
import {
	besidesSession,
	freePlace,
	isSameSession,
	type MaybeSession,
	type SessionTime
} from './group-sessions.ts';
import { contains, MINUTE_MS, overlaps, subtract, type Interval } from './intervals.ts';
import { accept, refuse, type Obstacle, type RefusalCode, type Result } from './refusals.ts';

/** What takes a resource's time: an interval with its buffers, and what it belongs to. */
export interface Busy extends MaybeSession {
	appointmentId?: string;
	blockId?: string;
	holdId?: string;
}

/** A resource as the rules see it around the wanted time. */
export interface ResourceSituation {
	id: string;
	/** Where a visit may lie: hours of presence without breaks and days off. Normal list. */
	working: Interval[];
	breaks: Interval[];
	/** Stretches in which holidays, leave or a closure take the place of the usual hours. */
	away: Interval[];
	/** What others take. The visit that is being placed is not in here. */
	busy: Busy[];
}

/** What a service asks for. */
export interface ServiceNeeds {
	/** How many patients come at one time; more than one: a group session. */
	places: number;
	/** For which the practitioner is taken before and after the visit. */
	bufferBeforeMinutes: number;
	bufferAfterMinutes: number;
	/** For which room and equipment are. */
	roomBufferBeforeMinutes: number;
	roomBufferAfterMinutes: number;
	/** Kind of room, or `null` for any. */
	roomKind: string | null;
	/** One of each is needed; a kind that is named twice: two of it. */
	equipmentKinds: readonly string[];
	staffKinds: readonly string[];
}

/** A device or a person that could go with the visit. */
export interface SupportSituation extends ResourceSituation {
	kind: 'equipment' | 'staff';
	/** Which kind of equipment or staff. */
	capability: string;
}

/** Everything that the rules need to know to judge one placement. */
export interface Situation {
	serviceId: string;
	service: ServiceNeeds;
	/** Its opening hours; it is never busy. */
	clinic: Pick<ResourceSituation, 'id' | 'working' | 'away'>;
	practitioner: ResourceSituation & { offersService: boolean };
	room: ResourceSituation & { kind: string };
	/** The patient's other visits; empty where they are not known (the database will still refuse). */
	patient: { id: string | null; busy: Busy[] };
	/** The preferred first; `null` where it is not known (a board does not hold it, the server will still refuse). */
	support: readonly SupportSituation[] | null;
}

/** The time of a visit itself, without buffers. */
export interface VisitTime {
	startsAt: number;
	durationMinutes: number;
}

/** @returns the visit's own interval. */
export function visitInterval(time: VisitTime): Interval {
	return {
		start: time.startsAt,
		end: time.startsAt + time.durationMinutes * MINUTE_MS
	};
}

export interface Buffers {
	bufferBeforeMinutes: number;
	bufferAfterMinutes: number;
}

/** Who or what is taken along with a visit; each kind for its own buffers. */
export type ClaimedKind = 'practitioner' | 'room' | 'equipment' | 'staff';

/** @returns for how long before and after a visit such a resource is taken */
export function buffersOf(service: ServiceNeeds, kind: ClaimedKind): Buffers {
	if (kind === 'practitioner' || kind === 'staff') return service;
	return {
		bufferBeforeMinutes: service.roomBufferBeforeMinutes,
		bufferAfterMinutes: service.roomBufferAfterMinutes
	};
}

/** @returns the interval that a resource is taken for: the visit with its buffers. */
export function claimedInterval(
	time: VisitTime,
	service: ServiceNeeds,
	kind: ClaimedKind
): Interval {
	const visit = visitInterval(time);
	const { bufferBeforeMinutes, bufferAfterMinutes } = buffersOf(service, kind);
	return {
		start: visit.start - bufferBeforeMinutes * MINUTE_MS,
		end: visit.end + bufferAfterMinutes * MINUTE_MS
	};
}

/** How a visit can lie where it was wanted. */
export interface Placement {
	/** Equipment and staff that go with it. */
	supportIds: string[];
	/** Resources that others have at that time: only for an override. */
	shared: string[];
	/** Which place of a group session it takes; `null` for any other visit. */
	place: number | null;
	/** Whether it breaks a rule that an override allows it to break. */
	isOverride: boolean;
}

/** @returns the session that such a visit is part of, or `null` for a service for one patient at a time */
export function sessionAt(
	time: VisitTime,
	service: ServiceNeeds,
	place: { serviceId: string; practitionerId: string; roomId: string }
): SessionTime | null {
	if (service.places === 1) return null;
	const { serviceId, practitionerId, roomId } = place;
	const { start, end } = visitInterval(time);
	return { serviceId, practitionerId, roomId, startsAt: start, endsAt: end };
}

/** Rules that somebody with the permission may set aside, with a reason. Patients and devices cannot be doubled. */
export const OVERRIDABLE: readonly RefusalCode[] = [
	'clinic-closed',
	'away',
	'outside-hours',
	'on-break',
	'practitioner-busy',
	'practitioner-blocked',
	'room-busy',
	'room-blocked'
];

/**
 * Judges one placement.
 * @param override set aside what may be set aside (`OVERRIDABLE`)
 * @returns how the visit can lie there, or a refusal that lists everything in the way for the first rule that is
 *   broken and not set aside
 */
export function judgePlacement(
	time: VisitTime,
	situation: Situation,
	{ override = false }: { override?: boolean } = {}
): Result<Placement> {
	const { service, practitioner, room, patient } = situation;
	const suits = judgeSuitability(situation);
	if (!suits.ok) return suits;
	const visit = visitInterval(time);
	const session = sessionAt(time, service, {
		...{ serviceId: situation.serviceId, practitionerId: practitioner.id, roomId: room.id }
	});
	const others = {
		practitioner: { id: practitioner.id, busy: besidesSession(practitioner.busy, session) },
		room: { id: room.id, busy: besidesSession(room.busy, session) }
	};
	const taken = (kind: ClaimedKind) => claimedInterval(time, service, kind);
	const broken: (Result<never> | null)[] = [
		judgeHours(visit, { ...situation.clinic, breaks: [] }, 'clinic-closed'),
		judgeHours(visit, practitioner, 'outside-hours'),
		judgeHours(visit, room, 'outside-hours'),
		refusalFor(taken('practitioner'), others.practitioner, 'practitioner'),
		refusalFor(taken('room'), others.room, 'room'),
		refusalFor(visit, { id: patient.id ?? '', busy: patient.busy }, 'patient')
	];
	const refusals = broken.flatMap((result) => (result && !result.ok ? [result.refusal] : []));
	const first = refusals.find(({ code }) => !override || !OVERRIDABLE.includes(code));
	if (first) return { ok: false, refusal: first };
	const place = session && freePlace(practitioner.busy, session, service.places);
	if (session && place === null) {
		return refuse('session-full', {
			obstacles: [{ resourceId: practitioner.id, from: visit.start, until: visit.end }]
		});
	}
	const support = chooseSupport(time, situation, session);
	if (!support.ok) return support;
	const shared = (['practitioner', 'room'] as const).filter(
		(kind) => refusalFor(taken(kind), others[kind], kind) !== null
	);
	return accept({
		supportIds: support.value,
		place,
		shared: shared.map((kind) => others[kind].id),
		isOverride: refusals.length > 0
	});
}

/** What no other time would cure. */
export function judgeSuitability({ service, practitioner, room }: Situation): Result<null> {
	if (!practitioner.offersService) {
		return refuse('service-not-offered', { field: 'changes.practitionerId' });
	}
	if (service.roomKind !== null && service.roomKind !== room.kind) {
		return refuse('room-unsuitable', { field: 'changes.roomId' });
	}
	return accept(null);
}

function judgeHours(
	visit: Interval,
	resource: Pick<ResourceSituation, 'id' | 'working' | 'away' | 'breaks'>,
	otherwise: RefusalCode
): Result<never> | null {
	if (resource.working.some((hours) => contains(hours, visit))) return null;
	const obstacle = ({ start, end }: Interval): Obstacle => ({
		resourceId: resource.id,
		from: start,
		until: end
	});
	const met = (list: readonly Interval[]) => list.filter((span) => overlaps(span, visit));
	const away = met(resource.away);
	if (away.length > 0) {
		const code = otherwise === 'clinic-closed' ? otherwise : 'away';
		return refuse(code, { obstacles: away.map(obstacle) });
	}
	const breaks = met(resource.breaks);
	if (breaks.length > 0) return refuse('on-break', { obstacles: breaks.map(obstacle) });
	return refuse(otherwise, { obstacles: subtract([visit], resource.working).map(obstacle) });
}

/** A refusal by what it meets first: `practitioner-busy`, `room-blocked`, `held`, … */
function refusalFor(
	wanted: Interval,
	{ id: resourceId, busy }: { id: string; busy: readonly Busy[] },
	kind: 'practitioner' | 'room' | 'patient' | 'equipment' | 'staff'
): Result<never> | null {
	const met = busy.filter((taken) => overlaps(taken, wanted)).sort((a, b) => a.start - b.start);
	const first = met[0];
	if (first === undefined) return null;
	const obstacles = met.map(({ start, end, appointmentId, blockId }) => ({
		resourceId,
		from: start,
		until: end,
		...(appointmentId === undefined ? {} : { appointmentId }),
		...(blockId === undefined ? {} : { blockId })
	}));
	const isBlock = first.blockId !== undefined && (kind === 'practitioner' || kind === 'room');
	const isHeld = first.holdId !== undefined;
	return refuse(isHeld ? 'held' : isBlock ? `${kind}-blocked` : `${kind}-busy`, { obstacles });
}

/**
 * @returns one free device or person for each that the service needs: those first that are with the session already,
 *   then those that come first in the list
 */
function chooseSupport(
	time: VisitTime,
	{ service, support }: Situation,
	session: SessionTime | null
): Result<string[]> {
	if (support === null) return accept([]);
	const isWithSession = ({ busy }: SupportSituation) =>
		session !== null && busy.some((one) => one.session && isSameSession(one.session, session));
	const candidates = support
		.toSorted((a, b) => Number(isWithSession(b)) - Number(isWithSession(a)))
		.map((one) => ({ ...one, busy: [...besidesSession(one.busy, session)] }));
	const visit = visitInterval(time);
	const chosen: string[] = [];
	for (const kind of ['equipment', 'staff'] as const) {
		const claimed = claimedInterval(time, service, kind);
		for (const capability of kind === 'equipment' ? service.equipmentKinds : service.staffKinds) {
			const fitting = candidates.filter(
				(one) => one.kind === kind && one.capability === capability && !chosen.includes(one.id)
			);
			const free = fitting.find(
				(one) =>
					one.working.some((hours) => contains(hours, visit)) &&
					!one.busy.some((taken) => overlaps(taken, claimed))
			);
			if (!free) return supportRefusal(claimed, kind, fitting);
			chosen.push(free.id);
		}
	}
	return accept(chosen);
}

/** All that could do are in the way; the one that is free again first comes first. */
function supportRefusal(
	claimed: Interval,
	kind: 'equipment' | 'staff',
	fitting: readonly SupportSituation[]
): Result<never> {
	const obstacles = fitting.flatMap((one) => {
		const refusal = refusalFor(claimed, one, kind);
		return refusal && !refusal.ok ? (refusal.refusal.obstacles ?? []) : [];
	});
	return refuse(`${kind}-busy`, { obstacles: obstacles.sort((a, b) => a.until - b.until) });
}
