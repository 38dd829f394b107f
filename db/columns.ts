/** Between rows as the code names them and columns as the tables do. */
import type { AppointmentStatus } from '../domain/scheduling/appointment.ts';
import type { StoredAppointment } from '../domain/scheduling/planned-change.ts';

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
	revision: number;
	placement_revision: number;
	status_revision: number;
	remark_revision: number;
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
		revision: columns.revision,
		placementRevision: columns.placement_revision,
		statusRevision: columns.status_revision,
		remarkRevision: columns.remark_revision,
		bookedAt: Date.parse(columns.booked_at)
	};
}

const INSTANTS = new Set(['startsAt', 'endsAt', 'bookedAt']);

/** A row as its table names it: snake case, instants as RFC 3339. */
export function toColumns(row: object): Record<string, unknown> {
	return Object.fromEntries(
		Object.entries(row).map(([name, value]) => [
			name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
			INSTANTS.has(name) ? new Date(value as number).toISOString() : value
		])
	);
}
