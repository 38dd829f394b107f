/**
 * The waitlist of the last month: who waited, which times became free, whom they were offered to and what came of it.
 * Times that were filled are visits of the demo; those that nobody wanted, visits that were called off.
 */
import { MINUTE_MS } from '../../domain/scheduling/intervals.ts';
import { URGENCIES, weekdayBits, WEEKDAYS, type Urgency } from '../../domain/waitlist/entry.ts';
import type { OfferState } from '../../domain/waitlist/offer.ts';
import type { OpeningState } from '../../domain/waitlist/opening.ts';
import { byRank, DEFAULT_WEIGHTS, scoreOf, type Score } from '../../domain/waitlist/score.ts';
import { WAITLIST_DEFAULTS } from '../../domain/waitlist/settings.ts';
import { localDateOf } from '../../domain/availability/local-day.ts';
import type { DemoOrganization } from './organization.ts';
import { createRandom, type Random } from './random.ts';
import type { TableRows } from './rows.ts';
import { ZONE } from './timetable.ts';
import type { Visit } from './visits.ts';

const DAY_MS = 24 * 60 * MINUTE_MS;
const HISTORY_DAYS = 58;
/** Of all days together. */
const FILLED = 90;
const LEFT_FREE = 50;
const WAITING = 160;
const GAVE_UP = 25;
const URGENCY_WEIGHTS = [60, 28, 12];
const MEAN_WAIT_DAYS = 24;
const MOST_WAIT_DAYS = 150;
/** Considered for one time beside whoever got it. */
const RIVALS = 5;
/** What comes of offers before the one that is accepted, as often as it stands here. */
const REFUSED = [
	...(['expired', 'expired', 'expired', 'passed', 'passed'] as const),
	...(['passed', 'skipped', 'unreachable'] as const)
];
const CHANNELS = ['push', 'sms', 'email'] as const;
const CHANNEL_WEIGHTS = [35, 45, 20];

interface DemoEntry {
	id: string;
	visit: Visit;
	urgency: Urgency;
	/** Epoch milliseconds. */
	waitingSince: number;
	endedAt: number | null;
	state: 'waiting' | 'booked' | 'withdrawn';
	namesClinic: boolean;
	namesDoctor: boolean;
	weekdays: number[];
	fromMinute: number;
	untilMinute: number;
	noticeMinutes: number;
	missedOffers: number;
	/** When the last offer of this one ended: nobody is offered two times at once. */
	busyUntil: number;
}

interface DemoOffer {
	id: string;
	entry: DemoEntry;
	visit: Visit;
	openingId: string;
	score: Score;
	state: OfferState;
	madeAt: number;
	endedAt: number;
}

/** @returns the rows by table; none where the demo has no month behind it */
export function waitlistRows(demo: DemoOrganization): TableRows {
	const random = createRandom(`${demo.seed}/waitlist`);
	const past = demo.visits.filter(
		({ bookedAt }) => bookedAt > demo.now - HISTORY_DAYS * DAY_MS && bookedAt < demo.now
	);
	const entries = new Map<string, DemoEntry>();
	/** One patient waits once for one service. */
	const add = (visit: Visit, end: Partial<DemoEntry>): DemoEntry | null => {
		const key = `${visit.patient.id}/${visit.service.key}`;
		if (entries.has(key)) return null;
		const entry = newEntry(visit, demo.now, end, random);
		entries.set(key, entry);
		return entry;
	};
	const several = (list: readonly Visit[], count: number) =>
		random.shuffle([...list]).slice(0, count);
	const kept = past.filter(
		({ status, start, bookedAt }) =>
			status !== 'cancelled' && start - bookedAt > DAY_MS / 12 && start - bookedAt < 14 * DAY_MS
	);
	const filled = several(kept, FILLED).flatMap((visit) => {
		const entry = add(visit, { state: 'booked', endedAt: visit.bookedAt });
		return entry ? [{ visit, entry }] : [];
	});
	for (const visit of several(past, GAVE_UP)) {
		add(visit, { state: 'withdrawn', endedAt: demo.now - random.next() * 40 * DAY_MS });
	}
	for (const visit of several(past, WAITING)) add(visit, {});
	const leftFree = several(
		past.filter(
			({ cancelled, start }) =>
				cancelled !== null &&
				cancelled.at > demo.now - HISTORY_DAYS * DAY_MS &&
				cancelled.at < start - DAY_MS / 12
		),
		LEFT_FREE
	);
	const tell = { random, entries: [...entries.values()] };
	const openings = [
		...filled.map(({ visit, entry }) => ({ visit, entry, at: visit.bookedAt })),
		...leftFree.map((visit) => ({ visit, entry: null, at: visit.cancelled!.at }))
	]
		.sort((a, b) => a.at - b.at)
		.map((one) => tellOpening(one, tell));
	return rowsOf(demo, [...entries.values()], openings, random);
}

function newEntry(visit: Visit, now: number, end: Partial<DemoEntry>, random: Random): DemoEntry {
	const until = end.endedAt ?? now;
	const days = Math.min(-MEAN_WAIT_DAYS * Math.log(1 - random.next()) + 0.2, MOST_WAIT_DAYS);
	const isMornings = random.chance(0.25);
	const some = WEEKDAYS.filter(() => random.chance(0.5));
	return {
		...{ id: random.uuid(), visit, state: 'waiting', endedAt: null },
		...{
			urgency: URGENCIES[random.weighted(URGENCY_WEIGHTS)]!,
			waitingSince: Math.floor(until - days * DAY_MS)
		},
		...{ namesClinic: random.chance(0.6), namesDoctor: random.chance(0.35) },
		weekdays: random.chance(0.3) && some.length > 0 ? some : [...WEEKDAYS],
		...{ fromMinute: isMornings ? 480 : 0, untilMinute: isMornings ? 780 : 1440 },
		...{ noticeMinutes: random.pick([30, 120, 120, 1440]), missedOffers: 0, busyUntil: 0 },
		...end
	};
}

interface ToldOpening {
	id: string;
	visit: Visit;
	freedAt: number;
	endedAt: number;
	state: OpeningState;
	matches: { entry: DemoEntry; score: Score }[];
	offers: DemoOffer[];
}

/** @param of `entry`: who got it, at that moment; `null`: nobody, and it became free then */
function tellOpening(
	{ visit, entry, at }: { visit: Visit; entry: DemoEntry | null; at: number },
	{ random, entries }: { random: Random; entries: readonly DemoEntry[] }
): ToldOpening {
	const weighed = (one: DemoEntry) => ({
		entry: one,
		...{ entryId: one.id, waitingSince: one.waitingSince },
		score: scoreOf(
			{
				...{ urgency: one.urgency, waitedMinutes: (at - one.waitingSince) / MINUTE_MS },
				...{ fills: 1, namesDoctor: one.namesDoctor, namesClinic: one.namesClinic },
				weekShare: (one.weekdays.length * (one.untilMinute - one.fromMinute)) / 10_080,
				missedOffers: one.missedOffers
			},
			DEFAULT_WEIGHTS
		)
	});
	const rivals = random
		.shuffle(
			entries.filter(
				(one) =>
					one !== entry &&
					one.visit.patient !== visit.patient &&
					one.visit.clinic === visit.clinic &&
					one.waitingSince < at - DAY_MS &&
					one.busyUntil < at - DAY_MS &&
					(one.endedAt === null || one.endedAt > at + DAY_MS)
			)
		)
		.slice(0, random.whole(0, RIVALS));
	const matches = [...(entry ? [entry] : []), ...rivals].map(weighed).sort(byRank);
	const winner = entry === null ? matches.length : matches.findIndex((one) => one.entry === entry);
	const opening = { id: random.uuid(), visit };
	// Each who is asked before takes some of the time in which it stood free.
	const refused = matches.slice(0, winner).map((match) => {
		const state = random.pick(REFUSED);
		const minutes =
			state === 'expired' ? WAITLIST_DEFAULTS.offerMinutes : random.whole(1, 14) + random.next();
		return { ...match, state, spent: minutes * MINUTE_MS };
	});
	const answerMs = (1 + random.next() * 11) * MINUTE_MS;
	const spentMs = refused.reduce((sum, { spent }) => sum + spent, 0);
	const freedAt = entry ? at - answerMs - spentMs - 20_000 : at;
	let moment = freedAt + 20_000;
	const offers: DemoOffer[] = refused.map(({ entry: one, score, state, spent }) => {
		const madeAt = moment;
		moment += spent;
		one.busyUntil = moment;
		if (state === 'expired') one.missedOffers++;
		return {
			...{ id: random.uuid(), entry: one, visit, openingId: opening.id, score, state },
			...{ madeAt, endedAt: moment }
		};
	});
	if (entry) {
		offers.push({
			// The visit that it became has the same id.
			...{ id: visit.id, entry, visit, openingId: opening.id, score: matches[winner]!.score },
			...{ state: 'accepted', madeAt: moment, endedAt: at }
		});
	}
	const isGone = entry === null && random.chance(0.4);
	return {
		...{ ...opening, freedAt, matches, offers, endedAt: Math.max(moment, at) },
		state: entry ? 'filled' : isGone ? 'gone' : 'exhausted'
	};
}

const instant = (epochMs: number) => new Date(Math.floor(epochMs)).toISOString();

function rowsOf(
	demo: DemoOrganization,
	entries: readonly DemoEntry[],
	openings: readonly ToldOpening[],
	random: Random
): TableRows {
	const own = { organization_id: demo.id };
	const receptionists = demo.users.filter(({ role }) => role === 'receptionist');
	const offers = openings.flatMap((opening) => opening.offers);
	const serviceOf = (visit: Visit) => demo.serviceIds.get(visit.service.key)!;
	return [
		[
			'waitlist_entries',
			entries.map((entry) => ({
				...{ ...own, id: entry.id, patient_id: entry.visit.patient.id },
				...{ service_id: serviceOf(entry.visit), state: entry.state, urgency: entry.urgency },
				first_date: localDateOf(entry.waitingSince, ZONE),
				last_date: localDateOf(demo.now + 60 * DAY_MS, ZONE),
				weekdays: weekdayBits(entry.weekdays),
				...{ from_minute: entry.fromMinute, until_minute: entry.untilMinute },
				...{ notice_minutes: entry.noticeMinutes, sealed_note: null },
				source: random.chance(0.3) ? 'patient' : 'reception',
				...{ made_by: random.pick(receptionists).id, waiting_since: instant(entry.waitingSince) },
				...{ ended_at: entry.endedAt === null ? null : instant(entry.endedAt), revision: 1 }
			}))
		],
		[
			'waitlist_clinics',
			entries
				.filter(({ namesClinic }) => namesClinic)
				.map(({ id, visit }) => ({ ...own, entry_id: id, clinic_id: visit.clinic.id }))
		],
		[
			'waitlist_practitioners',
			entries
				.filter(({ namesDoctor }) => namesDoctor)
				.map(({ id, visit }) => ({ ...own, entry_id: id, practitioner_id: visit.doctor.id }))
		],
		[
			'waitlist_openings',
			openings.map(({ id, visit, freedAt, endedAt, state, offers: { length } }) => ({
				...{ ...own, id, clinic_id: visit.clinic.id, practitioner_id: visit.doctor.id },
				...{ room_id: visit.room.id, starts_at: instant(visit.start), ends_at: instant(visit.end) },
				...{ cause: random.chance(0.8) ? 'cancelled' : 'moved', state, round: length },
				...{ made_at: instant(freedAt), next_at: null, ended_at: instant(endedAt) }
			}))
		],
		[
			'waitlist_matches',
			openings.flatMap(({ id, matches }) =>
				matches.map(({ entry, score }, index) => ({
					...{ ...own, opening_id: id, round: 1, rank: index + 1, entry_id: entry.id },
					...{ total: score.total, parts: score.parts }
				}))
			)
		],
		['waitlist_offers', offers.map((offer) => offerRow(offer))],
		[
			'messages',
			offers
				.filter(({ state }) => state !== 'skipped')
				.map(({ id, entry, visit, madeAt }) => ({
					...{ ...own, id: random.uuid(), kind: 'waitlist-offer', cause: `waitlist-offer/${id}` },
					...{ rule_id: null, appointment_id: null, offer_id: id, clinic_id: visit.clinic.id },
					...{ patient_id: entry.visit.patient.id, language: 'en', state: 'delivered' },
					...{ suppression: null, channels: CHANNELS, channel: channelOf(entry.visit, random) },
					...{ due_at: instant(madeAt), about_start: instant(visit.start), sealed_content: null },
					...{ attempts: 1, claimed_until: null, tries_from: 0 },
					...{ made_at: instant(madeAt), settled_at: instant(madeAt + 2_000) }
				}))
		]
	];

	function offerRow({ id, entry, visit, openingId, score, state, madeAt, endedAt }: DemoOffer) {
		const isSkipped = state === 'skipped';
		const isAnswered = state === 'accepted' || state === 'passed';
		return {
			...{ ...own, id, opening_id: openingId, entry_id: entry.id },
			...{ patient_id: entry.visit.patient.id, round: 1, state, way: 'engine', hold_id: null },
			...{ clinic_id: visit.clinic.id, practitioner_id: visit.doctor.id, room_id: visit.room.id },
			...{ service_id: serviceOf(visit), starts_at: instant(visit.start) },
			...{ duration_minutes: Math.round((visit.end - visit.start) / MINUTE_MS) },
			...{ total: score.total, parts: score.parts, made_at: instant(madeAt) },
			expires_at: instant(madeAt + WAITLIST_DEFAULTS.offerMinutes * MINUTE_MS),
			decided_by: isSkipped ? random.pick(receptionists).id : null,
			reason: isSkipped ? random.pick(SKIP_REASONS) : '',
			answered_by: isAnswered ? random.pick(['link', 'link', 'push', 'sms']) : null,
			ended_at: instant(endedAt)
		};
	}
}

const SKIP_REASONS = [
	'Called this morning, is on holiday until Monday',
	'Needs a longer visit than this',
	'Waits for a result first'
] as const;

function channelOf({ patient }: Visit, random: Random): string {
	const channel = CHANNELS[random.weighted(CHANNEL_WEIGHTS)]!;
	if (channel === 'sms' && patient.phone === null) return 'email';
	return channel === 'email' && patient.email === null ? 'sms' : channel;
}
