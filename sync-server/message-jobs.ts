/** The workers that plan and send messages, and look after what servers that died left behind. */
import type { Logger } from 'pino';
import type { Database } from '#db/database.ts';
import type { JobData } from '#db/job-queues.ts';
import { startJobs } from '#db/jobs.ts';
import {
	closeChannels,
	openChannels,
	type ChannelSettings
} from '#domain/messaging/commands/channels/open.ts';
import {
	lookAfterMessages,
	organizationsWithMessages
} from '#domain/messaging/commands/look-after.ts';
import { planAllVisits } from '#domain/messaging/commands/plan-all.ts';
import { planVisits } from '#domain/messaging/commands/plan.ts';
import { sendDue, type SendOptions } from '#domain/messaging/commands/send.ts';
import { queueSending } from '#domain/messaging/commands/wake.ts';
import { messageCount } from './metrics.ts';

/** How often it is looked for what was left behind. */
const LOOK_AFTER_MS = 20_000;
const LEAST_PAUSE_MS = 500;

const WARN_EVERY_MS = 60_000;

/** Starts them. @returns how to stop: what is in hand is sent, the rest is left to others or to the next start */
export async function startMessageJobs(options: {
	database: Database;
	settings: ChannelSettings;
	log: Logger;
	/** Epoch milliseconds. Default: the clock. */
	now?: () => number;
}): Promise<() => Promise<void>> {
	const { database, settings, log, now = Date.now } = options;
	const channels = openChannels(database, settings);
	const stopping = new AbortController();
	const sending: SendOptions = {
		...{ channels, origin: settings.origin, signal: stopping.signal, now },
		onMessage(channel, state) {
			messageCount.inc({ channel, state });
			if (state === 'queued') warnOfRetries(channel);
		}
	};
	const warn = (fault: unknown) =>
		log.warn({ err: fault }, 'a job for messages failed, trying again');

	// An operator wants to know of a provider that does not answer, and not once for each message.
	const warned = new Map<string, number>();
	function warnOfRetries(channel: string): void {
		if (Date.now() - (warned.get(channel) ?? 0) < WARN_EVERY_MS) return;
		warned.set(channel, Date.now());
		log.warn({ channel }, 'messages could not be sent, trying again later');
	}

	async function send(jobs: readonly JobData[]): Promise<void> {
		for (const organizationId of new Set(jobs.map((job) => job.organizationId))) {
			if (stopping.signal.aborted) throw new Error('this server ends: another one sends them');
			const { mayHaveMore } = await sendDue(database, organizationId, sending);
			// Others have their turn in between.
			if (mayHaveMore) await queueSending(database, organizationId);
		}
	}

	async function plan(jobs: readonly JobData[]): Promise<void> {
		for (const [organizationId, own] of Map.groupBy(jobs, (job) => job.organizationId)) {
			// Several changes of one visit are one.
			const visits = new Set(own.flatMap(({ appointmentId }) => appointmentId ?? []));
			await planVisits(database, organizationId, [...visits], { now: now() });
		}
	}

	async function planAll(jobs: readonly JobData[]): Promise<void> {
		for (const organizationId of new Set(jobs.map((job) => job.organizationId))) {
			await planAllVisits(database, organizationId, now());
		}
	}

	const runner = await startJobs(
		database,
		[
			{ name: 'plan-messages', batch: 300, concurrency: 2, handle: plan },
			{ name: 'plan-all-messages', batch: 10, concurrency: 1, handle: planAll },
			{ name: 'send-messages', batch: 100, concurrency: 3, handle: send }
		],
		warn
	);

	let isFirst = true;
	/** @returns in how many milliseconds there is something to look after again */
	async function lookAfter(): Promise<number> {
		let next = LOOK_AFTER_MS;
		const overdueMs = isFirst ? { overdueMs: 0 } : {};
		for (const organizationId of await organizationsWithMessages(database)) {
			if (stopping.signal.aborted) break;
			const askInMs = await lookAfterMessages(database, organizationId, {
				...{ ...sending, ...overdueMs }
			});
			next = Math.min(next, askInMs ?? next);
		}
		isFirst = false;
		return Math.max(next, LEAST_PAUSE_MS);
	}
	let looking: Promise<void> | null = null;
	let timer: NodeJS.Timeout | undefined;
	const turn = () => {
		looking = lookAfter()
			.catch((fault: unknown) => {
				warn(fault);
				return LOOK_AFTER_MS;
			})
			.then((pauseMs) => {
				if (!stopping.signal.aborted) timer = setTimeout(turn, pauseMs).unref();
			});
	};
	turn();

	return async () => {
		clearTimeout(timer);
		stopping.abort();
		await looking;
		await runner.stop();
		await closeChannels(channels);
	};
}
