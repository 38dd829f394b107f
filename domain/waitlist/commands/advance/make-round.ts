/** Asks those whom a free time suits best: the hold, the offers and what tells of them, all or nothing. */
import { and, eq, inArray } from 'drizzle-orm';
import type { Database } from '../../../../db/database.ts';
import {
	services,
	waitlistEntries,
	waitlistMatches,
	waitlistOffers,
	waitlistOpenings
} from '../../../../db/schema/index.ts';
import { inOrganization, type Transaction } from '../../../../db/transaction.ts';
import { MINUTE_MS } from '../../../scheduling/intervals.ts';
import { MIN_OPENING_MINUTES } from '../../opening.ts';
import type { Match } from '../../queries/match.ts';
import { byRule, roundOf } from '../../round.ts';
import type { WaitlistSettings } from '../../settings.ts';
import { giveBackWithin, keepOfferedTimeWithin } from '../offer-hold.ts';
import { lockOpening } from '../opening-lock.ts';
import { queueOfferMessages } from '../tell-offers.ts';
import type { RoundGround } from './begin-round.ts';
import { endOpening, freeOpening, isTaken, openingIs, waitUntil } from './opening-state.ts';

/**
 * `done`: there is nothing left to do for now; `taken`: somebody has the time that was matched; `changed`: it stands
 * otherwise than when the round began.
 */
export type RoundOutcome = 'done' | 'taken' | 'changed';

/** @param matches whom the time suits, the best first, as it was a moment ago */
export function makeRound(
	database: Database,
	organizationId: string,
	{ opening: begun, number, holdId, settings, rules, left }: RoundGround,
	matches: readonly Match[],
	now: number
): Promise<RoundOutcome> {
	return inOrganization(database, organizationId, async (transaction) => {
		await lockOpening(transaction, begun.id);
		const opening = await freeOpening(transaction, organizationId, begun.id);
		if (!opening) return 'done';
		if (opening.round !== begun.round) return 'changed';
		const leavesAt = (serviceId: string) => rules(serviceId)?.mayLeaveAt ?? null;
		const { askable, quietUntil } = byRule(matches, leavesAt, now);
		if (askable.length === 0) {
			const isWorthIt =
				quietUntil !== null && opening.endsAt - quietUntil >= MIN_OPENING_MINUTES * MINUTE_MS;
			if (isWorthIt) {
				await waitUntil(transaction, organizationId, opening, quietUntil);
			} else {
				const isGone =
					quietUntil !== null || (await isTaken(transaction, organizationId, opening, now));
				await endOpening(transaction, organizationId, opening, isGone ? 'gone' : 'exhausted');
			}
			return 'done';
		}
		const needsApproval = await approvalOf(transaction, organizationId, settings, askable);
		const round = roundOf(askable, needsApproval, Math.min(settings.batchSize, left));
		const { time } = round.matches[0]!;
		const minutes = round.isProposed ? settings.approvalMinutes : settings.offerMinutes;
		const expiresAt = Math.min(now + minutes * MINUTE_MS, time.startsAt);
		const wanted = { holdId, time, expiresAt };
		const kept = await keepOfferedTimeWithin(transaction, organizationId, wanted, now);
		if (!kept.ok) return 'taken';
		const made = await insertRound(transaction, organizationId, {
			...{ openingId: opening.id, holdId, number, expiresAt, now, isProposed: round.isProposed },
			...{ matches: await stillWaiting(transaction, organizationId, round.matches) },
			weighed: matches
		});
		if (made.length === 0) {
			// All of them left the list or were offered another time meanwhile.
			await giveBackWithin(transaction, organizationId, holdId);
			return 'changed';
		}
		if (!round.isProposed) {
			const rule = rules(time.serviceId)!;
			await queueOfferMessages(transaction, organizationId, made, rule, now);
		}
		await transaction
			.update(waitlistOpenings)
			.set({ state: 'offered', round: number })
			.where(openingIs(organizationId, opening.id));
		await waitUntil(transaction, organizationId, opening, expiresAt);
		return 'done';
	});
}

/** @returns whether reception lets an offer to this one go out first; always where a referral has to be seen */
async function approvalOf(
	transaction: Transaction,
	organizationId: string,
	{ approveUrgencies, approveServiceIds }: WaitlistSettings,
	matches: readonly Match[]
): Promise<(match: Match) => boolean> {
	const ids = [...new Set(matches.map(({ time }) => time.serviceId))];
	const referred = await transaction
		.select({ id: services.id })
		.from(services)
		.where(
			and(
				...[eq(services.organizationId, organizationId), inArray(services.id, ids)],
				eq(services.referralNeeded, true)
			)
		);
	const sensitive = new Set([...approveServiceIds, ...referred.map(({ id }) => id)]);
	return ({ urgency, time }) => approveUrgencies.includes(urgency) || sensitive.has(time.serviceId);
}

/** @returns those who are on the list still, and have not left it since they were matched */
async function stillWaiting(
	transaction: Transaction,
	organizationId: string,
	matches: readonly Match[]
): Promise<Match[]> {
	const ids = matches.map(({ entryId }) => entryId);
	const waiting = await transaction
		.select({ id: waitlistEntries.id })
		.from(waitlistEntries)
		.where(
			and(
				...[eq(waitlistEntries.organizationId, organizationId), inArray(waitlistEntries.id, ids)],
				eq(waitlistEntries.state, 'waiting')
			)
		);
	const still = new Set(waiting.map(({ id }) => id));
	return matches.filter(({ entryId }) => still.has(entryId));
}

interface Round {
	openingId: string;
	holdId: string;
	number: number;
	expiresAt: number;
	now: number;
	isProposed: boolean;
	matches: readonly Match[];
	weighed: readonly Match[];
}

/** @returns the offers that were made */
async function insertRound(
	transaction: Transaction,
	organizationId: string,
	{ openingId, holdId, number, expiresAt, now, isProposed, matches, weighed }: Round
): Promise<(typeof waitlistOffers.$inferSelect)[]> {
	if (matches.length === 0) return [];
	const made = await transaction
		.insert(waitlistOffers)
		.values(
			matches.map(({ entryId, patientId, score, time }) => {
				const { clinicId, practitionerId, roomId, serviceId, durationMinutes } = time;
				return {
					...{ organizationId, id: crypto.randomUUID(), openingId, entryId, patientId, holdId },
					...({ round: number, state: isProposed ? 'proposed' : 'made', way: 'engine' } as const),
					...{ clinicId, practitionerId, roomId, serviceId, durationMinutes },
					...{ startsAt: new Date(time.startsAt), total: score.total, parts: score.parts },
					...{ madeAt: new Date(now), expiresAt: new Date(expiresAt) }
				};
			})
		)
		// Whoever is offered another time at this moment is asked another time.
		.onConflictDoNothing()
		.returning();
	if (made.length === 0) return made;
	await transaction
		.insert(waitlistMatches)
		.values(
			weighed.map(({ entryId, score }, i) => ({
				...{ organizationId, openingId, round: number, rank: i + 1, entryId },
				...{ total: score.total, parts: score.parts }
			}))
		)
		.onConflictDoNothing();
	return made;
}
