/** Between rows as the code names them and columns as the tables do. */
import type { AppointmentStatus, Confirmer } from '../domain/scheduling/appointment.ts';
import type { StoredAppointment } from '../domain/scheduling/stored-appointment.ts';

/** The columns of `appointments` as `read_situation` gives them. */
export interface AppointmentColumns {
	id: string;
	clinic_id: string;
	practitioner_id: string;
	room_id: string;
	service_id: string;
	patient_id: string;
	starts_at: number;
	ends_at: number;
	status: AppointmentStatus;
	cancel_reason: string | null;
	new_patient: boolean;
	source: string;
	remark: string;
	support_ids: string[];
	override_reason: string | null;
	series_id: string | null;
	referral_seen: boolean;
	cancelled_by: string | null;
	walk_in: boolean;
	place: number | null;
	arrived_at: string | null;
	went_in_at: string | null;
	done_at: string | null;
	revision: number;
	placement_revision: number;
	status_revision: number;
	remark_revision: number;
	confirmed_at: string | null;
	confirmed_by: Confirmer | null;
	confirmation_revision: number;
	booked_at: string;
}

/** @returns the row with instants as epoch milliseconds */
export function fromAppointmentColumns(columns: AppointmentColumns): StoredAppointment {
	return {
		id: columns.id,
		clinicId: columns.clinic_id,
		practitionerId: columns.practitioner_id,
		roomId: columns.room_id,
		serviceId: columns.service_id,
		patientId: columns.patient_id,
		startsAt: columns.starts_at,
		endsAt: columns.ends_at,
		status: columns.status,
		cancelReason: columns.cancel_reason,
		newPatient: columns.new_patient,
		source: columns.source,
		remark: columns.remark,
		supportIds: columns.support_ids,
		overrideReason: columns.override_reason,
		seriesId: columns.series_id,
		referralSeen: columns.referral_seen,
		cancelledBy: columns.cancelled_by,
		walkIn: columns.walk_in,
		place: columns.place,
		arrivedAt: columns.arrived_at === null ? null : Date.parse(columns.arrived_at),
		wentInAt: columns.went_in_at === null ? null : Date.parse(columns.went_in_at),
		doneAt: columns.done_at === null ? null : Date.parse(columns.done_at),
		revision: columns.revision,
		placementRevision: columns.placement_revision,
		statusRevision: columns.status_revision,
		remarkRevision: columns.remark_revision,
		confirmedAt: columns.confirmed_at === null ? null : Date.parse(columns.confirmed_at),
		confirmedBy: columns.confirmed_by,
		confirmationRevision: columns.confirmation_revision,
		bookedAt: Date.parse(columns.booked_at)
	};
}

const INSTANTS = new Set([
	...['startsAt', 'endsAt', 'bookedAt', 'arrivedAt', 'wentInAt', 'doneAt', 'confirmedAt']
]);

/** A row as its table names it: snake case, instants as RFC 3339. */
export function toColumns(row: object): Record<string, unknown> {
	return Object.fromEntries(
		Object.entries(row).map(([name, value]) => [
			name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
			INSTANTS.has(name) && value !== null ? new Date(value as number).toISOString() : value
		])
	);
}
