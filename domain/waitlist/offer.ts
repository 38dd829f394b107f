/** A time that is promised to somebody who waits, until they answer. Pure. */

/**
 * `proposed`: waits for reception to let it go out; `made`: the patient may answer, and the time is held.
 *
 * How it ended: `accepted`; `passed`: not this one, and still on the list; `declined`: and off the list; `expired`: no
 * answer; `lost`: another one of its round was faster; `skipped`: by staff, with a reason; `withdrawn`: the time was
 * needed, could not be held, or reception did not decide in time; `unreachable`: no message arrived.
 */
export const OFFER_STATES = [
	'proposed',
	'made',
	'accepted',
	'passed',
	'declined',
	'expired',
	'lost',
	'skipped',
	'withdrawn',
	'unreachable'
] as const;
export type OfferState = (typeof OFFER_STATES)[number];

/** Of those the time is held for somebody. */
export const LIVE_OFFER_STATES = ['proposed', 'made'] as const satisfies OfferState[];
export type LiveOfferState = (typeof LIVE_OFFER_STATES)[number];

/** @returns whether the time is still held for it */
export function isLive(state: OfferState): boolean {
	return (LIVE_OFFER_STATES as readonly OfferState[]).includes(state);
}

/**
 * What an offer is to its patient. `open`: it may be answered; `taken`: it is their visit; `passed`: not this one;
 * `declined`: and they left the list; `over`: too late, whatever it was that ended it.
 */
export const OFFER_STANDINGS = ['open', 'taken', 'passed', 'declined', 'over'] as const;
export type OfferStanding = (typeof OFFER_STANDINGS)[number];

/** @param now epoch milliseconds, as `expiresAt` */
export function offerStanding(
	{ state, expiresAt }: { state: OfferState; expiresAt: number },
	now: number
): OfferStanding {
	switch (state) {
		case 'made':
			return expiresAt > now ? 'open' : 'over';
		case 'accepted':
			return 'taken';
		case 'passed':
		case 'declined':
			return state;
		default:
			return 'over';
	}
}

/** Who made it: the engine, or staff by hand; `direct`: staff booked somebody from the list without asking. */
export const OFFER_WAYS = ['engine', 'by-hand', 'direct'] as const;
export type OfferWay = (typeof OFFER_WAYS)[number];

/** Where an answer came from. */
export const ANSWER_WAYS = ['link', 'push', 'sms', 'account', 'staff'] as const;
export type AnswerWay = (typeof ANSWER_WAYS)[number];

/** What a patient can answer. `pass`: not this one, keep me on the list; `decline`: and take me off it. */
export const OFFER_ANSWERS = ['accept', 'pass', 'decline'] as const;
export type OfferAnswer = (typeof OFFER_ANSWERS)[number];

/** A visit that could be booked as it stands; instants are epoch milliseconds. */
export interface OfferedTime {
	clinicId: string;
	practitionerId: string;
	roomId: string;
	serviceId: string;
	startsAt: number;
	durationMinutes: number;
}

/** @returns whose hold the offered time is: an actor with this `holdOwner` may book it */
export function offerHoldOwner(holdId: string): string {
	return `waitlist/${holdId}`;
}

export const MAX_OFFER_REASON = 200;
