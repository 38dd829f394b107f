/** A doctor's own days: where they work, what is booked and what is blocked. Says nothing about who the patients are. */
import type { ExceptionReason } from '../availability/exceptions.ts';
import type { AppointmentStatus, BlockKind } from './appointment.ts';
import type { Interval } from './intervals.ts';

/** Instants are epoch milliseconds. */
export interface OwnPlace {
	clinicId: string;
	working: Interval[];
	/** Why the doctor is not there, where they would be. */
	away: ExceptionReason[];
	visits: {
		id: string;
		startsAt: number;
		durationMinutes: number;
		service: string;
		status: AppointmentStatus;
	}[];
	blocks: { id: string; startsAt: number; durationMinutes: number; kind: BlockKind }[];
}

export interface OwnDay {
	/** Local date, `YYYY-MM-DD`. */
	date: string;
	/** The clinics at which there is something on that day. */
	places: OwnPlace[];
}

/** Days that are read at once. */
export const MAX_OWN_DAYS = 7;
