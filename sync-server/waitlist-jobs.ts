/** The workers that offer free times to those who wait, and look after what servers that died left behind. */
import type { Logger } from 'pino';
import type { Database } from '#db/database.ts';
import type { JobData } from '#db/job-queues.ts';
import { startJobs } from '#db/jobs.ts';
import { organizationsWithMessages } from '#domain/messaging/commands/look-after.ts';
import { advanceOpening } from '#domain/waitlist/commands/advance.ts';
import { lookAfterWaitlist } from '#domain/waitlist/commands/look-after.ts';

/** How often it is looked for what was left behind. */
const LOOK_AFTER_MS = 10_000;

/** Starts them. @returns how to stop: what is in hand is done, the rest is left to others or to the next start */
export async function startWaitlistJobs(options: {
	database: Database;
	log: Logger;
	/** Epoch milliseconds. Default: the clock. */
	now?: () => number;
}): Promise<() => Promise<void>> {
	const { database, log, now = Date.now } = options;
	let isStopping = false;
	const warn = (fault: unknown) =>
		log.warn({ err: fault }, 'a job of the waitlist failed, trying again');

	async function advance(jobs: readonly JobData[]): Promise<void> {
		const seen = new Set<string>();
		for (const { organizationId, openingId } of jobs) {
			// Several answers to one opening are one.
			if (openingId === undefined || seen.has(openingId)) continue;
			if (isStopping) throw new Error('this server ends: another one goes on');
			seen.add(openingId);
			await advanceOpening(database, organizationId, openingId, now());
		}
	}

	const runner = await startJobs(
		database,
		// Few at a time: this process serves people beside it.
		[{ name: 'advance-waitlist', batch: 10, concurrency: 2, handle: advance }],
		warn
	);

	let looking: Promise<void> | null = null;
	async function lookAfter(): Promise<void> {
		for (const organizationId of await organizationsWithMessages(database)) {
			if (isStopping) return;
			await lookAfterWaitlist(database, organizationId, now());
		}
	}
	const turn = () => {
		looking ??= lookAfter()
			.catch(warn)
			.finally(() => (looking = null));
	};
	turn();
	const timer = setInterval(turn, LOOK_AFTER_MS);
	timer.unref();

	return async () => {
		clearInterval(timer);
		isStopping = true;
		await looking;
		await runner.stop();
	};
}
