/** From stored values to the rows of a board's documents. */
import { listName } from '../directory/patient-search.ts';
import type { AppointmentSource, AppointmentStatus, BlockKind } from '../scheduling/appointment.ts';
import type { Interval } from '../scheduling/intervals.ts';
import { durationMinutesOf } from '../scheduling/planned-change.ts';
import type { AppointmentRow, BlockRow, PersonRow, Span } from './documents.ts';

export interface StoredVisit {
	practitionerId: string;
	roomId: string;
	serviceId: string;
	/** A date, or epoch milliseconds. */
	startsAt: Date | number;
	endsAt: Date | number;
	status: AppointmentStatus;
	newPatient: boolean;
	source: AppointmentSource;
	revision: number;
}

export interface StoredBlockTime {
	resourceId: string;
	/** A date, or epoch milliseconds. */
	startsAt: Date | number;
	endsAt: Date | number;
	kind: BlockKind;
	revision: number;
}

export interface StoredPerson {
	id: string;
	familyName: string;
	givenName: string;
	birthDate: string | null;
	phone: string | null;
	email: string | null;
}

export function toAppointmentRow(visit: StoredVisit): AppointmentRow {
	const { practitionerId, roomId, serviceId, status, newPatient, source, revision } = visit;
	const time = {
		startsAt: Number(visit.startsAt),
		endsAt: Number(visit.endsAt)
	};
	return {
		startsAt: time.startsAt,
		durationMinutes: durationMinutesOf(time),
		...{
			practitionerId,
			roomId,
			serviceId,
			status,
			newPatient,
			source,
			revision
		}
	};
}

export function toBlockRow(block: StoredBlockTime): BlockRow {
	const { resourceId, kind, revision } = block;
	const time = {
		startsAt: Number(block.startsAt),
		endsAt: Number(block.endsAt)
	};
	return {
		resourceId,
		startsAt: time.startsAt,
		durationMinutes: durationMinutesOf(time),
		kind,
		revision
	};
}

export function toPersonRow(visit: { remark: string }, patient: StoredPerson): PersonRow {
	const { id: patientId, birthDate, phone, email } = patient;
	return {
		patientId,
		name: listName(patient),
		birthDate,
		phone,
		email,
		remark: visit.remark
	};
}

export function toSpan({ start, end }: Interval): Span {
	return [start, end];
}
