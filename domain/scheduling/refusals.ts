/** Why a command was not carried out. Refusals are values, never thrown. */

/** The closed union of reasons. Words for them are in `refusal-words.ts`. */
export const REFUSAL_CODES = [
	'not-found',
	'not-allowed',
	'invalid',
	'date-out-of-range',
	'clinic-closed',
	'away',
	'outside-hours',
	'on-break',
	'practitioner-busy',
	'practitioner-blocked',
	'room-busy',
	'room-blocked',
	'equipment-busy',
	'staff-busy',
	'patient-busy',
	'held',
	'session-full',
	'too-many-holds',
	'service-not-offered',
	'room-unsuitable',
	'age-not-fitting',
	'sex-not-fitting',
	'only-new-patients',
	'only-established-patients',
	'referral-needed',
	'staff-only',
	'too-early',
	'too-late',
	'override-limit',
	'status-not-possible',
	'not-movable',
	'has-bookings',
	'some-refused',
	'email-taken',
	'own-account',
	'last-administrator',
	'role-in-use',
	'already-waiting',
	'offer-over',
	'quiet-hours',
	'stale-revision',
	'changed-since',
	'message-left',
	'nothing-to-undo',
	'draft-over',
	'too-many-drafts',
	'reused-key',
	'too-busy'
] as const;

export type RefusalCode = (typeof REFUSAL_CODES)[number];

/** Something that already takes the time. `from` and `until` are epoch milliseconds, buffers included. */
export interface Obstacle {
	resourceId: string;
	from: number;
	until: number;
	appointmentId?: string;
	blockId?: string;
}

/** A time that would have worked when the refusal was made. `startsAt` is epoch milliseconds. */
export interface Alternative {
	startsAt: number;
	practitionerId: string;
	roomId: string;
}

export interface Refusal {
	code: RefusalCode;
	/** The input's field that is to blame, when one is: `changes.roomId`. */
	field?: string;
	/** What is in the way, most relevant first. Ids only: no name of a patient is ever in a refusal. */
	obstacles?: Obstacle[];
	/** The nearest times that work, nearest first, at most three. */
	alternatives?: Alternative[];
	/** Which of several changes that were asked for together cannot be made, and why. */
	parts?: { subjectId: string; refusal: Refusal }[];
}

/** A rule's or a command's answer. */
export type Result<T> = { ok: true; value: T } | { ok: false; refusal: Refusal };

export function accept<T>(value: T): Result<T> {
	return { ok: true, value };
}

export function refuse(code: RefusalCode, detail: Omit<Refusal, 'code'> = {}): Result<never> {
	return { ok: false, refusal: { code, ...detail } };
}
