/** What staff have to know of an offer before they take it into their own hands. */
import { and, eq } from 'drizzle-orm';
import { same } from '../../../db/same-key.ts';
import { waitlistEntries, waitlistOffers } from '../../../db/schema/index.ts';
import type { Transaction } from '../../../db/transaction.ts';
import type { Actor } from '../../access/actor.ts';
import { authorize } from '../../access/authorize.ts';
import { MINUTE_MS } from '../../scheduling/intervals.ts';
import { accept, refuse, type Result } from '../../scheduling/refusals.ts';
import { readOfferRules, type OfferRule } from '../queries/offer-rules.ts';

export type StoredOffer = typeof waitlistOffers.$inferSelect;

export const offerIs = (organizationId: string, id: string) =>
	and(eq(waitlistOffers.organizationId, organizationId), eq(waitlistOffers.id, id));

/** @returns the offer with the notice its patient needs; `not-found` for whoever may not decide about it */
export async function offerForStaff(
	transaction: Transaction,
	actor: Actor,
	offerId: string
): Promise<Result<{ offer: StoredOffer; noticeMinutes: number }>> {
	const { organizationId } = actor;
	const [found] = await transaction
		.select({ offer: waitlistOffers, noticeMinutes: waitlistEntries.noticeMinutes })
		.from(waitlistOffers)
		.innerJoin(waitlistEntries, same(waitlistOffers, waitlistOffers.entryId, waitlistEntries))
		.where(offerIs(organizationId, offerId));
	const { clinicId = null, practitionerId = null } = found?.offer ?? {};
	if (authorize(actor, 'waitlist.offer', { organizationId, clinicId, practitionerId })) {
		return found ? accept(found) : refuse('not-found', { field: 'id' });
	}
	// Whoever may decide about some learns nothing of others'; whoever may about none is told so.
	const mayAnywhere = actor.roles.some((role) =>
		authorize(actor, 'waitlist.offer', {
			...{ organizationId, clinicId: role.clinicId, practitionerId: role.practitionerId }
		})
	);
	return mayAnywhere ? refuse('not-found', { field: 'id' }) : refuse('not-allowed');
}

/**
 * Whether an offer may go to a patient now.
 * @returns the rule that tells it; `too-late` within the notice that the patient needs, `quiet-hours`, or
 *   `status-not-possible` where no rule says how offers are told
 */
export async function mayGoOut(
	transaction: Transaction,
	{
		organizationId,
		clinicId,
		serviceId,
		startsAt,
		noticeMinutes
	}: {
		organizationId: string;
		clinicId: string;
		serviceId: string;
		/** Epoch milliseconds, as `now`. */
		startsAt: number;
		noticeMinutes: number;
	},
	now: number
): Promise<Result<OfferRule>> {
	if (startsAt - now < Math.max(noticeMinutes, 1) * MINUTE_MS) {
		return refuse('too-late', { field: 'startsAt' });
	}
	const rules = await readOfferRules(transaction, organizationId, clinicId, now);
	if (!rules) return refuse('not-found', { field: 'clinicId' });
	const rule = rules(serviceId);
	if (!rule) return refuse('status-not-possible');
	return rule.mayLeaveAt > now ? refuse('quiet-hours') : accept(rule);
}
