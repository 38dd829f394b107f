/**
 * Sending what is due. Any number of servers may do it at once: each takes other messages in hand.
 *
 * A message arrives once: it is written down that a try begins before the first moment at which it may arrive
 * (`begin`), by a row that only one server can write; a try that began and was not settled is never made again before
 * it is known, as well as it can be known, what became of it (doubt.ts).
 */
import type { Database } from '../../../db/database.ts';
import { holdingOf, type Holding } from '../../../db/holding.ts';
import { alongIndexes, type Transaction } from '../../../db/transaction.ts';
import { afterAnswer } from '../after-answer.ts';
import type { ChannelAnswer } from '../channel.ts';
import type { Channel, MessageState } from '../message.ts';
import {
	beginAttempts,
	beginWithin,
	noteHandedOver,
	settleAttempts,
	type Begin,
	type Settlement
} from './attempts.ts';
import { claimDue, claimOne, type ClaimedMessage } from './claim.ts';
import { groupCommit } from './group-commit.ts';
import {
	prepareByRule,
	prepareDirect,
	type NotSent,
	type Postponed,
	type Preparation,
	type Prepared,
	type SendingOptions
} from './prepare.ts';
import { postpone, settleUnsent } from './unsent.ts';

/** Told of each message that was settled or is tried again; for counting. */
export type OnMessage = (channel: Channel | 'none', state: MessageState) => void;

export interface SendOptions extends Omit<SendingOptions, 'now'> {
	/** Epoch milliseconds. Default: the clock. */
	now?: () => number;
	onMessage?: OnMessage;
	/** About how many messages it sends before it lets others have their turn. Default: 5,000. */
	limit?: number;
	/** Ends after those that are in hand. */
	signal?: AbortSignal;
}

/** Messages that are taken in hand at once: enough that the statements do not count, few enough to be sent soon. */
const BATCH = 500;
const LIMIT = 5_000;

/** What began so long ago may be asked about by others soon: it is left to them. */
const STALE_BEGIN_MS = 60_000;

/** As many batches are on their way at a time where there are many. */
const AT_A_TIME = 2;

/** @returns how many messages were looked at, and whether there may be more */
export async function sendDue(
	database: Database,
	organizationId: string,
	options: SendOptions
): Promise<{ count: number; mayHaveMore: boolean }> {
	const { limit = LIMIT, signal } = options;
	const writers = writersFor(database, organizationId);
	let count = 0;
	let isLast = false;
	const take = async () => {
		const batch = await takeDue(database, organizationId, options);
		count += batch.taken;
		isLast ||= batch.taken < BATCH;
		return batch;
	};
	const goesOn = () => !isLast && count < limit && !signal?.aborted;
	const first = await take();
	const others = goesOn() ? AT_A_TIME - 1 : 0;
	const line = async (given?: Batch) => {
		for (let batch = given ?? (await take()); ; batch = await take()) {
			await sendAll(batch.prepared, options, writers);
			if (!goesOn()) return;
		}
	};
	const lines = [line(first), ...Array.from({ length: others }, () => line())];
	const ended = await Promise.allSettled(lines);
	const fault = ended.find((one) => one.status === 'rejected');
	if (fault) throw fault.reason;
	return { count, mayHaveMore: !isLast };
}

/**
 * Sends one message now, by this process.
 * @returns what became of it: `queued` where it is tried again; `null`: somebody else has it in hand, or had
 */
export async function sendNow(
	database: Database,
	organizationId: string,
	messageId: string,
	options: SendOptions
): Promise<MessageState | null> {
	let state: MessageState | null = null;
	const onMessage: OnMessage = (channel, became) => {
		state = became;
		options.onMessage?.(channel, became);
	};
	const { prepared } = await prepareAll(
		...([database, organizationId, { ...options, onMessage }] as const),
		(transaction, holding) => claimOne(transaction, organizationId, { messageId, holding })
	);
	await sendAll(prepared, { ...options, onMessage }, writersFor(database, organizationId));
	return state;
}

interface Batch {
	taken: number;
	prepared: Prepared[];
}

function takeDue(database: Database, organizationId: string, options: SendOptions): Promise<Batch> {
	const now = options.now?.() ?? Date.now();
	return prepareAll(database, organizationId, options, (transaction, holding) =>
		claimDue(transaction, organizationId, { now, limit: BATCH, holding })
	);
}

type Claim = (transaction: Transaction, holding: Holding) => Promise<ClaimedMessage[]>;

async function prepareAll(
	database: Database,
	organizationId: string,
	options: SendOptions,
	claim: Claim
): Promise<Batch> {
	const sending = { ...options, now: options.now?.() ?? Date.now() };
	const holding = await holdingOf(database);
	const { claimed, answers } = await alongIndexes(database, organizationId, async (transaction) => {
		const claimed = await claim(transaction, holding);
		const ruled = claimed.filter(({ ruleId }) => ruleId !== null);
		const answers = await prepareByRule(transaction, database, organizationId, ruled, sending);
		await beginAskable(transaction, organizationId, answers.filter(isPrepared), {
			...options,
			holding
		});
		await settleUnsent(transaction, organizationId, answers.filter(isUnsent));
		await postpone(transaction, organizationId, answers.filter(isPostponed));
		return { claimed, answers };
	});
	const direct = claimed.filter(({ ruleId }) => ruleId === null);
	const opened: Preparation[] = [];
	for (const message of direct) {
		opened.push(
			await prepareDirect(database, organizationId, message, sending).catch(() => ({
				// What cannot be opened today cannot be opened tomorrow.
				...{ messageId: message.id, reason: 'used-up' as const }
			}))
		);
	}
	const unsent = opened.filter(isUnsent);
	if (unsent.length > 0) {
		await alongIndexes(database, organizationId, (transaction) =>
			settleUnsent(transaction, organizationId, unsent)
		);
	}
	for (const { reason } of [...answers.filter(isUnsent), ...unsent]) {
		options.onMessage?.('none', reason === 'used-up' ? 'failed' : 'suppressed');
	}
	return {
		taken: claimed.length,
		prepared: [...opened, ...answers].filter(isPrepared)
	};
}

const isPrepared = (one: Preparation): one is Prepared => 'outgoing' in one;
const isUnsent = (one: Preparation): one is NotSent => 'reason' in one;
const isPostponed = (one: Preparation): one is Postponed => 'dueAt' in one;

/** Written down together with taking them in hand: should this process die, their provider is asked about each. */
async function beginAskable(
	transaction: Transaction,
	organizationId: string,
	prepared: readonly Prepared[],
	{ channels, holding }: SendOptions & { holding: Holding }
): Promise<void> {
	const asked = prepared.filter(({ way }) => channels[way.channel]!.isAskable);
	const may = await beginWithin(transaction, organizationId, asked.map(beginOf));
	const at = performance.now();
	asked.forEach((one, i) => {
		if (!may[i]) return;
		one.isOurs = () => holding.isHeld && performance.now() - at < STALE_BEGIN_MS;
	});
}

const beginOf = ({ outgoing, way }: Prepared): Begin => ({
	...{ messageId: outgoing.id, number: outgoing.attempt, channel: way.channel }
});

interface Writers {
	begin(begun: Begin): Promise<boolean>;
	handedOver(begun: Begin): Promise<void>;
	settle(settlement: Settlement): Promise<void>;
}

function writersFor(database: Database, organizationId: string): Writers {
	return {
		begin: groupCommit((group) => beginAttempts(database, organizationId, group)),
		handedOver: groupCommit(async (group) => {
			await noteHandedOver(database, organizationId, group);
			return group.map(() => undefined);
		}),
		settle: groupCommit(async (group) => {
			await settleAttempts(database, organizationId, group);
			return group.map(() => undefined);
		})
	};
}

/** Each channel sends as many at a time as it takes. Throws once all are done, where something could not be stored. */
async function sendAll(
	prepared: readonly Prepared[],
	options: SendOptions,
	writers: Writers
): Promise<void> {
	const byChannel = Map.groupBy(prepared, ({ way }) => way.channel);
	// What became of a message is written down while the next one is on its way.
	const settled: Promise<void>[] = [];
	const faults: unknown[] = [];
	const lanes = [...byChannel].flatMap(([channel, messages]) => {
		const { concurrency } = options.channels[channel]!;
		const waiting = messages.values();
		return Array.from({ length: Math.min(concurrency, messages.length) }, async () => {
			for (const message of waiting) {
				const settlement = await sendOne(message, options, writers);
				if (!settlement) continue;
				settled.push(
					noted(settlement, options, writers).catch((fault: unknown) => void faults.push(fault))
				);
			}
		});
	});
	for (const ended of await Promise.allSettled(lanes)) {
		if (ended.status === 'rejected') faults.push(ended.reason);
	}
	await Promise.all(settled);
	if (faults.length > 0) throw faults[0];
}

/** @returns what became of it; `null`: nothing that can be written down */
async function sendOne(
	prepared: Prepared,
	{ channels, now = Date.now }: SendOptions,
	{ begin, handedOver }: Writers
): Promise<Settlement | null> {
	const { isOurs, outgoing, way } = prepared;
	const answer = await channels[way.channel]!.send(outgoing, {
		begin: async () => (isOurs ? isOurs() : begin(beginOf(prepared))),
		// Not noted, it is sent again at worst.
		handedOver: () => void handedOver(beginOf(prepared)).catch(() => {})
	});
	// In doubt: it stays as begun, until its lease is over and its channel can be asked (doubt.ts).
	if (answer === null || answer.outcome === 'in-doubt') return null;
	return settlementOf(prepared, answer, now());
}

async function noted(
	settlement: Settlement,
	{ onMessage }: SendOptions,
	{ settle }: Writers
): Promise<void> {
	await settle(settlement);
	onMessage?.(settlement.channel, settlement.state);
}

/** @returns what is to be written down once a channel has answered */
export function settlementOf(
	{ outgoing, way, hasOtherWay, until }: Prepared,
	answer: Exclude<ChannelAnswer, { outcome: 'in-doubt' }>,
	now: number
): Settlement {
	const { channel, tries, to } = way;
	const random = Math.random();
	return {
		...{ messageId: outgoing.id, number: outgoing.attempt, channel },
		...afterAnswer(answer, { tries, hasOtherWay, until, now, random }),
		providerId: answer.outcome === 'sent' ? answer.providerId : null,
		response: answer.response,
		closes:
			answer.outcome === 'failed' && answer.closes ? { address: to, reason: answer.closes } : null
	};
}
