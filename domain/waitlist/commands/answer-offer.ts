/**
 * What a patient answers to an offer: yes, not this one, or not any more. The first yes that is in time has the time;
 * that there is one only is the database's doing (take_offer, migration 0030), whichever way the answers come.
 */
import { and, eq, inArray } from 'drizzle-orm';
import type { Database } from '../../../db/database.ts';
import { waitlistOffers } from '../../../db/schema/index.ts';
import { forActor } from '../../../db/transaction.ts';
import type { Actor } from '../../access/actor.ts';
import { authorize } from '../../access/authorize.ts';
import { carryOut } from '../../scheduling/commands.ts';
import type { Intent } from '../../scheduling/intents.ts';
import { accept, refuse, type Refusal, type Result } from '../../scheduling/refusals.ts';
import { withdrawEntry } from '../commands.ts';
import {
	LIVE_OFFER_STATES,
	offerHoldOwner,
	type AnswerWay,
	type OfferAnswer,
	type OfferState
} from '../offer.ts';
import { nextTimesLike } from '../queries/next-times.ts';
import { offerIs, type StoredOffer as Offer } from './offer-for-staff.ts';
import { announceOffers } from './tell-offers.ts';

export interface OfferAnswered {
	offerId: string;
	answer: OfferAnswer;
	/** Where it came from. */
	by: AnswerWay;
}

export interface AnsweredOffer {
	state: OfferState;
	/** The visit that it became; `null`: none. */
	appointmentId: string | null;
}

/**
 * Answers an offer; the same answer twice is answered the same.
 * @param actor its patient, or staff to whom the patient said it
 * @returns `offer-over` for a yes that is too late, with the next times that are free (the entry goes on waiting);
 *   `not-found` for an offer that is not theirs; what else keeps this patient from this time, such as `patient-busy`
 */
export async function answerOffer(
	database: Database,
	actor: Actor,
	answered: OfferAnswered,
	now: number = Date.now()
): Promise<Result<AnsweredOffer>> {
	const offer = await readOffer(database, actor, answered.offerId);
	if (!offer) return refuse('not-found', { field: 'offerId' });
	if (answered.answer === 'accept') return take(database, actor, offer, answered, now);
	return leave(database, actor, offer, answered, now);
}

/** @returns the offer as whoever asks may know of it: one that reception has not let go out is nobody's yet */
async function readOffer(database: Database, actor: Actor, offerId: string): Promise<Offer | null> {
	const { organizationId } = actor;
	const [offer] = await forActor(database, actor, (transaction) =>
		transaction.select().from(waitlistOffers).where(offerIs(organizationId, offerId))
	);
	if (!offer || offer.state === 'proposed') return null;
	const { clinicId, practitionerId, patientId } = offer;
	const subject = { organizationId, clinicId, practitionerId, patientId };
	return authorize(actor, 'waitlist.write', subject) ? offer : null;
}

/** Refusals that are about the time and not about this patient: nobody can have it as it was offered. */
const TIME_IS_GONE: readonly Refusal['code'][] = [
	...(['practitioner-busy', 'practitioner-blocked', 'room-busy', 'room-blocked'] as const),
	...(['equipment-busy', 'staff-busy', 'held', 'session-full', 'clinic-closed', 'away'] as const),
	...(['outside-hours', 'on-break', 'service-not-offered', 'room-unsuitable'] as const)
];

async function take(
	database: Database,
	actor: Actor,
	offer: Offer,
	{ by }: OfferAnswered,
	now: number
): Promise<Result<AnsweredOffer>> {
	const { organizationId, id, holdId, openingId } = offer;
	if (offer.state === 'accepted') return taken(id);
	if (offer.state !== 'made' || offer.expiresAt.getTime() <= now) {
		return over(database, actor, offer, now);
	}
	await forActor(database, actor, (transaction) =>
		transaction
			.update(waitlistOffers)
			.set({ answeredBy: by })
			.where(and(offerIs(organizationId, id), eq(waitlistOffers.state, 'made')))
	);
	const holdOwner = holdId === null ? {} : { holdOwner: offerHoldOwner(holdId) };
	const verdict = await carryOut(database, { ...actor, ...holdOwner }, visitOf(offer, now), {
		...{ now, source: 'waitlist' }
	});
	if (verdict.outcome !== 'refused') {
		await announceOffers(
			database,
			organizationId,
			openingId === null ? { ids: [id] } : { openingId }
		);
		return taken(id);
	}
	// Pressed twice at once: the other one has booked it.
	const [after] = await forActor(database, actor, (transaction) =>
		transaction
			.select({ state: waitlistOffers.state })
			.from(waitlistOffers)
			.where(offerIs(organizationId, id))
	);
	if (after?.state === 'accepted') return taken(id);
	const { refusal } = verdict;
	if (TIME_IS_GONE.includes(refusal.code)) await withdrawAll(database, actor, offer, now);
	else if (refusal.code !== 'offer-over') return { ok: false, refusal };
	return over(database, actor, offer, now);
}

const taken = (appointmentId: string): Result<AnsweredOffer> =>
	accept({ state: 'accepted', appointmentId });

function visitOf(offer: Offer, now: number): Intent {
	const { id, clinicId, patientId, serviceId, practitionerId, roomId, durationMinutes } = offer;
	return {
		// Another one for each try: what is in the way of one (another visit of the patient's) may be gone by the next.
		...{ kind: 'book', id: `waitlist-offer/${id}/${crypto.randomUUID()}`, madeAt: now },
		appointmentId: id,
		changes: {
			...{ clinicId, patientId, serviceId, practitionerId, roomId, durationMinutes },
			startsAt: offer.startsAt.getTime(),
			// Whoever let it go out has seen it: what needs one goes nowhere by itself (advance.ts).
			referralSeen: offer.decidedBy !== null
		}
	};
}

/** The entry keeps its place; whoever is late is told what else there is. */
async function over(
	database: Database,
	actor: Actor,
	offer: Offer,
	now: number
): Promise<Result<never>> {
	return refuse('offer-over', {
		field: 'offerId',
		alternatives: await nextTimesLike(database, actor, offer, now)
	});
}

/** What was promised cannot be had: to whomever it was offered. */
async function withdrawAll(
	database: Database,
	actor: Actor,
	{ organizationId, id, holdId }: Offer,
	now: number
): Promise<void> {
	const which = holdId === null ? eq(waitlistOffers.id, id) : eq(waitlistOffers.holdId, holdId);
	const withdrawn = await forActor(database, actor, (transaction) =>
		transaction
			.update(waitlistOffers)
			.set({ state: 'withdrawn', endedAt: new Date(now) })
			.where(
				and(
					...[eq(waitlistOffers.organizationId, organizationId), which],
					inArray(waitlistOffers.state, [...LIVE_OFFER_STATES])
				)
			)
			.returning({ id: waitlistOffers.id })
	);
	await announceOffers(database, organizationId, { ids: withdrawn.map((one) => one.id) });
}

/** Not this one; `decline`: and off the list. Of an offer that is over there is nothing left to leave but the list. */
async function leave(
	database: Database,
	actor: Actor,
	offer: Offer,
	{ answer, by }: OfferAnswered,
	now: number
): Promise<Result<AnsweredOffer>> {
	const { organizationId, id, entryId } = offer;
	const state = answer === 'decline' ? 'declined' : 'passed';
	const became = await forActor(database, actor, async (transaction) => {
		const [left] = await transaction
			.update(waitlistOffers)
			.set({ state, answeredBy: by, endedAt: new Date(now) })
			.where(and(offerIs(organizationId, id), eq(waitlistOffers.state, 'made')))
			.returning({ state: waitlistOffers.state });
		// What was accepted is a visit by now, which is cancelled as one.
		if (answer === 'decline' && offer.state !== 'accepted') {
			await withdrawEntry(transaction, actor, entryId, now);
		}
		return left?.state ?? null;
	});
	if (became === null) {
		const after = await readOffer(database, actor, id);
		if (after?.state === 'accepted') return refuse('offer-over', { field: 'offerId' });
		return accept({ state: after?.state ?? offer.state, appointmentId: null });
	}
	await announceOffers(database, organizationId, { ids: [id] });
	return accept({ state: became, appointmentId: null });
}
