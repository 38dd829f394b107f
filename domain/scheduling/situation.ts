/** From what the database holds around a wanted time to what the placement rules judge on. */
import { localDateOf } from '../availability/local-day.ts';
import { workingDay, type WorkingHoursRule } from '../availability/working-hours.ts';
import type { Busy, ResourceSituation, ServiceNeeds, Situation } from './placement.ts';
import type { StoredAppointment } from './planned-change.ts';

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

/** Everything that one command reads before it judges; `null` where it does not exist in the organization. */
export interface ReadSituation {
	appointment: StoredAppointment | null;
	clinic: { id: string; zone: string } | null;
	service: (ServiceNeeds & { id: string; durationMinutes: number }) | null;
	practitioner: {
		id: string;
		hoursRevision: number;
		offersService: boolean;
	} | null;
	room: {
		id: string;
		hoursRevision: number;
		kind: string;
		clinicId: string;
	} | null;
	patient: { id: string; established: boolean } | null;
	/** Working hours of practitioner and room on the wanted local day. */
	rules: (WorkingHoursRule & { resourceId: string })[];
	/** What others take of practitioner, room and patient around the wanted time. */
	claims: (Busy & { resourceId: string })[];
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

/** @param startsAt epoch milliseconds; the working hours are worked out for its local day */
export function situationFrom(read: CompleteSituation, startsAt: number): Situation {
	const { clinic, service, practitioner, room, patient } = read;
	const date = localDateOf(startsAt, clinic.zone);
	const around = (resourceId: string): ResourceSituation => ({
		id: resourceId,
		...workingDay(
			read.rules.filter((rule) => rule.resourceId === resourceId),
			date,
			clinic.zone
		),
		busy: read.claims.filter((claim) => claim.resourceId === resourceId)
	});
	return {
		service,
		practitioner: {
			...around(practitioner.id),
			offersService: practitioner.offersService
		},
		room: { ...around(room.id), kind: room.kind },
		patient: { id: patient.id, busy: around(patient.id).busy }
	};
}
