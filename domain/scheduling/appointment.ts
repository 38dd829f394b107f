/** An appointment's life, in the codes of FHIR R4 (https://hl7.org/fhir/R4/valueset-appointmentstatus.html). */

export const APPOINTMENT_STATUSES = [
	'pending',
	'booked',
	'arrived',
	'checked-in',
	'fulfilled',
	'noshow',
	'cancelled'
] as const;

export type AppointmentStatus = (typeof APPOINTMENT_STATUSES)[number];

/** What a status may become by hand. Mistakes at the desk are common, so most steps can be taken back. */
const NEXT: Record<AppointmentStatus, readonly AppointmentStatus[]> = {
	pending: ['booked', 'arrived', 'cancelled'],
	booked: ['arrived', 'noshow', 'pending', 'cancelled'],
	arrived: ['checked-in', 'noshow', 'booked', 'cancelled'],
	'checked-in': ['fulfilled', 'arrived'],
	fulfilled: ['checked-in'],
	noshow: ['booked', 'arrived'],
	cancelled: ['booked']
};

/** @returns the statuses that may follow `from`, the usual one first. */
export function nextStatuses(from: AppointmentStatus): readonly AppointmentStatus[] {
	return NEXT[from];
}

export function mayBecome(from: AppointmentStatus, to: AppointmentStatus): boolean {
	return NEXT[from].includes(to);
}

/** @returns whether a visit in this status takes its practitioner's, room's and patient's time. */
export function takesTime(status: AppointmentStatus): boolean {
	return status !== 'cancelled' && status !== 'noshow';
}

/** @returns whether the visit can still be given another time, practitioner, room or length. */
export function isMovable(status: AppointmentStatus): boolean {
	return status === 'pending' || status === 'booked' || status === 'arrived';
}

export const BLOCK_KINDS = ['break', 'meeting', 'leave', 'emergency', 'maintenance'] as const;

/** Why time is taken from a practitioner or a room. */
export type BlockKind = (typeof BLOCK_KINDS)[number];

/** How an appointment came to be. */
export const APPOINTMENT_SOURCES = ['reception', 'online', 'api', 'import'] as const;
export type AppointmentSource = (typeof APPOINTMENT_SOURCES)[number];

/** Lengths in minutes. Times and lengths lie on a grid of five minutes. */
export const GRID_MINUTES = 5;
export const MIN_DURATION_MINUTES = 5;
export const MAX_DURATION_MINUTES = 12 * 60;
