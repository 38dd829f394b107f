/** Telling of offers: the patients by a message, boards by the feed. */
import { and, eq, gt, inArray, isNull, or } from 'drizzle-orm';
import { announce } from '../../../db/announcements.ts';
import type { Database } from '../../../db/database.ts';
import { same } from '../../../db/same-key.ts';
import { clinics, messages, patients, waitlistOffers } from '../../../db/schema/index.ts';
import { inOrganization, type Transaction } from '../../../db/transaction.ts';
import { localDatesOf } from '../../availability/local-day.ts';
import { wakeSender } from '../../messaging/commands/wake.ts';
import { MINUTE_MS } from '../../scheduling/intervals.ts';
import type { OfferRule } from '../queries/offer-rules.ts';

/**
 * Queues the messages of offers in the transaction that makes them: one each, however often it is asked for.
 * @param now epoch milliseconds
 */
export async function queueOfferMessages(
	transaction: Transaction,
	organizationId: string,
	offers: readonly { id: string; patientId: string; clinicId: string; startsAt: Date }[],
	rule: OfferRule,
	now: number
): Promise<void> {
	if (offers.length === 0) return;
	const known = await transaction
		.select({ id: patients.id, language: patients.language })
		.from(patients)
		.where(
			and(
				eq(patients.organizationId, organizationId),
				inArray(
					patients.id,
					offers.map(({ patientId }) => patientId)
				)
			)
		);
	const languageOf = new Map(known.map(({ id, language }) => [id, language]));
	await transaction
		.insert(messages)
		.values(
			offers.map(({ id: offerId, patientId, clinicId, startsAt }) => ({
				...{ organizationId, id: crypto.randomUUID(), kind: 'waitlist-offer' as const },
				...{ cause: `waitlist-offer/${offerId}`, offerId, patientId, clinicId },
				...{ ruleId: rule.id, channels: rule.channels, dueAt: new Date(now) },
				...{ aboutStart: startsAt, language: languageOf.get(patientId) ?? 'en' }
			}))
		)
		.onConflictDoNothing();
	await wakeSender(transaction, organizationId);
}

/** What ended before this is known everywhere. */
const RECENT_MS = 120_000;

/**
 * Tells boards of the offers of an opening, or of some offers: those that hold, and those that ended just now. After
 * the commit, as everything that is announced.
 */
export async function announceOffers(
	database: Database,
	organizationId: string,
	which: { openingId: string } | { ids: readonly string[] }
): Promise<void> {
	const rows = await inOrganization(database, organizationId, (transaction) =>
		transaction
			.select({ offer: waitlistOffers, zone: clinics.zone })
			.from(waitlistOffers)
			.innerJoin(clinics, same(waitlistOffers, waitlistOffers.clinicId, clinics))
			.where(
				and(
					eq(waitlistOffers.organizationId, organizationId),
					'ids' in which
						? inArray(waitlistOffers.id, [...which.ids])
						: and(
								eq(waitlistOffers.openingId, which.openingId),
								or(
									isNull(waitlistOffers.endedAt),
									gt(waitlistOffers.endedAt, new Date(Date.now() - RECENT_MS))
								)
							)
				)
			)
	);
	for (const { offer, zone } of rows) {
		const start = offer.startsAt.getTime();
		const dates = localDatesOf({ start, end: start + offer.durationMinutes * MINUTE_MS }, zone);
		announce(database, {
			...{ o: organizationId, kind: 'offer', id: offer.id },
			b: dates.map((date): [string, string] => [offer.clinicId, date])
		});
	}
}
