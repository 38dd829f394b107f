/**
 * Finds the best of those who wait without looking at all of them. They lie in streams: one service, clinic, doctor,
 * urgency and breadth each, the longest waiting first, so that within a stream the score can only fall, but for parts
 * whose most is known. A stream is read on only while somebody unread in it could still be among the best. Pure: what is
 * read comes from the caller.
 */
import { URGENCIES, type Urgency } from './entry.ts';
import type { PossibleTime } from './possible-times.ts';
import { byRank, scoreOf, type Ranked, type ScoreFacts, type Weights } from './score.ts';
import { MINUTE_MS } from '../scheduling/intervals.ts';
import { canCome, weekShareOf, type Availability, type Match } from './suits.ts';

/** A week in so many parts: whoever could come in a smaller share of it is in another stream. */
const BREADTH_PARTS = 32;

/** @returns the share of a week that somebody could come in, in whole parts of 32; SQL's is in migration 0032 */
export function breadthOf(when: Parameters<typeof weekShareOf>[0]): number {
	return Math.floor(weekShareOf(when) * BREADTH_PARTS);
}

export interface Stream {
	serviceId: string;
	/** `null`: whoever takes every one; else whoever names it. */
	clinicId: string | null;
	practitionerId: string | null;
	urgency: Urgency;
	/** `breadthOf`. */
	breadth: number;
}

/** Where a stream was left. */
export interface StreamPlace {
	waitingSince: number;
	entryId: string;
}

/** The next ones of a stream. */
export interface StreamPage {
	stream: Stream;
	/** `null`: from its beginning. */
	after: StreamPlace | null;
	take: number;
}

/** An entry as far as a stream tells. */
export interface Candidate extends Availability, StreamPlace {}

export interface StreamSource {
	/** @returns for each page what it holds; fewer than asked for: the stream ends there. Who cannot come may be missing */
	read(pages: readonly StreamPage[]): Promise<Candidate[][]>;
	/** @returns of these entries the ones that match */
	settle(entryIds: readonly string[]): Promise<Match[]>;
}

export interface StreamSearch {
	clinicId: string;
	/** By service what could be booked. */
	times: ReadonlyMap<string, readonly PossibleTime[]>;
	weights: Weights;
	/** Epoch milliseconds. */
	now: number;
	/** How many at most. */
	limit: number;
	exceptEntryIds: readonly string[];
}

/** So many streams are read at once at first; twice as many each further time. */
const FIRST_STREAMS = 32;
const MOST_STREAMS = 1_024;
/** So many of a stream at first; twice as many each further time. */
const FIRST_TAKE = 4;
const MOST_TAKE = 64;

/** @returns the best first: exactly those that looking at everybody would give */
export async function bestOfStreams(search: StreamSearch, source: StreamSource): Promise<Match[]> {
	const { limit, now, weights } = search;
	const seen = new Set(search.exceptEntryIds);
	const queue = new Queue(firstStreams(search).map((stream) => new Reading(stream, search)));
	let pool: Considered[] = [];
	let width = FIRST_STREAMS;
	for (;;) {
		const last = pool[limit - 1];
		const promising: Reading[] = [];
		while (promising.length < width) {
			const one = queue.takeFirst((first) => !last || byRank(first.best, last.rank) < 0);
			if (!one) break;
			promising.push(one);
			if (one.isNew) queue.add(streamsAfter(one.stream).map((each) => new Reading(each, search)));
		}
		if (promising.length > 0) {
			const pages = await source.read(promising.map((one) => one.page()));
			for (const [i, one] of promising.entries()) {
				one.wasRead(pages[i]!);
				for (const candidate of pages[i]!) {
					if (seen.has(candidate.entryId)) continue;
					seen.add(candidate.entryId);
					const rank = rankAtBest(candidate, one.stream, search);
					if (rank) pool.push({ rank, match: null });
				}
			}
			queue.add(promising.filter(({ isOver }) => !isOver));
			width = Math.min(width * 2, MOST_STREAMS);
		} else {
			const unsettled = pool.slice(0, limit).filter(({ match }) => match === null);
			if (unsettled.length === 0) return pool.slice(0, limit).map(({ match }) => match!);
			const asked = new Set(unsettled.map(({ rank }) => rank.entryId));
			const matches = await source.settle([...asked]);
			pool = [
				...pool.filter(({ rank }) => !asked.has(rank.entryId)),
				...matches.map((match) => ({ rank: match, match }))
			];
		}
		pool.sort((a, b) => byRank(a.rank, b.rank));
	}

	function rankAtBest(
		candidate: Candidate,
		stream: Stream,
		{ times }: StreamSearch
	): Ranked | null {
		// That which wastes least comes first.
		const time = times.get(stream.serviceId)!.find((one) => canCome(candidate, one, now));
		if (!time) return null;
		const facts = factsAtBest(stream, {
			...{ waitingSince: candidate.waitingSince, weekShare: weekShareOf(candidate) },
			...{ fills: time.fills, now }
		});
		return { ...candidate, score: scoreOf(facts, weights) };
	}
}

/** Somebody who may be among the best: with the rank they can have at best until they are settled. */
interface Considered {
	rank: Ranked;
	match: Match | null;
}

/** Streams that are open, those whose unread could be best first. */
class Queue {
	private readonly open: Reading[];

	constructor(some: Reading[]) {
		this.open = some.sort((a, b) => byRank(a.best, b.best));
	}

	/** @returns the first one, if it is of use */
	takeFirst(isOfUse: (first: Reading) => boolean): Reading | undefined {
		return this.open.length > 0 && isOfUse(this.open[0]!) ? this.open.shift() : undefined;
	}

	add(some: readonly Reading[]): void {
		for (const one of some) {
			let [low, high] = [0, this.open.length];
			while (low < high) {
				const middle = (low + high) >> 1;
				if (byRank(this.open[middle]!.best, one.best) < 0) low = middle + 1;
				else high = middle;
			}
			this.open.splice(low, 0, one);
		}
	}
}

class Reading {
	readonly stream: Stream;
	/** What the best of the unread could be. */
	best: Ranked;
	isOver = false;
	private after: StreamPlace | null = null;
	private take = FIRST_TAKE;
	private readonly search: StreamSearch;

	constructor(stream: Stream, search: StreamSearch) {
		this.stream = stream;
		this.search = search;
		this.best = this.unread();
	}

	/** Whether nothing of it was read yet. */
	get isNew(): boolean {
		return this.after === null;
	}

	page(): StreamPage {
		return { stream: this.stream, after: this.after, take: this.take };
	}

	wasRead(page: readonly Candidate[]): void {
		this.isOver = page.length < this.take;
		this.after = page.at(-1) ?? this.after;
		this.take = Math.min(this.take * 2, MOST_TAKE);
		this.best = this.unread();
	}

	private unread(): Ranked {
		const { times, weights, now } = this.search;
		const place = this.after ?? { waitingSince: Number.NEGATIVE_INFINITY, entryId: '' };
		const facts = factsAtBest(this.stream, {
			...{ waitingSince: place.waitingSince, now },
			weekShare: this.stream.breadth / BREADTH_PARTS,
			fills: times.get(this.stream.serviceId)![0]!.fills
		});
		return { ...place, score: scoreOf(facts, weights) };
	}
}

/** What a stream does not tell is taken at its best: no score can be higher. */
function factsAtBest(
	stream: Stream,
	known: { waitingSince: number; weekShare: number; fills: number; now: number }
): ScoreFacts {
	return {
		...{ urgency: stream.urgency, fills: known.fills, weekShare: known.weekShare },
		waitedMinutes: (known.now - known.waitingSince) / MINUTE_MS,
		namesDoctor: stream.practitionerId !== null,
		namesClinic: stream.clinicId !== null,
		missedOffers: 0
	};
}

/** The narrowest and most urgent of each service, clinic and doctor: none of the others can be better at the start. */
function firstStreams({ clinicId, times }: StreamSearch): Stream[] {
	return [...times].flatMap(([serviceId, some]) => {
		const doctors = [...new Set(some.map(({ practitionerId }) => practitionerId)), null];
		return doctors.flatMap((practitionerId) =>
			[clinicId, null].map((clinic) => ({
				...{ serviceId, clinicId: clinic, practitionerId, breadth: 0 },
				urgency: URGENCIES.at(-1)!
			}))
		);
	});
}

/** @returns the streams that come into question with this one; each but the first ones comes after one other */
function streamsAfter(stream: Stream): Stream[] {
	const { urgency, breadth } = stream;
	const lessUrgent = URGENCIES[URGENCIES.indexOf(urgency) - 1];
	return [
		...(breadth < BREADTH_PARTS ? [{ ...stream, breadth: breadth + 1 }] : []),
		...(breadth === 0 && lessUrgent !== undefined ? [{ ...stream, urgency: lessUrgent }] : [])
	];
}
