/** A dry run: what other weights would have changed for times that became free. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitlistOpenings } from '#db/schema/index.ts';
import { inOrganization } from '#db/transaction.ts';
import type { Actor } from '#domain/access/actor.ts';
import { dryRunWishSchema, MAX_DRY_RUN_TIMES, type DryRunSlice } from '#domain/waitlist/dry-run.ts';
import { saveWaitlistSettings } from '#domain/waitlist/commands/settings.ts';
import { tryWeights } from '#domain/waitlist/queries/try-weights.ts';
import { DEFAULT_WEIGHTS, SCORE_PARTS, type Weights } from '#domain/waitlist/score.ts';
import { WAITLIST_DEFAULTS } from '#domain/waitlist/settings.ts';
import { clinicFactory, staffFactory, type Clinic } from '../../factories/clinic-factory.ts';
import { matchFactory, offerFactory, openingFactory } from '../../factories/offer-factory.ts';
import { entryFactory } from '../../factories/waitlist-factory.ts';
import { freshDatabase, type FreshDatabase } from '../../support/test-postgres.ts';

const NOW = Date.UTC(2026, 5, 30, 10);
const DAY = 86_400_000;
const ago = (days: number) => new Date(NOW - days * DAY);
const only = (part: keyof Weights): Weights =>
	Object.fromEntries(SCORE_PARTS.map((one) => [one, one === part ? 50 : 0])) as Weights;

let fresh: FreshDatabase;
let clinic: Clinic;
let administrator: Actor;
let urgent: string;
let patientWaiter: string;
let contested: string;
beforeAll(async () => {
	fresh = await freshDatabase();
	const { database } = fresh;
	clinic = await clinicFactory(database);
	administrator = await staffFactory(database, clinic, { role: 'organization-administrator' });
	urgent = await entryFactory(database, clinic, { urgency: 'urgent', waitingSince: ago(10) });
	// Has waited longest, and missed an offer.
	patientWaiter = await entryFactory(database, clinic, { patient: 1, waitingSince: ago(60) });
	contested = await openingFactory(database, clinic, { madeAt: ago(5) });
	await matchFactory(database, clinic, contested, [urgent, patientWaiter]);
	// A second round considers the same again.
	await matchFactory(database, clinic, contested, [patientWaiter], 2);
	const alone = await openingFactory(database, clinic, { madeAt: ago(4) });
	await matchFactory(database, clinic, alone, [patientWaiter]);
	await offerFactory(database, clinic, {
		...{ entryId: patientWaiter, patient: 1, openingId: alone, state: 'expired', madeAt: ago(4) }
	});
	// Too short for anybody; made by staff, so that nobody had given it back; and one of another month.
	const startsAt = ago(2);
	const endsAt = new Date(startsAt.getTime() + 600_000);
	await openingFactory(database, clinic, { madeAt: ago(3), startsAt, endsAt });
	await openingFactory(database, clinic, { madeAt: ago(3), cause: 'by-hand' });
	const old = await openingFactory(database, clinic, { madeAt: ago(45) });
	await matchFactory(database, clinic, old, [patientWaiter]);
	const other = await clinicFactory(database);
	const foreign = await openingFactory(database, other, { madeAt: ago(5) });
	await matchFactory(database, other, foreign, [await entryFactory(database, other)]);
});
afterAll(() => fresh.drop());

async function trial(weights: Weights, from = '2026-06-01'): Promise<DryRunSlice> {
	const wish = dryRunWishSchema.parse({ weights, from, until: '2026-06-30' });
	const done = await tryWeights(fresh.database, administrator, { ...wish, zone: 'UTC' });
	if (!done.ok) throw new Error(done.refusal.code);
	return done.value;
}

describe('a dry run', () => {
	it('with the same weights changes nothing', async () => {
		expect(await trial(DEFAULT_WEIGHTS)).toEqual({ times: 2, changes: [], leftOut: 0 });
	});

	it('says who would have been first instead, with both scores', async () => {
		const { times, changes } = await trial(only('waiting'));
		expect(times).toBe(2);
		expect(changes).toHaveLength(2);
		// The newest first.
		const [, earlier] = changes;
		expect(earlier).toMatchObject({
			...{ openingId: contested, clinicId: clinic.clinicId },
			now: { entryId: urgent, name: 'Patient0 Anna' },
			then: { entryId: patientWaiter, name: 'Patient1 Anna' }
		});
		// 55 days of what counts two thirds after 60.
		expect(earlier!.then.score.total).toBeCloseTo(100 * (1 - Math.exp(-55 / 60)), 6);
		expect(earlier!.now.score.parts.urgency).toBe(DEFAULT_WEIGHTS.urgency);
	});

	it('counts missed offers up to then alone', async () => {
		const openingId = await openingFactory(fresh.database, clinic, { madeAt: ago(1) });
		await matchFactory(fresh.database, clinic, openingId, [urgent, patientWaiter]);
		const { changes } = await trial(only('missed'));
		// Before the miss both are equal, and the longest waiting is first.
		const earlier = changes.find((one) => one.openingId === contested)!;
		expect(earlier.then).toMatchObject({ entryId: patientWaiter, score: { total: 100 } });
		expect(changes.map((one) => one.openingId)).not.toContain(openingId);
	});

	it('compares with the weights that hold, not with the product’s own', async () => {
		const settings = { ...WAITLIST_DEFAULTS, weights: only('waiting') };
		await saveWaitlistSettings(fresh.database, administrator, settings);
		expect((await trial(only('waiting'))).changes).toEqual([]);
		const { changes } = await trial(DEFAULT_WEIGHTS);
		expect(changes.map(({ then }) => then.entryId)).toContain(urgent);
		await saveWaitlistSettings(fresh.database, administrator, WAITLIST_DEFAULTS);
	});

	it('weighs everybody who waited then, whether they were considered or not', async () => {
		const { database } = fresh;
		const other = await clinicFactory(database);
		const own = await staffFactory(database, other, { role: 'organization-administrator' });
		const one = await entryFactory(database, other, { urgency: 'soon', waitingSince: ago(20) });
		// Has got a time since, and nobody looked at them.
		const longest = await entryFactory(database, other, {
			...{ patient: 1, waitingSince: ago(90), state: 'booked', endedAt: ago(3) }
		});
		await entryFactory(database, other, { patient: 2, urgency: 'urgent', waitingSince: ago(1) });
		const openings = [ago(10), ago(2)].map((madeAt) => openingFactory(database, other, { madeAt }));
		const [before, after] = await Promise.all(openings);
		await matchFactory(database, other, before!, [one]);
		await matchFactory(database, other, after!, [one]);
		const wish = { weights: only('waiting'), from: '2026-06-01', until: '2026-06-30', zone: 'UTC' };
		const done = await tryWeights(database, own, wish);
		expect(done).toMatchObject({
			ok: true,
			value: { times: 2, changes: [{ openingId: before, now: { entryId: one } }] }
		});
		expect(done.ok && done.value.changes[0]!.then).toMatchObject({ entryId: longest });
		expect(done.ok && done.value.changes[0]!.then.name).toBe('Patient1 Anna');
	});

	it('works out so many times at once, the newest, and says how many it left out', async () => {
		const { database } = fresh;
		const other = await clinicFactory(database);
		const own = await staffFactory(database, other, { role: 'organization-administrator' });
		await entryFactory(database, other, { waitingSince: ago(100) });
		const [practitionerId] = other.practitionerIds as [string];
		const { organizationId, clinicId } = other;
		await inOrganization(database, organizationId, (transaction) =>
			transaction.insert(waitlistOpenings).values(
				Array.from({ length: MAX_DRY_RUN_TIMES + 3 }, (_, i) => ({
					...{ organizationId, id: crypto.randomUUID(), clinicId, practitionerId, roomId: null },
					...({ cause: 'cancelled', state: 'gone', endedAt: ago(1), nextAt: null } as const),
					...{ madeAt: new Date(ago(2).getTime() - i), startsAt: ago(1) },
					endsAt: new Date(ago(1).getTime() + 1_800_000)
				}))
			)
		);
		const wish = { weights: DEFAULT_WEIGHTS, from: '2026-06-01', until: '2026-06-30', zone: 'UTC' };
		expect(await tryWeights(database, own, wish)).toEqual({
			ok: true,
			value: { times: MAX_DRY_RUN_TIMES, changes: [], leftOut: 3 }
		});
	});

	it('is for those who may change the weights', async () => {
		const wish = { weights: DEFAULT_WEIGHTS, from: '2026-06-01', until: '2026-06-30', zone: 'UTC' };
		expect(await tryWeights(fresh.database, clinic.receptionist, wish)).toEqual({
			...{ ok: false, refusal: { code: 'not-allowed' } }
		});
	});

	it.each([
		[{ from: '2026-06-30', until: '2026-06-01' }, 'until'],
		[{ from: '2026-01-01', until: '2026-06-01' }, 'until'],
		[{ from: 'June', until: '2026-06-01' }, 'from'],
		[{ weights: { urgency: 1 } }, 'weights.waiting']
	])('%j is refused', (more, field) => {
		const good = { weights: DEFAULT_WEIGHTS, from: '2026-06-01', until: '2026-06-30' };
		const parsed = dryRunWishSchema.safeParse({ ...good, ...more });
		expect(parsed.error!.issues[0]!.path.join('.')).toBe(field);
	});
});
