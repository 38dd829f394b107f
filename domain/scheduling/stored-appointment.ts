/** A visit as it is kept. */
import type { AppointmentStatus, Confirmer } from './appointment.ts';
import { MINUTE_MS } from './intervals.ts';

/** An appointment as stored; instants are epoch milliseconds. */
export interface StoredAppointment {
	id: string;
	clinicId: string;
	practitionerId: string;
	roomId: string;
	serviceId: string;
	patientId: string;
	startsAt: number;
	endsAt: number;
	status: AppointmentStatus;
	cancelReason: string | null;
	newPatient: boolean;
	source: string;
	remark: string;
	/** Equipment and staff that go with it. */
	supportIds: string[];
	/** Why it may lie where the rules would not have it; `null`: it keeps to them. */
	overrideReason: string | null;
	seriesId: string | null;
	referralSeen: boolean;
	cancelledBy: string | null;
	walkIn: boolean;
	/** Which place of a group session it takes; `null`: it is none, or takes no time. */
	place: number | null;
	/** When the patient came, went in and was done. */
	arrivedAt: number | null;
	wentInAt: number | null;
	doneAt: number | null;
	revision: number;
	placementRevision: number;
	statusRevision: number;
	remarkRevision: number;
	/** When it was said that the patient will come at that time, and by whom. */
	confirmedAt: number | null;
	confirmedBy: Confirmer | null;
	/** The revision at which it was last confirmed or its time changed. */
	confirmationRevision: number;
	bookedAt: number;
}

export function durationMinutesOf(row: { startsAt: number; endsAt: number }): number {
	return (row.endsAt - row.startsAt) / MINUTE_MS;
}
