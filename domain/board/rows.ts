/** From stored values to the rows of a board's documents. */
import type { WorkingDay } from '../availability/working-hours.ts';
import { listName } from '../directory/patient-search.ts';
import type {
	AppointmentSource,
	AppointmentStatus,
	BlockKind,
	Confirmer
} from '../scheduling/appointment.ts';
import type { Interval } from '../scheduling/intervals.ts';
import { durationMinutesOf } from '../scheduling/stored-appointment.ts';
import type { AppointmentRow, AwaySpan, BlockRow, PersonRow, Span } from './documents.ts';

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
	supportIds: string[];
	overrideReason: string | null;
	seriesId: string | null;
	walkIn: boolean;
	place: number | null;
	arrivedAt: Date | number | null;
	wentInAt: Date | number | null;
	doneAt: Date | number | null;
	confirmedAt: Date | number | null;
	confirmedBy: Confirmer | null;
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
		},
		supportIds: visit.supportIds,
		overridden: visit.overrideReason !== null,
		repeats: visit.seriesId !== null,
		walkIn: visit.walkIn,
		place: visit.place,
		arrivedAt: instantOrNull(visit.arrivedAt),
		wentInAt: instantOrNull(visit.wentInAt),
		doneAt: instantOrNull(visit.doneAt),
		// Most visits are not: a row says nothing of it then.
		...(visit.confirmedAt === null ? {} : { confirmedAt: Number(visit.confirmedAt) }),
		...(visit.confirmedBy === 'staff' ? { confirmedBy: visit.confirmedBy } : {})
	};
}

function instantOrNull(at: Date | number | null): number | null {
	return at === null ? null : Number(at);
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

export function toPersonRow(
	visit: { remark: string; overrideReason: string | null },
	patient: StoredPerson
): PersonRow {
	const { id: patientId, birthDate, phone, email } = patient;
	return {
		patientId,
		name: listName(patient),
		firstName: patient.givenName.split(' ')[0] ?? '',
		birthDate,
		phone,
		email,
		remark: visit.remark,
		overrideReason: visit.overrideReason
	};
}

/** @returns a day's hours in the compact form of the documents */
export function toDayRow({ working, breaks, away }: WorkingDay) {
	return {
		working: working.map(toSpan),
		breaks: breaks.map(toSpan),
		away: away.map(({ start, end, reason }): AwaySpan => [start, end, reason])
	};
}

export function toSpan({ start, end }: Interval): Span {
	return [start, end];
}
