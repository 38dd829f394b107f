/** From messages in hand to messages that can be handed over: what is not sent is settled here, with its reason. */
import { and, eq } from 'drizzle-orm';
import type { Database } from '../../../db/database.ts';
import { closedAddresses } from '../../../db/schema/index.ts';
import { inOrganization, type Transaction } from '../../../db/transaction.ts';
import type { MessageChannels, OutgoingMessage } from '../channel.ts';
import { addressOf } from '../contact.ts';
import { afterQuiet, AHEAD, sendingTime } from '../due-time.ts';
import type { Channel, SuppressionReason } from '../message.ts';
import { suppressionOf } from '../suppression.ts';
import { linksIn } from '../template.ts';
import { triesLeft, waysLeft, type Way } from '../ways.ts';
import type { ClaimedMessage } from './claim.ts';
import { addressHash } from './closed-addresses.ts';
import { LINKS_AFTER_MS, makeLinks } from './message-links.ts';
import { directText, ruleText, type MessageLinks } from './message-text.ts';

export interface SendingOptions {
	channels: MessageChannels;
	/** The address that people type, for links; `null`: messages carry none. */
	origin: string | null;
	/** Epoch milliseconds. */
	now: number;
}

/** A message that is to be handed over now. */
export interface Prepared {
	outgoing: OutgoingMessage;
	way: Way;
	/** Whether there is another way when this one is used up. */
	hasOtherWay: boolean;
	/** After this it says nothing of use any more (epoch milliseconds). */
	until: number | null;
	/** When it was written down that it begins (`performance.now()`); left out: it was not yet. */
	begunAt?: number;
}

/** A message that is not: suppressed for a reason, or failed because every way was tried. */
export interface NotSent {
	messageId: string;
	reason: SuppressionReason | 'used-up';
}

/** A message that waits for the morning. */
export interface Postponed {
	messageId: string;
	/** Epoch milliseconds. */
	dueAt: number;
}

/** What there is to do with a message in hand. */
export type Preparation = Prepared | NotSent | Postponed;

/** @param messages of one organization, taken in hand in this transaction */
export async function prepareByRule(
	transaction: Transaction,
	database: Database,
	organizationId: string,
	messages: readonly ClaimedMessage[],
	options: SendingOptions
): Promise<Preparation[]> {
	const answers: Preparation[] = [];
	for (const message of messages) {
		const reason = suppressionOf(situationOf(message), options.now);
		const found = reason === null ? waysOf(message, options.channels) : { none: reason };
		if ('none' in found) {
			answers.push({ messageId: message.id, reason: found.none });
			continue;
		}
		const time = timeOf(message, options.now);
		if (time !== options.now) {
			const messageId = message.id;
			answers.push(time === null ? { messageId, reason: 'too-late' } : { messageId, dueAt: time });
			continue;
		}
		const links = await linksFor(transaction, database, organizationId, message, options);
		answers.push(byRule(organizationId, message, found.ways, links, options.now));
	}
	return answers;
}

function situationOf(message: ClaimedMessage) {
	return { ...message, rule: message.ruleId === null ? null : (message.rule ?? GONE) };
}

/** A rule that was removed. */
const GONE = { enabled: false };

function waysOf(message: ClaimedMessage, channels: MessageChannels) {
	const { patient, patientId, rule } = message;
	// Nobody to write to, though a rule says it.
	if (!patient || patientId === null || !toldTime(message)) return { none: 'no-address' as const };
	return waysLeft({
		...{ patientId, contact: patient, channels: rule!.channels, closed: patient.closed },
		...{ available: Object.keys(channels) as Channel[], tried: message.tried }
	});
}

/** What it says of a visit, or of one that is offered. */
const toldTime = ({ visit, offer }: ClaimedMessage) => visit ?? offer;

function timeOf(message: ClaimedMessage, now: number): number | null {
	const { rule, kind } = message;
	const { zone, startsAt } = toldTime(message)!;
	// By the morning it is somebody else's.
	if (message.offer) return afterQuiet(rule!, now, zone) === now ? now : null;
	const isAhead = (AHEAD as readonly string[]).includes(kind);
	return sendingTime(rule!, { now, zone, startsAt: kind === 'missed' ? null : startsAt, isAhead });
}

async function linksFor(
	transaction: Transaction,
	database: Database,
	organizationId: string,
	message: ClaimedMessage,
	{ origin }: SendingOptions
): Promise<MessageLinks> {
	const { rule, patientId, appointmentId, offerId, id } = message;
	const until = message.offer?.expiresAt ?? message.visit?.startsAt;
	if (origin === null || patientId === null || !rule || until === undefined) return {};
	const paths = await makeLinks(transaction, database.keyring, {
		...{ organizationId, messageId: id, patientId, appointmentId, offerId },
		actions: [...linksIn(rule.templates[languageOf(message)]), 'unsubscribe'],
		expiresAt: new Date(until + LINKS_AFTER_MS)
	});
	return Object.fromEntries(
		Object.entries(paths).map(([action, path]) => [action, new URL(path, origin).href])
	);
}

/** As the patient has chosen by now. */
const languageOf = ({ patient, language }: ClaimedMessage) => patient?.language ?? language;

function byRule(
	organizationId: string,
	message: ClaimedMessage,
	[way, ...others]: Way[],
	links: MessageLinks,
	now: number
): Prepared {
	const { patient, rule, organization, offer } = message;
	const language = languageOf(message);
	const facts = {
		...{ ...toldTime(message)!, patient: patient!, organization },
		offer: offer && { until: offer.expiresAt, at: now }
	};
	return {
		outgoing: {
			...sharedOf(organizationId, message),
			...{ to: way!.to, language, text: ruleText(rule!.templates, language, facts, links) },
			unsubscribeUrl: links.unsubscribe ?? null
		},
		way: way!,
		hasOtherWay: others.length > 0,
		until: untilOf(message)
	};
}

/** @returns when it says nothing of use any more (epoch milliseconds) */
function untilOf({ kind, visit, offer }: ClaimedMessage): number | null {
	if (offer) return offer.expiresAt;
	return kind === 'missed' ? null : (visit?.startsAt ?? null);
}

function sharedOf(organizationId: string, message: ClaimedMessage) {
	const { id, kind, patientId, appointmentId, offerId, attempts, aboutStart, offer } = message;
	return {
		...{ organizationId, id, kind, patientId, appointmentId, offerId, aboutStart },
		...{ offerUntil: offer?.expiresAt ?? null, attempt: attempts + 1 }
	};
}

/**
 * A message that is in doubt as its try had it: by the way that it went, whatever would be chosen by now.
 * @returns `null` where that cannot be said any more
 */
export async function prepareDoubtful(
	transaction: Transaction,
	database: Database,
	organizationId: string,
	message: ClaimedMessage,
	options: SendingOptions
): Promise<Prepared | null> {
	const { patient, patientId, rule, began, tried } = message;
	if (began === null || !patient || patientId === null || !toldTime(message) || !rule) return null;
	const { channel } = began;
	const to = addressOf(patient, channel, patientId);
	const tries = triesLeft(tried, channel);
	if (to === null || tries === null) return null;
	const links = await linksFor(transaction, database, organizationId, message, options);
	return byRule(organizationId, message, [{ channel, to, tries }], links, options.now);
}

/** After this nobody waits for a code or a link any more. */
const DIRECT_LIMIT_MS = 3_600_000;

/** The same for a message that no rule writes. Needs connections of its own to open what was sealed. */
export async function prepareDirect(
	database: Database,
	organizationId: string,
	message: ClaimedMessage,
	{ channels }: SendingOptions
): Promise<Prepared | NotSent> {
	const { id: messageId, sealedContent, tried, language } = message;
	const [channel] = message.channels;
	if (sealedContent === null || channel === undefined || !channels[channel]) {
		return { messageId, reason: 'no-address' };
	}
	const { to, text } = await directText(database, { organizationId, id: messageId, sealedContent });
	// Whoever said STOP by SMS gets none; an e-mail that somebody asked for is sent all the same.
	if (channel === 'sms' && (await saidStop(database, organizationId, to))) {
		return { messageId, reason: 'opted-out' };
	}
	const tries = triesLeft(tried, channel);
	if (tries === null) return { messageId, reason: 'used-up' };
	return {
		outgoing: {
			...sharedOf(organizationId, message),
			...{ to, language, text, unsubscribeUrl: null }
		},
		...{ way: { channel, to, tries }, hasOtherWay: false },
		until: message.dueAt + DIRECT_LIMIT_MS
	};
}

async function saidStop(
	database: Database,
	organizationId: string,
	number: string
): Promise<boolean> {
	const rows = await inOrganization(database, organizationId, (transaction) =>
		transaction
			.select({ reason: closedAddresses.reason })
			.from(closedAddresses)
			.where(
				and(
					eq(closedAddresses.organizationId, organizationId),
					eq(closedAddresses.channel, 'sms'),
					eq(closedAddresses.reason, 'opted-out'),
					eq(closedAddresses.addressHash, addressHash('sms', number))
				)
			)
	);
	return rows.length > 0;
}
