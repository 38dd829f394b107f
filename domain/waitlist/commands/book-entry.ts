/** Staff book somebody from the list into a free time, without asking: they have them on the telephone, say. */
import { and, eq, inArray, isNull } from 'drizzle-orm';
import type { Database } from '../../../db/database.ts';
import { derivedId } from '../../../db/derived-id.ts';
import { waitlistEntries, waitlistOffers } from '../../../db/schema/index.ts';
import { forActor } from '../../../db/transaction.ts';
import type { Actor } from '../../access/actor.ts';
import { authorize } from '../../access/authorize.ts';
import { carryOut } from '../../scheduling/commands.ts';
import { releaseHold, takeHold } from '../../scheduling/commands/holds.ts';
import type { Hold } from '../../scheduling/holds.ts';
import { MINUTE_MS } from '../../scheduling/intervals.ts';
import type { Refusal } from '../../scheduling/refusals.ts';
import type { Verdict } from '../../scheduling/verdict.ts';
import { LIVE_OFFER_STATES } from '../offer.ts';
import type { ChosenTime } from '../offer-input.ts';
import { openingOfTime } from '../queries/openings-of-time.ts';
import { answerOffer } from './answer-offer.ts';
import { offerIs } from './offer-for-staff.ts';
import { announceOffers } from './tell-offers.ts';

export interface EntryBooking {
	entryId: string;
	time: ChosenTime;
	/** The idempotency key: the same is carried out at most once. */
	intentId: string;
	/** Somebody has seen the referral. */
	referralSeen?: boolean;
}

type Entry = typeof waitlistEntries.$inferSelect;
type Offer = typeof waitlistOffers.$inferSelect;

/** It is booked in the same moment; should the process end in between, the offer does. */
const EXPIRES_MS = MINUTE_MS;

/**
 * Books the visit; the entry is `booked` with it. What the entry is offered elsewhere at the moment is withdrawn.
 * @returns the verdict of the booking, whose `subjectId` is the visit; refused with `not-found` for an entry that
 *   waits no more
 */
export async function bookEntry(
	database: Database,
	actor: Actor,
	booking: EntryBooking,
	now: number = Date.now()
): Promise<Verdict> {
	const { organizationId } = actor;
	const { entryId, time, intentId, referralSeen = false } = booking;
	const { clinicId, practitionerId } = time;
	const refused = (refusal: Refusal): Verdict => ({ intentId, outcome: 'refused', refusal });
	if (!authorize(actor, 'waitlist.offer', { organizationId, clinicId, practitionerId })) {
		return refused({ code: 'not-allowed' });
	}
	const id = derivedId(`${organizationId}/${actor.userId}/${intentId}`);
	const { entry, offer } = await readEntry(database, actor, { entryId, time, id });
	// Asked for again: what was answered then is answered now.
	if (offer?.state === 'accepted') return accepted(intentId, offer.id);
	if (entry?.state !== 'waiting') return refused({ code: 'not-found', field: 'entryId' });
	if (offer) {
		const taken = await answerAsStaff(database, actor, offer, now);
		return taken.ok ? accepted(intentId, offer.id) : refused(taken.refusal);
	}
	const { serviceId, patientId } = entry;
	// The time is tried before what the patient is offered elsewhere is given up for it.
	const kept = await takeHold(database, actor, { ...time, serviceId, id }, now);
	if (!kept.ok) return refused(kept.refusal);
	const withdrawn = await insertDirect(database, actor, { id, entry, time, hold: kept.value, now });
	const intent = {
		...({ kind: 'book', id: intentId, appointmentId: id, madeAt: now } as const),
		changes: { ...time, serviceId, patientId, referralSeen }
	};
	const verdict = await carryOut(database, actor, intent, { now, source: 'waitlist' });
	if (verdict.outcome === 'refused') {
		await forActor(database, actor, (transaction) =>
			transaction
				.update(waitlistOffers)
				.set({ state: 'withdrawn', endedAt: new Date(now) })
				.where(and(offerIs(organizationId, id), eq(waitlistOffers.state, 'made')))
		);
		await releaseHold(database, actor, id);
	}
	await announceOffers(database, organizationId, { ids: [...withdrawn, id] });
	return verdict;
}

/** Its first revision: what changed since is another's doing. */
const accepted = (intentId: string, subjectId: string): Verdict => ({
	...{ intentId, outcome: 'accepted', subjectId, revision: 1 }
});

/** @returns the entry, and the offer of this very time to it that holds or was taken */
async function readEntry(
	database: Database,
	actor: Actor,
	{ entryId, time, id }: { entryId: string; time: ChosenTime; id: string }
): Promise<{ entry: Entry | null; offer: Offer | null }> {
	const own = eq(waitlistOffers.organizationId, actor.organizationId);
	return forActor(database, actor, async (transaction) => {
		const [entry] = await transaction
			.select()
			.from(waitlistEntries)
			.where(
				and(
					eq(waitlistEntries.organizationId, actor.organizationId),
					eq(waitlistEntries.id, entryId)
				)
			);
		const offers = await transaction
			.select()
			.from(waitlistOffers)
			.where(
				and(
					...[own, eq(waitlistOffers.entryId, entryId)],
					inArray(waitlistOffers.state, [...LIVE_OFFER_STATES, 'accepted'])
				)
			);
		const isSame = (offer: Offer) =>
			offer.practitionerId === time.practitionerId &&
			offer.roomId === time.roomId &&
			offer.startsAt.getTime() === time.startsAt;
		const offer = offers.find((one) => one.id === id || isSame(one));
		return { entry: entry ?? null, offer: offer ?? null };
	});
}

/** The time is held for this very patient, who has said yes to somebody. */
async function answerAsStaff(database: Database, actor: Actor, offer: Offer, now: number) {
	const { organizationId, id } = offer;
	// What reception has not let go out need not go out any more.
	await forActor(database, actor, (transaction) =>
		transaction
			.update(waitlistOffers)
			.set({ state: 'made', decidedBy: actor.userId })
			.where(and(offerIs(organizationId, id), eq(waitlistOffers.state, 'proposed')))
	);
	return answerOffer(database, actor, { offerId: id, answer: 'accept', by: 'staff' }, now);
}

/** @returns the offers to the same entry that it takes the place of */
async function insertDirect(
	database: Database,
	actor: Actor,
	{
		id,
		entry,
		time,
		hold,
		now
	}: { id: string; entry: Entry; time: ChosenTime; hold: Hold; now: number }
): Promise<string[]> {
	const { organizationId, userId } = actor;
	const { startsAt, endsAt } = hold;
	return forActor(database, actor, async (transaction) => {
		const openingId = await openingOfTime(
			transaction,
			organizationId,
			{ ...time, startsAt, endsAt },
			entry.id
		);
		const elsewhere = await transaction
			.update(waitlistOffers)
			.set({ state: 'withdrawn', endedAt: new Date(now), decidedBy: userId })
			.where(
				and(
					...[eq(waitlistOffers.organizationId, organizationId)],
					...[eq(waitlistOffers.entryId, entry.id), isNull(waitlistOffers.endedAt)]
				)
			)
			.returning({ id: waitlistOffers.id });
		const { patientId, serviceId } = entry;
		const { clinicId, practitionerId, roomId } = time;
		const direct = {
			...({ state: 'made', way: 'direct', decidedBy: userId, endedAt: null } as const),
			expiresAt: new Date(now + EXPIRES_MS)
		};
		await transaction
			.insert(waitlistOffers)
			.values({
				...{ organizationId, id, openingId, entryId: entry.id, patientId, ...direct },
				...{ clinicId, practitionerId, roomId, serviceId, madeAt: new Date(now) },
				...{ startsAt: new Date(startsAt), durationMinutes: (endsAt - startsAt) / MINUTE_MS }
			})
			// A process that was killed may have left it behind.
			.onConflictDoUpdate({
				target: [waitlistOffers.organizationId, waitlistOffers.id],
				set: direct
			});
		return elsewhere.map((one) => one.id);
	});
}
