/** Staff offer a free time to somebody on the list, ahead of everybody, with a reason. */
import { and, eq, isNull, sql } from 'drizzle-orm';
import type { Database } from '../../../db/database.ts';
import { queueJobs } from '../../../db/jobs.ts';
import { SQL_STATE, sqlStateOf } from '../../../db/sql-state.ts';
import { waitlistEntries, waitlistOffers, waitlistOpenings } from '../../../db/schema/index.ts';
import { forActor, type Transaction } from '../../../db/transaction.ts';
import type { Actor } from '../../access/actor.ts';
import { authorize } from '../../access/authorize.ts';
import { kindsOf } from '../../availability/queries/resource-kinds.ts';
import { audit } from '../../access/commands/audit.ts';
import type { Hold } from '../../scheduling/holds.ts';
import { MINUTE_MS } from '../../scheduling/intervals.ts';
import { accept, refuse, type Result } from '../../scheduling/refusals.ts';
import type { ChosenTime } from '../offer-input.ts';
import { openingOfTime } from '../queries/openings-of-time.ts';
import type { OfferRule } from '../queries/offer-rules.ts';
import { readWaitlistSettings } from '../queries/settings.ts';
import { mayGoOut, offerIs } from './offer-for-staff.ts';
import { giveBackOfferedTime, keepOfferedTime } from './offer-hold.ts';
import { lockOpening } from './opening-lock.ts';
import { announceOffers, queueOfferMessages } from './tell-offers.ts';

export interface OfferByHand {
	entryId: string;
	time: ChosenTime;
	/** Why this patient first; somebody reads it. */
	reason: string;
	/** Chosen by the author, so that a request that is sent again is answered the same. */
	offerId?: string;
}

type Entry = typeof waitlistEntries.$inferSelect;

/**
 * Keeps the time and tells the patient. It answers an opening where the time is one; else an opening is made for it,
 * which ends with this offer.
 * @returns the offer's id; `not-found` for an entry that waits no more, `status-not-possible` for one that is offered
 *   another time at the moment, `too-late` within the notice that the patient needs, `quiet-hours`, or what is in the
 *   way of the time (`held`: it is offered to somebody)
 */
export async function offerByHand(
	database: Database,
	actor: Actor,
	{ entryId, time, reason, offerId = crypto.randomUUID() }: OfferByHand,
	now: number = Date.now()
): Promise<Result<{ id: string }>> {
	const { organizationId } = actor;
	const { clinicId, practitionerId, roomId, startsAt } = time;
	if (!authorize(actor, 'waitlist.offer', { organizationId, clinicId, practitionerId })) {
		return refuse('not-allowed');
	}
	const known = await kindsOf(database, actor, [practitionerId, roomId]);
	if (known.get(practitionerId) !== 'practitioner') {
		return refuse('not-found', { field: 'practitionerId' });
	}
	if (known.get(roomId) !== 'room') return refuse('not-found', { field: 'roomId' });
	const ready = await forActor<Result<Ready | 'made'>>(database, actor, async (transaction) =>
		(await isMade(transaction, organizationId, { offerId, entryId }))
			? accept('made')
			: readyFor(transaction, organizationId, entryId, time, now)
	);
	if (!ready.ok) return ready;
	if (ready.value === 'made') return accept({ id: offerId });
	const { value } = ready;
	const { entry, minutes } = value;
	const expiresAt = Math.min(now + minutes * MINUTE_MS, startsAt);
	const holdId = crypto.randomUUID();
	const wanted = { ...time, serviceId: entry.serviceId };
	const kept = await keepOfferedTime(
		database,
		organizationId,
		// It is as long as the service takes with this doctor.
		{ holdId, time: wanted, expiresAt },
		now
	);
	if (!kept.ok) return kept;
	try {
		await forActor(database, actor, (transaction) =>
			insert(transaction, actor, { ...value, id: offerId, time, hold: kept.value, reason, now })
		);
		await announceOffers(database, organizationId, { ids: [offerId] });
		return accept({ id: offerId });
	} catch (error) {
		await giveBackOfferedTime(database, organizationId, holdId);
		// Offered another time at this very moment.
		if (sqlStateOf(error) === SQL_STATE.uniqueViolation) {
			return refuse('status-not-possible', { field: 'entryId' });
		}
		throw error;
	}
}

interface Ready {
	entry: Entry;
	rule: OfferRule;
	/** For how long it is offered. */
	minutes: number;
}

async function isMade(
	transaction: Transaction,
	organizationId: string,
	{ offerId, entryId }: { offerId: string; entryId: string }
): Promise<boolean> {
	const [offer] = await transaction
		.select({ entryId: waitlistOffers.entryId })
		.from(waitlistOffers)
		.where(offerIs(organizationId, offerId));
	return offer?.entryId === entryId;
}

async function readyFor(
	transaction: Transaction,
	organizationId: string,
	entryId: string,
	{ clinicId, startsAt }: ChosenTime,
	now: number
): Promise<Result<Ready>> {
	const entry = await readWaitingEntry(transaction, organizationId, entryId);
	if (!entry.ok) return entry;
	const { serviceId, noticeMinutes } = entry.value;
	const rule = await mayGoOut(
		transaction,
		{ organizationId, clinicId, serviceId, startsAt, noticeMinutes },
		now
	);
	if (!rule.ok) return rule;
	const { offerMinutes } = await readWaitlistSettings(transaction, organizationId);
	return accept({ entry: entry.value, rule: rule.value, minutes: offerMinutes });
}

/** @returns the entry, if it waits and is offered nothing at the moment */
export async function readWaitingEntry(
	transaction: Transaction,
	organizationId: string,
	entryId: string
): Promise<Result<Entry>> {
	const [entry] = await transaction
		.select()
		.from(waitlistEntries)
		.where(
			and(eq(waitlistEntries.organizationId, organizationId), eq(waitlistEntries.id, entryId))
		);
	if (entry?.state !== 'waiting') return refuse('not-found', { field: 'entryId' });
	const live = await transaction
		.select({ id: waitlistOffers.id })
		.from(waitlistOffers)
		.where(
			and(
				...[eq(waitlistOffers.organizationId, organizationId)],
				...[eq(waitlistOffers.entryId, entryId), isNull(waitlistOffers.endedAt)]
			)
		);
	if (live.length > 0) return refuse('status-not-possible', { field: 'entryId' });
	return accept(entry);
}

interface ToInsert extends Ready {
	id: string;
	time: ChosenTime;
	hold: Hold;
	reason: string;
	now: number;
}

async function insert(
	transaction: Transaction,
	actor: Actor,
	{ id, entry, rule, time, hold, reason, now }: ToInsert
): Promise<void> {
	const { organizationId, userId } = actor;
	const { clinicId, practitionerId, roomId, startsAt } = time;
	const [expiresAt, endsAt] = [new Date(hold.expiresAt), new Date(hold.endsAt)];
	const openingId = await openingFor(transaction, organizationId, { entry, time, hold });
	const [made] = await transaction
		.insert(waitlistOffers)
		.values({
			...{ organizationId, id, openingId, entryId: entry.id, patientId: entry.patientId },
			...({ state: 'made', way: 'by-hand', reason, decidedBy: userId, holdId: hold.id } as const),
			...{ clinicId, practitionerId, roomId, serviceId: entry.serviceId, expiresAt },
			durationMinutes: (endsAt.getTime() - startsAt) / MINUTE_MS,
			...{ startsAt: new Date(startsAt), madeAt: new Date(now) }
		})
		.returning();
	await queueOfferMessages(transaction, organizationId, [made!], rule, now);
	await queueJobs(transaction, 'advance-waitlist', [
		{ data: { organizationId, openingId }, key: openingId, startAfter: expiresAt }
	]);
	await audit(transaction, actor, {
		...{ kind: 'waitlist-offered-by-hand', clinicId },
		subject: { kind: 'waitlist-offer', id }
	});
}

/** @returns the opening that the offer answers: the one that the time belongs to, or one for it alone */
async function openingFor(
	transaction: Transaction,
	organizationId: string,
	{ entry, time, hold }: Pick<ToInsert, 'entry' | 'time' | 'hold'>
): Promise<string> {
	const { clinicId, practitionerId, roomId } = time;
	const { startsAt, endsAt } = hold;
	const offered = { state: 'offered', nextAt: new Date(hold.expiresAt) } as const;
	const wanted = { clinicId, practitionerId, startsAt, endsAt };
	const known = await openingOfTime(transaction, organizationId, wanted, entry.id);
	if (known !== null) {
		await lockOpening(transaction, known);
		const [taken] = await transaction
			.update(waitlistOpenings)
			.set({ ...offered, round: sql`${waitlistOpenings.round} + 1` })
			.where(
				and(
					...[eq(waitlistOpenings.organizationId, organizationId)],
					// The engine may have ended it while it was waited for.
					...[eq(waitlistOpenings.id, known), isNull(waitlistOpenings.endedAt)]
				)
			)
			.returning({ id: waitlistOpenings.id });
		if (taken) return known;
	}
	const id = crypto.randomUUID();
	await lockOpening(transaction, id);
	await transaction.insert(waitlistOpenings).values({
		...{ organizationId, id, clinicId, practitionerId, roomId, cause: 'by-hand', ...offered },
		...{ startsAt: new Date(startsAt), endsAt: new Date(endsAt), round: 1 }
	});
	return id;
}
