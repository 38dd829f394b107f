/** The waitlist as it was: who would have come first, against looking at everybody. */
import { describe, expect, it } from 'vitest';
import { createRandom } from '#db/demo/random.ts';
import { URGENCIES } from '#domain/waitlist/entry.ts';
import {
	PastList,
	timesWithin,
	type PastEntry,
	type PastOffer,
	type PastOpening,
	type PastVisit
} from '#domain/waitlist/past-list.ts';
import { byRank, DEFAULT_WEIGHTS, SCORE_PARTS, type Weights } from '#domain/waitlist/score.ts';
import { matchOf } from '#domain/waitlist/suits.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;
/** A Monday, in winter: London's clocks show UTC. */
const MONDAY = Date.UTC(2027, 0, 4);
const at = (hour: number, minute = 0) => MONDAY + (hour * 60 + minute) * MINUTE;

const EVERYBODY = {
	...{ minAgeYears: null, maxAgeYears: null, sex: null, patients: 'all' as const }
};
const opening = (more: Partial<PastOpening> = {}): PastOpening => ({
	...{ id: 'o', clinicId: 'clinic-1', practitionerId: 'doctor-1', zone: 'Europe/London' },
	...{ startsAt: at(10), endsAt: at(10, 30), madeAt: MONDAY - DAY, considered: [] },
	services: [{ id: 'short', minutes: 20, ...EVERYBODY }],
	...more
});
const entry = (entryId: string, more: Partial<PastEntry> = {}): PastEntry => ({
	...{ entryId, patientId: `of-${entryId}`, serviceId: 'short', serviceMinutes: 20 },
	...{ urgency: 'routine', waitingSince: MONDAY - 30 * DAY, endedAt: null },
	...{ firstDate: '2020-01-01', lastDate: '2100-01-01', weekdays: 127, fromMinute: 0 },
	...{ untilMinute: 1_440, noticeMinutes: 0, clinicIds: [], practitionerIds: [] },
	patient: {
		...{ birthDate: null, sex: null, established: true, deceased: false, messagesBlocked: false }
	},
	...more
});

function firstOf(
	entries: PastEntry[],
	of: Partial<PastOpening> = {},
	{ offers = [], visits = [] }: { offers?: PastOffer[]; visits?: PastVisit[] } = {}
): string | undefined {
	const list = new PastList(entries, offers, visits);
	return list.firstsFor(opening(of), [DEFAULT_WEIGHTS])[0]?.entryId;
}

describe('the list as it was', () => {
	const longer = { waitingSince: MONDAY - 90 * DAY };
	const holds = { entryId: 'a', openingId: 'p', state: 'made' as const };
	const visit = { patientId: 'of-a', startsAt: at(10), endsAt: at(10, 20) };
	it.each<[string, Partial<PastEntry>, Parameters<typeof firstOf>[2]?, Partial<PastOpening>?]>([
		['came onto the list afterwards', { urgency: 'urgent', waitingSince: MONDAY - DAY + 1 }],
		['had left it', { ...longer, endedAt: MONDAY - 2 * DAY }],
		['waits for another service', { ...longer, serviceId: 'other' }],
		['would come to another clinic', { ...longer, clinicIds: ['clinic-2'] }],
		['would come to another doctor', { ...longer, practitionerIds: ['doctor-2'] }],
		['comes on other days', { ...longer, weekdays: 0b10 }],
		['comes in the afternoon', { ...longer, fromMinute: 720 }],
		['has to know two days before', { ...longer, noticeMinutes: 2 * 1_440 }],
		['comes from the day after on', { ...longer, firstDate: '2027-01-05' }],
		['had come until the day before', { ...longer, lastDate: '2027-01-03' }],
		['gets no messages', { ...longer, patient: { ...entry('a').patient, messagesBlocked: true } }],
		[
			'is too young for the service',
			{ ...longer, patient: { ...entry('a').patient, birthDate: '2020-01-01' } },
			{},
			{ services: [{ id: 'short', minutes: 20, ...EVERYBODY, minAgeYears: 18 }] }
		],
		['died', { ...longer, patient: { ...entry('a').patient, deceased: true } }],
		[
			'had another offer then',
			longer,
			{ offers: [{ ...holds, madeAt: MONDAY - DAY - 1, endedAt: MONDAY - DAY + 1 }] }
		],
		[
			'had a visit then',
			longer,
			{ visits: [{ ...visit, bookedAt: MONDAY - 5 * DAY }] },
			{ endsAt: at(10, 20) }
		]
	])('passes over whoever %s', (_, more, known = {}, of = {}) => {
		expect(firstOf([entry('a', { ...longer }), entry('b')], of)).toBe('a');
		expect(firstOf([entry('a', more), entry('b')], of, known)).toBe('b');
	});

	it.each<[string, Partial<PastEntry>, Parameters<typeof firstOf>[2]?]>([
		['left it later', { endedAt: MONDAY }],
		[
			'was offered this very time',
			{},
			{ offers: [{ ...holds, openingId: 'o', madeAt: 0, endedAt: null }] }
		],
		[
			'had an offer that was over',
			{},
			{ offers: [{ ...holds, madeAt: 0, endedAt: MONDAY - 2 * DAY }] }
		],
		[
			'was offered another one later',
			{},
			{ offers: [{ ...holds, madeAt: MONDAY, endedAt: null }] }
		],
		['booked a visit later', {}, { visits: [{ ...visit, bookedAt: MONDAY }] }]
	])('counts whoever %s', (_, more, known = {}) => {
		expect(firstOf([entry('a', { ...longer, ...more }), entry('b')], {}, known)).toBe('a');
	});

	it('takes off for offers that were missed before, not for those after', () => {
		const missed = { ...holds, state: 'expired' as const, madeAt: 0 };
		const both = [entry('a', { waitingSince: MONDAY - 30 * DAY - MINUTE }), entry('b')];
		const before = { offers: [{ ...missed, endedAt: MONDAY - 2 * DAY }] };
		const after = { offers: [{ ...missed, madeAt: MONDAY, endedAt: MONDAY }] };
		expect(firstOf(both, {}, before)).toBe('b');
		expect(firstOf(both, {}, after)).toBe('a');
	});

	it('counts those who were considered then where nobody can tell any more how it suited them', () => {
		const long = entry('a', { serviceId: 'long', serviceMinutes: 60 });
		expect(firstOf([long])).toBeUndefined();
		expect(firstOf([long], { considered: ['a'] })).toBe('a');
		// Of a room's time alone.
		const room = { practitionerId: null, services: [] };
		expect(firstOf([long, entry('b')], room)).toBeUndefined();
		expect(firstOf([long, entry('b')], { ...room, considered: ['b'] })).toBe('b');
	});
});

describe('times within what became free', () => {
	const minutesOf = (of: Partial<PastOpening>, minutes: number) =>
		timesWithin(opening(of), { id: 's', minutes }).map(({ startMinute, fills, gaps }) => [
			...[startMinute, Math.round(fills * 100), gaps]
		]);

	it('lie on the grid, those at an edge first', () => {
		expect(minutesOf({}, 20)).toEqual([
			[600, 67, 1],
			[610, 67, 1],
			[605, 67, 2]
		]);
		expect(minutesOf({}, 30)).toEqual([[600, 100, 0]]);
		expect(minutesOf({}, 35)).toEqual([]);
		expect(minutesOf({ startsAt: at(10, 2) }, 25)).toEqual([[605, 89, 1]]);
	});
});

it('finds whom looking at everybody finds, whatever the weights', () => {
	const random = createRandom('past-list');
	const some = <T>(list: readonly T[]) =>
		random.chance(0.5) ? [] : list.filter(() => random.chance(0.5));
	const services = ['short', 'long'].map((id, i) => ({ id, minutes: 20 + 25 * i, ...EVERYBODY }));
	const entries = Array.from({ length: 400 }, (_, i) => {
		const fromMinute = random.pick([0, 480, 600, 720]);
		const since = MONDAY - Math.floor(random.next() * 100) * DAY;
		return entry(`e${i}`, {
			...{ serviceId: random.pick(['short', 'long', 'other']), urgency: random.pick(URGENCIES) },
			...{
				waitingSince: since,
				endedAt: random.chance(0.3) ? since + random.next() * 60 * DAY : null
			},
			...{ clinicIds: some(['clinic-1', 'clinic-2']), practitionerIds: some(['doctor-1', 'x']) },
			...{ weekdays: 1 + Math.floor(random.next() * 127), fromMinute },
			...{
				untilMinute: fromMinute + random.pick([120, 300, 720]),
				noticeMinutes: random.pick([0, 60, 2_880])
			}
		});
	});
	const list = new PastList(entries, [], []);
	for (let i = 0; i < 60; i++) {
		const startsAt = at(8) + Math.floor(random.next() * 14 * 96) * 15 * MINUTE;
		const past = opening({
			...{ startsAt, endsAt: startsAt + random.pick([20, 30, 60, 90]) * MINUTE, services },
			...{
				madeAt: startsAt - random.pick([1, 24, 200]) * 60 * MINUTE,
				clinicId: random.pick(['clinic-1', 'c'])
			}
		});
		const weights = Object.fromEntries(
			SCORE_PARTS.map((part) => [part, Math.floor(random.next() * 4) * 10])
		) as Weights;
		const all = entries
			.filter(
				({ waitingSince, endedAt }) =>
					waitingSince <= past.madeAt && (endedAt === null || endedAt > past.madeAt)
			)
			.flatMap((one) => {
				const service = services.find(({ id }) => id === one.serviceId);
				if (!service) return [];
				const waiting = { ...one, id: one.entryId, missedOffers: 0, hasOffer: false, busy: [] };
				const times = timesWithin(past, service);
				return matchOf(waiting, { times, service, weights, now: past.madeAt }) ?? [];
			})
			.sort(byRank);
		const [, first] = list.firstsFor(past, [DEFAULT_WEIGHTS, weights]);
		expect([i, first?.entryId, first?.score.total]).toEqual([
			...[i, all[0]?.entryId, all[0]?.score.total]
		]);
	}
});
