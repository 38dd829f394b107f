/** A round of offers: its three steps, what happens between them, and many at once on few connections. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { alongIndexes } from '#db/transaction.ts';
import { openDatabase } from '#db/database.ts';
import { carryOut } from '#domain/scheduling/commands.ts';
import { leaveWaitlist } from '#domain/waitlist/commands.ts';
import { advanceOpening } from '#domain/waitlist/commands/advance.ts';
import { beginRound } from '#domain/waitlist/commands/advance/begin-round.ts';
import { makeRound } from '#domain/waitlist/commands/advance/make-round.ts';
import { takenStatement } from '#domain/waitlist/commands/advance/opening-state.ts';
import { answerOffer } from '#domain/waitlist/commands/answer-offer.ts';
import { approveOffer } from '#domain/waitlist/commands/approve-offer.ts';
import { offerByHand } from '#domain/waitlist/commands/offer-by-hand.ts';
import { matchOpening, type Match } from '#domain/waitlist/queries/match.ts';
import { bookingOf } from '../../factories/clinic-factory.ts';
import { minutes, offerDesk, type OfferDesk } from '../../factories/offer-desk.ts';
import { freshDatabase, type FreshDatabase } from '../../support/test-postgres.ts';

let fresh: FreshDatabase;
const desks: OfferDesk[] = [];
beforeAll(async () => {
	fresh = await freshDatabase();
});
afterEach(async () => {
	for (const desk of desks.splice(0)) await desk.owner.end();
});
afterAll(() => fresh.drop());

async function open(options: Parameters<typeof offerDesk>[1] = {}): Promise<OfferDesk> {
	const desk = await offerDesk(fresh, options);
	desks.push(desk);
	return desk;
}

/** The first two steps. */
async function matched({ organizationId }: OfferDesk, openingId: string) {
	const now = Date.now();
	const ground = (await beginRound(fresh.database, organizationId, openingId, now))!;
	const { opening, settings, exceptEntryIds } = ground;
	const matches = await matchOpening(fresh.database, organizationId, opening, {
		...{ settings, now, exceptEntryIds, limit: 20 }
	});
	const make = (of: readonly Match[] = matches) =>
		makeRound(fresh.database, organizationId, ground, of, now);
	return { ground, matches, make };
}

describe('many at once on few connections', () => {
	const OPENINGS = 6;

	it('advance without waiting for each other: nobody takes a connection while holding one', async () => {
		const desk = await open({ practitioners: OPENINGS, rooms: OPENINGS, patients: OPENINGS + 1 });
		for (let patient = 1; patient <= OPENINGS; patient++) await desk.waits(patient);
		const openings: string[] = [];
		for (let place = 0; place < OPENINGS; place++) {
			openings.push(await desk.frees(180, { practitioner: place, room: place }));
		}
		const few = openDatabase(fresh.url, { max: 2 });
		try {
			await Promise.all(openings.map((id) => advanceOpening(few, desk.organizationId, id)));
		} finally {
			await few.close();
		}
		const offers = await desk.offers();
		expect(offers.map(({ state }) => state)).toEqual(Array(OPENINGS).fill('made'));
		expect(new Set(offers.map(({ entryId }) => entryId)).size).toBe(OPENINGS);
		expect(await desk.holds()).toHaveLength(OPENINGS);
	});

	it('are let go out by reception', async () => {
		const desk = await open({ practitioners: OPENINGS, rooms: OPENINGS, patients: OPENINGS + 1 });
		for (let patient = 1; patient <= OPENINGS; patient++) {
			await desk.waits(patient, { urgency: 'urgent' });
		}
		for (let place = 0; place < OPENINGS; place++) {
			const at = { practitioner: place, room: place };
			await desk.advance(await desk.frees(180, at));
		}
		const proposed = await desk.offers();
		expect(proposed.map(({ state }) => state)).toEqual(Array(OPENINGS).fill('proposed'));
		const few = openDatabase(fresh.url, { max: 2 });
		try {
			const all = proposed.map(({ id }) => approveOffer(few, desk.receptionist, id));
			expect((await Promise.all(all)).map(({ ok }) => ok)).toEqual(Array(OPENINGS).fill(true));
		} finally {
			await few.close();
		}
	});
});

describe('between the match and the offers', () => {
	it('another server makes the round: it is made once', async () => {
		const desk = await open();
		for (const patient of [1, 2]) await desk.waits(patient);
		const opening = await desk.frees(180);
		const { make } = await matched(desk, opening);
		await desk.advance(opening);
		expect(await make()).toBe('done');
		const [first, ...others] = await desk.offers(opening);
		expect(others).toEqual([]);
		// And that round came and went.
		const patient = await desk.actorOf(first!.patientId);
		await answerOffer(fresh.database, patient, { offerId: first!.id, answer: 'pass', by: 'link' });
		expect(await make()).toBe('changed');
		expect(await desk.holds()).toEqual([{ id: first!.holdId }]);
		expect(await desk.offers(opening)).toHaveLength(1);
	});

	it('somebody takes the time: nothing is held or offered', async () => {
		const desk = await open();
		await desk.waits(1);
		const opening = await desk.frees(180);
		const { make } = await matched(desk, opening);
		const booking = bookingOf(desk, { startsAt: desk.now + minutes(180), patient: 3 });
		expect(await carryOut(fresh.database, desk.receptionist, booking)).toMatchObject({
			outcome: 'accepted'
		});
		expect(await make()).toBe('taken');
		expect(await desk.offers(opening)).toEqual([]);
		expect(await desk.holds()).toEqual([]);
		await desk.advance(opening);
		expect(await desk.opening(opening)).toMatchObject({ state: 'gone' });
	});

	it('the one whom it suits leaves the list: nothing is held, and the next one is asked', async () => {
		const desk = await open();
		const first = await desk.waits(1, { urgency: 'soon' });
		const second = await desk.waits(2);
		const opening = await desk.frees(180);
		const { make } = await matched(desk, opening);
		await leaveWaitlist(fresh.database, desk.receptionist, first);
		expect(await make()).toBe('changed');
		expect(await desk.holds()).toEqual([]);
		await desk.advance(opening);
		expect(await desk.offers(opening)).toMatchObject([{ entryId: second, state: 'made' }]);
	});
});

describe('an offered time', () => {
	/** Somebody else at the desk wants it, as late as it can be. */
	const wanted = (desk: OfferDesk, now: number) =>
		carryOut(
			fresh.database,
			desk.receptionist,
			bookingOf(desk, { startsAt: desk.now + minutes(180), patient: 3 }),
			{ now }
		);
	const heldUntil = async ({ ask, organizationId }: OfferDesk) =>
		(await ask('SELECT expires_at FROM holds WHERE organization_id = $1', [organizationId]))[0]!
			.expires_at;

	it('is held until the last moment in which it may be answered, and no longer', async () => {
		const desk = await open();
		await desk.waits(1);
		const opening = await desk.frees(180);
		await desk.advance(opening);
		const [offer] = await desk.offers(opening);
		expect(await heldUntil(desk)).toEqual(offer!.expiresAt);
		expect(await wanted(desk, offer!.expiresAt.getTime() - 1)).toMatchObject({
			...{ outcome: 'refused', refusal: { code: 'held' } }
		});
		const taken = await wanted(desk, offer!.expiresAt.getTime() + 1);
		expect(taken).toMatchObject({ outcome: 'accepted' });
	});

	it('is answered too late from its very end, whether or not the engine has looked since', async () => {
		const desk = await open();
		await desk.waits(1);
		await desk.advance(await desk.frees(180));
		const [offer] = await desk.offers();
		const patient = await desk.actorOf(offer!.patientId);
		const yes = { offerId: offer!.id, answer: 'accept', by: 'link' } as const;
		const end = offer!.expiresAt.getTime();
		expect(await answerOffer(fresh.database, patient, yes, end)).toMatchObject({
			refusal: { code: 'offer-over' }
		});
		expect((await answerOffer(fresh.database, patient, yes, end - 1)).ok).toBe(true);
	});

	it('is no visit of an offer that is over by the time the visit is booked', async () => {
		const desk = await open();
		await desk.waits(1);
		const opening = await desk.frees(180);
		await desk.advance(opening);
		const [offer] = await desk.offers(opening);
		const patient = await desk.actorOf(offer!.patientId);
		await answerOffer(fresh.database, patient, { offerId: offer!.id, answer: 'pass', by: 'link' });
		await desk.advance(opening);
		expect(await desk.holds()).toEqual([]);
		// As a yes goes on that was looked at before that.
		const booking = bookingOf(desk, { startsAt: desk.now + minutes(180), patient: 1 });
		const visit = { ...booking, appointmentId: offer!.id };
		const late = { now: Date.now(), source: 'waitlist' } as const;
		const verdict = await carryOut(fresh.database, desk.receptionist, visit, late);
		expect(verdict).toMatchObject({ outcome: 'refused', refusal: { code: 'offer-over' } });
		expect(await desk.offers(opening)).toMatchObject([{ state: 'passed' }]);
	});

	it('is offered to nobody once it is nearly over', async () => {
		const desk = await open();
		await desk.waits(1);
		const opening = await desk.frees(180);
		await desk.advance(opening, desk.now + minutes(196));
		expect(await desk.opening(opening)).toMatchObject({ state: 'gone', next_at: null });
	});

	it('goes out by nobody’s hand in the quiet hours, or within the notice that is needed', async () => {
		const desk = await open();
		await desk.waits(1, { urgency: 'urgent' });
		const opening = await desk.frees(180);
		await desk.advance(opening);
		const [proposed] = await desk.offers(opening);
		const byHand = async (entryId: string) =>
			offerByHand(fresh.database, desk.receptionist, {
				...{ entryId, reason: 'Has called' },
				time: {
					...{ clinicId: desk.clinicId, practitionerId: desk.practitionerIds[1]! },
					...{ roomId: desk.roomIds[1]!, startsAt: desk.now + minutes(180) }
				}
			});
		const quietHours = (from: number, until: number) =>
			desk.ask(
				`UPDATE message_rules SET quiet_from_minute = $2, quiet_until_minute = $3
					WHERE organization_id = $1 AND kind = 'waitlist-offer'`,
				[desk.organizationId, from, until]
			);
		const entryId = await desk.waits(2);
		// It is about noon there.
		await quietHours(600, 960);
		const quiet = { refusal: { code: 'quiet-hours' } };
		expect(await byHand(entryId)).toMatchObject(quiet);
		const approved = await approveOffer(fresh.database, desk.receptionist, proposed!.id);
		expect(approved).toMatchObject(quiet);
		await quietHours(0, 0);
		const slow = await desk.waits(3, { noticeMinutes: 240 });
		expect(await byHand(slow)).toMatchObject({ refusal: { code: 'too-late' } });
		expect((await byHand(entryId)).ok).toBe(true);
		expect((await approveOffer(fresh.database, desk.receptionist, proposed!.id)).ok).toBe(true);
	});

	it('is not offered beyond its start', async () => {
		const desk = await open();
		await desk.waits(1);
		await desk.advance(await desk.frees(15));
		const [offer] = await desk.offers();
		expect(offer).toMatchObject({ state: 'made', expiresAt: offer!.startsAt });
	});

	it('that reception did not decide about was nothing that its patient missed', async () => {
		const desk = await open();
		await desk.waits(1, { urgency: 'urgent' });
		const opening = await desk.frees(180);
		await desk.advance(opening);
		const [proposed] = await desk.offers(opening);
		await desk.advance(opening, proposed!.expiresAt.getTime());
		expect(await desk.offers(opening)).toMatchObject([{ state: 'withdrawn' }]);
	});

	it('is held for longer once reception lets it go out', async () => {
		const desk = await open();
		await desk.waits(1, { urgency: 'urgent' });
		const opening = await desk.frees(180);
		await desk.advance(opening);
		const [proposed] = await desk.offers(opening);
		expect(await heldUntil(desk)).toEqual(proposed!.expiresAt);
		const later = proposed!.expiresAt.getTime() - minutes(5);
		await approveOffer(fresh.database, desk.receptionist, proposed!.id, later);
		const [made] = await desk.offers(opening);
		expect(made!.expiresAt.getTime()).toBeGreaterThan(proposed!.expiresAt.getTime());
		// Pressed again, it is no longer.
		const again = await approveOffer(
			...([fresh.database, desk.receptionist, proposed!.id, later + minutes(1)] as const)
		);
		expect(again).toMatchObject({ refusal: { code: 'status-not-possible' } });
		expect(await heldUntil(desk)).toEqual(made!.expiresAt);
		expect(await wanted(desk, made!.expiresAt.getTime() - 1)).toMatchObject({
			...{ outcome: 'refused', refusal: { code: 'held' } }
		});
	});
});

describe('a service that the organization chose', () => {
	it('is proposed to reception first, and another one is not', async () => {
		const desk = await open();
		await desk.settings({ approveServiceIds: [desk.serviceId] });
		await desk.waits(1);
		const chosen = await desk.frees(180);
		await desk.advance(chosen);
		expect(await desk.offers(chosen)).toMatchObject([{ state: 'proposed' }]);
		await desk.waits(2);
		await desk.settings({ approveServiceIds: [crypto.randomUUID()] });
		const other = await desk.frees(210, { practitioner: 1, room: 1 });
		await desk.advance(other);
		expect(await desk.offers(other)).toMatchObject([{ state: 'made' }]);
	});
});

describe('a service that needs a referral', () => {
	it('is proposed to reception, however little urgent; whoever lets it go out has seen it', async () => {
		const desk = await open({ service: { referralNeeded: true } });
		await desk.waits(1);
		const visit = await bookedAndCancelled(desk);
		await desk.advance(visit);
		const [proposed] = await desk.offers(visit);
		expect(proposed).toMatchObject({ state: 'proposed', way: 'engine' });
		expect(await desk.ask('SELECT id FROM messages WHERE offer_id = $1', [proposed!.id])).toEqual(
			[]
		);
		expect((await approveOffer(fresh.database, desk.receptionist, proposed!.id)).ok).toBe(true);
		const patient = await desk.actorOf(proposed!.patientId);
		const yes = { offerId: proposed!.id, answer: 'accept', by: 'link' } as const;
		expect((await answerOffer(fresh.database, patient, yes)).ok).toBe(true);
		expect(
			await desk.ask('SELECT referral_seen FROM appointments WHERE id = $1', [proposed!.id])
		).toEqual([{ referral_seen: true }]);
	});

	/** The factory's visits are booked without a referral. */
	async function bookedAndCancelled(desk: OfferDesk): Promise<string> {
		await desk.ask('UPDATE services SET referral_needed = false WHERE id = $1', [desk.serviceId]);
		const opening = await desk.frees(180);
		await desk.ask('UPDATE services SET referral_needed = true WHERE id = $1', [desk.serviceId]);
		return opening;
	}
});

describe('whether somebody has the time', () => {
	it('is looked up in an index, by the bounds of what is taken', async () => {
		const desk = await open();
		const now = Date.now();
		const opening = {
			...{ id: crypto.randomUUID(), clinicId: desk.clinicId, roomId: desk.roomIds[0]! },
			...{ practitionerId: desk.practitionerIds[0]!, startsAt: now, endsAt: now + minutes(30) },
			...({ cause: 'cancelled', state: 'open', round: 0 } as const)
		};
		const plan = await alongIndexes(fresh.database, desk.organizationId, async (transaction) => {
			const { sql, params } = takenStatement(
				transaction,
				desk.organizationId,
				opening,
				now
			).toSQL();
			const { rows } = await transaction.$client.query<{ 'QUERY PLAN': string }>(
				`EXPLAIN ${sql}`,
				params
			);
			return rows.map((row) => row['QUERY PLAN']);
		});
		const condition = plan.find((line) => line.includes('Index Cond:'));
		expect(condition).toContain('resource_id =');
		expect(condition).toContain('starts_at <');
		expect(condition).toContain('starts_at >');
	});
});
