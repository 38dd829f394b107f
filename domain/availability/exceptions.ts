/** Days that are not as the weekly rules say: holidays, leave, closures and extra sessions. */

export const EXCEPTION_KINDS = ['closed', 'extra'] as const;
export type ExceptionKind = (typeof EXCEPTION_KINDS)[number];

export const EXCEPTION_REASONS = [
	'public-holiday',
	'leave',
	'training',
	'closure',
	'session',
	'other'
] as const;
export type ExceptionReason = (typeof EXCEPTION_REASONS)[number];

/** One exception of one resource at one clinic, in the clinic's local time. */
export interface HoursException {
	kind: ExceptionKind;
	reason: ExceptionReason;
	/** First and last local date (`YYYY-MM-DD`), both inclusive. */
	firstDate: string;
	lastDate: string;
	/** Minutes after midnight on each of the days; over 1440: until that time on the next day. */
	startMinute: number;
	endMinute: number;
}
