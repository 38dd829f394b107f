/** Messages to browsers against a push service that checks the sender and reads what it took. */
import { createECDH } from 'node:crypto';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { newVapidKeys } from '#db/push/vapid-keys.ts';
import { patients, pushSubscriptions } from '#db/schema/index.ts';
import { inOrganization } from '#db/transaction.ts';
import type { Actor } from '#domain/access/actor.ts';
import type { NameLookup } from '#domain/access/commands/outgoing-request.ts';
import {
	sendPush,
	topicOf,
	type PushMessage,
	type PushRules
} from '#domain/messaging/commands/push-sending.ts';
import {
	forgetBrowser,
	renewPush,
	subscribeToPush,
	unsubscribeFromPush
} from '#domain/messaging/commands/push-subscriptions.ts';
import {
	endOf,
	MAX_PAYLOAD_BYTES,
	readPayload,
	type PushPayload
} from '#domain/messaging/push-payload.ts';
import { MAX_DEVICES, pushSubscriptionSchema } from '#domain/messaging/push-subscription.ts';
import { pushDevices } from '#domain/messaging/queries/push-devices.ts';
import { clinicFactory, type Clinic } from '../../factories/clinic-factory.ts';
import { decryptPush } from '../../support/push-decryption.ts';
import {
	startPushService,
	type TestBrowser,
	type TestPushService
} from '../../support/push-service.ts';
import { freshDatabase, type FreshDatabase } from '../../support/test-postgres.ts';

const HOUR_MS = 3_600_000;
const keys = newVapidKeys();
let fresh: FreshDatabase;
let service: TestPushService;
let clinic: Clinic;
let rules: PushRules;
beforeAll(async () => {
	[fresh, service] = await Promise.all([freshDatabase(), startPushService()]);
});
afterAll(async () => {
	await service.close();
	await fresh.drop();
});
beforeEach(async () => {
	clinic = await clinicFactory(fresh.database);
	rules = { keys, subject: 'mailto:board@clinic.example', services: [service.origin] };
});

function patientOf(place = 0): { actor: Actor; patientId: string } {
	const patientId = clinic.patientIds[place]!;
	const assignment = { role: 'patient', clinicId: null, practitionerId: null, patientId };
	return { actor: { ...clinic.receptionist, roles: [assignment] }, patientId };
}
async function subscribed(place = 0, browser = service.browser(keys.publicKey)) {
	const { actor, patientId } = patientOf(place);
	const result = await subscribeToPush(fresh.database, actor, {
		...{ patientId, subscription: browser.subscription, device: 'Chrome on Android' }
	});
	if (!result.ok) throw new Error(result.refusal.code);
	return { ...browser, hash: result.value.endpointHash };
}
const payload: PushPayload = {
	...{
		id: 'a message',
		title: 'Fellside',
		body: 'Your visit: Tuesday 6 October, 10:40.',
		lang: 'en',
		tag: 't'
	},
	...{ open: '/l/abc', actions: [{ action: 'confirm', path: '/l/def' }], until: 0 }
};
function messageFor(change: Partial<PushMessage> = {}): PushMessage {
	const { organizationId } = clinic;
	const tag = topicOf('a visit', 'reminder');
	return {
		...{ organizationId, patientId: clinic.patientIds[0]!, kind: 'reminder' },
		payload: { ...payload, tag, until: Date.now() + 40 * HOUR_MS },
		...change
	};
}
const send = (change?: Partial<PushMessage>, by = rules) =>
	sendPush(fresh.database, by, messageFor(change));
const stored = () =>
	inOrganization(fresh.database, clinic.organizationId, (transaction) =>
		transaction.select().from(pushSubscriptions)
	);
const contactChannel = async (patientId: string) => {
	const [row] = await inOrganization(fresh.database, clinic.organizationId, (transaction) =>
		transaction.select().from(patients).where(eq(patients.id, patientId))
	);
	return row!.contactChannel;
};

it('reads the example of RFC 8291, so that what reads our messages is right', () => {
	const browser = createECDH('prime256v1');
	browser.setPrivateKey(Buffer.from('q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94', 'base64url'));
	const body =
		'DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN';
	const auth = Buffer.from('BTBZMqHH6r4Tts7J_aSIgg', 'base64url');
	expect(decryptPush(Buffer.from(body, 'base64url'), browser, auth).toString()).toBe(
		'When I grow up, I want to be a watermelon'
	);
});

it('a message is signed, encrypted and read in the browser as it was meant', async () => {
	const browser = await subscribed();
	expect(await send()).toEqual({
		...{ outcome: 'sent', response: `${new URL(service.origin).host}: 201`, waitSeconds: 0 }
	});
	const [taken] = browser.taken;
	expect(readPayload(taken!.text)).toMatchObject({ body: payload.body, actions: payload.actions });
	expect(taken).toMatchObject({
		...{ urgency: 'normal', topic: topicOf('a visit', 'reminder') },
		subject: 'mailto:board@clinic.example'
	});
	// Until the visit, give or take the seconds that this took.
	expect(taken!.ttl).toBeGreaterThan((40 * HOUR_MS) / 1_000 - 60);
	expect(taken!.ttl).toBeLessThanOrEqual((40 * HOUR_MS) / 1_000);
	expect(service.refused).toEqual([]);
});

it('an offer is urgent and keeps for minutes', async () => {
	const browser = await subscribed();
	const now = Date.now();
	const until = endOf('waitlist-offer', now + 5 * HOUR_MS, now);
	await send({ kind: 'waitlist-offer', payload: { ...payload, until } });
	const [{ urgency, ttl } = { urgency: '', ttl: 0 }] = browser.taken;
	expect(urgency).toBe('high');
	expect(ttl).toBeGreaterThan(14 * 60);
	expect(ttl).toBeLessThanOrEqual(15 * 60);
	expect(endOf('waitlist-offer', now + 60_000, now)).toBe(now + 60_000);
	expect(endOf('missed', now - HOUR_MS, now)).toBe(now + 24 * HOUR_MS);
});

it('a newer message takes the place of an older one of the same visit and kind', async () => {
	const browser = await subscribed();
	const said = (body: string, visit: string) => ({
		...{ ...payload, body, tag: topicOf(visit, 'reminder'), until: Date.now() + HOUR_MS }
	});
	await send({ payload: said('first', 'one visit') });
	await send({ payload: said('other', 'another visit') });
	await send({ payload: said('second', 'one visit') });
	expect(browser.waiting().map(({ text }) => readPayload(text)!.body)).toEqual(['other', 'second']);
	expect(topicOf('a', 'reminder')).not.toBe(topicOf('a', 'change'));
	expect(topicOf(crypto.randomUUID(), 'same-day-reminder')).toMatch(/^[\w-]{32}$/);
});

it('texts of 10,000 characters fit, whatever they are made of', async () => {
	const browser = await subscribed();
	for (const sign of ['a', 'ż', '漢', '👩‍⚕️', '"', '\u0001']) {
		const long = sign.repeat(10_000);
		const said = { ...payload, title: long, body: long, until: Date.now() + HOUR_MS };
		expect((await send({ payload: said })).outcome).toBe('sent');
		const { text, size } = browser.taken.at(-1)!;
		expect(readPayload(text)!.body).toMatch(/^.{1,300}$/su);
		expect(text.isWellFormed() && !text.includes('\uFFFD')).toBe(true);
		expect(size).toBeLessThanOrEqual(MAX_PAYLOAD_BYTES + 103);
	}
});

describe('what push services answer', () => {
	it('404 and 410: the browser is forgotten, for everybody who was told there', async () => {
		for (const status of [404, 410]) {
			const browser = await subscribed();
			await subscribed(1, browser);
			const other = await subscribed(2);
			browser.answer({ status });
			expect((await send()).outcome).toBe('no-address');
			expect((await stored()).map(({ endpointHash }) => endpointHash)).toEqual([other.hash]);
			await forgetBrowser(fresh.database, clinic.organizationId, other.hash);
		}
	});

	it('429 and 5xx: later, and the service says when', async () => {
		const browser = await subscribed();
		browser.answer({ status: 429, headers: { 'retry-after': '120' } });
		expect(await send()).toMatchObject({ outcome: 'failed-for-now', waitSeconds: 120 });
		browser.answer({ status: 503, headers: { 'retry-after': 'Wed, 21 Oct 2015 07:28:00 GMT' } });
		expect(await send()).toMatchObject({ outcome: 'failed-for-now', waitSeconds: 0 });
		expect(await stored()).toHaveLength(1);
	});

	it.each([400, 401, 403, 413, 302])('%i: not again, and the browser stays', async (status) => {
		const browser = await subscribed();
		browser.answer({ status, headers: { location: `${service.origin}/push/elsewhere` } });
		expect((await send()).outcome).toBe('failed');
		expect(await stored()).toHaveLength(1);
		// Followed, it would have been refused there.
		expect(service.refused).toEqual([]);
	});

	it('nothing listens: later; nothing of the address is told', async () => {
		const gone = await startPushService();
		const browser = gone.browser(keys.publicKey);
		await subscribed(0, browser);
		await gone.close();
		const result = await send({}, { ...rules, services: [gone.origin] });
		expect(result.outcome).toBe('failed-for-now');
		expect(result.response).toContain('ECONNREFUSED');
		expect(result.response).not.toContain('/push/');
	});

	it('nothing at all: later', async () => {
		const browser = await subscribed();
		browser.answer({ status: 201, hangs: true });
		const result = await send({}, { ...rules, limitMs: 100 });
		expect(result.outcome).toBe('failed-for-now');
	});

	it('one browser that took it is enough', async () => {
		const [lost, slow, phone] = [await subscribed(), await subscribed(), await subscribed()];
		lost.answer({ status: 410 });
		slow.answer({ status: 500 });
		expect((await send()).outcome).toBe('sent');
		expect(phone.taken).toHaveLength(1);
		expect(await stored()).toHaveLength(2);
		phone.answer({ status: 403 });
		expect((await send()).outcome).toBe('failed-for-now');
	});

	it('nobody chose it: there is no address', async () => {
		expect(await send()).toEqual({ outcome: 'no-address', response: '', waitSeconds: 0 });
	});

	it('another key than the browser was given is not taken', async () => {
		await subscribed();
		const others = { ...rules, keys: newVapidKeys() };
		expect((await send({}, others)).outcome).toBe('failed');
		expect(service.refused.splice(0)).toEqual(['403 not the key that the browser was given']);
	});
});

describe('where messages may go', () => {
	const named = (endpoint: string): TestBrowser => {
		const browser = service.browser(keys.publicKey);
		return { ...browser, subscription: { ...browser.subscription, endpoint } };
	};

	it('a service that is not on the list any more is not even looked for', async () => {
		const endpoint = 'https://push.clinic.example/push/x';
		const browser = named(endpoint);
		await subscribed(0, browser);
		let asked = 0;
		const names: NameLookup = (_, __, callback) => {
			asked++;
			callback(Object.assign(new Error('no such name'), { code: 'ENOTFOUND' }), []);
		};
		expect((await send({}, { ...rules, names })).outcome).toBe('failed');
		const { origin } = new URL(endpoint);
		expect((await send({}, { ...rules, names, services: [origin] })).outcome).toBe(
			'failed-for-now'
		);
		expect(asked).toBe(1);
	});

	it('never inside this network, whatever a name stands for, nor when it changes its mind', async () => {
		let connections = 0;
		const listener = createServer((socket) => (connections++, socket.destroy()));
		await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
		const { port } = listener.address() as AddressInfo;
		const services = [`https://push.clinic.example:${port}`];
		await subscribed(0, named(`${services[0]}/push/x`));
		let asked = 0;
		for (const addresses of [['127.0.0.1'], ['192.88.98.1', '10.0.0.1'], ['::1'], ['fd00::1']]) {
			const names: NameLookup = (_, __, callback) => {
				asked++;
				callback(
					null,
					addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))
				);
			};
			const result = await send({}, { ...rules, services, names });
			expect(result).toMatchObject({ outcome: 'failed' });
			expect(result.response).toContain('inside');
		}
		expect([asked, connections]).toEqual([4, 0]);
		await new Promise((resolve) => listener.close(resolve));
	});

	it('the connection goes to the address that was looked at', async () => {
		let asked = 0;
		const names: NameLookup = (_, __, callback) => {
			asked++;
			callback(null, [{ address: '127.0.0.1', family: 4 }]);
		};
		const { port } = new URL(service.origin);
		const services = [`http://localhost:${port}`];
		const browser = await subscribed(0, named(`${services[0]}/push/nobody`));
		const before = service.connections();
		// The service knows no such browser: that far it came.
		expect((await send({}, { ...rules, services, names })).outcome).toBe('no-address');
		expect([asked, service.connections() - before]).toEqual([1, 1]);
		service.refused.splice(0);
		expect(browser.taken).toEqual([]);
	});

	it.each([
		['in the clear', 'http://fcm.googleapis.com/fcm/send/x'],
		['another host', 'https://push.evil.example/x'],
		['a host that only ends alike', 'https://evilpush.services.mozilla.com.example/x'],
		['a host that only ends alike', 'https://notpush.apple.com/x'],
		['another port', 'https://fcm.googleapis.com:8443/x'],
		['an address of this machine', 'http://127.0.0.1:9/x'],
		['an address of the network', 'https://10.0.0.1/x'],
		['a password', 'https://a:b@fcm.googleapis.com/x'],
		['no address', 'fcm'],
		['far too long', `https://fcm.googleapis.com/${'x'.repeat(10_000)}`]
	])('%s is not taken from a browser', (_, endpoint) => {
		const { subscription } = service.browser(keys.publicKey);
		const parsed = pushSubscriptionSchema(rules.services).safeParse({ ...subscription, endpoint });
		expect(parsed.error?.issues[0]?.path).toEqual(['endpoint']);
	});

	it.each([
		'https://fcm.googleapis.com/fcm/send/abc:def',
		'https://updates.push.services.mozilla.com/wpush/v2/abc',
		'https://wns2-db5p.notify.windows.com/w/?token=abc',
		'https://web.push.apple.com/QGx'
	])('%s is', (endpoint) => {
		const { subscription } = service.browser(keys.publicKey);
		expect(pushSubscriptionSchema([]).safeParse({ ...subscription, endpoint }).success).toBe(true);
	});
});

describe('browsers of a patient', () => {
	it('are the newest ten, each once', async () => {
		const all: string[] = [];
		for (let count = 0; count < MAX_DEVICES + 2; count++) all.push((await subscribed()).hash);
		const { actor, patientId } = patientOf();
		const devices = await pushDevices(fresh.database, actor, patientId);
		expect(devices.map(({ endpointHash }) => endpointHash)).toEqual(all.slice(2).reverse());
		const browser = service.browser(keys.publicKey);
		await Promise.all([1, 2, 3, 4].map(() => subscribed(1, browser)));
		expect(await stored()).toHaveLength(MAX_DEVICES + 1);
	});

	it('are sealed, and chosen by the patient alone', async () => {
		const { subscription } = await subscribed();
		const [row] = await stored();
		expect(JSON.stringify(row)).not.toContain(subscription.keys.auth);
		expect(JSON.stringify(row)).not.toContain(new URL(subscription.endpoint).pathname);
		const { actor } = patientOf(1);
		const { patientId } = patientOf(0);
		const asked = { patientId, subscription, device: '' };
		expect(await subscribeToPush(fresh.database, actor, asked)).toMatchObject({ ok: false });
		expect(await pushDevices(fresh.database, actor, patientId)).toEqual([]);
		const { endpointHash } = row!;
		const taken = await unsubscribeFromPush(fresh.database, actor, { patientId, endpointHash });
		expect(taken.ok).toBe(false);
		expect(await stored()).toHaveLength(1);
	});

	it('choosing one is how the patient wants to be told; giving back the last leaves it to the clinic', async () => {
		const [one, two] = [await subscribed(), await subscribed()];
		const { actor, patientId } = patientOf();
		expect(await contactChannel(patientId)).toBe('push');
		for (const [{ hash: endpointHash }, expected] of [
			[one, 'push'] as const,
			[two, null] as const
		]) {
			await unsubscribeFromPush(fresh.database, actor, { patientId, endpointHash });
			expect(await contactChannel(patientId)).toBe(expected);
		}
	});

	it('a key that is no point of the curve is refused', async () => {
		const { subscription } = service.browser(keys.publicKey);
		const { actor, patientId } = patientOf();
		const p256dh = Buffer.concat([Buffer.of(4), Buffer.alloc(64, 7)]).toString('base64url');
		const broken = { ...subscription, keys: { ...subscription.keys, p256dh } };
		const asked = { patientId, subscription: broken, device: '' };
		expect(await subscribeToPush(fresh.database, actor, asked)).toEqual({
			...{ ok: false, refusal: { code: 'invalid', field: 'keys.p256dh' } }
		});
		expect(await stored()).toEqual([]);
	});

	it('are followed to a new address by whoever has the old one’s secret, and by nobody else', async () => {
		const old = await subscribed();
		await subscribed(1, old);
		const anew = service.browser(keys.publicKey);
		const { endpoint, keys: oldKeys } = old.subscription;
		const renew = (auth: string) =>
			renewPush(fresh.database, clinic.organizationId, {
				...{ old: { endpoint, auth }, subscription: anew.subscription, device: 'Firefox' }
			});
		expect(await renew('AAAAAAAAAAAAAAAAAAAAAA')).toBe(false);
		expect((await send()).outcome).toBe('sent');
		expect([old.taken.length, anew.taken.length]).toEqual([1, 0]);
		expect(await renew(oldKeys.auth)).toBe(true);
		expect((await send()).outcome).toBe('sent');
		expect([old.taken.length, anew.taken.length]).toEqual([1, 1]);
		expect(await stored()).toHaveLength(2);
	});
});
