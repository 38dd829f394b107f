/** Push as one of the ways of messages: what it says of a visit, what its buttons lead to, what becomes of a try. */
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { verifyLink } from '#db/encryption/link-token.ts';
import { newVapidKeys } from '#db/push/vapid-keys.ts';
import { dependants, messageLinks, messages, sites } from '#db/schema/index.ts';
import { inOrganization, type Transaction } from '#db/transaction.ts';
import type { Actor } from '#domain/access/actor.ts';
import { findVisitLink } from '#domain/booking/queries.ts';
import type { MessageChannel, OutgoingMessage } from '#domain/messaging/channel.ts';
import { pushChannel } from '#domain/messaging/commands/channels/push.ts';
import { subscribeToPush } from '#domain/messaging/commands/push-subscriptions.ts';
import type { MessageKind } from '#domain/messaging/message.ts';
import { readPayload, type PushPayload } from '#domain/messaging/push-payload.ts';
import { carryOut } from '#domain/scheduling/commands.ts';
import { bookingOf, clinicFactory, type Clinic } from '../../factories/clinic-factory.ts';
import { startPushService, type TestPushService } from '../../support/push-service.ts';
import { freshDatabase, type FreshDatabase } from '../../support/test-postgres.ts';

const keys = newVapidKeys();
/** A Monday in winter; half past nine in London. */
const STARTS_AT = Date.UTC(2040, 0, 9, 9, 30);
let fresh: FreshDatabase;
let service: TestPushService;
let channel: MessageChannel;
let clinic: Clinic;
let appointmentId: string;
beforeAll(async () => {
	[fresh, service] = await Promise.all([freshDatabase(), startPushService()]);
	channel = pushChannel(fresh.database, {
		...{ keys, subject: 'mailto:board@clinic.example', services: [service.origin] }
	});
});
afterAll(async () => {
	await service.close();
	await fresh.drop();
});
beforeEach(async () => {
	clinic = await clinicFactory(fresh.database, { service: { name: 'Oncology check' } });
	const booking = bookingOf(clinic, { startsAt: STARTS_AT, practitioner: 0, patient: 0, room: 0 });
	const verdict = await carryOut(fresh.database, clinic.receptionist, booking);
	if (verdict.outcome !== 'accepted') throw new Error(JSON.stringify(verdict));
	appointmentId = booking.appointmentId;
});

const within = <T>(work: (transaction: Transaction) => Promise<T>) =>
	inOrganization(fresh.database, clinic.organizationId, work);

async function subscribed(place = 0) {
	const patientId = clinic.patientIds[place]!;
	const assignment = { role: 'patient', clinicId: null, practitionerId: null, patientId };
	const actor: Actor = { ...clinic.receptionist, roles: [assignment] };
	const browser = service.browser(keys.publicKey);
	await subscribeToPush(fresh.database, actor, {
		...{ patientId, subscription: browser.subscription, device: '' }
	});
	return browser;
}

/** A message as the sender hands it over, with its row. */
async function outgoing(kind: MessageKind, change: Partial<OutgoingMessage> = {}) {
	const { organizationId } = clinic;
	const patientId = clinic.patientIds[0]!;
	const id = crypto.randomUUID();
	const dueAt = new Date();
	await within((transaction) =>
		transaction.insert(messages).values({
			...{ organizationId, id, kind, cause: id, patientId, appointmentId, dueAt },
			channels: ['push']
		})
	);
	const secret = 'Oncology check with Dr A at 9:30';
	const message: OutgoingMessage = {
		...{ organizationId, id, kind, attempt: 1, to: patientId, patientId, appointmentId },
		...{
			offerId: null,
			offerUntil: null,
			aboutStart: STARTS_AT,
			language: 'en',
			unsubscribeUrl: null
		},
		text: { subject: secret, body: secret, html: secret, short: secret },
		...change
	};
	return message;
}
const yes = async () => true;

it.each([
	['reminder', 'en', 'Your visit: Monday 9 January, 09:30.'],
	['cancellation', 'en', 'Your visit (Monday 9 January, 09:30) is cancelled.'],
	['waitlist-offer', 'en', 'A time has come free: Monday 9 January, 09:30. Would you like it?'],
	['reminder', 'pl', 'Twoja wizyta: poniedziałek, 9 stycznia, 09:30.'],
	['missed', 'pl', 'Nie było Cię na wizycie']
] as const)(
	'a locked screen shows clinic and time of a %s (%s), not for what or with whom',
	async (kind, language, body) => {
		const browser = await subscribed();
		await channel.send(await outgoing(kind, { language }), yes);
		const { text } = browser.taken[0]!;
		expect(readPayload(text)).toMatchObject({
			title: 'North',
			body: expect.stringContaining(body)
		});
		expect(text).not.toMatch(/Oncology|Dr A|Check|patient/i);
	}
);

it('buttons lead to links of that message, the same when it is sent again', async () => {
	const browser = await subscribed();
	const message = await outgoing('reminder');
	await channel.send(message, yes);
	await channel.send({ ...message, attempt: 2 }, yes);
	const [one, two] = browser.taken.map(({ text }) => readPayload(text)!);
	expect(one!.actions).toEqual([
		{ action: 'confirm', path: expect.stringMatching(/^\/l\/.{43}$/) }
	]);
	expect(two).toMatchObject({ id: one!.id, tag: one!.tag, actions: one!.actions });
	expect(browser.waiting()).toHaveLength(1);
	const { id } = verifyLink(fresh.database.keyring, one!.actions[0]!.path.slice(3))!;
	const [link] = await within((transaction) =>
		transaction.select().from(messageLinks).where(eq(messageLinks.id, id))
	);
	expect(link).toMatchObject({ action: 'confirm', appointmentId, messageId: message.id });
});

it('an offer can be taken or left; what was cancelled has no button', async () => {
	const browser = await subscribed();
	await channel.send(await outgoing('waitlist-offer'), yes);
	await channel.send(await outgoing('cancellation'), yes);
	const [offer, cancelled] = browser.taken.map(({ text }) => readPayload(text)!);
	expect(offer!.actions.map(({ action }) => action)).toEqual(['accept', 'decline']);
	expect(offer!.open).toBe(offer!.actions[0]!.path);
	expect(cancelled!.actions).toEqual([]);
});

it('touching it opens the visit’s own page, where there is a site', async () => {
	const browser = await subscribed();
	const { organizationId, receptionist } = clinic;
	await channel.send(await outgoing('change'), yes);
	const slug = `clinic-${organizationId.slice(0, 8)}`;
	await within((transaction) =>
		transaction.insert(sites).values({
			...{ organizationId, accountId: receptionist.userId, slug, published: true }
		})
	);
	await channel.send(await outgoing('change', { language: 'pl' }), yes);
	const [without, within_] = browser.taken.map(({ text }) => readPayload(text) as PushPayload);
	expect(without!.open).toBe('/');
	const [, secret] = new RegExp(`^/pl/${slug}/visit/(.{43})$`).exec(within_!.open)!;
	expect(await findVisitLink(fresh.database, secret!)).toMatchObject({ appointmentId });
});

it('a child’s visit is told to the parent who acts for the child, and not after that', async () => {
	const parent = await subscribed(1);
	const { organizationId, patientIds } = clinic;
	const both = { organizationId, guardianId: patientIds[1]!, patientId: patientIds[0]! };
	await within((transaction) => transaction.insert(dependants).values(both));
	expect(await channel.send(await outgoing('reminder'), yes)).toMatchObject({ outcome: 'sent' });
	expect(parent.taken).toHaveLength(1);
	await within((transaction) => transaction.update(dependants).set({ endedAt: new Date() }));
	expect(await channel.send(await outgoing('reminder'), yes)).toMatchObject({ outcome: 'failed' });
	expect(parent.taken).toHaveLength(1);
});

it('nothing is sent where somebody else has the message in hand', async () => {
	const browser = await subscribed();
	expect(await channel.send(await outgoing('reminder'), async () => false)).toBeNull();
	expect(browser.taken).toEqual([]);
});

it('answers as the sender understands it', async () => {
	const browser = await subscribed();
	const message = await outgoing('reminder');
	browser.answer({ status: 429, headers: { 'retry-after': '90' } });
	expect(await channel.send(message, yes)).toMatchObject({
		...{ outcome: 'failed-for-now', afterMs: 90_000 }
	});
	browser.answer({ status: 413 });
	expect(await channel.send(message, yes)).toMatchObject({ outcome: 'failed', closes: null });
	browser.answer({ status: 410 });
	expect(await channel.send(message, yes)).toMatchObject({ outcome: 'failed', closes: 'gone' });
	expect(await channel.send(message, yes)).toMatchObject({ outcome: 'failed', closes: null });
});
