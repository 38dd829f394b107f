/** What an event says of a change of a visit. */
import type { StoredAppointment } from './stored-appointment.ts';

/** The fields of an appointment that people change, in the order in which a history tells them. */
const TOLD = [
	'clinicId',
	'practitionerId',
	'roomId',
	'serviceId',
	'patientId',
	'startsAt',
	'endsAt',
	'supportIds',
	'place',
	'seriesId',
	'walkIn',
	'referralSeen',
	'overrideReason',
	'status',
	'cancelReason',
	'confirmedAt',
	'confirmedBy',
	'remark'
] as const;

/** @returns the fields that differ, before and after; all that say something when there was nothing before. */
export function toldChanges(
	before: StoredAppointment | null,
	after: StoredAppointment
): { before: Record<string, unknown> | null; after: Record<string, unknown> } {
	const changed = TOLD.filter((field) =>
		before === null ? !isEmpty(after[field]) : !isSame(before[field], after[field])
	);
	const pick = (row: StoredAppointment) =>
		Object.fromEntries(changed.map((field) => [field, row[field]]));
	return { before: before && pick(before), after: pick(after) };
}

function isEmpty(value: unknown): boolean {
	if (value === null || value === '' || value === false) return true;
	return Array.isArray(value) && value.length === 0;
}

function isSame(a: unknown, b: unknown): boolean {
	return a === b || (Array.isArray(a) && Array.isArray(b) && a.join() === b.join());
}
