/**
 * The waitlist as it was when a time became free, for a dry run: everybody who waited then is weighed. Pure.
 *
 * It goes by what is stored, which is not all that was true then. Wishes, patients and services are as they are now; of
 * what was free nothing is kept but the time itself, so a visit has to lie within it, and that a room, devices and
 * staff were there is taken for granted. Whoever was considered then counts in any case: for them it did fit, though
 * nobody can tell any more how (with the free time beside it, with another doctor). Time of a room alone says
 * nothing of who could have worked in it: there only those who were considered count.
 */
import { localDateOf, weekdayOf } from '../availability/local-day.ts';
import { GRID_MINUTES } from '../scheduling/appointment.ts';
import type { Eligibility } from '../scheduling/eligibility.ts';
import { MINUTE_MS } from '../scheduling/intervals.ts';
import type { OfferState } from './offer.ts';
import type { Opening } from './opening.ts';
import { byWaste, onTheWall, type PossibleTime } from './possible-times.ts';
import { byRank, scoreOf, type Ranked, type ScoreFacts, type Weights } from './score.ts';
import { canCome, factsOf, suitableTime, type WaitingEntry } from './suits.ts';

/** A time that became free. Instants are epoch milliseconds, here and below. */
export interface PastOpening extends Pick<
	Opening,
	'id' | 'clinicId' | 'practitionerId' | 'startsAt' | 'endsAt'
> {
	madeAt: number;
	/** Of its clinic. */
	zone: string;
	/** What its doctor offers. */
	services: (Eligibility & { id: string; minutes: number })[];
	/** The entries that were considered for it. */
	considered: string[];
}

/** Somebody who is or was on the list. */
export interface PastEntry extends Omit<WaitingEntry, 'id' | 'missedOffers' | 'hasOffer' | 'busy'> {
	entryId: string;
	/** `null`: waits still. */
	endedAt: number | null;
	/** How long its service takes, whoever gives it. */
	serviceMinutes: number;
}

export interface PastOffer {
	entryId: string;
	openingId: string | null;
	state: OfferState;
	madeAt: number;
	/** `null`: it holds. */
	endedAt: number | null;
}

export interface PastVisit {
	patientId: string;
	bookedAt: number;
	startsAt: number;
	endsAt: number;
}

export class PastList {
	private readonly entries: ReadonlyMap<string, PastEntry>;
	private readonly byService: ReadonlyMap<string, PastEntry[]>;
	private readonly offers: ReadonlyMap<string, PastOffer[]>;
	private readonly visits: ReadonlyMap<string, PastVisit[]>;

	constructor(
		entries: readonly PastEntry[],
		offers: readonly PastOffer[],
		visits: readonly PastVisit[]
	) {
		this.entries = new Map(entries.map((entry) => [entry.entryId, entry]));
		this.byService = Map.groupBy(entries, ({ serviceId }) => serviceId);
		this.offers = Map.groupBy(offers, ({ entryId }) => entryId);
		this.visits = Map.groupBy(visits, ({ patientId }) => patientId);
	}

	/** @returns by each of the weights who of those who waited then comes first; `null`: the time suited nobody */
	firstsFor(opening: PastOpening, weights: readonly Weights[]): (Ranked | null)[] {
		const firsts = weights.map((): Ranked | null => null);
		for (const { entryId, waitingSince, facts } of this.candidatesFor(opening)) {
			for (const [i, one] of weights.entries()) {
				const ranked = { entryId, waitingSince, score: scoreOf(facts, one) };
				const first = firsts[i]!;
				if (first === null || byRank(ranked, first) < 0) firsts[i] = ranked;
			}
		}
		return firsts;
	}

	private *candidatesFor(opening: PastOpening): Generator<Candidate> {
		const { madeAt: now } = opening;
		for (const service of opening.services) {
			const times = timesWithin(opening, service);
			if (times.length === 0) continue;
			for (const entry of this.byService.get(service.id) ?? []) {
				const { entryId, waitingSince, endedAt } = entry;
				const waited = waitingSince <= now && (endedAt === null || endedAt > now);
				// Most fall away by this, before more is looked up.
				if (!waited || !times.some((time) => canCome(entry, time, now))) continue;
				const then = this.asOf(entry, opening);
				const time = suitableTime(then, { times, service, now });
				if (time) yield { entryId, waitingSince, facts: factsOf(then, time, now) };
			}
		}
		for (const id of opening.considered) {
			const entry = this.entries.get(id);
			if (!entry) continue;
			const { entryId, waitingSince } = entry;
			const fills = fillsOf(entry, opening);
			yield { entryId, waitingSince, facts: factsOf(this.asOf(entry, opening), { fills }, now) };
		}
	}

	/** An entry with what was known of it when the time became free. */
	private asOf(entry: PastEntry, { id, madeAt }: PastOpening): WaitingEntry {
		const offers = this.offers.get(entry.entryId) ?? [];
		const visits = this.visits.get(entry.patientId) ?? [];
		return {
			...entry,
			id: entry.entryId,
			missedOffers: offers.filter((one) => one.state === 'expired' && one.endedAt! < madeAt).length,
			hasOffer: offers.some(
				(one) =>
					one.openingId !== id &&
					one.madeAt <= madeAt &&
					(one.endedAt === null || one.endedAt > madeAt)
			),
			busy: visits
				.filter(({ bookedAt }) => bookedAt < madeAt)
				.map(({ startsAt, endsAt }) => ({ start: startsAt, end: endsAt }))
		};
	}
}

interface Candidate {
	entryId: string;
	waitingSince: number;
	facts: ScoreFacts;
}

/** @returns when a service could have been given within the freed time, that which wastes least of it first */
export function timesWithin(
	{ clinicId, practitionerId, startsAt, endsAt, zone }: PastOpening,
	{ id, minutes }: { id: string; minutes: number }
): PossibleTime[] {
	if (practitionerId === null) return [];
	const times: PossibleTime[] = [];
	const lengthMs = minutes * MINUTE_MS;
	const first = Math.ceil(startsAt / GRID_MS) * GRID_MS;
	for (let start = first; start + lengthMs <= endsAt; start += GRID_MS) {
		const date = localDateOf(start, zone);
		times.push({
			...{ clinicId, practitionerId, serviceId: id, startsAt: start, durationMinutes: minutes },
			// Which one was free nobody can tell any more.
			roomId: '',
			...{ weekday: weekdayOf(date), ...onTheWall(start, start + lengthMs, { date, zone }) },
			fills: lengthMs / (endsAt - startsAt),
			gaps: Number(start > startsAt) + Number(start + lengthMs < endsAt)
		});
	}
	return times.sort(byWaste({ practitionerId }));
}

const GRID_MS = GRID_MINUTES * MINUTE_MS;

function fillsOf(entry: PastEntry, { startsAt, endsAt, services }: PastOpening): number {
	const own = services.find(({ id }) => id === entry.serviceId);
	return Math.min(1, ((own?.minutes ?? entry.serviceMinutes) * MINUTE_MS) / (endsAt - startsAt));
}
