/**
 * The waitlist as it was when a time became free, for a dry run: everybody who waited then, looked through as the
 * engine looks through those who wait now. Pure.
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
import { firstOf } from './dry-run.ts';
import type { OfferState } from './offer.ts';
import type { Opening } from './opening.ts';
import { byWaste, onTheWall, type PossibleTime } from './possible-times.ts';
import { scoreOf, type Ranked, type Weights } from './score.ts';
import { bestOfStreams, breadthOf, type Stream, type StreamPlace } from './streams.ts';
import { factsOf, matchOf, type WaitingEntry } from './suits.ts';

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
	private readonly offers: ReadonlyMap<string, PastOffer[]>;
	private readonly visits: ReadonlyMap<string, PastVisit[]>;
	/** By `keyOf`, the longest waiting first. */
	private readonly streams: ReadonlyMap<string, PastEntry[]>;

	constructor(
		entries: readonly PastEntry[],
		offers: readonly PastOffer[],
		visits: readonly PastVisit[]
	) {
		this.entries = new Map(entries.map((entry) => [entry.entryId, entry]));
		this.offers = Map.groupBy(offers, ({ entryId }) => entryId);
		this.visits = Map.groupBy(visits, ({ patientId }) => patientId);
		const streams = new Map<string, PastEntry[]>();
		for (const entry of entries.toSorted(byPlace)) {
			for (const key of keysOf(entry)) {
				const stream = streams.get(key);
				if (stream) stream.push(entry);
				else streams.set(key, [entry]);
			}
		}
		this.streams = streams;
	}

	/** @returns who of those who waited then comes first by these weights; `undefined`: it suited nobody */
	async firstFor(opening: PastOpening, weights: Weights): Promise<Ranked | undefined> {
		const { clinicId, madeAt: now } = opening;
		const grounds = new Map(
			opening.services.flatMap((service) => {
				const times = timesWithin(opening, service);
				return times.length === 0 ? [] : [[service.id, { service, times, weights, now }] as const];
			})
		);
		const times = new Map([...grounds].map(([id, ground]) => [id, ground.times]));
		const suited = await bestOfStreams(
			{ clinicId, times, weights, now, limit: 1, exceptEntryIds: [] },
			{
				read: async (pages) =>
					pages.map(({ stream, after, take }) => this.page(stream, after, take, now)),
				settle: async (ids) =>
					ids.flatMap((id) => {
						const entry = this.entries.get(id)!;
						return matchOf(this.asOf(entry, opening), grounds.get(entry.serviceId)!) ?? [];
					})
			}
		);
		const considered = opening.considered.flatMap((id) => this.entries.get(id) ?? []);
		return firstOf<Ranked>([
			...suited,
			...considered.map((entry): Ranked => {
				const { entryId, waitingSince } = entry;
				const facts = factsOf(this.asOf(entry, opening), { fills: fillsOf(entry, opening) }, now);
				return { entryId, waitingSince, score: scoreOf(facts, weights) };
			})
		]);
	}

	/** The next of a stream, of those who waited then. */
	private page(stream: Stream, after: StreamPlace | null, take: number, now: number): PastEntry[] {
		const { serviceId, clinicId, practitionerId, urgency, breadth } = stream;
		const all =
			this.streams.get(keyOf(serviceId, clinicId, practitionerId, urgency, breadth)) ?? [];
		const found: PastEntry[] = [];
		for (let i = after === null ? 0 : placeAfter(all, after); i < all.length; i++) {
			const entry = all[i]!;
			// Those behind came later still.
			if (found.length === take || entry.waitingSince > now) break;
			if (entry.endedAt === null || entry.endedAt > now) found.push(entry);
		}
		return found;
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

function keyOf(
	serviceId: string,
	clinicId: string | null,
	practitionerId: string | null,
	urgency: string,
	breadth: number
): string {
	return `${serviceId}/${clinicId}/${practitionerId}/${urgency}/${breadth}`;
}

/** One for each clinic and doctor that an entry names, as the table of migration 0032 has it. */
function keysOf(entry: PastEntry): string[] {
	const breadth = breadthOf(entry);
	const each = (named: readonly string[]) => (named.length === 0 ? [null] : named);
	return each(entry.clinicIds).flatMap((clinicId) =>
		each(entry.practitionerIds).map((doctorId) =>
			keyOf(entry.serviceId, clinicId, doctorId, entry.urgency, breadth)
		)
	);
}

function byPlace(a: StreamPlace, b: StreamPlace): number {
	return a.waitingSince - b.waitingSince || (a.entryId < b.entryId ? -1 : 1);
}

/** @returns where those behind a place begin */
function placeAfter(stream: readonly PastEntry[], place: StreamPlace): number {
	let [low, high] = [0, stream.length];
	while (low < high) {
		const middle = (low + high) >> 1;
		const entry = stream[middle]!;
		if (entry.entryId === place.entryId || byPlace(entry, place) < 0) low = middle + 1;
		else high = middle;
	}
	return low;
}
