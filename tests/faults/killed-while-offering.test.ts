/** The server is killed between a cancellation, the match, the hold, the offer, its SMS and the answer. */
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { offerDesk, type OfferDesk } from '../factories/offer-desk.ts';
import { startDayboard, type RunningDayboard } from '../support/dayboard.ts';
import { startSmsProvider, type SmsProvider, type TakenSms } from '../support/sms-provider.ts';
import { freshDatabase, type FreshDatabase } from '../support/test-postgres.ts';
import { until } from '../support/until.ts';
import { browserAt, PUBLIC_ORIGIN } from '../web/site/public-booking.ts';

/** Each kills twice; a start takes seconds, so `npm run faults` has 25 of them. */
const ROUNDS = Math.min(25, Math.ceil(Number(process.env.DAYBOARD_ROUNDS ?? 30) / 10));
const WAITING = 3;
/** From the cancellation to the SMS it takes about a second. */
const BEFORE_OFFER_MS = 1_500;
const BEFORE_ANSWER_MS = 120;

let fresh: FreshDatabase;
let desk: OfferDesk;
let sms: SmsProvider;
let dayboard: RunningDayboard;
beforeAll(async () => {
	fresh = await freshDatabase();
	// A doctor and a room for each round, and somebody whose visits are cancelled.
	desk = await offerDesk(fresh, {
		...{ patients: WAITING + 1, practitioners: ROUNDS, rooms: ROUNDS }
	});
	for (let patient = 1; patient <= WAITING; patient++) {
		await desk.person(patient, { phone: phoneOf(patient), contactChannel: 'sms' });
		await desk.waits(patient);
	}
	sms = await startSmsProvider();
	dayboard = await startDayboard({
		...{ scale: 'none', databaseUrl: fresh.url },
		env: {
			...{ SMS_API_URL: sms.url, SMS_ACCOUNT: sms.account, SMS_TOKEN: sms.token },
			...{ SMS_FROM: '+48221234567', ORIGIN: PUBLIC_ORIGIN }
		}
	});
}, 300_000);
afterAll(async () => {
	await dayboard?.close();
	await sms?.close();
	await desk?.owner.end();
	await fresh?.drop();
});

const phoneOf = (patient: number) => `+4860300100${patient}`;
const linkIn = ({ body }: TakenSms) => /\/l\/[\w-]{43}/.exec(body)?.[0] ?? null;
const told = () => sms.taken.filter((one) => one.body.includes('has come free'));

/** What a killed server had in hand is waited for in minutes (decision 18); here as if they had passed. */
async function restart(): Promise<void> {
	await desk.ask(`UPDATE messages SET claimed_until = claimed_until - interval '5 minutes'`);
	await desk.ask(`UPDATE message_attempts SET started_at = started_at - interval '5 minutes'`);
	await dayboard.restart();
}

/** Random, and the same again with the seed that is printed. */
function dice(seed: number): () => number {
	let state = seed;
	return () => {
		state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
		return state / 4_294_967_296;
	};
}

it(
	`killed at ${2 * ROUNDS} random moments: no entry is lost, no time stays held, nobody is told twice`,
	{ timeout: 120_000 + ROUNDS * 120_000 },
	async () => {
		const seed = Number(process.env.DAYBOARD_SEED ?? Date.now() % 1_000_000);
		// Printed: with it a failure is tried again.
		// eslint-disable-next-line no-console
		console.log(`seed ${seed}`);
		const random = dice(seed);
		for (let round = 0; round < ROUNDS; round++) {
			const before = new Set(told().map(linkIn));
			const opening = await desk.frees(150, { practitioner: round, room: round });
			await delay(random() * BEFORE_OFFER_MS);
			await dayboard.kill();
			await restart();
			const found = await until(
				() => told().find((one) => !before.has(linkIn(one))),
				'somebody is told',
				60_000
			);
			const [offer] = (await desk.offers(opening)).filter(({ state }) => state === 'made');
			const link = linkIn(found)!;
			const accept = () => browserAt(dayboard.url).post(link, { answer: 'accept' });
			const first = accept().catch(() => null);
			await delay(random() * BEFORE_ANSWER_MS);
			await dayboard.kill();
			await first;
			await restart();
			// Pressed again: whether it was booked before or is now, it is theirs.
			const again = await accept();
			expect([round, again.status, again.path]).toEqual([
				round,
				200,
				expect.stringMatching(/\/visit\/[\w-]{43}\?booked$/)
			]);
			expect(
				await desk.ask('SELECT patient_id FROM appointments WHERE id = $1', [offer!.id])
			).toEqual([{ patient_id: offer!.patientId }]);
			expect(await desk.opening(opening)).toMatchObject({ state: 'filled' });
			expect(
				await desk.ask('SELECT id FROM holds WHERE organization_id = $1', [desk.organizationId])
			).toEqual([]);
			// Waits for the next round.
			await desk.waits(desk.patientIds.indexOf(offer!.patientId));
		}
		const [entries] = await desk.ask(
			`SELECT count(*) FILTER (WHERE state = 'waiting')::int AS waiting,
				count(*) FILTER (WHERE state = 'booked')::int AS booked, count(*)::int AS all FROM waitlist_entries`
		);
		expect(entries).toEqual({ waiting: WAITING, booked: ROUNDS, all: WAITING + ROUNDS });
		const links = told().map(linkIn);
		expect(links.toSorted()).toEqual([...new Set(links)].toSorted());
		const [{ offers }] = (await desk.ask(
			'SELECT count(*)::int AS offers FROM waitlist_offers'
		)) as [{ offers: number }];
		expect(links).toHaveLength(offers);
	}
);
