/**
 * Where and when a visit lies, and the rules that say whether it may lie there.
 * The same functions light up targets in the browser and judge on the server.
 */
import { chooseSupport } from './choose-support.ts';
import { besidesSession, freePlace } from './group-sessions.ts';
import { contains, overlaps, subtract, type Interval } from './intervals.ts';
import { accept, refuse, type Obstacle, type RefusalCode, type Result } from './refusals.ts';
import {
	refusalFor,
	type Busy,
	type ResourceSituation,
	type SupportSituation
} from './resource-situation.ts';
import {
	claimedInterval,
	sessionAt,
	visitInterval,
	type ClaimedKind,
	type ServiceNeeds,
	type VisitTime
} from './visit-time.ts';

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
