/** Offers, times that became free and scores in plain words. */
import type { AnswerWay, OfferState } from '#domain/waitlist/offer.ts';
import type { HistoryOffer } from '#domain/waitlist/offer-history.ts';
import type { OpeningCause, OpeningState } from '#domain/waitlist/opening.ts';
import { SCORE_PARTS, type Score, type ScorePart } from '#domain/waitlist/score.ts';
import { BY_CHANNEL } from '#web/lib/messaging/message-words.ts';

export const OPENING_STATE_WORDS: Record<OpeningState, string> = {
	open: 'Somebody is looked for',
	offered: 'Waits for an answer',
	filled: 'Filled',
	exhausted: 'Nobody left to ask',
	gone: 'Gone'
};

export const CAUSE_WORDS: Record<OpeningCause, string> = {
	cancelled: 'A visit was cancelled',
	moved: 'A visit was moved away',
	shortened: 'A visit was shortened',
	unblocked: 'Blocked time was given back',
	opened: 'Hours were added',
	'by-hand': 'Offered by hand'
};

/** Where an opening has no cause: nobody had given the time back. */
export const DIRECT_WORDS = 'Booked from the list at once';

export const OFFER_STATE_WORDS: Record<OfferState, string> = {
	proposed: 'Waits for approval',
	made: 'Waits for an answer',
	accepted: 'Accepted',
	passed: 'Not this one',
	declined: 'Declined, off the list',
	expired: 'No answer in time',
	lost: 'Another was faster',
	skipped: 'Skipped',
	withdrawn: 'Taken back',
	unreachable: 'Not reached'
};

const ANSWER_WORDS: Record<AnswerWay, string> = {
	link: 'by the link',
	push: 'in the notification',
	sms: 'by SMS',
	account: 'on the patients’ pages',
	staff: 'told by staff'
};

export const PART_WORDS: Record<ScorePart, string> = {
	urgency: 'Urgency',
	waiting: 'Waiting so far',
	service: 'Fills the time',
	doctor: 'Asked for this doctor',
	clinic: 'Asked for this clinic',
	window: 'Can come at few times',
	missed: 'Missed no offers'
};

/** @returns points as they are shown: `48.3` */
export function pointsWords(points: number): string {
	return points.toFixed(1);
}

/** @returns the parts that count, the biggest first: why somebody is where they are */
export function reasonsOf({ parts }: Pick<Score, 'parts'>): { part: ScorePart; points: number }[] {
	return SCORE_PARTS.map((part) => ({ part, points: parts[part] ?? 0 }))
		.filter(({ points }) => points > 0)
		.sort((a, b) => b.points - a.points);
}

/** @returns how an offer came about and how it was answered, in one sentence or two */
export function offerWords(offer: HistoryOffer): string {
	const { way, state, decidedByName, reason, channel, answeredBy } = offer;
	const staff = decidedByName ?? 'staff';
	const who =
		way === 'direct'
			? `Booked by ${staff} without asking`
			: way === 'by-hand'
				? `Offered by hand by ${staff}`
				: decidedByName === null
					? ''
					: state === 'skipped'
						? `Skipped by ${staff}`
						: `Approved by ${staff}`;
	const sent = channel === null ? '' : `Sent ${BY_CHANNEL[channel]}`;
	const answer = answeredBy === null ? '' : `Answered ${ANSWER_WORDS[answeredBy]}`;
	const said = reason === '' ? '' : `‘${reason}’`;
	return [[who, said].filter(Boolean).join(': '), sent, answer].filter(Boolean).join('. ');
}
