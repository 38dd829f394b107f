/** Sending one message to all browsers of a patient, by `web-push`: signed, encrypted, and nowhere but to a push service. */
import { createHash } from 'node:crypto';
import { and, eq, inArray, isNull, or } from 'drizzle-orm';
import webPush from 'web-push';
import type { Database } from '../../../db/database.ts';
import type { VapidKeys } from '../../../db/push/vapid-keys.ts';
import { dependants, pushSubscriptions } from '../../../db/schema/index.ts';
import { inOrganization } from '../../../db/transaction.ts';
import {
	AddressInside,
	exchange,
	isInside,
	pinnedLookup,
	type NameLookup
} from '../../access/commands/outgoing-request.ts';
import type { MessageKind } from '../message.ts';
import { timeToLive, urgencyOf, writePayload, type PushPayload } from '../push-payload.ts';
import { isPushService, type PushSubscriptionInput } from '../push-subscription.ts';
import { forgetBrowser, openSubscription } from './push-subscriptions.ts';

/** A push service that does not answer is given up on. */
const LIMIT_MS = 10_000;
/** What push services say of a fault fits. */
const MAX_ANSWER_BYTES = 16 * 1024;

export interface PushRules {
	keys: VapidKeys;
	/** Whom push services write to. */
	subject: string;
	/** Push services beside those of the browsers' makers (`PUSH_SERVICES`): those on loopback may be reached there. */
	services: readonly string[];
	/** Default: the system's. */
	names?: NameLookup;
	/** For one browser, from name to last byte; milliseconds. Default: 10,000. */
	limitMs?: number;
}

export interface PushMessage {
	organizationId: string;
	patientId: string;
	kind: MessageKind;
	/** Its tag, made by `topicOf`, is the push service's topic too. */
	payload: PushPayload;
}

/**
 * `sent`: at least one browser's service took it. `no-address`: there is no browser (any more). `failed-for-now`: none
 * took it, and one may later. `failed`: none ever will. `response` names services and statuses, never an address.
 */
export interface PushResult {
	outcome: 'sent' | 'no-address' | 'failed-for-now' | 'failed';
	response: string;
	/** How long a service asked to wait; 0: it did not say. */
	waitSeconds: number;
}

/** @returns what makes a newer message take the place of an older one: the same for one visit and kind */
export function topicOf(aboutId: string, kind: MessageKind): string {
	// Push services read it: it says neither which visit nor what about it. 32 letters are what they take.
	return createHash('sha256').update(`${aboutId}/${kind}`).digest('base64url').slice(0, 32);
}

/** Sends to every browser of the patient, or of a child's parents, at once, and forgets those that their service does not know any more. */
export async function sendPush(
	database: Database,
	rules: PushRules,
	message: PushMessage,
	now: number = Date.now()
): Promise<PushResult> {
	const { organizationId, patientId } = message;
	const browsers = await browsersOf(database, organizationId, patientId);
	const payload = writePayload(message.payload);
	const options = {
		TTL: timeToLive(message.payload.until, now),
		urgency: urgencyOf(message.kind),
		topic: message.payload.tag
	};
	const answers = await Promise.all(
		browsers.map(async (browser) => {
			const subscription = await openSubscription(database, browser);
			const answer = await sendToOne(rules, subscription, payload, options);
			if (answer.outcome === 'gone') {
				await forgetBrowser(database, organizationId, browser.endpointHash);
			}
			return answer;
		})
	);
	return inSum(answers);
}

/** @returns those of the patient and of the parents who act for a child, each once */
async function browsersOf(database: Database, organizationId: string, patientId: string) {
	const rows = await inOrganization(database, organizationId, (transaction) => {
		const guardians = transaction
			.select({ id: dependants.guardianId })
			.from(dependants)
			.where(
				and(
					...[eq(dependants.organizationId, organizationId), eq(dependants.patientId, patientId)],
					isNull(dependants.endedAt)
				)
			);
		return transaction
			.select()
			.from(pushSubscriptions)
			.where(
				and(
					eq(pushSubscriptions.organizationId, organizationId),
					or(
						eq(pushSubscriptions.patientId, patientId),
						inArray(pushSubscriptions.patientId, guardians)
					)
				)
			);
	});
	return [...new Map(rows.map((row) => [row.endpointHash, row])).values()];
}

type Answer = Omit<PushResult, 'outcome'> & {
	outcome: 'sent' | 'gone' | 'failed-for-now' | 'failed';
};

/** One that took it is enough: the patient is told. Otherwise whatever gives the most hope. */
function inSum(answers: readonly Answer[]): PushResult {
	const found = (['sent', 'failed-for-now', 'failed'] as const).find((outcome) =>
		answers.some((answer) => answer.outcome === outcome)
	);
	const response = answers.map((answer) => answer.response).join('; ');
	const waitSeconds = Math.max(0, ...answers.map((answer) => answer.waitSeconds));
	return { outcome: found ?? 'no-address', response: response.slice(0, 500), waitSeconds };
}

/** @returns what became of it at one browser's service */
async function sendToOne(
	{ keys, subject, services, names, limitMs = LIMIT_MS }: PushRules,
	subscription: PushSubscriptionInput,
	payload: string,
	options: { TTL: number; urgency: 'normal' | 'high'; topic: string }
): Promise<Answer> {
	const url = new URL(subscription.endpoint);
	const { host } = url;
	// Looked at again: a service may have been taken from the list since.
	if (!isPushService(subscription.endpoint, services)) {
		return { outcome: 'failed', response: `${host} is no push service known here`, waitSeconds: 0 };
	}
	const isOwn = isInside(url.hostname) && services.includes(url.origin);
	if (isInside(url.hostname) && !isOwn) {
		return { outcome: 'failed', response: `${host} lies inside this network`, waitSeconds: 0 };
	}
	const { method, headers, body } = webPush.generateRequestDetails(subscription, payload, {
		vapidDetails: { subject, ...keys },
		...{ ...options, contentEncoding: 'aes128gcm' }
	});
	const request = {
		...{ method, body, maxBytes: MAX_ANSWER_BYTES, signal: AbortSignal.timeout(limitMs) },
		headers: Object.fromEntries(
			Object.entries(headers)
				.filter(([name]) => name.toLowerCase() !== 'content-length')
				.map(([name, value]) => [name, String(value)])
		)
	};
	try {
		const answer = await exchange(url, request, pinnedLookup(isOwn, names));
		return judged(host, answer);
	} catch (fault) {
		if (fault instanceof AddressInside) {
			return { outcome: 'failed', response: `${host} leads inside this network`, waitSeconds: 0 };
		}
		const { code, name } = fault as NodeJS.ErrnoException;
		return { outcome: 'failed-for-now', response: `${host}: ${code ?? name}`, waitSeconds: 0 };
	}
}

/** RFC 8030, and what the browsers' makers say of their own services. */
function judged(host: string, { status, headers }: Response): Answer {
	const response = `${host}: ${status}`;
	if (status >= 200 && status <= 299) return { outcome: 'sent', response, waitSeconds: 0 };
	if (status === 404 || status === 410) return { outcome: 'gone', response, waitSeconds: 0 };
	if (status === 429 || status >= 500) {
		const seconds = Number(headers.get('retry-after') ?? 0);
		const waitSeconds = Number.isFinite(seconds) ? Math.min(Math.max(seconds, 0), 86_400) : 0;
		return { outcome: 'failed-for-now', response, waitSeconds };
	}
	// 400, 403, 413 and whatever sends us elsewhere: the same message again would fare no better.
	return { outcome: 'failed', response, waitSeconds: 0 };
}
