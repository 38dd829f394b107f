/** Whether a time suits somebody who waits, and which of several suits best. Pure. */
import {
	judgeEligibility,
	type Eligibility,
	type EligiblePatient
} from '../scheduling/eligibility.ts';
import { MINUTE_MS, overlaps, type Interval } from '../scheduling/intervals.ts';
import { weekdaysOf, type Urgency } from './entry.ts';
import type { OfferedTime } from './offer.ts';
import type { PossibleTime } from './possible-times.ts';
import { scoreOf, type Score, type ScoreFacts, type Weights } from './score.ts';

/** When somebody who waits can come. */
export interface Availability {
	/** Local dates, `YYYY-MM-DD`; both count. */
	firstDate: string;
	lastDate: string;
	/** Bits, Monday the lowest. */
	weekdays: number;
	/** Minutes after midnight at the clinic. */
	fromMinute: number;
	untilMinute: number;
	noticeMinutes: number;
}

/** Somebody who waits, with what is known of them at this moment. */
export interface WaitingEntry extends Availability {
	id: string;
	patientId: string;
	serviceId: string;
	urgency: Urgency;
	/** Epoch milliseconds. */
	waitingSince: number;
	/** Empty: at every clinic. */
	clinicIds: readonly string[];
	/** Empty: every doctor. */
	practitionerIds: readonly string[];
	/** Offers that were not answered in time. */
	missedOffers: number;
	/** Whether a time is kept for it already. */
	hasOffer: boolean;
	patient: EligiblePatient & { deceased: boolean; messagesBlocked: boolean };
	/** What the patient has elsewhere around these times. */
	busy: readonly Interval[];
}

/** An entry considered for a time. */
export interface Match {
	entryId: string;
	patientId: string;
	urgency: Urgency;
	/** Epoch milliseconds. */
	waitingSince: number;
	score: Score;
	time: OfferedTime;
}

/** @returns how much of a week somebody could come in: 0 to 1 */
export function weekShareOf({
	weekdays,
	fromMinute,
	untilMinute
}: Pick<Availability, 'weekdays' | 'fromMinute' | 'untilMinute'>): number {
	return (weekdaysOf(weekdays).length * (untilMinute - fromMinute)) / WEEK_MINUTES;
}

const WEEK_MINUTES = 7 * 1_440;

/** @returns whether somebody can come then, as far as days, hours and notice go */
export function canCome(entry: Availability, time: PossibleTime, now: number): boolean {
	return (
		entry.firstDate <= time.date &&
		time.date <= entry.lastDate &&
		(entry.weekdays & (1 << (time.weekday - 1))) !== 0 &&
		entry.fromMinute <= time.startMinute &&
		time.endMinute <= entry.untilMinute &&
		time.startsAt >= now + entry.noticeMinutes * MINUTE_MS
	);
}

/** What a time is looked for by. */
export interface SuitGround {
	/** What could be booked for the entry's service, that which wastes least first. */
	times: readonly PossibleTime[];
	service: Eligibility;
	/** Epoch milliseconds. */
	now: number;
}

/** What one match goes by. */
export interface MatchGround extends SuitGround {
	weights: Weights;
}

/** @returns the time that wastes least of those that suit; `null`: none does */
export function suitableTime(entry: WaitingEntry, ground: SuitGround): PossibleTime | null {
	const { patient } = entry;
	if (entry.hasOffer || patient.deceased || patient.messagesBlocked) return null;
	const time = ground.times.find(
		(one) =>
			acceptsPlace(entry, one) &&
			canCome(entry, one, ground.now) &&
			isFree(entry.busy, one) &&
			judgeEligibility(patient, ground.service, one.date).ok
	);
	return time ?? null;
}

/** @returns the same with the score */
export function matchOf(entry: WaitingEntry, ground: MatchGround): Match | null {
	const time = suitableTime(entry, ground);
	if (!time) return null;
	return {
		...{ entryId: entry.id, patientId: entry.patientId, urgency: entry.urgency },
		...{ waitingSince: entry.waitingSince, time: offeredTime(time) },
		score: scoreOf(factsOf(entry, time, ground.now), ground.weights)
	};
}

/** @returns what is weighed of an entry against a time */
export function factsOf(
	entry: Omit<WaitingEntry, 'patient' | 'busy'>,
	{ fills }: Pick<PossibleTime, 'fills'>,
	now: number
): ScoreFacts {
	return {
		...{ urgency: entry.urgency, fills, missedOffers: entry.missedOffers },
		waitedMinutes: (now - entry.waitingSince) / MINUTE_MS,
		namesDoctor: entry.practitionerIds.length > 0,
		namesClinic: entry.clinicIds.length > 0,
		weekShare: weekShareOf(entry)
	};
}

function acceptsPlace(
	{ clinicIds, practitionerIds }: WaitingEntry,
	{ clinicId, practitionerId }: PossibleTime
): boolean {
	const accepts = (named: readonly string[], id: string) =>
		named.length === 0 || named.includes(id);
	return accepts(clinicIds, clinicId) && accepts(practitionerIds, practitionerId);
}

function isFree(busy: readonly Interval[], { startsAt, durationMinutes }: OfferedTime): boolean {
	const visit = { start: startsAt, end: startsAt + durationMinutes * MINUTE_MS };
	return !busy.some((one) => overlaps(one, visit));
}

function offeredTime(time: PossibleTime): OfferedTime {
	return {
		...{ clinicId: time.clinicId, practitionerId: time.practitionerId, roomId: time.roomId },
		...{ serviceId: time.serviceId, startsAt: time.startsAt },
		durationMinutes: time.durationMinutes
	};
}
