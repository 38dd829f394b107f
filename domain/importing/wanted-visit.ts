/** From an appointment's row to ids and instants. */
import { MINUTE_MS } from '../scheduling/intervals.ts';
import type { ServiceNeeds } from '../scheduling/visit-time.ts';
import type { StoredAppointment } from '../scheduling/stored-appointment.ts';
import type { CheckedRow } from './check-rows.ts';
import { unknownKey, type Directory } from './directory.ts';

/** What the file says about a visit: the fields that a history tells. Instants are epoch milliseconds. */
export type ToldVisit = Pick<
	StoredAppointment,
	| 'clinicId'
	| 'practitionerId'
	| 'roomId'
	| 'serviceId'
	| 'patientId'
	| 'startsAt'
	| 'endsAt'
	| 'status'
	| 'cancelReason'
	| 'remark'
>;

export interface WantedVisit {
	place: string;
	key: string;
	told: ToldVisit;
	service: ServiceNeeds;
	zone: string;
	roomKind: string;
	/** The patient was known to have been here before. */
	established: boolean;
}

export interface RowFault {
	field: string | null;
	reason: string;
}

/** @returns the visit, or the field to blame and the reason. */
export function resolveVisit(
	{ place, row }: CheckedRow<'appointments'>,
	directory: Directory
): { ok: true; value: WantedVisit } | { ok: false; fault: RowFault } {
	const clinic = directory.clinics.get(row.clinic);
	const practitioner = directory.practitioners.get(row.practitioner);
	const room = directory.rooms.get(row.room);
	const service = directory.services.get(row.service);
	const patient = directory.patients.get(row.patient);
	const give = (value: WantedVisit) => ({ ok: true, value }) as const;
	const blame = (field: string | null, reason: string) =>
		({ ok: false, fault: { field, reason } }) as const;
	if (!clinic) return blame('clinic', unknownKey('clinic', row.clinic));
	if (!practitioner) return blame('practitioner', unknownKey('practitioner', row.practitioner));
	if (!room) return blame('room', unknownKey('room', row.room));
	if (!service) return blame('service', unknownKey('service', row.service));
	if (!patient) return blame('patient', unknownKey('patient', row.patient));
	if (room.clinicId !== clinic.id) return blame('room', 'is a room of another clinic');
	const startsAt = instantOf(row.start, clinic.zone);
	if (startsAt === null) {
		return blame('start', 'does not exist on that day: the clocks go forward over it');
	}
	const minutes = row.durationMinutes ?? service.durationMinutes;
	return give({
		place,
		key: row.key,
		told: {
			clinicId: clinic.id,
			practitionerId: practitioner.id,
			roomId: room.id,
			serviceId: service.id,
			patientId: patient.id,
			startsAt,
			endsAt: startsAt + minutes * MINUTE_MS,
			status: row.status,
			cancelReason: row.status === 'cancelled' ? (row.cancelReason ?? 'other') : null,
			remark: row.remark ?? ''
		},
		service,
		zone: clinic.zone,
		roomKind: room.kind,
		established: patient.established
	});
}

/** @param local `2026-11-24T09:15`; a time that happens twice means the first */
function instantOf(local: string, zone: string): number | null {
	const wall = Temporal.PlainDateTime.from(local);
	const zoned = wall.toZonedDateTime(zone, { disambiguation: 'earlier' });
	return zoned.toPlainDateTime().equals(wall) ? zoned.epochMilliseconds : null;
}
