/** From what the database holds around a wanted time to what the placement rules judge on. */
import type { HoursException } from '../availability/exceptions.ts';
import { localDateOf } from '../availability/local-day.ts';
import type { ResourceKind } from '../availability/resource-kinds.ts';
import { hoursOf, workingDay, type WorkingHoursRule } from '../availability/working-hours.ts';
import type { BookableBy, EligiblePatient, Eligibility } from './eligibility.ts';
import type { SessionPlace } from './group-sessions.ts';
import { overlaps, type Interval } from './intervals.ts';
import type { Situation } from './placement.ts';
import type { Busy, ResourceSituation } from './resource-situation.ts';
import type { ServiceNeeds } from './visit-time.ts';
import type { StoredAppointment } from './stored-appointment.ts';

/** What the situation of a placement is read for; `null` parts are the appointment's own. */
export interface SituationQuery {
	appointmentId: string | null;
	clinicId: string | null;
	practitionerId: string | null;
	roomId: string | null;
	serviceId: string | null;
	patientId: string | null;
	/** Epoch milliseconds. */
	startsAt: number | null;
	durationMinutes: number | null;
}

/** What takes a resource, as stored. */
export interface ReadClaim extends Interval {
	resourceId: string;
	appointmentId: string | null;
	blockId: string | null;
	holdId: string | null;
	/** For a hold: until when it keeps the time (epoch milliseconds), and for whom. */
	expiresAt: number | null;
	holdOwner: string | null;
	/** The place in a group session that it takes; `null` for anything else, and for the patient. */
	session: SessionPlace | null;
}

/** Everything that one command reads before it judges; `null` where it does not exist in the organization. */
export interface ReadSituation {
	appointment: StoredAppointment | null;
	clinic: { id: string; zone: string; hoursRevision: number; hasHours: boolean } | null;
	service: ReadService | null;
	practitioner: {
		id: string;
		hoursRevision: number;
		offersService: boolean;
		/** How long the service takes with this practitioner. */
		durationMinutes: number;
	} | null;
	room: {
		id: string;
		hoursRevision: number;
		kind: string;
		clinicId: string;
		hasHours: boolean;
	} | null;
	patient: ({ id: string } & EligiblePatient) | null;
	/** Equipment and staff that could go with the visit. */
	support: {
		id: string;
		kind: 'equipment' | 'staff';
		capability: string;
		hoursRevision: number;
		hasHours: boolean;
	}[];
	/** Hours of clinic, practitioner, room and support around the wanted local day. */
	rules: (WorkingHoursRule & { resourceId: string })[];
	exceptions: (HoursException & { resourceId: string })[];
	/** Resources that have hours of their own, on whatever day. */
	withHours: string[];
	/** What others take of all of them, and of the patient, around the wanted time. */
	claims: ReadClaim[];
}

/** A service as the rules see it. */
export interface ReadService extends ServiceNeeds, Eligibility {
	id: string;
	durationMinutes: number;
	referralNeeded: boolean;
	bookableBy: BookableBy;
	bookAheadDays: number;
	bookNoticeMinutes: number;
	cancelNoticeMinutes: number;
}

/** A situation in which everything that was asked for exists. */
export type CompleteSituation = {
	[K in keyof ReadSituation]: K extends 'appointment'
		? ReadSituation[K]
		: NonNullable<ReadSituation[K]>;
};

export function isComplete(read: ReadSituation): read is CompleteSituation {
	return Boolean(read.clinic && read.service && read.practitioner && read.room && read.patient);
}

/** Whose holds are not in the way, and when it is. */
export interface Beholder {
	/** The owner of holds; `null`: nobody. */
	holdOwner: string | null;
	/** Epoch milliseconds. */
	now: number;
}

/** @returns what is in the way of `beholder`: everything but their own holds and those that have expired */
export function busyFor(claims: readonly ReadClaim[], beholder: Beholder): Busy[] {
	return claims
		.filter((claim) => !isEndedFor(claim, beholder))
		.map(({ start, end, appointmentId, blockId, holdId, session }) => ({
			...{ start, end },
			...(appointmentId === null ? {} : { appointmentId }),
			...(blockId === null ? {} : { blockId }),
			...(holdId === null ? {} : { holdId }),
			...(session === null ? {} : { session })
		}));
}

/**
 * @param taken what is about to be taken
 * @returns the ids of holds that are not in its way but in the table: whoever takes their time ends them
 */
export function endedHolds(
	claims: readonly ReadClaim[],
	beholder: Beholder,
	taken: readonly (Interval & { resourceId: string })[]
): string[] {
	const ended = claims.filter(
		(claim) =>
			isEndedFor(claim, beholder) &&
			taken.some((wanted) => wanted.resourceId === claim.resourceId && overlaps(wanted, claim))
	);
	return [...new Set(ended.map(({ holdId }) => holdId!))];
}

function isEndedFor(claim: ReadClaim, { holdOwner, now }: Beholder): boolean {
	if (claim.holdId === null) return false;
	return (claim.expiresAt ?? 0) <= now || claim.holdOwner === holdOwner;
}

/** @param startsAt epoch milliseconds; the working hours are worked out for its local day */
export function situationFrom(
	read: CompleteSituation,
	startsAt: number,
	beholder: Beholder
): Situation {
	const { clinic, service, practitioner, room, patient } = read;
	const date = localDateOf(startsAt, clinic.zone);
	const busyOf = (resourceId: string) =>
		busyFor(
			read.claims.filter((claim) => claim.resourceId === resourceId),
			beholder
		);
	const around = (resourceId: string, kind: ResourceKind): ResourceSituation => ({
		id: resourceId,
		...workingDay(hoursOf(read, resourceId, kind), date, clinic.zone),
		busy: busyOf(resourceId)
	});
	const preferred = read.appointment?.supportIds ?? [];
	const support = read.support.toSorted(
		(a, b) => Number(preferred.includes(b.id)) - Number(preferred.includes(a.id))
	);
	return {
		serviceId: service.id,
		service,
		clinic: around(clinic.id, 'clinic'),
		practitioner: {
			...around(practitioner.id, 'practitioner'),
			offersService: practitioner.offersService
		},
		room: { ...around(room.id, 'room'), kind: room.kind },
		patient: { id: patient.id, busy: busyOf(patient.id) },
		support: support.map(({ id, kind, capability }) => ({
			...around(id, kind),
			...{ kind, capability }
		}))
	};
}
