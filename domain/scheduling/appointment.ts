/**
 * An appointment's life, in the codes of FHIR R4 (https://hl7.org/fhir/R4/valueset-appointmentstatus.html) and one of
 * our own: `needs-review`, a visit that has lost its time and waits for somebody to find another.
 */

export const APPOINTMENT_STATUSES = [
	'pending',
	'booked',
	'arrived',
	'checked-in',
	'fulfilled',
	'noshow',
	'needs-review',
	'cancelled'
] as const;

export type AppointmentStatus = (typeof APPOINTMENT_STATUSES)[number];

/** What a status may become by hand. Mistakes at the desk are common, so most steps can be taken back. */
const NEXT: Record<AppointmentStatus, readonly AppointmentStatus[]> = {
	pending: ['booked', 'arrived', 'needs-review', 'cancelled'],
	booked: ['arrived', 'noshow', 'pending', 'needs-review', 'cancelled'],
	arrived: ['checked-in', 'noshow', 'booked', 'cancelled'],
	'checked-in': ['fulfilled', 'arrived'],
	fulfilled: ['checked-in'],
	noshow: ['booked', 'arrived'],
	'needs-review': ['booked', 'cancelled'],
	cancelled: ['booked']
};

/** A visit that is one of these takes nobody's time. */
const WITHOUT_TIME: readonly AppointmentStatus[] = ['cancelled', 'noshow', 'needs-review'];

/** @returns the statuses that may follow `from`, the usual one first. */
export function nextStatuses(from: AppointmentStatus): readonly AppointmentStatus[] {
	return NEXT[from];
}

export function mayBecome(from: AppointmentStatus, to: AppointmentStatus): boolean {
	return NEXT[from].includes(to);
}

/** @returns whether a visit in this status takes its practitioner's, room's and patient's time. */
export function takesTime(status: AppointmentStatus): boolean {
	return !WITHOUT_TIME.includes(status);
}

const MOVABLE: readonly AppointmentStatus[] = ['pending', 'booked', 'arrived', 'needs-review'];

/** @returns whether the visit can still be given another time, practitioner, room or length. */
export function isMovable(status: AppointmentStatus): boolean {
	return MOVABLE.includes(status);
}

export const BLOCK_KINDS = ['break', 'meeting', 'leave', 'emergency', 'maintenance'] as const;

/** Why time is taken from a practitioner or a room. */
export type BlockKind = (typeof BLOCK_KINDS)[number];

/** How an appointment came to be. */
export const APPOINTMENT_SOURCES = ['reception', 'online', 'api', 'import', 'waitlist'] as const;
export type AppointmentSource = (typeof APPOINTMENT_SOURCES)[number];

/** Who said that the patient will come: the patient, or staff who were told. */
export const CONFIRMERS = ['patient', 'staff'] as const;
export type Confirmer = (typeof CONFIRMERS)[number];

/** @returns whether it still makes sense to say that the patient will come */
export function isConfirmable(status: AppointmentStatus): boolean {
	return status === 'pending' || status === 'booked';
}

/** Lengths in minutes. Times and lengths lie on a grid of five minutes. */
export const GRID_MINUTES = 5;
export const MIN_DURATION_MINUTES = 5;
export const MAX_DURATION_MINUTES = 12 * 60;
