/** Why a command was not carried out. Refusals are values, never thrown. */

/** The closed union of reasons. Words for them are in `refusal-words.ts`. */
export const REFUSAL_CODES = [
	'not-found',
	'not-allowed',
	'invalid',
	'date-out-of-range',
	'outside-hours',
	'on-break',
	'practitioner-busy',
	'practitioner-blocked',
	'room-busy',
	'room-blocked',
	'patient-busy',
	'service-not-offered',
	'room-unsuitable',
	'status-not-possible',
	'not-movable',
	'stale-revision',
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
}

/** A rule's or a command's answer. */
export type Result<T> = { ok: true; value: T } | { ok: false; refusal: Refusal };

export function accept<T>(value: T): Result<T> {
	return { ok: true, value };
}

export function refuse(code: RefusalCode, detail: Omit<Refusal, 'code'> = {}): Result<never> {
	return { ok: false, refusal: { code, ...detail } };
}
