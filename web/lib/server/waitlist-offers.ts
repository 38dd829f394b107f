/** Times for those who wait, given by staff: whom a time suits, booking, offering, letting go out, skipping. */
import { error } from '@sveltejs/kit';
import { z } from 'zod';
import type { Actor } from '#domain/access/actor.ts';
import { instantSchema } from '#domain/scheduling/intents.ts';
import { explainRefusal } from '#domain/scheduling/refusal-words.ts';
import type { Refusal } from '#domain/scheduling/refusals.ts';
import { approveOffer } from '#domain/waitlist/commands/approve-offer.ts';
import { bookEntry } from '#domain/waitlist/commands/book-entry.ts';
import { offerByHand } from '#domain/waitlist/commands/offer-by-hand.ts';
import { skipOffer } from '#domain/waitlist/commands/skip-offer.ts';
import { chosenTimeSchema, offerReasonSchema } from '#domain/waitlist/offer-input.ts';
import type { RankedPeople } from '#domain/waitlist/panel.ts';
import { rankedForTime } from '#domain/waitlist/queries/ranked-people.ts';
import { resourceNames } from '#domain/directory/queries.ts';
import { ownClinic } from './board-page.ts';
import { database } from './database.ts';
import { noteTold, toldBefore } from './told-patients.ts';
import { isId, wordsOfIssue, WAITLIST_NOT_YOURS } from './waitlist-panel.ts';

const timeInput = z
	.strictObject({ practitionerId: z.uuid(), startsAt: instantSchema, endsAt: instantSchema })
	.refine(({ startsAt, endsAt }) => startsAt < endsAt && endsAt - startsAt <= 86_400_000);

/** @returns whom a free time suits, the best first, and why */
export async function suitedByTime(
	actor: Actor,
	clinicId: string,
	body: unknown
): Promise<RankedPeople> {
	await ownClinic(actor, clinicId);
	const parsed = timeInput.safeParse(body);
	if (!parsed.success) error(400, 'Choose a free time on the board first.');
	const { practitionerId } = parsed.data;
	// Nobody else's doctors are told of.
	if (!(await resourceNames(database(), actor, [practitionerId])).has(practitionerId)) {
		error(404, 'There is no such doctor here.');
	}
	const time = { ...parsed.data, clinicId };
	const found = await rankedForTime(database(), actor, time, toldBefore(actor), Date.now());
	if (!found.ok) error(403, WAITLIST_NOT_YOURS);
	noteTold(
		actor,
		found.value.ranked.map(({ person }) => person)
	);
	return found.value;
}

const given = { entryId: z.uuid(), time: chosenTimeSchema, intentId: z.uuid() };
const giveInput = z.discriminatedUnion('how', [
	z.strictObject({ how: z.literal('book'), ...given, referralSeen: z.boolean().default(false) }),
	z.strictObject({ how: z.literal('offer'), ...given, reason: offerReasonSchema })
]);

/** Gives a free time to somebody who waits. @returns the offer's id, which is the visit's too */
export async function giveTime(actor: Actor, body: unknown): Promise<{ id: string }> {
	const parsed = giveInput.safeParse(body);
	if (!parsed.success) error(400, wordsOfIssue(parsed.error));
	const { clinicId } = parsed.data.time;
	const { zone } = await ownClinic(actor, clinicId);
	if (parsed.data.how === 'book') {
		const { how: _, ...booking } = parsed.data;
		const verdict = await bookEntry(database(), actor, booking);
		if (verdict.outcome !== 'refused') return { id: verdict.subjectId };
		return refused(actor, verdict.refusal, zone);
	}
	const { entryId, time, reason, intentId } = parsed.data;
	const made = await offerByHand(database(), actor, { entryId, time, reason, offerId: intentId });
	return made.ok ? made.value : refused(actor, made.refusal, zone);
}

const decisionInput = z.discriminatedUnion('do', [
	z.strictObject({ do: z.literal('approve') }),
	z.strictObject({ do: z.literal('skip'), reason: offerReasonSchema })
]);

/** Lets a proposed offer go out, or skips whoever it is for. */
export async function decideOffer(
	actor: Actor,
	offerId: string,
	body: unknown
): Promise<{ id: string }> {
	if (!isId(offerId)) error(404, 'This offer is not there.');
	const parsed = decisionInput.safeParse(body);
	if (!parsed.success) error(400, wordsOfIssue(parsed.error));
	const done =
		parsed.data.do === 'approve'
			? await approveOffer(database(), actor, offerId)
			: await skipOffer(database(), actor, { offerId, reason: parsed.data.reason });
	return done.ok ? { id: offerId } : refused(actor, done.refusal, 'UTC');
}

const WORDS: Partial<Record<Refusal['code'], string>> = {
	'not-found': 'This is over: the offer ended, or the patient is not on the list any more.',
	'not-allowed': 'You may not give times to those who wait. Ask whoever may.',
	'status-not-possible':
		'This stands differently by now: the patient has an offer already, or this one is over.',
	held: 'This time is being kept for somebody at this moment.',
	'too-late': 'This is sooner than the patient can come.'
};
const STATUS: Partial<Record<Refusal['code'], 403 | 404>> = {
	...{ 'not-found': 404, 'not-allowed': 403 }
};

async function refused(actor: Actor, refusal: Refusal, zone: string): Promise<never> {
	const names = await resourceNames(
		database(),
		actor,
		(refusal.obstacles ?? []).map(({ resourceId }) => resourceId)
	);
	const words =
		WORDS[refusal.code] ?? explainRefusal(refusal, { nameOf: (id) => names.get(id), zone });
	error(STATUS[refusal.code] ?? 409, words);
}
