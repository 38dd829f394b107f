/** Why a message is not sent. Decided at the moment of sending: what was planned days ago may not hold any more. Pure. */
import type { AppointmentStatus } from '../scheduling/appointment.ts';
import type { OfferState } from '../waitlist/offer.ts';
import type { ContactChannel, MessageKind, SuppressionReason } from './message.ts';

/** What is known when a message is about to be sent. Instants are epoch milliseconds. */
export interface SendingSituation {
	kind: MessageKind;
	/** The visit's start as the message says it; `null`: it says none. */
	aboutStart: number | null;
	/** `null`: it is about no visit. */
	visit: { status: AppointmentStatus; startsAt: number; isConfirmed: boolean } | null;
	/** Of the waitlist; `null`: it offers nothing. */
	offer: { state: OfferState; expiresAt: number } | null;
	/** `null`: it goes to somebody who is no patient. */
	patient: {
		deceased: boolean;
		messagesBlocked: boolean;
		preferred: ContactChannel | null;
	} | null;
	/** `null`: no rule says it. */
	rule: { enabled: boolean } | null;
	dueAt: number;
}

/** What was to be said this long ago is not worth saying any more. */
const STALE_MS = 24 * 3_600_000;

/** The kinds whose whole point is that the patient comes. */
const BEFORE_THE_VISIT: readonly MessageKind[] = [
	'confirmation',
	'reminder',
	'same-day-reminder',
	'change',
	'delay'
];
/** Of those, what need not be said to whoever has said that they come. */
const ASKING: readonly MessageKind[] = ['reminder'];

/** @returns why it may not be sent; `null`: it may, if there is an address */
export function suppressionOf(situation: SendingSituation, now: number): SuppressionReason | null {
	const { rule, patient } = situation;
	// Whoever waits for a code or a link has asked for it this minute.
	if (rule === null) return null;
	if (patient?.deceased) return 'deceased';
	if (patient?.messagesBlocked) return 'blocked';
	if (patient?.preferred === 'none') return 'opted-out';
	if (!rule.enabled) return 'rule-off';
	if (situation.kind === 'waitlist-offer') return suppressionByOffer(situation, now);
	return suppressionByVisit(situation, now);
}

/** An offer that was answered, or taken back, or is somebody else's by now is told to nobody. */
function suppressionByOffer({ offer }: SendingSituation, now: number): SuppressionReason | null {
	return offer?.state === 'made' && offer.expiresAt > now ? null : 'offer-over';
}

function suppressionByVisit(
	{ kind, visit, aboutStart, dueAt }: SendingSituation,
	now: number
): SuppressionReason | null {
	if (visit === null) return now - dueAt > STALE_MS ? 'too-late' : null;
	const { status, startsAt, isConfirmed } = visit;
	if (kind === 'cancellation') {
		if (status !== 'cancelled') return 'rescheduled';
		return startsAt <= now ? 'too-late' : null;
	}
	if (kind === 'missed') {
		if (status !== 'noshow') return 'completed';
		return now - dueAt > STALE_MS ? 'too-late' : null;
	}
	if (!BEFORE_THE_VISIT.includes(kind)) return null;
	if (status === 'cancelled' || status === 'needs-review') return 'cancelled';
	if (status !== 'booked' && status !== 'pending') return 'completed';
	if (aboutStart !== null && aboutStart !== startsAt) return 'rescheduled';
	if (startsAt <= now) return 'too-late';
	return isConfirmed && ASKING.includes(kind) ? 'already-confirmed' : null;
}
