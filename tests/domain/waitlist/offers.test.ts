/** From a time that became free to the visit of whoever waited for it. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { carryOut } from '#domain/scheduling/commands.ts';
import { leaveWaitlist } from '#domain/waitlist/commands.ts';
import { answerOffer } from '#domain/waitlist/commands/answer-offer.ts';
import { approveOffer } from '#domain/waitlist/commands/approve-offer.ts';
import { bookEntry } from '#domain/waitlist/commands/book-entry.ts';
import { lookAfterWaitlist } from '#domain/waitlist/commands/look-after.ts';
import { offerByHand } from '#domain/waitlist/commands/offer-by-hand.ts';
import { skipOffer } from '#domain/waitlist/commands/skip-offer.ts';
import { listOffers, readOffersOf } from '#domain/waitlist/queries/offers.ts';
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

const answer = async (
	desk: OfferDesk,
	offer: { id: string; patientId: string },
	how: 'accept' | 'pass' | 'decline' = 'accept',
	now = Date.now()
) =>
	answerOffer(
		fresh.database,
		await desk.actorOf(offer.patientId),
		{ offerId: offer.id, answer: how, by: 'link' },
		now
	);

describe('a time that became free', () => {
	it('is offered, held, told, and a visit once it is accepted', async () => {
		const desk = await open();
		const entryId = await desk.waits(1);
		const opening = await desk.frees(180);
		await desk.advance(opening);
		const [offer] = await desk.offers(opening);
		expect(offer).toMatchObject({ entryId, state: 'made', way: 'engine', round: 1 });
		expect(await desk.opening(opening)).toMatchObject({ state: 'offered', round: 1 });
		expect(await desk.holds()).toEqual([{ id: offer!.holdId }]);
		const [message] = await desk.ask('SELECT * FROM messages WHERE offer_id = $1', [offer!.id]);
		expect(message).toMatchObject({
			...{ kind: 'waitlist-offer', cause: `waitlist-offer/${offer!.id}`, state: 'queued' },
			channels: ['push', 'sms', 'email']
		});

		const answered = await answer(desk, offer!);
		expect(answered).toEqual({
			ok: true,
			value: { state: 'accepted', appointmentId: offer!.id }
		});
		expect(await answer(desk, offer!)).toEqual(answered);
		expect(
			await desk.ask('SELECT status, source, patient_id FROM appointments WHERE id = $1', [
				offer!.id
			])
		).toEqual([{ status: 'booked', source: 'waitlist', patient_id: offer!.patientId }]);
		expect(await desk.opening(opening)).toMatchObject({ state: 'filled', next_at: null });
		expect(await desk.offers(opening)).toMatchObject([{ state: 'accepted', answeredBy: 'link' }]);
		expect(await desk.holds()).toEqual([]);
		expect(await desk.ask('SELECT state FROM waitlist_entries WHERE id = $1', [entryId])).toEqual([
			{ state: 'booked' }
		]);
	});

	it('goes to the next where nobody answers, and a late yes is told what else there is', async () => {
		const desk = await open();
		await desk.waits(1, { urgency: 'soon' });
		await desk.waits(2);
		const opening = await desk.frees(180);
		await desk.advance(opening);
		const later = Date.now() + minutes(21);
		await desk.advance(opening, later);
		const [first, second] = await desk.offers(opening);
		expect(first).toMatchObject({ state: 'expired', patientId: desk.patientIds[1] });
		expect(second).toMatchObject({ state: 'made', patientId: desk.patientIds[2], round: 2 });
		expect(await desk.holds()).toEqual([{ id: second!.holdId }]);
		const late = await answer(desk, first!, 'accept', later);
		expect(late).toMatchObject({ ok: false, refusal: { code: 'offer-over' } });
		expect(!late.ok && late.refusal.alternatives).toHaveLength(3);
		expect(
			await desk.ask('SELECT state FROM waitlist_entries WHERE id = $1', [first!.entryId])
		).toEqual([{ state: 'waiting' }]);
		expect((await answer(desk, second!)).ok).toBe(true);
	});
});

const states = async (desk: OfferDesk, opening?: string) =>
	(await desk.offers(opening)).map(({ state }) => state);
const jobsFor = (desk: OfferDesk, opening: string) =>
	desk.ask(
		`SELECT start_after <= now() AS "isNow" FROM pgboss.job WHERE name = 'advance-waitlist' AND data ->> 'openingId' = $1`,
		[opening]
	);
/** Where and when an offer of the opening would be. */
const timeAt = (desk: OfferDesk, minutesAhead: number) => ({
	...{ clinicId: desk.clinicId, practitionerId: desk.practitionerIds[0]! },
	...{ roomId: desk.roomIds[0]!, startsAt: desk.now + minutes(minutesAhead) }
});
const entryState = async (desk: OfferDesk, id: string) =>
	(await desk.ask('SELECT state FROM waitlist_entries WHERE id = $1', [id]))[0]!.state;

describe('an answer', () => {
	it('that passes keeps the place, one that declines gives it up; the next is asked by a job at once', async () => {
		const desk = await open();
		const first = await desk.waits(1, { urgency: 'soon' });
		const second = await desk.waits(2);
		const opening = await desk.frees(180);
		await desk.advance(opening);
		const before = (await jobsFor(desk, opening)).length;
		const [one] = await desk.offers(opening);
		expect(await answer(desk, one!, 'pass')).toMatchObject({ value: { state: 'passed' } });
		expect(await answer(desk, one!, 'pass')).toMatchObject({ value: { state: 'passed' } });
		expect(await jobsFor(desk, opening)).toHaveLength(before + 1);
		await desk.advance(opening);
		const [, two] = await desk.offers(opening);
		expect(two).toMatchObject({ entryId: second, state: 'made' });
		expect(await answer(desk, two!, 'decline')).toMatchObject({ value: { state: 'declined' } });
		expect([await entryState(desk, first), await entryState(desk, second)]).toEqual([
			'waiting',
			'withdrawn'
		]);
		await desk.advance(opening);
		expect(await desk.opening(opening)).toMatchObject({ state: 'exhausted' });
		expect(await desk.holds()).toEqual([]);
		// Too late to change one's mind.
		expect(await answer(desk, one!)).toMatchObject({ refusal: { code: 'offer-over' } });
	});

	it('is the patient’s own, or that of staff who were told', async () => {
		const desk = await open();
		await desk.waits(1);
		const opening = await desk.frees(180);
		await desk.advance(opening);
		const [offer] = await desk.offers(opening);
		const stranger = await desk.actorOf(desk.patientIds[2]!);
		const wish = { offerId: offer!.id, answer: 'accept', by: 'link' } as const;
		expect(await answerOffer(fresh.database, stranger, wish)).toMatchObject({
			refusal: { code: 'not-found' }
		});
		expect(await readOffersOf(fresh.database, stranger, desk.patientIds)).toEqual([]);
		const own = await desk.actorOf(offer!.patientId);
		expect(await readOffersOf(fresh.database, own, desk.patientIds)).toMatchObject([
			{ id: offer!.id, stillWaits: true, doctor: { name: 'Dr A' } }
		]);
		const { receptionist } = desk;
		const told = { ...wish, by: 'staff' } as const;
		expect((await answerOffer(fresh.database, receptionist, told)).ok).toBe(true);
	});

	it('twice at once is one visit', async () => {
		const desk = await open();
		await desk.waits(1);
		const opening = await desk.frees(180);
		await desk.advance(opening);
		const [offer] = await desk.offers(opening);
		const both = await Promise.all([answer(desk, offer!), answer(desk, offer!)]);
		expect(both).toEqual([both[0], both[0]]);
		expect(both[0]!.ok).toBe(true);
	});

	it('of a patient who has another visit then is told so, and may be given again', async () => {
		const desk = await open();
		await desk.waits(1);
		const opening = await desk.frees(180);
		await desk.advance(opening);
		const [offer] = await desk.offers(opening);
		const booking = bookingOf(desk, {
			...{ startsAt: desk.now + minutes(180), practitioner: 1, room: 1, patient: 1 }
		});
		await carryOut(fresh.database, desk.receptionist, booking);
		expect(await answer(desk, offer!)).toMatchObject({ refusal: { code: 'patient-busy' } });
		await carryOut(fresh.database, desk.receptionist, {
			...{ kind: 'cancel', id: crypto.randomUUID(), madeAt: 0, basedOnRevision: 1 },
			...{ appointmentId: booking.appointmentId, changes: { reason: 'patient-asked' } }
		});
		expect((await answer(desk, offer!)).ok).toBe(true);
	});
});

describe('an offer ends', () => {
	it('where its patient leaves the list', async () => {
		const desk = await open();
		const entryId = await desk.waits(1);
		const opening = await desk.frees(180);
		await desk.advance(opening);
		await leaveWaitlist(fresh.database, desk.receptionist, entryId);
		expect(await states(desk, opening)).toEqual(['withdrawn']);
		const [offer] = await desk.offers(opening);
		expect(await answer(desk, offer!)).toMatchObject({ refusal: { code: 'offer-over' } });
	});

	it('where its message reaches nobody, and the next is asked', async () => {
		const desk = await open();
		await desk.waits(1, { urgency: 'soon' });
		await desk.waits(2);
		const opening = await desk.frees(180);
		await desk.advance(opening);
		await desk.ask(
			`UPDATE messages SET state = 'suppressed', suppression = 'no-address', settled_at = now()
				WHERE offer_id IN (SELECT id FROM waitlist_offers WHERE opening_id = $1)`,
			[opening]
		);
		expect(await states(desk, opening)).toEqual(['unreachable']);
		await desk.advance(opening);
		expect(await states(desk, opening)).toEqual(['unreachable', 'made']);
	});

	it('where the time is lost after all: whoever says yes then is told, and nothing is left held', async () => {
		const desk = await open();
		await desk.waits(1);
		const opening = await desk.frees(180);
		await desk.advance(opening);
		const [offer] = await desk.offers(opening);
		await desk.ask('DELETE FROM holds WHERE id = $1', [offer!.holdId]);
		const booking = bookingOf(desk, { startsAt: desk.now + minutes(180), patient: 3 });
		const verdict = await carryOut(fresh.database, desk.receptionist, booking);
		expect(verdict).toMatchObject({ outcome: 'accepted' });
		expect(await answer(desk, offer!)).toMatchObject({ refusal: { code: 'offer-over' } });
		expect(await states(desk, opening)).toEqual(['withdrawn']);
		await desk.advance(opening);
		expect(await desk.opening(opening)).toMatchObject({ state: 'gone' });
		expect(await desk.holds()).toEqual([]);
	});
});

describe('nobody is asked', () => {
	it('within the notice they need', async () => {
		const desk = await open();
		await desk.waits(1, { noticeMinutes: 200 });
		const opening = await desk.frees(180);
		await desk.advance(opening);
		expect(await desk.opening(opening)).toMatchObject({ state: 'exhausted', next_at: null });
		expect(await desk.offers(opening)).toEqual([]);
	});

	it('in the quiet hours: the morning after, if the time is worth it by then', async () => {
		const desk = await open();
		await desk.waits(1);
		const [late, soon] = [await desk.frees(26 * 60), await desk.frees(120, { practitioner: 1 })];
		await desk.advance(late);
		// A rule is there now; the offer that it told is taken back.
		await desk.ask(`UPDATE waitlist_offers SET state = 'withdrawn', ended_at = now()`);
		await desk.ask(
			'DELETE FROM waitlist_offers WHERE organization_id = $1 AND id NOT IN (SELECT offer_id FROM messages WHERE offer_id IS NOT NULL)',
			[desk.organizationId]
		);
		const noon = 12 * 60;
		await desk.ask(
			`UPDATE message_rules SET quiet_from_minute = $2, quiet_until_minute = $3
				WHERE organization_id = $1 AND kind = 'waitlist-offer'`,
			[desk.organizationId, noon - 120, noon + 240]
		);
		const other = await desk.waits(2);
		await desk.advance(late);
		await desk.advance(soon);
		const waiting = await desk.opening(late);
		expect(waiting.state).toMatch(/open|offered/);
		const untilQuiet = (waiting.next_at!.getTime() - Date.now()) / 3_600_000;
		expect(untilQuiet).toBeGreaterThan(2.9);
		expect(untilQuiet).toBeLessThan(4.1);
		expect(await desk.opening(soon)).toMatchObject({ state: 'gone' });
		await desk.advance(late, waiting.next_at!.getTime());
		expect((await desk.offers(late)).at(-1)).toMatchObject({ entryId: other, state: 'made' });
	});

	it('where the organization wants nothing offered by itself, or no more than so many', async () => {
		const desk = await open();
		for (const patient of [1, 2, 3]) await desk.waits(patient);
		await desk.settings({ enabled: false });
		const off = await desk.frees(180);
		await desk.advance(off);
		expect(await desk.opening(off)).toMatchObject({ state: 'exhausted' });
		await desk.settings({ enabled: true, batchSize: 2, mostOffers: 2 });
		const opening = await desk.frees(210);
		await desk.advance(opening);
		const both = await desk.offers(opening);
		expect(both.map(({ state, round }) => [state, round])).toEqual([
			['made', 1],
			['made', 1]
		]);
		expect(new Set(both.map(({ holdId }) => holdId)).size).toBe(1);
		await answer(desk, both[0]!, 'pass');
		await desk.advance(opening);
		// The other one may still say yes.
		expect(await desk.opening(opening)).toMatchObject({ state: 'offered', round: 1 });
		expect(await desk.holds()).toHaveLength(1);
		await answer(desk, both[1]!, 'pass');
		await desk.advance(opening);
		expect(await desk.opening(opening)).toMatchObject({ state: 'exhausted' });
	});
});

describe('staff', () => {
	it('let an urgent offer go out: only then is it told, and the time to answer counts from then', async () => {
		const desk = await open();
		await desk.waits(1, { urgency: 'urgent' });
		await desk.waits(2);
		const opening = await desk.frees(180);
		await desk.advance(opening);
		const [proposed, ...others] = await desk.offers(opening);
		expect([proposed!.state, others]).toEqual(['proposed', []]);
		expect(await desk.ask('SELECT id FROM messages WHERE offer_id = $1', [proposed!.id])).toEqual(
			[]
		);
		expect(await answer(desk, proposed!)).toMatchObject({ refusal: { code: 'not-found' } });
		const later = Date.now() + minutes(10);
		const approved = await approveOffer(fresh.database, desk.receptionist, proposed!.id, later);
		expect(approved).toEqual({
			ok: true,
			value: { id: proposed!.id, expiresAt: later + minutes(20) }
		});
		expect(
			await desk.ask('SELECT cause FROM messages WHERE offer_id = $1', [proposed!.id])
		).toHaveLength(1);
		const again = await approveOffer(fresh.database, desk.receptionist, proposed!.id, later);
		expect(again).toMatchObject({ refusal: { code: 'status-not-possible' } });
		// Held as long as the offer holds.
		await desk.advance(opening, later + minutes(15));
		expect((await answer(desk, proposed!, 'accept', later + minutes(15))).ok).toBe(true);
	});

	it('skip one, with a reason, and the next is asked; or stop it, and the time is free', async () => {
		const desk = await open();
		const first = await desk.waits(1, { urgency: 'soon' });
		await desk.waits(2);
		const opening = await desk.frees(180);
		await desk.advance(opening);
		const [one] = await desk.offers(opening);
		const skip = { offerId: one!.id, reason: 'Is in hospital' };
		expect((await skipOffer(fresh.database, desk.receptionist, skip)).ok).toBe(true);
		await desk.advance(opening);
		const [skipped, two] = await desk.offers(opening);
		expect([skipped, two]).toMatchObject([
			{ state: 'skipped', reason: 'Is in hospital' },
			{ state: 'made' }
		]);
		// Whoever is skipped keeps the place on the list.
		expect(await entryState(desk, first)).toBe('waiting');
		const stop = { offerId: two!.id, reason: 'The doctor goes home', then: 'stop' } as const;
		expect((await skipOffer(fresh.database, desk.receptionist, stop)).ok).toBe(true);
		await desk.advance(opening);
		expect(await desk.opening(opening)).toMatchObject({ state: 'gone' });
		expect(await desk.holds()).toEqual([]);
		const listed = await listOffers(fresh.database, desk.receptionist, {
			...{ from: 0, until: desk.now + minutes(10_000) }
		});
		expect(listed.ok && listed.value.map(({ state, reason }) => [state, reason])).toEqual([
			['skipped', 'The doctor goes home'],
			['skipped', 'Is in hospital']
		]);
	});

	it('offer a free time by hand, of an opening or not, once however often it is asked for', async () => {
		const desk = await open();
		const [first, second] = [await desk.waits(1, { urgency: 'soon' }), await desk.waits(2)];
		const wish = {
			...{ entryId: second, reason: 'Has called three times', offerId: crypto.randomUUID() },
			time: timeAt(desk, 180)
		};
		const made = await offerByHand(fresh.database, desk.receptionist, wish);
		expect(made).toEqual({ ok: true, value: { id: wish.offerId } });
		expect(await offerByHand(fresh.database, desk.receptionist, wish)).toEqual(made);
		const [offer] = await desk.offers();
		expect(offer).toMatchObject({ way: 'by-hand', state: 'made', reason: wish.reason });
		// It is promised: to nobody else, by nobody else.
		const other = { ...wish, entryId: first, offerId: crypto.randomUUID() };
		expect(await offerByHand(fresh.database, desk.receptionist, other)).toMatchObject({
			refusal: { code: 'held' }
		});
		await answer(desk, offer!, 'pass');
		await desk.advance(offer!.openingId!);
		// Nobody gave that time back: it is offered to no other.
		expect(await desk.opening(offer!.openingId!)).toMatchObject({ state: 'exhausted' });
		expect(await desk.holds()).toEqual([]);

		const opening = await desk.frees(210);
		const pinned = { ...wish, time: timeAt(desk, 210), offerId: crypto.randomUUID() };
		expect((await offerByHand(fresh.database, desk.receptionist, pinned)).ok).toBe(true);
		const [pin] = await desk.offers(opening);
		expect(pin).toMatchObject({ entryId: second, way: 'by-hand' });
		await answer(desk, pin!, 'pass');
		await desk.advance(opening);
		expect((await desk.offers(opening)).at(-1)).toMatchObject({ entryId: first, way: 'engine' });
	});

	it('book somebody from the list directly; the entry is booked with it', async () => {
		const desk = await open();
		const [first, second] = [await desk.waits(1, { urgency: 'soon' }), await desk.waits(2)];
		const opening = await desk.frees(180);
		await desk.advance(opening);
		const wish = { entryId: second, intentId: crypto.randomUUID(), time: timeAt(desk, 180) };
		// It is held for somebody.
		expect(await bookEntry(fresh.database, desk.receptionist, wish)).toMatchObject({
			refusal: { code: 'held' }
		});
		const elsewhere = { ...wish, intentId: crypto.randomUUID(), time: timeAt(desk, 210) };
		const booked = await bookEntry(fresh.database, desk.receptionist, elsewhere);
		expect(booked).toMatchObject({ outcome: 'accepted' });
		expect(await bookEntry(fresh.database, desk.receptionist, elsewhere)).toEqual(booked);
		expect(await entryState(desk, second)).toBe('booked');
		// The patient whom it is offered to has called.
		const own = { ...wish, entryId: first, intentId: crypto.randomUUID() };
		const taken = await bookEntry(fresh.database, desk.receptionist, own);
		expect(taken).toMatchObject({ outcome: 'accepted' });
		expect(await bookEntry(fresh.database, desk.receptionist, own)).toEqual(taken);
		expect(await desk.opening(opening)).toMatchObject({ state: 'filled' });
		expect(await desk.holds()).toEqual([]);
	});
});

describe('what was left behind', () => {
	it('is looked after: openings whose time came, and entries whose last day went by', async () => {
		const desk = await open();
		const entryId = await desk.waits(1);
		const opening = await desk.frees(180);
		await lookAfterWaitlist(fresh.database, desk.organizationId, Date.now() + 10_000);
		expect(await states(desk, opening)).toEqual(['made']);
		// A server that was killed between the hold and the offers: the next renews the hold.
		await desk.ask(
			'DELETE FROM messages WHERE offer_id IN (SELECT id FROM waitlist_offers WHERE opening_id = $1)',
			[opening]
		);
		await desk.ask('DELETE FROM waitlist_offers WHERE opening_id = $1', [opening]);
		await desk.ask('DELETE FROM waitlist_matches WHERE opening_id = $1', [opening]);
		await desk.ask(
			`UPDATE waitlist_openings SET state = 'open', round = 0, next_at = now() WHERE id = $1`,
			[opening]
		);
		const [hold] = await desk.holds();
		await lookAfterWaitlist(fresh.database, desk.organizationId, Date.now() + 10_000);
		expect(await states(desk, opening)).toEqual(['made']);
		expect(await desk.holds()).toEqual([hold]);
		const later = Date.now() + 22 * 86_400_000;
		await lookAfterWaitlist(fresh.database, desk.organizationId, later);
		expect(await entryState(desk, entryId)).toBe('expired');
		expect(await desk.holds()).toEqual([]);
	});
});
