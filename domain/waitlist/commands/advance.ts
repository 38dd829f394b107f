/**
 * What happens next to a time that became free: those who did not answer are past, and the next are asked, as long as
 * it is worth it. Called by a job after whatever changes an opening or its offers; calling it too often does nothing.
 *
 * A round is made in this order, and may be cut off anywhere: the match (nothing is written), the hold (its id follows
 * from opening and round, so that a repeat finds it; left alone it ends with its time), and one transaction with the
 * offers, their messages, the opening's state and the job that looks at the answers.
 */
import { and, eq, inArray, isNull, lte, sql } from 'drizzle-orm';
import type { Database } from '../../../db/database.ts';
import { queueJobs } from '../../../db/jobs.ts';
import {
	claims,
	services,
	waitlistMatches,
	waitlistOffers,
	waitlistOpenings
} from '../../../db/schema/index.ts';
import { inOrganization, type Transaction } from '../../../db/transaction.ts';
import { MINUTE_MS } from '../../scheduling/intervals.ts';
import { LIVE_OFFER_STATES, type OfferedTime } from '../offer.ts';
import { MIN_OPENING_MINUTES, type Opening, type OpeningState } from '../opening.ts';
import { matchOpening, type Match } from '../queries/match.ts';
import { readOfferRules, type OfferRules } from '../queries/offer-rules.ts';
import { readOpening } from '../queries/opening.ts';
import { readWaitlistSettings } from '../queries/settings.ts';
import type { WaitlistSettings } from '../settings.ts';
import { giveBackOfferedTime, keepOfferedTime, offerHoldId } from './offer-hold.ts';
import { lockOpening } from './opening-lock.ts';
import { announceOffers, queueOfferMessages } from './tell-offers.ts';

/** At least as many are weighed, and kept as having been. */
const WEIGHED = 20;
/** Others may take the times that were matched, again and again. */
const MAX_ATTEMPTS = 8;
/** Somebody answers at this very moment: it is looked at again soon. */
const ANSWERING_MS = 1_000;

/** @param now epoch milliseconds */
export async function advanceOpening(
	database: Database,
	organizationId: string,
	openingId: string,
	now: number = Date.now()
): Promise<void> {
	const settled = await settle(database, organizationId, openingId, now);
	for (const holdId of settled.heldInVain) {
		await giveBackOfferedTime(database, organizationId, holdId);
	}
	if (settled.isFree) {
		for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
			const isLast = attempt === MAX_ATTEMPTS;
			if (await makeRound(database, organizationId, openingId, { now, isLast })) break;
		}
	}
	await announceOffers(database, organizationId, { openingId });
}

interface Settled {
	/** Nobody is asked at the moment, and somebody may be. */
	isFree: boolean;
	/** Holds of rounds that are over. */
	heldInVain: string[];
}

/** Ends the offers whose time is up. A transaction of its own: nothing it locks is locked while a time is taken. */
function settle(
	database: Database,
	organizationId: string,
	openingId: string,
	now: number
): Promise<Settled> {
	return inOrganization(database, organizationId, async (transaction) => {
		await lockOpening(transaction, openingId);
		const opening = await readOpening(transaction, organizationId, openingId);
		if (!opening) return { isFree: false, heldInVain: [] };
		const ofOpening = and(
			eq(waitlistOffers.organizationId, organizationId),
			eq(waitlistOffers.openingId, openingId)
		);
		const due = await transaction
			.select({ id: waitlistOffers.id })
			.from(waitlistOffers)
			.where(
				and(
					...[ofOpening, inArray(waitlistOffers.state, [...LIVE_OFFER_STATES])],
					lte(waitlistOffers.expiresAt, new Date(now))
				)
			)
			// One that is being answered is left to its answer.
			.for('update', { skipLocked: true });
		if (due.length > 0) {
			const ids = due.map(({ id }) => id);
			await transaction
				.update(waitlistOffers)
				.set({
					// One that reception has not let go out was never the patient's to answer.
					state: sql`CASE WHEN ${waitlistOffers.state} = 'proposed' THEN 'withdrawn' ELSE 'expired' END`,
					endedAt: new Date(now)
				})
				.where(and(ofOpening, inArray(waitlistOffers.id, ids)));
		}
		const offers = await transaction
			.select({
				...{ holdId: waitlistOffers.holdId, state: waitlistOffers.state },
				expiresAt: waitlistOffers.expiresAt
			})
			.from(waitlistOffers)
			.where(ofOpening);
		const live = offers.filter(({ state }) =>
			(LIVE_OFFER_STATES as readonly string[]).includes(state)
		);
		const inUse = new Set(live.map(({ holdId }) => holdId));
		const heldInVain = [...new Set(offers.flatMap(({ holdId }) => holdId ?? []))].filter(
			(holdId) => !inUse.has(holdId)
		);
		const isOpen = opening.state === 'open' || opening.state === 'offered';
		if (isOpen && live.length > 0) {
			const first = Math.min(...live.map(({ expiresAt }) => expiresAt.getTime()));
			await waitUntil(transaction, organizationId, opening, Math.max(first, now + ANSWERING_MS));
		}
		return { isFree: isOpen && live.length === 0, heldInVain };
	});
}

/** @returns whether there is nothing left to do for now; `false`: somebody took the time that was matched */
function makeRound(
	database: Database,
	organizationId: string,
	openingId: string,
	{ now, isLast }: { now: number; isLast: boolean }
): Promise<boolean> {
	return inOrganization(database, organizationId, async (transaction) => {
		await lockOpening(transaction, openingId);
		const opening = await readOpening(transaction, organizationId, openingId);
		const isOpen = opening?.state === 'open' || opening?.state === 'offered';
		// Another server was here in between.
		if (!isOpen || (await hasLiveOffers(transaction, organizationId, openingId))) return true;
		const end = (state: OpeningState) => endOpening(transaction, organizationId, openingId, state);
		if (opening.endsAt - now < MIN_OPENING_MINUTES * MINUTE_MS) return end('gone');
		const settings = await readWaitlistSettings(transaction, organizationId);
		const asked = await askedSoFar(transaction, organizationId, openingId);
		const left = settings.mostOffers - asked.byEngine;
		// What staff made by hand was for one patient: nobody gave that time back.
		const isOver = opening.cause === 'by-hand' || !settings.enabled || left <= 0;
		if (isOver) return end('exhausted');
		const rules = (await readOfferRules(transaction, organizationId, opening.clinicId, now))!;
		const number = opening.round + 1;
		const holdId = offerHoldId(openingId, number);
		// Of a round that was cut off: it would be in the way of whom the time suits.
		await giveBackOfferedTime(database, organizationId, holdId);
		const matches = await matchOpening(database, organizationId, opening, {
			...{ settings, now, exceptEntryIds: asked.entryIds },
			limit: Math.max(WEIGHED, settings.batchSize)
		});
		const { askable, quietUntil } = byRule(matches, rules, now);
		if (askable.length === 0) {
			if (quietUntil === null) {
				return end(
					(await isTaken(transaction, organizationId, opening, now)) ? 'gone' : 'exhausted'
				);
			}
			const isWorthIt = opening.endsAt - quietUntil >= MIN_OPENING_MINUTES * MINUTE_MS;
			if (!isWorthIt) return end('gone');
			await waitUntil(transaction, organizationId, opening, quietUntil);
			return true;
		}
		const needsApproval = await approvalOf(transaction, organizationId, settings, askable);
		const round = roundOf(askable, needsApproval, Math.min(settings.batchSize, left));
		const { time } = round.matches[0]!;
		const minutes = round.isProposed ? settings.approvalMinutes : settings.offerMinutes;
		const expiresAt = Math.min(now + minutes * MINUTE_MS, time.startsAt);
		const kept = await keepOfferedTime(database, organizationId, { holdId, time, expiresAt }, now);
		if (!kept.ok) return isLast ? end('gone') : false;
		const made = await insertRound(transaction, organizationId, {
			...{ openingId, holdId, number, expiresAt, now, isProposed: round.isProposed },
			...{ matches: round.matches, weighed: matches }
		});
		// All of them were offered another time meanwhile.
		if (made.length === 0) return false;
		if (!round.isProposed) {
			const rule = rules(time.serviceId)!;
			await queueOfferMessages(transaction, organizationId, made, rule, now);
		}
		await transaction
			.update(waitlistOpenings)
			.set({ state: 'offered', round: number })
			.where(openingIs(organizationId, openingId));
		await waitUntil(transaction, organizationId, opening, expiresAt);
		return true;
	});
}

const openingIs = (organizationId: string, id: string) =>
	and(
		...[eq(waitlistOpenings.organizationId, organizationId), eq(waitlistOpenings.id, id)],
		isNull(waitlistOpenings.endedAt)
	);

/** Has the opening looked at again. */
async function waitUntil(
	transaction: Transaction,
	organizationId: string,
	{ id }: Opening,
	at: number
): Promise<void> {
	const nextAt = new Date(at);
	await transaction.update(waitlistOpenings).set({ nextAt }).where(openingIs(organizationId, id));
	await queueJobs(transaction, 'advance-waitlist', [
		{ data: { organizationId, openingId: id }, key: id, startAfter: nextAt }
	]);
}

/** @returns `true`: there is nothing left to do */
async function endOpening(
	transaction: Transaction,
	organizationId: string,
	openingId: string,
	state: OpeningState
): Promise<true> {
	await transaction
		.update(waitlistOpenings)
		.set({ state, endedAt: sql`now()`, nextAt: null })
		.where(openingIs(organizationId, openingId));
	return true;
}

async function hasLiveOffers(
	transaction: Transaction,
	organizationId: string,
	openingId: string
): Promise<boolean> {
	const live = await transaction
		.select({ id: waitlistOffers.id })
		.from(waitlistOffers)
		.where(
			and(
				eq(waitlistOffers.organizationId, organizationId),
				eq(waitlistOffers.openingId, openingId),
				inArray(waitlistOffers.state, [...LIVE_OFFER_STATES])
			)
		)
		.limit(1);
	return live.length > 0;
}

/** Who is not asked: whoever was offered this time already, or is offered another one at the moment. */
async function askedSoFar(
	transaction: Transaction,
	organizationId: string,
	openingId: string
): Promise<{ entryIds: string[]; byEngine: number }> {
	const own = eq(waitlistOffers.organizationId, organizationId);
	const before = await transaction
		.select({ entryId: waitlistOffers.entryId, way: waitlistOffers.way })
		.from(waitlistOffers)
		.where(and(own, eq(waitlistOffers.openingId, openingId)));
	const elsewhere = await transaction
		.select({ entryId: waitlistOffers.entryId })
		.from(waitlistOffers)
		.where(and(own, inArray(waitlistOffers.state, [...LIVE_OFFER_STATES])));
	const entryIds = [...new Set([...before, ...elsewhere].map(({ entryId }) => entryId))];
	return { entryIds, byEngine: before.filter(({ way }) => way === 'engine').length };
}

/** @returns whom a rule lets us write to now, and when the first quiet hours end that keep the others out */
function byRule(
	matches: readonly Match[],
	rules: OfferRules,
	now: number
): { askable: Match[]; quietUntil: number | null } {
	const askable: Match[] = [];
	let quietUntil: number | null = null;
	for (const match of matches) {
		const rule = rules(match.time.serviceId);
		if (!rule) continue;
		if (rule.mayLeaveAt <= now) askable.push(match);
		else quietUntil = Math.min(quietUntil ?? Infinity, rule.mayLeaveAt);
	}
	return { askable, quietUntil };
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

/** The best, and those after it who would have the same time, as many as are asked at once. */
function roundOf(
	matches: readonly Match[],
	needsApproval: (match: Match) => boolean,
	size: number
): { matches: Match[]; isProposed: boolean } {
	const [best] = matches as [Match];
	if (needsApproval(best)) return { matches: [best], isProposed: true };
	const same = matches.filter((one) => isSameTime(one.time, best.time) && !needsApproval(one));
	// One patient may wait for several services.
	const each = new Map(same.toReversed().map((one) => [one.patientId, one]));
	return {
		matches: same.filter((one) => each.get(one.patientId) === one).slice(0, size),
		isProposed: false
	};
}

function isSameTime(a: OfferedTime, b: OfferedTime): boolean {
	return (
		a.practitionerId === b.practitionerId &&
		a.roomId === b.roomId &&
		a.serviceId === b.serviceId &&
		a.startsAt === b.startsAt &&
		a.durationMinutes === b.durationMinutes
	);
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

/** Whether somebody has the time by now: then it is gone, and not that nobody wanted it. */
async function isTaken(
	transaction: Transaction,
	organizationId: string,
	{ practitionerId, roomId, startsAt, endsAt }: Opening,
	now: number
): Promise<boolean> {
	const from = new Date(Math.max(startsAt, now));
	const found = await transaction
		.select({ id: claims.resourceId })
		.from(claims)
		.where(
			and(
				eq(claims.organizationId, organizationId),
				eq(claims.resourceId, (practitionerId ?? roomId)!),
				isNull(claims.holdId),
				sql`${claims.busy} && tstzrange(${from}, ${new Date(endsAt)})`
			)
		)
		.limit(1);
	return found.length > 0;
}
