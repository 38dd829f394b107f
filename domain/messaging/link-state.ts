/** Whether a link in a message can still do what it is for, and why not. Pure. */
import { isConfirmable, isMovable, type AppointmentStatus } from '../scheduling/appointment.ts';
import { checkInWindow } from '../scheduling/online-rules.ts';
import type { LinkAction } from './message.ts';

/** What the page behind a link has to know of it; instants are epoch milliseconds. */
export interface LinkFacts {
	action: LinkAction;
	expiresAt: number;
	/** `null`: not yet. */
	usedAt: number | null;
	/** The visit's start when the link was made; `null`: it is about no visit. */
	aboutStart: number | null;
}

export interface LinkedVisit {
	startsAt: number;
	endsAt: number;
	status: AppointmentStatus;
	confirmedAt: number | null;
	/** Until when patients move or cancel it by themselves. */
	changesUntil: number;
}

/**
 * `ready`: one press away; `used`: it was pressed; `done`: it is so already, by whichever way; `moved`: the visit has
 * another time than the message said; `over`: there is nothing left to change.
 */
export const LINK_STATES = [
	'ready',
	'used',
	'done',
	'expired',
	'cancelled',
	'moved',
	'too-early',
	'too-late',
	'over',
	'unknown'
] as const;
export type LinkState = (typeof LINK_STATES)[number];

/** @param visit `null`: the link is about none; @param now epoch milliseconds */
export function linkState(link: LinkFacts, visit: LinkedVisit | null, now: number): LinkState {
	if (link.usedAt !== null) return 'used';
	if (link.expiresAt <= now) return 'expired';
	if (link.action === 'unsubscribe') return 'ready';
	if (visit === null) return 'unknown';
	if (visit.status === 'cancelled') return link.action === 'cancel' ? 'done' : 'cancelled';
	if (link.aboutStart !== null && link.aboutStart !== visit.startsAt) return 'moved';
	switch (link.action) {
		case 'confirm':
			if (visit.confirmedAt !== null) return 'done';
			if (!isConfirmable(visit.status)) return 'over';
			return now < visit.startsAt ? 'ready' : 'too-late';
		case 'cancel':
		case 'reschedule':
			if (!isMovable(visit.status) || visit.startsAt <= now) return 'over';
			return now <= visit.changesUntil ? 'ready' : 'too-late';
		case 'check-in':
			return checkInState(visit, now);
		default:
			// What became of an offer stands with the offer.
			return 'unknown';
	}
}

function checkInState(visit: LinkedVisit, now: number): LinkState {
	if (visit.status === 'arrived' || visit.status === 'checked-in') return 'done';
	if (!isConfirmable(visit.status)) return 'over';
	const { from, until } = checkInWindow(visit);
	if (now < from) return 'too-early';
	return now < until ? 'ready' : 'too-late';
}
