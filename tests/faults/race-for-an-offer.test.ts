/** Everybody who was offered a time says yes at once. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { answerOffer } from '#domain/waitlist/commands/answer-offer.ts';
import { offerDesk, type OfferDesk } from '../factories/offer-desk.ts';
import { freshDatabase, type FreshDatabase } from '../support/test-postgres.ts';

const PATIENTS = 50;
/** `npm run faults` runs 1,000. */
const ROUNDS = Number(process.env.DAYBOARD_ROUNDS ?? 10);
const VISIT_MS = 20 * 60_000;
const DAY_MS = 86_400_000;
/** Between 08:00 and 17:00. */
const A_DAY = 27;

let fresh: FreshDatabase;
let desk: OfferDesk;
beforeAll(async () => {
	fresh = await freshDatabase({ max: PATIENTS });
	desk = await offerDesk(fresh, { patients: PATIENTS, practitioners: 1, rooms: 1 });
	// More than organizations may choose: all of them are asked together.
	await desk.settings({ batchSize: PATIENTS, mostOffers: PATIENTS });
	for (let patient = 0; patient < PATIENTS; patient++) {
		await desk.waits(patient, { noticeMinutes: 0, lastDate: inDays(360) });
	}
});
afterAll(async () => {
	await desk.owner.end();
	await fresh.drop();
});

const inDays = (days: number) => Temporal.Now.plainDateISO('UTC').add({ days }).toString();

/** A time of its own for each round, from the day after tomorrow on. */
function timeOf(round: number): number {
	const day = Temporal.Instant.fromEpochMilliseconds(Date.now() + 2 * DAY_MS)
		.toZonedDateTimeISO(desk.zone)
		.startOfDay()
		.add({ days: Math.floor(round / A_DAY), hours: 8 });
	return day.epochMilliseconds + (round % A_DAY) * VISIT_MS;
}

async function opened(startsAt: number): Promise<string> {
	const id = crypto.randomUUID();
	await desk.ask(
		`INSERT INTO waitlist_openings (organization_id, id, clinic_id, practitioner_id, room_id, starts_at, ends_at,
				cause) VALUES ($1, $2, $3, $4, $5, $6, $7, 'opened')`,
		[
			...[desk.organizationId, id, desk.clinicId, desk.practitionerIds[0], desk.roomIds[0]],
			...[new Date(startsAt), new Date(startsAt + VISIT_MS)]
		]
	);
	return id;
}

it(
	`${PATIENTS} patients accept one time at once, ${ROUNDS} rounds: one winner each, the others told so`,
	{ timeout: 120_000 + ROUNDS * 10_000 },
	async () => {
		const actors = await Promise.all(desk.patientIds.map((id) => desk.actorOf(id)));
		const wins = new Map<string, number>();
		for (let round = 0; round < ROUNDS; round++) {
			const opening = await opened(timeOf(round));
			await desk.advance(opening);
			const offers = await desk.offers(opening);
			expect([round, offers.length]).toEqual([round, PATIENTS]);
			const answers = await Promise.all(
				offers.map(({ id, patientId }) =>
					answerOffer(fresh.database, actors[desk.patientIds.indexOf(patientId)]!, {
						...{ offerId: id, answer: 'accept', by: 'link' }
					})
				)
			);
			const won = answers.filter(({ ok }) => ok);
			expect([round, won.length]).toEqual([round, 1]);
			const lost = answers.map((one) => (one.ok ? 'accepted' : one.refusal.code));
			expect([round, [...new Set(lost)].toSorted()]).toEqual([round, ['accepted', 'offer-over']]);
			// Each of them learns what else there is.
			for (const one of answers) {
				if (!one.ok) expect(one.refusal.alternatives!.length).toBeGreaterThan(0);
			}
			const after = await desk.offers(opening);
			const winner = after.find(({ state }) => state === 'accepted')!;
			const states = after.map(({ state }) => state).filter((state) => state !== 'accepted');
			expect([round, states]).toEqual([round, Array(PATIENTS - 1).fill('lost')]);
			expect(await desk.opening(opening)).toMatchObject({ state: 'filled', next_at: null });
			expect(
				await desk.ask(
					'SELECT id, patient_id FROM appointments WHERE organization_id = $1 AND starts_at = $2',
					[desk.organizationId, new Date(timeOf(round))]
				)
			).toEqual([{ id: winner.id, patient_id: winner.patientId }]);
			wins.set(winner.patientId, (wins.get(winner.patientId) ?? 0) + 1);
			// Waits for the next.
			await desk.waits(desk.patientIds.indexOf(winner.patientId), { lastDate: inDays(360) });
		}
		const [left] = await desk.ask(
			`SELECT (SELECT count(*)::int FROM holds) AS holds,
				(SELECT count(*)::int FROM claims WHERE hold_id IS NOT NULL) AS held,
				(SELECT count(*)::int FROM appointments) AS visits,
				(SELECT count(*)::int FROM waitlist_entries WHERE state = 'waiting') AS waiting,
				(SELECT count(*)::int FROM waitlist_entries WHERE state = 'booked') AS booked,
				(SELECT count(*)::int FROM waitlist_offers WHERE ended_at IS NULL) AS live`
		);
		expect(left).toEqual({
			...{ holds: 0, held: 0, visits: ROUNDS, waiting: PATIENTS, booked: ROUNDS, live: 0 }
		});
	}
);
