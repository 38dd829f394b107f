/** From a time that became free to the visit of whoever waited for it. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { answerOffer } from '#domain/waitlist/commands/answer-offer.ts';
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

const holdsOf = (desk: OfferDesk) =>
	desk.ask('SELECT id FROM holds WHERE organization_id = $1', [desk.organizationId]);

describe('a time that became free', () => {
	it('is offered, held, told, and a visit once it is accepted', async () => {
		const desk = await open();
		const entryId = await desk.waits(1);
		const opening = await desk.frees(180);
		await desk.advance(opening);
		const [offer] = await desk.offers(opening);
		expect(offer).toMatchObject({ entryId, state: 'made', way: 'engine', round: 1 });
		expect(await desk.opening(opening)).toMatchObject({ state: 'offered', round: 1 });
		expect(await holdsOf(desk)).toEqual([{ id: offer!.holdId }]);
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
		expect(await holdsOf(desk)).toEqual([]);
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
		expect(await holdsOf(desk)).toEqual([{ id: second!.holdId }]);
		const late = await answer(desk, first!, 'accept', later);
		expect(late).toMatchObject({ ok: false, refusal: { code: 'offer-over' } });
		expect(!late.ok && late.refusal.alternatives).toHaveLength(3);
		expect(
			await desk.ask('SELECT state FROM waitlist_entries WHERE id = $1', [first!.entryId])
		).toEqual([{ state: 'waiting' }]);
		expect((await answer(desk, second!)).ok).toBe(true);
	});
});
