/** What a service allows patients to do by themselves, and until when. Pure. */
import type { BookableBy } from './eligibility.ts';
import { MINUTE_MS } from './intervals.ts';
import { accept, refuse, type Result } from './refusals.ts';

const DAY_MS = 1_440 * MINUTE_MS;

export interface OnlineRules {
	bookableBy: BookableBy;
	bookAheadDays: number;
	bookNoticeMinutes: number;
	cancelNoticeMinutes: number;
}

/** @param startsAt of the wanted time; instants are epoch milliseconds */
export function judgeBookingOnline(
	startsAt: number,
	service: OnlineRules,
	now: number
): Result<null> {
	if (service.bookableBy === 'staff') return refuse('staff-only', { field: 'changes.serviceId' });
	const { from, until } = bookingWindow(service, now);
	if (startsAt > until) return refuse('too-early', { field: 'changes.startsAt' });
	if (startsAt < from) return refuse('too-late', { field: 'changes.startsAt' });
	return accept(null);
}

/** @param startsAt of the visit as it is booked: what is given up late cannot be given to somebody else */
export function judgeChangeOnline(
	startsAt: number,
	service: Pick<OnlineRules, 'cancelNoticeMinutes'>,
	now: number
): Result<null> {
	if (now <= lastChangeOnline(startsAt, service)) return accept(null);
	return refuse('too-late', { field: 'appointmentId' });
}

/** @param startsAt of the visit; who has not come by then has not come */
export function judgeConfirmingOnline(startsAt: number, now: number): Result<null> {
	return now < startsAt ? accept(null) : refuse('too-late', { field: 'appointmentId' });
}

/** From how long before a visit patients can say that they are here. */
export const CHECK_IN_OPENS_MINUTES = 120;

/** @param visit epoch milliseconds; at the desk there is always somebody who can say it for them */
export function judgeCheckIn(
	visit: { startsAt: number; endsAt: number },
	now: number
): Result<null> {
	const { from, until } = checkInWindow(visit);
	if (now < from) return refuse('too-early', { field: 'appointmentId' });
	return now < until ? accept(null) : refuse('too-late', { field: 'appointmentId' });
}

/** @returns from when until when patients can say that they are here (epoch milliseconds) */
export function checkInWindow({ startsAt, endsAt }: { startsAt: number; endsAt: number }): {
	from: number;
	until: number;
} {
	return { from: startsAt - CHECK_IN_OPENS_MINUTES * MINUTE_MS, until: endsAt };
}

/** @returns until when patients may move or cancel a visit by themselves (epoch milliseconds) */
export function lastChangeOnline(
	startsAt: number,
	{ cancelNoticeMinutes }: Pick<OnlineRules, 'cancelNoticeMinutes'>
): number {
	return startsAt - cancelNoticeMinutes * MINUTE_MS;
}

/** @returns the first and last start that patients may book by themselves (epoch milliseconds) */
export function bookingWindow(
	{ bookAheadDays, bookNoticeMinutes }: Pick<OnlineRules, 'bookAheadDays' | 'bookNoticeMinutes'>,
	now: number
): { from: number; until: number } {
	return { from: now + bookNoticeMinutes * MINUTE_MS, until: now + bookAheadDays * DAY_MS };
}
