/**
 * What servers that died left behind. A message that they had only taken in hand is queued again. One that they had
 * begun to send may have arrived: its channel is asked, and says either that it was taken or that it never came.
 * E-mail has nobody to ask: what it is known to have given away counts as sent, anything else is sent again (decision 18).
 */
import type { Database } from '../../../db/database.ts';
import { holdingOf } from '../../../db/holding.ts';
import { alongIndexes } from '../../../db/transaction.ts';
import type { ChannelAnswer } from '../channel.ts';
import { settleAttempts, type Settlement } from './attempts.ts';
import {
	claimDoubtful,
	giveBackUnbegun,
	letGoOfGone,
	untilAsked,
	type ClaimedMessage
} from './claim.ts';
import { prepareDirect, prepareDoubtful, type Prepared, type SendingOptions } from './prepare.ts';
import { settlementOf, type SendOptions } from './send.ts';

/** As many are taken in hand, and settled, together. */
const BATCH = 100;
/** As many at a time are asked about. */
const AT_A_TIME = 8;

const NEVER_CAME = {
	...{ outcome: 'failed-for-now', response: 'cut off before it was taken, as far as is known' }
} as const satisfies ChannelAnswer;

export interface Resolved {
	/** How many messages were left behind and are settled or queued again. */
	count: number;
	/** In how many milliseconds there is more to ask about; `null`: nothing that is known of. */
	askInMs: number | null;
}

export async function resolveDoubts(
	database: Database,
	organizationId: string,
	options: SendOptions
): Promise<Resolved> {
	let count = await alongIndexes(database, organizationId, async (transaction) => {
		await letGoOfGone(transaction, organizationId);
		return giveBackUnbegun(transaction, organizationId);
	});
	for (;;) {
		const holding = await holdingOf(database);
		const doubtful = await alongIndexes(database, organizationId, (transaction) =>
			claimDoubtful(transaction, organizationId, { limit: BATCH, holding })
		);
		await resolveAll(database, organizationId, doubtful, options);
		count += doubtful.length;
		if (doubtful.length < BATCH || options.signal?.aborted) break;
	}
	const askInMs = await alongIndexes(database, organizationId, (transaction) =>
		untilAsked(transaction, organizationId)
	);
	return { count, askInMs };
}

async function resolveAll(
	database: Database,
	organizationId: string,
	doubtful: readonly ClaimedMessage[],
	options: SendOptions
): Promise<void> {
	const waiting = doubtful.values();
	const settlements: Settlement[] = [];
	const lines = Array.from({ length: AT_A_TIME }, async () => {
		for (const message of waiting) {
			const settlement = await resolved(database, organizationId, message, options);
			if (settlement !== null) settlements.push(settlement);
		}
	});
	await Promise.all(lines);
	if (settlements.length === 0) return;
	await settleAttempts(database, organizationId, settlements);
	for (const { channel, state } of settlements) options.onMessage?.(channel, state);
}

/** @returns `null`: nobody could say; it is asked again when the lease of this one is over */
async function resolved(
	database: Database,
	organizationId: string,
	message: ClaimedMessage,
	options: SendOptions
): Promise<Settlement | null> {
	const now = options.now?.() ?? Date.now();
	const { channel, ...begun } = message.began!;
	const { channels, origin } = options;
	const prepared = await prepareAgain(database, organizationId, message, { channels, origin, now });
	// Neither what it said nor to whom can be found any more: that it went is the safer guess.
	if (prepared === null || !channels[channel]) return countsAsSent(message);
	const found = await channels[channel].find(prepared.outgoing, begun);
	if (found === 'never-came') {
		const again = settlementOf(prepared, NEVER_CAME, now);
		// It was our end that broke: there is no need to wait.
		return again.state === 'queued' ? { ...again, dueAt: now } : again;
	}
	return found.outcome === 'in-doubt' ? null : settlementOf(prepared, found, now);
}

async function prepareAgain(
	database: Database,
	organizationId: string,
	message: ClaimedMessage,
	options: SendingOptions
): Promise<Prepared | null> {
	if (message.ruleId !== null) {
		return alongIndexes(database, organizationId, (transaction) =>
			prepareDoubtful(transaction, database, organizationId, message, options)
		);
	}
	const direct = await prepareDirect(database, organizationId, message, options);
	return 'reason' in direct ? null : direct;
}

function countsAsSent({ id, attempts, began }: ClaimedMessage): Settlement {
	return {
		...{ messageId: id, number: attempts + 1, channel: began!.channel, outcome: 'sent' },
		...{ state: 'sent', providerId: null, response: 'cut off; it counts as sent' },
		...{ dueAt: null, closes: null }
	};
}
