/** Looking at few of those who wait gives what looking at all of them gives. */
import fc from 'fast-check';
import { eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createRandom, type Random } from '#db/demo/random.ts';
import {
	clinics,
	patients,
	practitionerServices,
	resources,
	services,
	waitlistClinics,
	waitlistEntries,
	waitlistKeys,
	waitlistOffers,
	waitlistPractitioners
} from '#db/schema/index.ts';
import { inOrganization } from '#db/transaction.ts';
import { carryOut } from '#domain/scheduling/commands.ts';
import { URGENCIES } from '#domain/waitlist/entry.ts';
import type { FreedTime } from '#domain/waitlist/possible-times.ts';
import { matchOpening, type MatchOptions } from '#domain/waitlist/queries/match.ts';
import { timesForOpening } from '#domain/waitlist/queries/possible-times.ts';
import { readWaiting } from '#domain/waitlist/queries/waiting-entries.ts';
import { byRank, MAX_WEIGHT, SCORE_PARTS, type Weights } from '#domain/waitlist/score.ts';
import { WAITLIST_DEFAULTS } from '#domain/waitlist/settings.ts';
import { breadthOf } from '#domain/waitlist/streams.ts';
import { matchOf, type Match } from '#domain/waitlist/suits.ts';
import { clinicFactory, type Clinic } from '../../factories/clinic-factory.ts';
import { freshDatabase, type FreshDatabase } from '../../support/test-postgres.ts';

const SEED = process.env.DAYBOARD_SEED ?? 'waitlist';
/** `npm run property` runs more. */
const RUNS = Math.min(Number(process.env.DAYBOARD_SEQUENCES ?? 40), 1_000);
const PATIENTS = 250;
/** A Monday. */
const MIDNIGHT = Date.UTC(2027, 0, 4);
const at = (minute: number) => MIDNIGHT + minute * 60_000;

let fresh: FreshDatabase;
let clinic: Clinic;
let serviceIds: string[];
beforeAll(async () => {
	fresh = await freshDatabase();
	clinic = await clinicFactory(fresh.database, {
		...{ practitioners: 3, rooms: 3, patients: PATIENTS }
	});
	const random = createRandom(SEED);
	serviceIds = [clinic.serviceId, ...(await addServices())];
	await fillDay(random);
	await fillWaitlist(random);
});
afterAll(() => fresh.drop());

async function addServices(): Promise<string[]> {
	const { organizationId, practitionerIds } = clinic;
	const made = [
		{ id: crypto.randomUUID(), durationMinutes: 10 },
		{ id: crypto.randomUUID(), durationMinutes: 45, minAgeYears: 18 },
		{ id: crypto.randomUUID(), durationMinutes: 90, bufferAfterMinutes: 10 }
	];
	await inOrganization(fresh.database, organizationId, async (transaction) => {
		for (const [i, service] of made.entries()) {
			const own = { organizationId, name: `Service ${i}`, hue: 1, importKey: `${i}` };
			await transaction.insert(services).values({ ...own, ...service });
			for (const practitionerId of practitionerIds.slice(i)) {
				const offer = { organizationId, practitionerId, serviceId: service.id };
				await transaction.insert(practitionerServices).values(offer);
			}
		}
	});
	return made.map(({ id }) => id);
}

/** Some of the day is taken, of the doctors and of the rooms. */
async function fillDay(random: Random) {
	for (const resourceId of [...clinic.practitionerIds, ...clinic.roomIds]) {
		for (let minute = 480; minute < 960; minute += random.whole(6, 40) * 5) {
			const changes = {
				...{ resourceId, clinicId: clinic.clinicId, startsAt: at(minute) },
				...{ durationMinutes: random.whole(1, 8) * 5, kind: 'meeting' as const }
			};
			const intent = { kind: 'block' as const, id: crypto.randomUUID(), madeAt: 0 };
			await carryOut(
				fresh.database,
				clinic.receptionist,
				{ ...intent, blockId: crypto.randomUUID(), changes },
				{ now: MIDNIGHT - 1 }
			);
		}
	}
}

/** Few values each, so that many are equal in much. */
async function fillWaitlist(random: Random) {
	const { organizationId, clinicId, practitionerIds, patientIds } = clinic;
	const other = crypto.randomUUID();
	await inOrganization(fresh.database, organizationId, async (transaction) => {
		await transaction.insert(resources).values({ organizationId, id: other, kind: 'clinic' });
		const place = { organizationId, id: other, name: 'South', importKey: 'south' };
		await transaction.insert(clinics).values({ ...place, zone: 'Europe/London' });
		await transaction
			.update(patients)
			.set({ birthDate: '2015-01-01' })
			.where(sql`get_byte(uuid_send(${patients.id}), 0) < 50`);
		for (const serviceId of serviceIds) {
			const entries = patientIds.map((patientId) => {
				const state = random.chance(0.1) ? ('withdrawn' as const) : ('waiting' as const);
				return {
					...{ organizationId, id: crypto.randomUUID(), patientId, serviceId, state },
					...{ urgency: random.pick(URGENCIES), source: 'import' as const },
					endedAt: state === 'waiting' ? null : new Date(),
					...{ firstDate: random.pick(['2026-01-01', '2026-01-01', '2027-01-05']) },
					...{ lastDate: '2027-03-01', madeBy: clinic.receptionist.userId },
					weekdays: random.pick([127, 127, 1, 31, 96, random.whole(1, 127)]),
					fromMinute: random.pick([0, 0, 540, random.whole(0, 700)]),
					untilMinute: random.pick([1_440, 1_440, 720, random.whole(701, 1_440)]),
					noticeMinutes: random.pick([0, 60, 1_440]),
					waitingSince: new Date(MIDNIGHT - random.whole(0, 40) * 5 * 86_400_000)
				};
			});
			await transaction.insert(waitlistEntries).values(entries);
			for (const { id: entryId, patientId } of entries) {
				const own = { organizationId, entryId };
				if (random.chance(0.4)) {
					const named = random.pick([[clinicId], [other], [clinicId, other]]);
					await transaction
						.insert(waitlistClinics)
						.values(named.map((one) => ({ ...own, clinicId: one })));
				}
				if (random.chance(0.4)) {
					const named = practitionerIds.slice(random.whole(0, 2));
					await transaction
						.insert(waitlistPractitioners)
						.values(named.map((practitionerId) => ({ ...own, practitionerId })));
				}
				const missed = random.chance(0.2) ? random.whole(1, 5) : 0;
				for (let i = 0; i <= missed; i++) {
					const isLive = i === missed;
					if (isLive && !random.chance(0.1)) break;
					await transaction.insert(waitlistOffers).values({
						...{ organizationId, id: crypto.randomUUID(), entryId, patientId, serviceId },
						...{ state: isLive ? 'made' : 'expired', way: 'engine', clinicId },
						...{ practitionerId: practitionerIds[0]!, roomId: clinic.roomIds[0]! },
						...{ startsAt: new Date(), durationMinutes: 20, expiresAt: new Date() },
						endedAt: isLive ? null : new Date()
					});
				}
			}
		}
		// Finer than a millisecond, which the rules do not count.
		await transaction
			.update(waitlistEntries)
			.set({
				waitingSince: sql`${waitlistEntries.waitingSince} + (random() * 3000)::int * interval '1 microsecond'`
			})
			.where(eq(waitlistEntries.organizationId, organizationId));
	});
}

/** Everybody who waits, one by one. */
async function matchEverybody(freed: FreedTime, options: MatchOptions): Promise<Match[]> {
	const { organizationId } = clinic;
	const { now, limit, exceptEntryIds } = options;
	const { weights } = options.settings;
	const possible = await timesForOpening(fresh.database, organizationId, freed, serviceIds, now);
	const day = { start: MIDNIGHT, end: at(1_440) };
	const entries = await inOrganization(fresh.database, organizationId, (transaction) =>
		readWaiting(transaction, organizationId, undefined, day)
	);
	return entries
		.filter(({ id }) => !exceptEntryIds.includes(id))
		.flatMap((entry) => {
			const of = possible.find(({ service }) => service.id === entry.serviceId);
			return of ? (matchOf(entry, { ...of, weights, now }) ?? []) : [];
		})
		.sort(byRank)
		.slice(0, limit);
}

const anyWeights = fc.record(
	Object.fromEntries(
		SCORE_PARTS.map((part) => [
			part,
			fc.oneof(fc.constant(0), fc.double({ min: 0, max: MAX_WEIGHT, noNaN: true }))
		])
	)
) as fc.Arbitrary<Weights>;
const usualWeights = fc.constant(WAITLIST_DEFAULTS.weights);

const anyOpening = fc
	.record({
		from: fc.integer({ min: 96, max: 200 }),
		steps: fc.oneof(fc.integer({ min: 1, max: 12 }), fc.constant(96)),
		doctor: fc.option(fc.integer({ min: 0, max: 2 })),
		room: fc.option(fc.integer({ min: 0, max: 2 }))
	})
	.filter(({ doctor, room }) => doctor !== null || room !== null);

it(`whatever the weights and the time (seed "${SEED}")`, { timeout: 300_000 }, async () => {
	const found = { some: 0, full: 0 };
	await fc.assert(
		fc.asyncProperty(
			fc.oneof(usualWeights, anyWeights),
			anyOpening,
			fc.constantFrom(1, 2, 7, 25),
			fc.integer({ min: 0, max: 4 }),
			fc.constantFrom(at(0) - 30 * 3_600_000, at(0), at(510)),
			async (weights, { from, steps, doctor, room }, limit, excepted, now) => {
				const freed = {
					...{ clinicId: clinic.clinicId, startsAt: at(from * 5), endsAt: at((from + steps) * 5) },
					practitionerId: doctor === null ? null : clinic.practitionerIds[doctor]!,
					roomId: room === null ? null : clinic.roomIds[room]!
				};
				const settings = { ...WAITLIST_DEFAULTS, weights };
				const options = { settings, now, limit: limit + excepted, exceptEntryIds: [] };
				const everybody = await matchEverybody(freed, options);
				const exceptEntryIds = everybody.slice(0, excepted).map(({ entryId }) => entryId);
				const matches = await matchOpening(fresh.database, clinic.organizationId, freed, {
					...{ settings, now, limit, exceptEntryIds }
				});
				expect(matches).toEqual(everybody.slice(excepted));
				found.some += Number(matches.length > 0);
				found.full += Number(matches.length === limit);
			}
		),
		{
			numRuns: RUNS,
			seed: [...SEED].reduce((sum, letter) => sum * 31 + letter.charCodeAt(0), 7) | 0
		}
	);
	// What finds nobody agrees with everything.
	expect(found.some).toBeGreaterThan(RUNS / 2);
	expect(found.full).toBeGreaterThan(RUNS / 4);
});

it('the keys are those of all who wait, and of nobody else', async () => {
	const { organizationId } = clinic;
	const [keys, entries] = await inOrganization(
		fresh.database,
		organizationId,
		async (transaction) => [
			await transaction.select().from(waitlistKeys),
			await readWaiting(transaction, organizationId, undefined, { start: 0, end: 1 })
		]
	);
	const line = (key: {
		entryId: string;
		clinicId: string | null;
		practitionerId: string | null;
		urgency: number;
		breadth: number;
		waitingSince: number;
	}) => JSON.stringify(Object.values(key));
	const expected = entries.flatMap((entry) =>
		(entry.clinicIds.length > 0 ? entry.clinicIds : [null]).flatMap((clinicId) =>
			(entry.practitionerIds.length > 0 ? entry.practitionerIds : [null]).map((practitionerId) =>
				line({
					...{ entryId: entry.id, clinicId, practitionerId, breadth: breadthOf(entry) },
					...{ urgency: URGENCIES.indexOf(entry.urgency), waitingSince: entry.waitingSince }
				})
			)
		)
	);
	const stored = keys.map(({ entryId, clinicId, practitionerId, urgency, breadth, ...key }) =>
		line({
			...{ entryId, clinicId, practitionerId, breadth },
			...{ urgency, waitingSince: key.waitingSince.getTime() }
		})
	);
	expect(stored.length).toBeGreaterThan(PATIENTS);
	expect(stored.sort()).toEqual(expected.sort());
});
