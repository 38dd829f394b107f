/** One judged change, ready to be carried out alone or together with others. */
import type { StoredAppointment } from './stored-appointment.ts';
import type { PlannedClaim } from './visit-claims.ts';
import type { Adjustment } from './verdict.ts';

/** A block as stored; instants are epoch milliseconds. */
export interface StoredBlock {
	id: string;
	clinicId: string;
	resourceId: string;
	startsAt: number;
	endsAt: number;
	kind: string;
	revision: number;
	removed: boolean;
	/** Lies over visits that were there before it. */
	overVisits: boolean;
}

export interface PlannedPart {
	subject: { kind: 'appointment'; row: StoredAppointment } | { kind: 'block'; row: StoredBlock };
	/** The revision that was judged; `null` for something new. */
	expectedRevision: number | null;
	/** Every resource that is left or taken. */
	locks: string[];
	/** Clinics whose opening hours were judged by. */
	shared: string[];
	/** The hours that the judge went by. */
	hours: { id: string; revision: number }[];
	/** Holds that have expired, or whose owner now takes what they kept. */
	endHolds: string[];
	/** An override counts against its practitioner's day `[from, until)` (epoch ms). */
	override: { practitionerId: string; from: number; until: number } | null;
	/** `null`: what is taken stays as it is. */
	claims: PlannedClaim[] | null;
	event: { kind: string; before: object | null; after: object };
	/** Boards that show the change or showed it before: clinic and local date. */
	boards: [clinicId: string, date: string][];
	/** What is otherwise than its author could know. */
	adjustments: Adjustment[];
}

/** For a change that goes by no hours, ends no hold, overrides nothing and surprises nobody. */
export const NOTHING_ELSE = {
	shared: [],
	hours: [],
	endHolds: [],
	override: null,
	adjustments: []
} satisfies Partial<PlannedPart>;
