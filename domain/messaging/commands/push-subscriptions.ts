/** Browsers in which patients are told: choosing one, giving it back, following it when its address changes. */
import { createECDH, timingSafeEqual } from 'node:crypto';
import { and, desc, eq, inArray, sql } from 'drizzle-orm';
import type { Database } from '../../../db/database.ts';
import { sealFor } from '../../../db/encryption/sealed-columns.ts';
import { seal, unseal } from '../../../db/encryption/sealing.ts';
import { closedAddresses, patients, pushSubscriptions } from '../../../db/schema/index.ts';
import { secretHash } from '../../../db/sessions.ts';
import { forActor, inOrganization, type Transaction } from '../../../db/transaction.ts';
import type { Actor } from '../../access/actor.ts';
import { authorize } from '../../access/authorize.ts';
import { accept, refuse, type Result } from '../../scheduling/refusals.ts';
import { MAX_DEVICES, type PushSubscriptionInput } from '../push-subscription.ts';
import { addressHash } from './closed-addresses.ts';

export interface Subscribing {
	patientId: string;
	subscription: PushSubscriptionInput;
	/** Browser and system in words. */
	device: string;
}

/**
 * From now on the patient is told in this browser, before other ways; beyond `MAX_DEVICES` the oldest is forgotten.
 * @returns the hash by which the browser recognizes itself
 */
export async function subscribeToPush(
	database: Database,
	actor: Actor,
	{ patientId, subscription, device }: Subscribing
): Promise<Result<{ endpointHash: string }>> {
	if (!maySay(actor, patientId)) return refuse('not-allowed');
	if (!isPoint(subscription.keys.p256dh)) return refuse('invalid', { field: 'keys.p256dh' });
	const row = await sealedRow(database, actor.organizationId, patientId, subscription, device);
	await forActor(database, actor, async (transaction) => {
		await store(transaction, row);
		await transaction
			.update(patients)
			.set({ contactChannel: 'push' })
			.where(and(eq(patients.organizationId, actor.organizationId), eq(patients.id, patientId)));
		// There was no browser any more, and now there is.
		await transaction
			.delete(closedAddresses)
			.where(
				and(
					eq(closedAddresses.organizationId, actor.organizationId),
					eq(closedAddresses.channel, 'push'),
					eq(closedAddresses.addressHash, addressHash('push', patientId))
				)
			);
	});
	return accept({ endpointHash: row.endpointHash });
}

/** The patient is not told in that browser any more; without any, the clinic chooses another way. */
export async function unsubscribeFromPush(
	database: Database,
	actor: Actor,
	{ patientId, endpointHash }: { patientId: string; endpointHash: string }
): Promise<Result<void>> {
	if (!maySay(actor, patientId)) return refuse('not-allowed');
	const { organizationId } = actor;
	await forActor(database, actor, async (transaction) => {
		const own = ofPatient(organizationId, patientId);
		await transaction
			.delete(pushSubscriptions)
			.where(and(own, eq(pushSubscriptions.endpointHash, endpointHash)));
		const left = await transaction.$count(pushSubscriptions, own);
		if (left > 0) return;
		await transaction
			.update(patients)
			.set({ contactChannel: null })
			.where(
				and(
					eq(patients.organizationId, organizationId),
					eq(patients.id, patientId),
					eq(patients.contactChannel, 'push')
				)
			);
	});
	return accept(undefined);
}

/**
 * A browser has a new address. Nobody is signed in then: it shows that it is the old one by the key that only it and
 * we have.
 * @returns whether there was such a browser
 */
export async function renewPush(
	database: Database,
	organizationId: string,
	{ old, subscription, device }: Omit<Subscribing, 'patientId'> & { old: OldSubscription }
): Promise<boolean> {
	if (!isPoint(subscription.keys.p256dh)) return false;
	const oldHash = secretHash(old.endpoint);
	const stored = await inOrganization(database, organizationId, (transaction) =>
		transaction
			.select()
			.from(pushSubscriptions)
			.where(
				and(
					eq(pushSubscriptions.organizationId, organizationId),
					eq(pushSubscriptions.endpointHash, oldHash)
				)
			)
	);
	let renewed = false;
	for (const row of stored) {
		const known = await openSubscription(database, row);
		if (!isSame(known.keys.auth, old.auth)) continue;
		const anew = await sealedRow(database, organizationId, row.patientId, subscription, device);
		await inOrganization(database, organizationId, async (transaction) => {
			await transaction
				.delete(pushSubscriptions)
				.where(
					and(
						eq(pushSubscriptions.organizationId, organizationId),
						eq(pushSubscriptions.id, row.id)
					)
				);
			await store(transaction, anew);
		});
		renewed = true;
	}
	return renewed;
}

/** What a browser was known by. */
export interface OldSubscription {
	endpoint: string;
	/** In base64url. */
	auth: string;
}

/** The push service does not know a browser any more: whoever was told there is not. */
export async function forgetBrowser(
	database: Database,
	organizationId: string,
	endpointHash: string
): Promise<void> {
	await inOrganization(database, organizationId, (transaction) =>
		transaction
			.delete(pushSubscriptions)
			.where(
				and(
					eq(pushSubscriptions.organizationId, organizationId),
					eq(pushSubscriptions.endpointHash, endpointHash)
				)
			)
	);
}

type Row = typeof pushSubscriptions.$inferInsert;

/** @returns address and keys of a stored browser */
export async function openSubscription(
	database: Database,
	{
		organizationId,
		id,
		sealedSubscription
	}: Pick<Row, 'organizationId' | 'id'> & {
		sealedSubscription: string;
	}
): Promise<PushSubscriptionInput> {
	const purpose = sealFor(organizationId, 'push_subscriptions.sealed_subscription', id);
	return JSON.parse(await unseal(database, purpose, sealedSubscription)) as PushSubscriptionInput;
}

async function sealedRow(
	database: Database,
	organizationId: string,
	patientId: string,
	{ endpoint, keys }: PushSubscriptionInput,
	device: string
): Promise<Row> {
	const id = crypto.randomUUID();
	const purpose = sealFor(organizationId, 'push_subscriptions.sealed_subscription', id);
	const { p256dh, auth } = keys;
	const text = JSON.stringify({ endpoint, keys: { p256dh, auth } });
	return {
		...{ organizationId, id, patientId, endpointHash: secretHash(endpoint) },
		...{ sealedSubscription: await seal(database, purpose, text), device: device.slice(0, 100) }
	};
}

/** In place of what the same browser said before. */
async function store(transaction: Transaction, row: Row): Promise<void> {
	const { organizationId, patientId, endpointHash } = row;
	const own = ofPatient(organizationId, patientId);
	// One after another: two at once would each see the other's place free.
	await transaction.execute(
		sql`SELECT pg_advisory_xact_lock(hashtextextended(${`push/${patientId}`}, 0))`
	);
	await transaction
		.delete(pushSubscriptions)
		.where(and(own, eq(pushSubscriptions.endpointHash, endpointHash)));
	await transaction.insert(pushSubscriptions).values(row);
	const beyond = transaction
		.select({ id: pushSubscriptions.id })
		.from(pushSubscriptions)
		.where(own)
		.orderBy(desc(pushSubscriptions.madeAt), desc(pushSubscriptions.id))
		.offset(MAX_DEVICES);
	await transaction
		.delete(pushSubscriptions)
		.where(and(own, inArray(pushSubscriptions.id, beyond)));
}

function ofPatient(organizationId: string, patientId: string) {
	return and(
		eq(pushSubscriptions.organizationId, organizationId),
		eq(pushSubscriptions.patientId, patientId)
	);
}

function maySay(actor: Actor, patientId: string): boolean {
	const { organizationId } = actor;
	const subject = { organizationId, clinicId: null, practitionerId: null, patientId };
	return authorize(actor, 'patient.write', subject);
}

/** A key that is no point of the curve would break every message to it. */
function isPoint(p256dh: string): boolean {
	const curve = createECDH('prime256v1');
	curve.generateKeys();
	try {
		curve.computeSecret(Buffer.from(p256dh, 'base64url'));
		return true;
	} catch {
		return false;
	}
}

function isSame(known: string, said: string): boolean {
	const [one, other] = [Buffer.from(known), Buffer.from(said)];
	return one.length === other.length && timingSafeEqual(one, other);
}
