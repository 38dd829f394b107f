/** An offer on the patient's side: what is told, its page without scripts, a push's buttons, an answer by SMS. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { queueSending } from '#domain/messaging/commands/wake.ts';
import { answerOffer } from '#domain/waitlist/commands/answer-offer.ts';
import { offerDesk, type OfferDesk } from '../../factories/offer-desk.ts';
import { startDayboard, type RunningDayboard } from '../../support/dayboard.ts';
import { startSmsProvider, type SmsProvider } from '../../support/sms-provider.ts';
import { freshDatabase, type FreshDatabase } from '../../support/test-postgres.ts';
import { until } from '../../support/until.ts';
import { patientBrowser, withAction } from '../patients/patient-browser.ts';
import { browserAt, PUBLIC_ORIGIN, saidOn, timesOn } from './public-booking.ts';

/** Each test has a doctor, a room, a service and patients of its own. */
const MANY = 12;
let fresh: FreshDatabase;
let desk: OfferDesk;
let sms: SmsProvider;
let dayboard: RunningDayboard;
beforeAll(async () => {
	fresh = await freshDatabase();
	desk = await offerDesk(fresh, { practitioners: MANY, rooms: MANY, patients: 3 * MANY });
	await desk.ask('UPDATE practitioners SET listed = true');
	await desk.ask(`UPDATE clinics SET phone = '+44 20 7946 0000', address = '1 Bridge Street'`);
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

let mine = 0;
/** Somebody who waits for one doctor, and is told of a time that came free with them. */
async function offered(some: { language?: 'en' | 'pl'; minutesAhead?: number } = {}) {
	const place = mine++;
	const patient = 2 * place + 1;
	const phone = `+48604001${String(100 + place)}`;
	const practitionerIds = [desk.practitionerIds[place]!];
	await desk.person(patient, { phone, contactChannel: 'sms', language: some.language ?? null });
	const entryId = await desk.waits(patient, { practitionerIds });
	const opening = await desk.frees(some.minutesAhead ?? 150, {
		...{ patient: 2 * place, practitioner: place, room: place }
	});
	const { body } = await sms.next(phone);
	const link = /\/l\/[\w-]{43}/.exec(body)![0];
	const offer = (await desk.offers(opening)).at(-1)!;
	return { entryId, opening, body, link, offer, phone, patient };
}
const stateOf = async (id: string) =>
	(await desk.ask('SELECT state, answered_by AS by FROM waitlist_offers WHERE id = $1', [id]))[0];
const entryState = async (id: string) =>
	(await desk.ask('SELECT state FROM waitlist_entries WHERE id = $1', [id]))[0]!.state;
const look = (path: string) => browserAt(dayboard.url).get(path);
const press = (path: string, answer: string) => browserAt(dayboard.url).post(path, { answer });

describe('an offer by SMS', () => {
	it('says with whom, when, where and until when, and how to answer', async () => {
		const { body, offer } = await offered();
		const at = (instant: Date) =>
			new Intl.DateTimeFormat('en-GB', {
				...({ timeZone: desk.zone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const)
			}).format(instant);
		expect(body).toMatch(/^North: \w+day \d+ \w+ at \d\d:\d\d has come free, Dr \w\. We keep it/);
		expect(body).toContain(`at ${at(offer.startsAt)} has`);
		expect(body).toContain(`until ${at(offer.expiresAt)}. Answer YES or NO.`);
		expect(body).toContain(`${PUBLIC_ORIGIN}/l/`);
	});

	it('is taken by YES and left by NO', async () => {
		const inbound = `${PUBLIC_ORIGIN}/api/hooks/sms/${desk.organizationId}/inbound`;
		const write = async (from: string, text: string) =>
			/<Message>(.*)<\/Message>/.exec(
				(await sms.write(inbound, from, text, { origin: dayboard.url })).text
			)![1]!;
		const no = await offered({ language: 'pl' });
		expect(no.body).toContain('Odpisz TAK lub NIE');
		expect(await write(no.phone, 'co?')).toContain('Odpisz TAK, aby wziąć termin');
		expect(await write(no.phone, 'Nie!')).toContain('Zostajesz na liście');
		expect(await stateOf(no.offer.id)).toEqual({ state: 'passed', by: 'sms' });
		expect(await entryState(no.entryId)).toBe('waiting');
		expect(await write(no.phone, 'tak')).toContain('nie jest już dla Ciebie trzymany');
		const yes = await offered();
		expect(await write(yes.phone, 'YES')).toMatch(/the time is yours, \w+day \d+ \w+, \d\d:\d\d/);
		expect(await stateOf(yes.offer.id)).toEqual({ state: 'accepted', by: 'sms' });
		// The same once more: the provider tells twice.
		expect(await write(yes.phone, 'YES')).toContain('the time is yours');
	});
});

describe('its page', () => {
	it('shows what is offered and until when, changes nothing by being looked at, and books with one press', async () => {
		const { link, offer, opening } = await offered();
		const page = await look(link);
		expect(page.status).toBe(200);
		const said = saidOn(page.html);
		for (const words of [
			...['A time has come free.', 'Check-up', 'North, 1 Bridge Street', 'Kept for you until'],
			...['minutes left', 'Yes, I take it', 'Not this one, keep me on the list']
		]) {
			expect(said).toContain(words);
		}
		expect(await stateOf(offer.id)).toEqual({ state: 'made', by: null });
		const taken = await press(link, 'accept');
		expect(taken.path).toMatch(/\/en\/site-\w+\/visit\/[\w-]{43}\?booked$/);
		expect(await stateOf(offer.id)).toEqual({ state: 'accepted', by: 'link' });
		expect(await desk.opening(opening)).toMatchObject({ state: 'filled' });
		const again = await look(link);
		expect(saidOn(again.html)).toContain('It is booked for you');
		expect(saidOn(again.html)).not.toContain('Yes, I take it');
		const visit = await browserAt(dayboard.url).post(link, { visit: '' });
		expect(visit.path).toContain('/visit/');
	});

	it('leaves this one, or the list; in Polish for whoever reads Polish', async () => {
		await desk.ask(`UPDATE services SET translations = '{"pl": {"name": "Kontrola"}}'`);
		const one = await offered({ language: 'pl' });
		expect(saidOn((await look(one.link)).html)).toContain('Kontrola');
		const left = await press(one.link, 'pass');
		expect(saidOn(left.html)).toContain('Zostajesz na liście ze swoim miejscem');
		expect(await entryState(one.entryId)).toBe('waiting');
		const two = await offered();
		expect(saidOn((await press(two.link, 'maybe')).html)).toContain('Please choose one');
		const gone = await press(two.link, 'decline');
		expect(saidOn(gone.html)).toContain('You are not on the list any more');
		expect(await stateOf(two.offer.id)).toEqual({ state: 'declined', by: 'link' });
		expect(await entryState(two.entryId)).toBe('withdrawn');
	});

	it('of a time that is gone says so kindly, and what else is free, with the way to book it', async () => {
		const { link, offer, entryId } = await offered();
		await desk.ask(
			`UPDATE waitlist_offers SET expires_at = now() - interval '1 second' WHERE id = $1`,
			[offer.id]
		);
		const late = await press(link, 'accept');
		const said = saidOn(late.html);
		expect(said).toContain('this time is no longer kept for you. You are still on the list');
		expect(said).toContain('Free now, if one of these suits you');
		expect(timesOn(late.html)).toHaveLength(3);
		expect(late.html).toContain('/book/times?/keep&amp;');
		expect(await entryState(entryId)).toBe('waiting');
	});
});

describe('a push’s buttons', () => {
	const answer = async (link: string) => {
		const response = await fetch(`${dayboard.url}${link}/answer`, {
			...{ method: 'POST', headers: { origin: PUBLIC_ORIGIN, accept: 'application/json' } }
		});
		return (await response.json()) as { message: string; open: string };
	};
	const otherLink = async (offerId: string) => {
		const paths = await desk.linksOf(offerId, ['decline-offer']);
		return paths['decline-offer']!;
	};

	it('take it, and leave it with the place kept; twice is once', async () => {
		const yes = await offered();
		const first = await answer(yes.link);
		expect(first).toEqual({
			...{ message: expect.stringContaining('It is booked for you'), open: yes.link }
		});
		expect(await answer(yes.link)).toEqual(first);
		expect(await stateOf(yes.offer.id)).toEqual({ state: 'accepted', by: 'push' });
		const no = await offered();
		const left = await answer(await otherLink(no.offer.id));
		expect(left.message).toContain('You keep your place');
		expect(await stateOf(no.offer.id)).toEqual({ state: 'passed', by: 'push' });
		expect((await answer(no.link)).message).toContain('no longer kept for you');
	});
});

it('stands on top of one’s own visits, with the same answers', async () => {
	const { offer, phone, entryId } = await offered();
	const other = await offered();
	const home = `/en/${desk.slug}`;
	const browser = patientBrowser(dayboard.url);
	const asked = await browser.post(`${home}/sign-in`, { contact: phone });
	const code = /\d{6}/.exec((await sms.next(phone)).body)![0];
	await browser.post(withAction(asked.path, 'code'), { code });
	const mine = saidOn((await browser.get(`${home}/me`)).html);
	for (const words of ['A time has come free for you', 'Yes, I take it', 'Kept for you until']) {
		expect(mine).toContain(words);
	}
	const answered = (fields: Record<string, string>) =>
		browser.post(`${home}/me?/answerOffer`, fields);
	// Somebody else's is none of theirs.
	await answered({ offer: other.offer.id, answer: 'accept' });
	expect(await stateOf(other.offer.id)).toEqual({ state: 'made', by: null });
	const taken = await answered({ offer: offer.id, answer: 'accept' });
	expect(taken.path).toBe(`${home}/me/visits/${offer.id}?booked`);
	expect(taken.status).toBe(200);
	expect(await stateOf(offer.id)).toEqual({ state: 'accepted', by: 'account' });
	expect(await entryState(entryId)).toBe('booked');
	expect(saidOn((await browser.get(`${home}/me`)).html)).not.toContain('Yes, I take it');
});

it('a message of an offer that is over is not sent, and says nothing of the way', async () => {
	const { opening, offer } = await offered();
	const actor = await desk.actorOf(offer.patientId);
	await answerOffer(fresh.database, actor, { offerId: offer.id, answer: 'pass', by: 'link' });
	await desk.ask(
		`INSERT INTO messages (organization_id, id, kind, cause, rule_id, offer_id, patient_id, clinic_id, channels, due_at)
			SELECT organization_id, gen_random_uuid(), kind, 'again', rule_id, offer_id, patient_id, clinic_id, channels, now()
			FROM messages WHERE offer_id = $1`,
		[offer.id]
	);
	await queueSending(fresh.database, desk.organizationId);
	const settled = await until(
		async () =>
			(
				await desk.ask(
					`SELECT state, suppression FROM messages WHERE cause = 'again' AND state <> 'queued'`
				)
			)[0],
		'it is settled'
	);
	expect(settled).toEqual({ state: 'suppressed', suppression: 'offer-over' });
	expect((await desk.offers(opening)).at(0)).toMatchObject({ state: 'passed' });
});
