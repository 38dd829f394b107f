import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { URGENCIES, type Urgency } from '#domain/waitlist/entry.ts';
import {
	byRank,
	DEFAULT_WEIGHTS,
	MAX_WEIGHT,
	scoreOf,
	scoreParts,
	SCORE_PARTS,
	type Ranked,
	type ScoreFacts,
	type Weights
} from '#domain/waitlist/score.ts';

const NOW = Date.UTC(2027, 0, 4);
const MINUTE_MS = 60_000;

const share = fc.double({ min: 0, max: 1, noNaN: true });
const anyFacts: fc.Arbitrary<ScoreFacts> = fc.record({
	urgency: fc.constantFrom(...URGENCIES),
	/** Up to ten years, and some that begin to wait in a moment. */
	waitedMinutes: fc.integer({ min: -1_000, max: 5_256_000 }),
	fills: share,
	...{ namesDoctor: fc.boolean(), namesClinic: fc.boolean(), weekShare: share },
	missedOffers: fc.nat(10)
});
const anyWeights = fc.record(
	Object.fromEntries(
		SCORE_PARTS.map((part) => [
			part,
			fc.oneof(fc.constant(0), fc.double({ min: 0, max: MAX_WEIGHT, noNaN: true }))
		])
	)
) as fc.Arbitrary<Weights>;

const rankOf = (facts: ScoreFacts, weights: Weights, entryId = 'm'): Ranked => ({
	...{ score: scoreOf(facts, weights), entryId },
	waitingSince: NOW - facts.waitedMinutes * MINUTE_MS
});
/** @returns how many of the others are ahead */
const placeOf = (own: Ranked, others: Ranked[]) =>
	others.filter((other) => byRank(other, own) < 0).length;

/** Everybody else, whatever they are like. */
const anyOthers = fc.array(anyFacts, { maxLength: 12 });

describe('the score', () => {
	it('never puts the more urgent behind the same entry less urgent', () => {
		const pair = fc.constantFrom<[Urgency, Urgency][]>(
			['routine', 'soon'],
			['soon', 'urgent'],
			['routine', 'urgent']
		);
		fc.assert(
			fc.property(anyFacts, pair, anyWeights, anyOthers, (facts, [less, more], weights, others) => {
				const [was, is] = [less, more].map((urgency) => rankOf({ ...facts, urgency }, weights));
				const ranks = others.map((other, i) => rankOf(other, weights, i % 2 ? `a${i}` : `z${i}`));
				expect(byRank(is!, was!)).toBeLessThanOrEqual(0);
				expect(placeOf(is!, ranks)).toBeLessThanOrEqual(placeOf(was!, ranks));
				if (weights.urgency > 1) expect(byRank(is!, was!)).toBeLessThan(0);
			})
		);
	});

	it('never lowers the place of who waits longer, and puts it first of two alike', () => {
		const longer = fc.integer({ min: 1, max: 525_600 });
		fc.assert(
			fc.property(anyFacts, longer, anyWeights, anyOthers, (facts, minutes, weights, others) => {
				const was = rankOf(facts, weights);
				const is = rankOf({ ...facts, waitedMinutes: facts.waitedMinutes + minutes }, weights);
				const ranks = others.map((other, i) => rankOf(other, weights, i % 2 ? `a${i}` : `z${i}`));
				expect(placeOf(is, ranks)).toBeLessThanOrEqual(placeOf(was, ranks));
				expect(byRank(is, was)).toBeLessThan(0);
			})
		);
	});

	it('is the sum of its parts, between 0 and 100', () => {
		fc.assert(
			fc.property(anyFacts, anyWeights, (facts, weights) => {
				const { total, parts } = scoreOf(facts, weights);
				const sum = SCORE_PARTS.reduce((all, part) => all + parts[part], 0);
				expect(total).toBe(sum);
				expect(total).toBeGreaterThanOrEqual(0);
				expect(total).toBeLessThanOrEqual(100 + 1e-9);
			})
		);
	});

	it('does not count what has no weight', () => {
		fc.assert(
			fc.property(anyFacts, anyFacts, anyWeights, (facts, other, weights) => {
				for (const part of SCORE_PARTS.filter((one) => weights[one] === 0)) {
					expect(scoreOf(facts, weights).parts[part]).toBe(0);
				}
				const onlyWaiting = { ...NOTHING, waiting: weights.waiting };
				const alike = { ...other, waitedMinutes: facts.waitedMinutes };
				expect(scoreOf(alike, onlyWaiting)).toEqual(scoreOf(facts, onlyWaiting));
			})
		);
	});

	it('is 0 for everybody where nothing has a weight: the longest waiting is first', () => {
		fc.assert(
			fc.property(anyFacts, anyFacts, (a, b) => {
				fc.pre(a.waitedMinutes !== b.waitedMinutes);
				const [one, other] = [rankOf(a, NOTHING, 'a'), rankOf(b, NOTHING, 'b')];
				expect([one.score.total, other.score.total]).toEqual([0, 0]);
				expect(byRank(one, other) < 0).toBe(a.waitedMinutes > b.waitedMinutes);
			})
		);
	});

	it('orders everybody in one way, whoever is asked first', () => {
		fc.assert(
			fc.property(fc.array(anyFacts, { maxLength: 20 }), anyWeights, (all, weights) => {
				const ranks = all.map((facts, i) => rankOf(facts, weights, `${i}`));
				expect(ranks.toReversed().sort(byRank)).toEqual(ranks.toSorted(byRank));
			})
		);
	});
});

const NOTHING = Object.fromEntries(SCORE_PARTS.map((part) => [part, 0])) as Weights;

/** Each part alone, with what it is for. */
const BASE: ScoreFacts = {
	...{ urgency: 'routine', waitedMinutes: 0, fills: 1, namesDoctor: false },
	...{ namesClinic: false, weekShare: 1, missedOffers: 0 }
};
const cases: [string, keyof Weights, Partial<ScoreFacts>, Partial<ScoreFacts>][] = [
	['who needs it sooner', 'urgency', { urgency: 'urgent' }, { urgency: 'soon' }],
	['who waits longer', 'waiting', { waitedMinutes: 2 }, { waitedMinutes: 1 }],
	['whose visit uses more of the time', 'service', { fills: 1 }, { fills: 0.5 }],
	['who waits for this doctor', 'doctor', { namesDoctor: true }, {}],
	['who waits for this clinic', 'clinic', { namesClinic: true }, {}],
	['who can come at few times', 'window', { weekShare: 0.1 }, { weekShare: 0.5 }],
	['who has missed no offer', 'missed', {}, { missedOffers: 1 }],
	['who has missed fewer', 'missed', { missedOffers: 3 }, { missedOffers: 4 }]
];
it.each(cases)('%s is ahead', (_, part, better, worse) => {
	const met = (change: Partial<ScoreFacts>) => scoreParts({ ...BASE, ...change })[part];
	expect(met(better)).toBeGreaterThan(met(worse));
	const total = (change: Partial<ScoreFacts>) =>
		scoreOf({ ...BASE, ...change }, DEFAULT_WEIGHTS).total;
	expect(total(better)).toBeGreaterThan(total(worse));
});
